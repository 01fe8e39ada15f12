"""A finger and a wheel scroll the page over every chart; a zoom is asked for."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from .desk import Desk, OpenDesk
from .test_access import OPEN, PRESSED

HOME = "?epochs=1&batch_size=32&batch_size=full"
PAGES = {
    "home": HOME,
    "noise": "noise?draws=30&batch_size=32&batch_size=full&epochs=1",
    "tradeoff": "tradeoff?examples=40&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8",
    "learn": "learn?",
    "embed": "embed/loss?epochs=1&batch_size=32",
}
SWIPE = 90  # pixels
# What a zoom or a turn would change.
SEEN = """plot => JSON.stringify(Object.entries(plot._fullLayout)
    .filter(([name]) => /^([xy]axis|scene)\\d*$/.test(name))
    .map(([name, part]) => [name, part.range, part.camera?.eye]))"""
# What is pressed, and smaller than a finger. A link in a sentence is as high as its line.
SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary, textarea")]
    .filter((one) => one.checkVisibility() && !one.matches(".skip, [type=hidden], .segments input"))
    .filter((one) => getComputedStyle(one).display !== "inline" && !one.matches(".term:not(.words-used *)"))
    .map((one) => [one, (one.matches("[type=radio], [type=checkbox]") && (one.closest(".card") ?? one.closest("label")) || one)
        .getBoundingClientRect()])
    .filter(([, { width, height }]) => Math.min(width, height) < 43.5)
    .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 100)} ${width} x ${height}`)"""


def finger(
    desk: Desk, start: tuple[float, float], end: tuple[float, float], steps: int = 4
) -> None:
    """One finger down, moved in steps and lifted."""
    session = desk.page.context.new_cdp_session(desk.page)
    for i in range(steps + 1):
        at = [a + (b - a) * i / steps for a, b in zip(start, end, strict=True)]
        touch = {"type": "touchMove" if i else "touchStart", "touchPoints": [dict(zip("xy", at, strict=True))]}  # fmt: skip
        session.send("Input.dispatchTouchEvent", touch)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def middle(desk: Desk, plot: Any) -> tuple[float, float]:
    """Bring a chart to the middle of the window; its own middle, with the page above and below."""
    desk.page.evaluate("document.body.style.padding = '100vh 0'")  # room to scroll in
    plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")
    box = plot.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def charts(desk: Desk) -> list[Any]:
    """Charts of the page that stand for all, drawn."""
    desk.page.locator("[data-choose=right]").evaluate_all(PRESSED)
    found = desk.page.locator(".figure:not(#surface-figure)").all()
    found = found[:3]  # they are made alike, and each that is seen is drawn
    for plot in found:
        plot.scroll_into_view_if_needed()
        plot.locator(".main-svg").first.wait_for(state="attached")
    assert found
    return found


def zooms_when_asked_and_goes_back(desk: Desk) -> None:
    plot = desk.page.locator("#loss-figure")
    hold = desk.page.locator("#loss-figure + .hold")
    seen = plot.evaluate(SEEN)
    expect(hold.get_by_text("Show all")).to_be_hidden()
    hold.get_by_text("Zoom").click()
    x, y = middle(desk, plot)
    scrolled = desk.page.evaluate("scrollY")
    finger(desk, (x, y), (x + 60, y + 60))
    hold.get_by_text("Show all").wait_for()
    assert plot.evaluate(SEEN) != seen
    assert desk.page.evaluate("scrollY") == scrolled
    hold.get_by_text("Show all").click()
    assert plot.evaluate(SEEN) == seen
    expect(hold.get_by_text("Show all")).to_be_hidden()
    hold.get_by_text("Zoom").click()
    finger(desk, (x, y), (x, y - SWIPE))
    desk.wait("before => scrollY > before", scrolled)
    assert plot.evaluate(SEEN) == seen


