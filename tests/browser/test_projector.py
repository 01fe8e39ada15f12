"""The projector's view: one screen, large type, controls folded away, and a link."""

from itertools import combinations
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from app.api.stories import STORIES

from .desk import Desk, OpenDesk
from .test_access import troubles
from .test_look import CUT, boxes_of

LINK = "?projector=true&epochs=1&batch_size=32&batch_size=full"
SHOWN = ("#plane", "#cards", ".player", "#words", "#loss-figure", "#marks > :last-child")
LAST_ROW = 50  # of its letters the screen is no more than so many times as high
HEIGHT = "() => [document.scrollingElement.scrollHeight, innerHeight]"
TYPE = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"


def boxes(desk: Desk, words: str = "#words") -> dict[str, Any]:
    return dict(
        zip(SHOWN, boxes_of(desk, *[s.replace("#words", words) for s in SHOWN]), strict=True)
    )


def assert_one_screen(desk: Desk, width: int, height: int, words: str = "#words") -> None:
    """All of it is seen, and nothing lies over anything else."""
    full, seen = desk.page.evaluate(HEIGHT)
    assert full <= seen
    places = boxes(desk, words)
    (places["lens"], slider) = boxes_of(desk, ".lens", "#scrub")
    for name, box in places.items():
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= width, name
        assert box["y"] + box["height"] <= height, name
    for (name, one), (other, two) in combinations(places.items(), 2):
        apart = [
            one[at] + one[size] <= two[at] + 1 or two[at] + two[size] <= one[at] + 1
            for at, size in (("x", "width"), ("y", "height"))
        ]
        assert any(apart), (name, other, width)
    assert places["#plane"]["height"] >= height / 2
    assert places["#plane"]["width"] >= width / 2
    assert slider["width"] >= width / 10


def test_a_link_a_key_and_a_button_project_on_one_screen_and_escape_and_back_leave(
    sit: OpenDesk,
) -> None:
    desk = sit()
    page = desk.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    desk.open(LINK)
    text = 0.0
    for width, height in ((1920, 1080), (1280, 720)):
        desk.fit(width, height)
        assert_one_screen(desk, width, height)
        letters = page.locator("#words, .card dd:visible, .player button, #marks").evaluate_all(
            TYPE
        )
        text = desk.figure("paths", "f => f.layout.font.size")
        assert min(*letters, text) >= height / LAST_ROW
        expect(page.locator("#form")).to_be_hidden()
        expect(page.locator(".top nav").first).to_be_hidden()
    page.evaluate(AXE_SCRIPT)
    assert troubles(desk) == []
    page.click("[data-unfold]")
    expect(page.locator("#learning_rate")).to_be_visible()
    assert page.get_attribute("[data-unfold]", "aria-expanded") == "true"
    plane = boxes(desk)["#plane"]
    desk.change("seed", "3")
    assert boxes(desk)["#plane"] == plane  # the controls lie over the picture
    assert desk.query["projector"] == ["true"]
    page.keyboard.press("Escape")
    expect(page.locator("#form")).to_be_hidden()
    with desk.redraw():
        page.keyboard.press("Escape")
    assert "projector" not in desk.query
    expect(page.locator("#form")).to_be_visible()
    assert desk.figure("paths", "f => f.layout.font.size") < text
    assert page.evaluate("document.activeElement.dataset.project") == "true"

    desk.fit(1280, 600)  # what is below would be drawn each time
    page.locator("#seed").evaluate("seed => seed.focus({ preventScroll: true })")
    page.keyboard.press("f")  # in a field it is a letter
    expect(page.locator("#form")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    with desk.redraw():
        page.keyboard.press("f")
    assert desk.query["projector"] == ["true"]
    expect(page.locator("#form")).to_be_hidden()
    desk.wait("() => Boolean(document.fullscreenElement)")
    expect(page.locator("[data-fill]")).to_be_hidden()
    with desk.redraw():
        page.evaluate("document.exitFullscreen()")  # as Escape does
    assert "projector" not in desk.query
    with desk.redraw():
        page.click("[data-project=true]")
    with desk.redraw():
        page.go_back()
    desk.wait("() => !document.fullscreenElement")
    expect(page.locator("#form")).to_be_visible()


def test_a_story_and_six_cards_are_one_screen_too(sit: OpenDesk) -> None:
    desk = sit(1920, 1080)
    desk.open(f"?projector=true&{STORIES['printed-loss'].address}")  # the longest sentence
    expect(desk.page.locator(".telling a").first).to_be_hidden()
    for width, height in ((1920, 1080), (1280, 720)):
        desk.fit(width, height)
        assert_one_screen(desk, width, height, ".told")
    desk.turn("?projector=true&epochs=1&" + "&".join(f"batch_size={2**k}" for k in range(6)))
    assert desk.page.locator("#cards .card").count() == 6
    assert desk.page.locator(".figure").evaluate_all(CUT) == []


def test_another_page_is_projected_too(sit: OpenDesk) -> None:
    desk = sit(1280, 720)
    desk.open(
        "tradeoff?examples=40&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8&projector=true"
    )
    expect(desk.page.locator("#form")).to_be_hidden()
    for asked in ("/tradeoff?", "/figures/tradeoff-updates?"):
        assert any(asked in url and "size=large" in url for url in desk.asked)
    assert desk.page.evaluate("document.scrollingElement.scrollWidth") <= 1280
