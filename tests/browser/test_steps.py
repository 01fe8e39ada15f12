"""Undo and redo: the page's own history of parameters, and no other page's."""

from .desk import Desk, OpenDesk

BRIEF = "?epochs=1&batch_size=full"


def able(desk: Desk) -> tuple[bool, bool]:
    """Whether there is something to undo, and to redo."""
    undo, redo = (
        desk.page.get_attribute(f"[data-walk={name}]", "aria-disabled") == "false"
        for name in ("undo", "redo")
    )
    return undo, redo


def seed(desk: Desk) -> str:
    return desk.query.get("seed", ["0"])[0]


def test_steps_walk_the_changes_and_stop_at_the_page(sit: OpenDesk) -> None:
    desk = sit(900, 500)
    page = desk.page
    page.goto(f"{desk.base}/static/img/icon.svg")
    desk.open(BRIEF)
    assert able(desk) == (False, False)
    page.click("[data-walk=undo]", force=True)  # leads to no other page
    desk.change("seed", "1")
    desk.change("seed", "2")
    assert able(desk) == (True, False)
    with desk.redraw():
        page.click("[data-walk=undo]")
    assert (seed(desk), page.input_value("#seed"), able(desk)) == ("1", "1", (True, True))
    page.focus("#seed")
    page.keyboard.press("ControlOrMeta+z")  # the field's own
    page.evaluate("document.activeElement.blur()")
    with desk.redraw():
        page.keyboard.press("ControlOrMeta+z")
    assert (seed(desk), able(desk)) == ("0", (False, True))
    for key in ("ControlOrMeta+Shift+z", "ControlOrMeta+y"):
        with desk.redraw():
            page.keyboard.press(key)
    assert (seed(desk), able(desk)) == ("2", (True, False))
    with desk.redraw():
        page.click("[data-walk=undo]")
    page.reload()
    desk.wait("() => document.querySelector('[data-walk=redo]').ariaDisabled === 'false'")
    assert (seed(desk), able(desk)) == ("1", (True, True))
    page.goto(f"{desk.base}/static/img/icon.svg")  # in the place of what could be redone
    page.go_back()
    desk.wait_drawn(1)
    assert (seed(desk), able(desk)) == ("1", (True, False))
    with desk.redraw():
        page.click("[data-walk=undo]")
    assert (seed(desk), able(desk)) == ("0", (False, True))

    # A browser that does not list its entries knows those since the page was opened.
    page.evaluate("Object.defineProperty(window, 'navigation', { value: undefined })")
    desk.change("seed", "5")
    assert able(desk) == (True, False)
    with desk.redraw():
        page.click("[data-walk=undo]")
    assert (seed(desk), able(desk)) == ("0", (False, True))
    with desk.redraw():
        page.click("[data-walk=redo]")
    assert (seed(desk), able(desk)) == ("5", (True, False))
