"""The part of the plane that is seen: by buttons, keys, the wheel, a drag and two fingers."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .desk import Desk, OpenDesk

if TYPE_CHECKING:
    from playwright.sync_api import Locator

QUICK = "?surface=bowl&epochs=1&batch_size=32&batch_size=full"
AXES = "f => [f._fullLayout.xaxis.range, f._fullLayout.yaxis.range]"
BOTH = """() => ["paths", "surface"].map((name) => document.getElementById(`${name}-figure`)._fullLayout)
    .map(({ xaxis, yaxis }) => [[xaxis.range, yaxis.range], [xaxis, yaxis].map((a) => [a._offset, a._length])])"""
FINE = """whole => {
    const { x, y } = document.getElementById("surface-figure").data[0];
    const ends = [x, y].map((values) => [...(values._inputArray ?? values)]);
    return ends[0].at(-1) - ends[0][0] < whole;
}"""


def ranges(desk: Desk) -> list[list[float]]:
    """Both figures' axes, which are the same to the pixel."""
    paths, surface = desk.page.evaluate(BOTH)
    assert surface == paths
    found: list[list[float]] = paths[0]
    (left, right), (low, high) = found
    proportion = (right - left) / (high - low)
    assert proportion == pytest.approx(1)  # two parameters of one unit, over a square domain
    across, up = paths[1]
    assert across[1] == pytest.approx(up[1], abs=1)
    return found


def button(desk: Desk, name: str) -> "Locator":
    return desk.page.locator(f".lens .{name}")


def changed(desk: Desk, before: Any) -> list[list[float]]:
    """Wait until both figures show another part."""
    for figure in ("paths", "surface"):
        desk.wait(
            f"before => JSON.stringify(({AXES})(document.getElementById('{figure}-figure')))"
            " !== JSON.stringify(before)",
            before,
        )
    return ranges(desk)


def test_both_figures_show_the_part_that_is_looked_at(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    whole = ranges(desk)
    start = desk.start()
    assert button(desk, "whole").get_attribute("aria-disabled") == "true"
    two_fingers_zoom_the_plane_and_not_the_page(desk, whole)
    button(desk, "nearer").click()
    zoomed = changed(desk, whole)
    assert zoomed[0][1] - zoomed[0][0] == pytest.approx((whole[0][1] - whole[0][0]) / 1.5)
    desk.page.keyboard.press("ArrowRight")
    moved = changed(desk, zoomed)
    assert moved[0][0] > zoomed[0][0]
    assert moved[1] == zoomed[1]
    desk.wait(FINE, whole[0][1] - whole[0][0])  # the ground is drawn anew for what is seen

    # The wheel with Ctrl, about the pointer; without, the page scrolls (test_touch.py).
    x, y = desk.pixel((0.5, 0.5))
    desk.page.mouse.move(x, y)
    desk.page.keyboard.down("Control")
    desk.page.mouse.wheel(0, -150)
    desk.page.keyboard.up("Control")
    nearer = changed(desk, moved)
    assert desk.pixel((0.5, 0.5)) == pytest.approx((x, y), abs=1)
    # A drag moves what is seen, and is no click.
    desk.page.mouse.down()
    desk.page.mouse.move(x + 40, y + 30, steps=3)
    desk.page.mouse.up()
    dragged = changed(desk, nearer)
    desk.wait(
        """([x, y]) => {
            const { xaxis, yaxis } = document.getElementById("paths-figure")._fullLayout;
            const { left, top } = document.getElementById("plane").getBoundingClientRect();
            return Math.hypot(left + xaxis._offset + xaxis.l2p(0.5) - x,
                top + yaxis._offset + yaxis.l2p(0.5) - y) < 1;
        }""",
        [x + 40, y + 30],
    )
    dragged = ranges(desk)
    assert desk.start() == start

    # What is seen lasts while parameters change, and not on another surface.
    desk.change("seed", "3")
    assert ranges(desk) == dragged
    button(desk, "closeup").click()
    near = changed(desk, dragged)
    closeup = desk.figure("paths", "f => f.layout.meta.closeup")
    for shown, given in zip(near, closeup, strict=True):
        assert shown == pytest.approx(given)
    handle, plane = (desk.page.locator(of).bounding_box() for of in ("#start-handle", "#plane"))
    assert handle
    assert plane  # the start is out of sight: its handle waits at the edge
    assert plane["x"] - 23 <= handle["x"] <= plane["x"] + plane["width"]
    with desk.redraw():
        desk.page.select_option("#surface", "logistic-separable")
    assert desk.figure("paths", AXES) == desk.figure("surface", AXES) == [[-4, 14], [-10, 4]]
    expect(button(desk, "closeup")).to_be_hidden()  # it has no minimum


def two_fingers_zoom_the_plane_and_not_the_page(desk: Desk, whole: list[list[float]]) -> None:
    start = desk.start()
    x, y = desk.pixel((0.5, 0.5))
    session = desk.page.context.new_cdp_session(desk.page)
    for i in range(4):
        kind = "touchMove" if i else "touchStart"
        points = [{"x": x - 20 - 10 * i, "y": y}, {"x": x + 20 + 10 * i, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()
    zoomed = changed(desk, whole)
    assert zoomed[0][1] - zoomed[0][0] < whole[0][1] - whole[0][0]
    assert desk.page.evaluate("visualViewport.scale") == 1
    assert desk.start() == start
    button(desk, "whole").click()
    assert changed(desk, zoomed) == whole
    assert button(desk, "whole").get_attribute("aria-disabled") == "true"
