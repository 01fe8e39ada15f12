"""The three steps that newcomers are shown."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from .desk import Desk, OpenDesk
from .test_access import troubles

KEY = "batchscape-shown-around"
NOTE = "#coach"
KEPT = f"localStorage.getItem('{KEY}')"
PLACED = """() => {
    const box = document.getElementById("coach").getBoundingClientRect();
    const at = document.querySelector(".pointed").getBoundingClientRect();
    const apart = box.left >= at.right || box.top >= at.bottom || box.bottom <= at.top;
    const near = Math.min(Math.abs(box.left - at.right), Math.abs(box.top - at.bottom), Math.abs(at.top - box.bottom));
    const seen = [box, at].every(({ left, right, top, bottom }) =>
        left >= 0 && top >= -1 && right <= innerWidth && bottom <= innerHeight + 1);
    return apart && near < 12 && seen && document.documentElement.scrollWidth <= innerWidth;
}"""


def pointed(desk: Desk) -> str:
    found: Any = desk.page.locator(".pointed").evaluate("at => at.id || at.className.split(' ')[0]")
    return str(found)


def test_newcomers_are_shown_around_once_and_anybody_who_asks(sit: OpenDesk) -> None:
    desk = sit()
    page = desk.page
    note = page.locator(NOTE)
    page.goto(f"{desk.base}/static/img/icon.svg")
    page.evaluate(f"localStorage.removeItem('{KEY}')")
    desk.open("?epochs=1&batch_size=32&batch_size=full&lang=ja")  # was asked for
    around = page.locator("[data-around]:visible")
    expect(note).to_be_hidden()
    assert page.evaluate(KEPT) is None
    around.first.click()
    assert page.evaluate("document.activeElement.id") == "coach"
    assert page.inner_text(f"{NOTE} p:visible strong") == "出発点をドラッグする"
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "around"
    around.first.click()
    page.evaluate("document.querySelector('.batch-sizes').hidden = true")
    page.click(f"{NOTE} [data-next]")
    assert page.inner_text(f"{NOTE} [data-next]") == "完了"  # what is hidden is no step
    page.click(f"{NOTE} [data-close]")
    page.evaluate("document.querySelector('.batch-sizes').hidden = false")
    for width, height in ((1280, 600), (320, 640)):
        desk.fit(width, height)
        around.first.click()
        for at in ("start-handle", "play", "batch-sizes"):
            assert pointed(desk) == at
            desk.wait(PLACED)
            page.click(f"{NOTE} [data-next]")
        expect(note).to_be_hidden()

    page.set_viewport_size({"width": 1280, "height": 600})
    desk.open("?lang=en")
    note.wait_for()
    assert page.evaluate(KEPT) == "1"
    assert page.evaluate("document.activeElement.tagName") == "BODY"  # nobody is called away
    assert pointed(desk) == "start-handle"
    assert page.evaluate(PLACED)
    page.evaluate(AXE_SCRIPT)
    assert troubles(desk, {"include": [[NOTE]]}) == []
    with desk.redraw():  # what is sooner played, without scrolling to what need not be drawn
        desk.slide("#budget", 1)
    assert pointed(desk) == "start-handle"
    page.focus("#start-handle")
    page.keyboard.press("ArrowUp")
    page.locator("#play.pointed").wait_for()
    page.evaluate("document.querySelector('[data-whole]').dataset.whole = 0.1")
    page.locator("#play").evaluate("play => play.click()")
    page.locator(".batch-sizes.pointed").wait_for()
    assert note.get_by_role("button").all_inner_texts() == ["×", "Done"]
    desk.enter("batch_size", "2")
    note.wait_for(state="hidden")
    assert page.locator(".pointed").count() == 0
    around.first.click()
    page.emulate_media(media="print")
    expect(note).to_be_hidden()
