"""The start of the paths: by mouse, touch, keys and typed numbers."""

from typing import TYPE_CHECKING

import pytest

from .desk import Desk, OpenDesk

if TYPE_CHECKING:
    from playwright.sync_api import Route

HANDLE = "#start-handle"
QUICK = "?epochs=1&batch_size=32&batch_size=full"
NEAR = 2  # pixels
AXES = "f => [f._fullLayout.xaxis.range, f._fullLayout.yaxis.range]"


def centre(desk: Desk) -> tuple[float, float]:
    box = desk.page.locator(HANDLE).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def asked_start(desk: Desk) -> list[float]:
    start: list[float] = desk.paths()["request"]["start"]
    return start


def assert_start(desk: Desk, pixel: tuple[float, float]) -> None:
    """Address, request, fields, marker, paths and handle agree on a start at this pixel."""
    start = desk.start()
    assert desk.pixel(start) == pytest.approx(pixel, abs=NEAR)
    assert centre(desk) == pytest.approx(desk.pixel(start), abs=NEAR)
    assert desk.query["start"] == [f"{start[0]:g},{start[1]:g}"]
    assert asked_start(desk) == pytest.approx(start)  # figures have float32
    fields = desk.page.locator("[data-part-of=start]")
    values = fields.evaluate_all("all => all.map(f => Number(f.value))")
    assert values == asked_start(desk)
    for path in desk.traces("path"):
        assert (path["x"][0], path["y"][0]) == pytest.approx(start)