def turns_when_asked(desk: Desk) -> None:
    with desk.redraw():
        desk.page.get_by_text("3D", exact=True).click()
    assert desk.page.evaluate(SMALL) == []
    plot = desk.page.locator("#paths-figure")
    a_finger_scrolls_the_page(desk, plot, steps=2)  # for each the surface is rendered
    a_wheel_scrolls_the_page(desk, plot)
    x, y = middle(desk, plot)
    seen = json.loads(plot.evaluate(SEEN))
    desk.page.get_by_text("Turn and zoom").click()
    finger(desk, (x, y), (x + 60, y), steps=2)
    desk.wait(
        f"seen => ({SEEN})(document.getElementById('paths-figure')) !== seen", json.dumps(seen)
    )
    with desk.redraw():
        desk.page.get_by_text("contour").click()
    expect(desk.page.get_by_text("Turn and zoom")).to_be_hidden()  # the plane is not zoomed


def a_finger_scrolls_the_page(desk: Desk, plot: Any, steps: int = 4) -> None:
    x, y = middle(desk, plot)
    seen, before = plot.evaluate(SEEN), desk.page.evaluate("scrollY")
    finger(desk, (x, y), (x, y - SWIPE), steps)
    desk.wait("before => scrollY > before + 20", before)
    assert plot.evaluate(SEEN) == seen


def a_wheel_scrolls_the_page(desk: Desk, plot: Any) -> None:
    x, y = middle(desk, plot)
    seen, before = plot.evaluate(SEEN), desk.page.evaluate("scrollY")
    desk.page.mouse.move(x, y)
    desk.page.mouse.wheel(0, SWIPE)
    desk.wait("before => scrollY > before", before)
    assert plot.evaluate(SEEN) == seen


@pytest.mark.parametrize("which", PAGES)
def test_a_finger_and_a_wheel_over_every_chart_scroll_the_page_until_it_is_asked(
    sit: OpenDesk, which: str
) -> None:
    desk = sit(360, 700)
    desk.open(PAGES[which])
    drawn = charts(desk)
    # One figure's data stands for those of all: they are made alike.
    desk.page.locator("main details:not(.take)").evaluate_all(OPEN)
    takes = desk.page.locator("main .take:visible").all()[:1]
    for take in takes:
        take.evaluate("one => (one.open = true)")
        take.locator("table").wait_for()
    assert desk.page.evaluate(SMALL) == []
    for take in takes:
        take.evaluate("one => (one.open = false)")
    for plot in drawn:
        assert desk.page.locator(".whole:not(.lens *):visible").count() == 0
        a_finger_scrolls_the_page(desk, plot)
    if which == "home":
        for plot in drawn[:2]:  # those of the first screen
            a_wheel_scrolls_the_page(desk, plot)
        zooms_when_asked_and_goes_back(desk)
        turns_when_asked(desk)


RANGES = "plot => [plot._fullLayout.xaxis.range, plot._fullLayout.yaxis.range]"


def test_a_zoom_lasts_until_the_axis_measures_something_else(sit: OpenDesk) -> None:
    desk = sit(1280, 800)
    desk.open(HOME)
    plot = desk.page.locator("#loss-figure")
    whole = desk.page.locator("#loss-figure + .hold").get_by_text("Show all")
    first = plot.evaluate(RANGES)
    box = plot.bounding_box()
    assert box
    desk.page.mouse.move(box["x"] + 120, box["y"] + 60)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] + 220, box["y"] + 140, steps=4)
    desk.page.mouse.up()
    whole.wait_for()
    zoomed = plot.evaluate(RANGES)
    assert zoomed != first
    desk.change("seed", "3")
    assert plot.evaluate(RANGES) == zoomed
    desk.change("learning_rate", "0.05")
    assert plot.evaluate(RANGES) == zoomed
    whole.click()
    other = plot.evaluate(RANGES)
    assert other[1] == desk.figure("loss", "figure => figure.layout.yaxis.range") != zoomed[1]
    desk.page.mouse.move(box["x"] + 120, box["y"] + 60)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] + 220, box["y"] + 140, steps=4)
    desk.page.mouse.up()
    whole.wait_for()
    with desk.redraw():
        desk.page.click("input[name=axis][value=updates] + span")
    expect(whole).to_be_hidden()


def test_nothing_on_the_api_page_is_smaller_than_a_finger(sit: OpenDesk) -> None:
    desk = sit(360, 700)
    desk.page.goto(f"{desk.base}/docs#surfaces")
    assert desk.page.evaluate(SMALL) == []
