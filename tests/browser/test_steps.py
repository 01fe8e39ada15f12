"""Undo and redo: the page's own history of parameters, and no other page's."""

from .desk import UNANSWERED, Desk, OpenDesk

BRIEF = "?epochs=1&batch_size=full"


STANDS = """([seed, undo, redo]) => seed === (new URLSearchParams(location.search).get("seed") ?? "0")
    && seed === document.getElementById("seed").value
    && [["undo", undo], ["redo", redo]].every(([name, able]) =>
        document.querySelector(`[data-walk=${name}]`).ariaDisabled === String(!able))"""


def stands(desk: Desk, seed: str, undo: bool, redo: bool) -> None:
    """The address and the form have a seed, and there is something to undo, or to redo, or not."""
    desk.wait(STANDS, [seed, undo, redo])


def test_steps_walk_the_changes_and_stop_at_the_page(sit: OpenDesk) -> None:
    desk = sit(900, 500)
    page = desk.page
    page.goto(f"{desk.base}/static/img/icon.svg")
    desk.open(BRIEF)
    stands(desk, "0", undo=False, redo=False)
    page.evaluate(UNANSWERED)
    page.click("[data-walk=undo]", force=True)  # leads to no other page
    desk.enter("seed", "1")
    desk.enter("seed", "2")
    stands(desk, "2", undo=True, redo=False)
    page.click("[data-walk=undo]")
    stands(desk, "1", undo=True, redo=True)
    page.focus("#seed")
    page.keyboard.press("ControlOrMeta+z")  # the field's own
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ControlOrMeta+z")
    stands(desk, "0", undo=False, redo=True)
    for key, seed in {"ControlOrMeta+Shift+z": "1", "ControlOrMeta+y": "2"}.items():
        page.keyboard.press(key)
        stands(desk, seed, undo=True, redo=seed == "1")
    page.click("[data-walk=undo]")
    stands(desk, "1", undo=True, redo=True)
    page.reload()
    stands(desk, "1", undo=True, redo=True)
    page.goto(f"{desk.base}/static/img/icon.svg")  # in the place of what could be redone
    page.go_back()
    desk.wait_drawn(1)
    stands(desk, "1", undo=True, redo=False)
    with desk.redraw():
        page.click("[data-walk=undo]")
    stands(desk, "0", undo=False, redo=True)
    assert desk.paths()["request"]["seed"] == 0

    # A browser that does not list its entries knows those since the page was opened.
    page.evaluate("Object.defineProperty(window, 'navigation', { value: undefined })")
    page.evaluate(UNANSWERED)
    desk.enter("seed", "5")
    stands(desk, "5", undo=True, redo=False)
    page.click("[data-walk=undo]")
    stands(desk, "0", undo=False, redo=True)
    page.click("[data-walk=redo]")
    stands(desk, "5", undo=True, redo=False)