def test_a_click_on_the_contour_is_the_start(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    before = desk.traces("path")
    for point in ((1.5, 0.0), (-1.0, 3.0)):
        pixel = desk.pixel(point)
        with desk.redraw():
            desk.page.mouse.click(*pixel)
        assert_start(desk, pixel)
        assert desk.start() == pytest.approx(point, abs=0.05)
    assert desk.traces("path") != before


def test_the_handle_is_dragged_and_the_picture_follows(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    mouse = desk.page.mouse
    mouse.move(*centre(desk))
    mouse.down()
    for point in ((0.5, 0.0), (2.0, 3.0)):
        count = desk.drawn
        pixel = desk.pixel(point)
        mouse.move(*pixel, steps=3)
        # Live: drawn while the button is down, and not yet in the address.
        desk.wait("count => document.querySelector('main').dataset.drawn > count", count)
        desk.wait(
            """([w0, w1]) => {
                const figure = document.getElementById("paths-figure");
                const at = figure.data.findIndex((trace) => trace.meta?.role === "start");
                const { x, y } = figure.calcdata[at][0];
                return Math.hypot(x - w0, y - w1) < 0.05;
            }""",
            list(point),
        )
        assert "start" not in desk.query
        assert "max_points=500" in desk.paths_url
    with desk.redraw():
        mouse.up()
    assert_start(desk, pixel)
    assert "max_points" not in desk.paths_url


def test_after_a_drag_the_picture_is_as_fine_as_its_link(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2&batch_size=1")
    held: list[Route] = []
    desk.page.route("**/paths?*max_points=500*", lambda route: held.append(route))
    mouse = desk.page.mouse
    mouse.move(*centre(desk))
    mouse.down()
    for point in ((0, 0), (1, 0), (2, 0)):  # the first is under way when the button goes up
        mouse.move(*desk.pixel(point))
    desk.page.unroute("**/paths?*max_points=500*")
    with desk.redraw():
        mouse.up()
    assert len(desk.paths()["paths"][0]["points"]["w0"]) > 1000
    (path,) = desk.traces("path")
    assert len(path["x"]) > 1000


def test_the_start_is_tapped(sit: OpenDesk) -> None:
    desk = sit(360, 800)
    desk.open(QUICK)
    pixel = desk.pixel((1.5, 0.0))
    with desk.redraw():
        desk.page.touchscreen.tap(*pixel)
    assert_start(desk, pixel)


def test_arrow_keys_move_the_focused_handle(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    (left, right), (low, high) = desk.figure("paths", AXES)
    desk.page.focus(HANDLE)
    w0, w1 = desk.start()
    for key, step in {
        "ArrowRight": (0.01, 0),
        "ArrowUp": (0, 0.01),
        "ArrowLeft": (-0.01, 0),
        "ArrowDown": (0, -0.01),
        "Shift+ArrowRight": (0.1, 0),
    }.items():
        with desk.redraw():
            desk.page.keyboard.press(key)
        w0, w1 = w0 + step[0] * (right - left), w1 + step[1] * (high - low)
        assert desk.start() == pytest.approx((w0, w1), abs=1e-3)
    assert_start(desk, desk.pixel((w0, w1)))
    assert desk.page.evaluate("document.activeElement.id") == "start-handle"


def test_the_start_is_typed(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    first, second = (f".point label:nth-of-type({i}) input" for i in (1, 2))
    with desk.redraw():
        desk.type(first, "1.25")
    assert desk.query["start"] == ["1.25,-1"]  # the other stays
    assert_start(desk, desk.pixel((1.25, -1)))
    with desk.redraw():
        desk.type(second, "0.5")
    assert_start(desk, desk.pixel((1.25, 0.5)))


def test_a_start_outside_the_picture_is_held_at_its_edge(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(f"{QUICK}&start=20,0")
    x, _ = centre(desk)
    box = desk.page.locator("#plane").bounding_box()
    assert box
    assert x == pytest.approx(box["x"] + box["width"], abs=NEAR)


def test_the_paths_stay_over_the_surface(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    before = desk.figure("paths", AXES)
    assert before == desk.figure("surface", AXES)
    x, y = desk.pixel((1, -2))
    desk.page.mouse.move(x, y + 15)  # among the numbers of the axis
    desk.page.mouse.down()
    desk.page.mouse.move(x - 60, y + 15, steps=3)
    desk.page.mouse.up()
    assert desk.figure("paths", AXES) == before
    pixel = desk.pixel((0, 0))
    with desk.redraw():
        desk.page.mouse.dblclick(*pixel)
    assert desk.figure("paths", AXES) == before
    assert_start(desk, pixel)


@pytest.mark.parametrize("surface", ["least-squares", "bowl", "saddle"])
def test_the_handle_stays_on_the_marker_when_the_window_changes(
    sit: OpenDesk, surface: str
) -> None:
    desk = sit()
    desk.open(f"{QUICK}&surface={surface}")
    assert centre(desk) == pytest.approx(desk.pixel(desk.start()), abs=NEAR)
    for width, height in ((900, 700), (360, 640), (1920, 1080)):
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.wait(
            """() => {
                const figure = document.getElementById("paths-figure");
                const { width, height, xaxis, yaxis } = figure._fullLayout;
                const plane = document.getElementById("plane").getBoundingClientRect();
                const handle = document.getElementById("start-handle").getBoundingClientRect();
                const at = figure.data.findIndex((trace) => trace.meta?.role === "start");
                const { x, y } = figure.calcdata[at][0];
                const left = plane.left + xaxis._offset + xaxis.l2p(x);
                const top = plane.top + yaxis._offset + yaxis.l2p(y);
                const ground = document.getElementById("surface-figure")._fullLayout;
                const axes = [[xaxis, ground.xaxis], [yaxis, ground.yaxis]];
                if (!axes.every(([over, under]) => Math.abs(over._offset - under._offset) < 0.01
                    && Math.abs(over._length - under._length) < 0.01)) return false;
                if (figure.layout.yaxis.scaleanchor && Math.abs(
                    xaxis.l2p(1) - xaxis.l2p(0) - yaxis.l2p(0) + yaxis.l2p(1)) > 0.01) return false;
                return Math.abs(width - plane.width) < 1 && Math.abs(height - plane.height) < 1
                    && Math.abs(left - handle.left - handle.width / 2) < 2
                    && Math.abs(top - handle.top - handle.height / 2) < 2;
            }"""
        )
