"""The start of the paths: by mouse, touch, keys and typed numbers."""

import re

import pytest
from playwright.sync_api import Route, expect

from .desk import PATHS, Desk, OpenDesk

HANDLE = "#start-handle"
QUICK = "?epochs=1&batch_size=32&batch_size=full"
NOTE = "#preview-note"
NEAR = 2  # pixels
# Of a request whose route is taken away before it is heard of, it is heard after the next one.
ASKED = re.compile(re.escape(PATHS))
PREVIEWED = """([w0, w1]) => {
    const { hidden, dataset: { start } } = document.querySelector(".preview");
    const [x, y] = start?.split(",") ?? [];
    return !hidden && Math.hypot(x - w0, y - w1) < 0.05;
}"""
TYPED = """point => [...document.querySelectorAll("[data-part-of=start]")]
    .every(({ value }, i) => Math.abs(value - point[i]) < 1e-3)"""
# The handle is on the marker, and the paths lie over the surface, both as large as their place.
PLACED = """() => {
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


def fit(desk: Desk, width: int, height: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.wait(PLACED)


def test_the_handle_is_dragged_and_the_picture_follows(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    mouse = desk.page.mouse
    mouse.move(*centre(desk))
    mouse.down()
    for point in ((0.5, 0.0), (2.0, 3.0)):
        pixel = desk.pixel(point)
        asked = len(desk.asked)
        mouse.move(*pixel, steps=3)
        # Live: drawn while the button is down, and not yet in the address.
        desk.wait(PREVIEWED, list(point))
        assert "start" not in desk.query
        assert "max_points=" in desk.paths_url
        # One question a picture; what it does not answer says that it is of the last one.
        assert all("/api/v1/paths?" in url for url in desk.asked[asked:])
        expect(desk.page.locator("main.previewing .last")).to_be_visible()
        # Nothing is drawn of the last picture's paths; the cards and the sentence follow.
        assert [trace["opacity"] for trace in desk.traces("path")] == [0, 0]
        answer = desk.paths()
        assert desk.said("#words") == answer["summary"]
        final = answer["paths"][1]["final"]["excess"]
        assert float(desk.readout(1)[5]) == pytest.approx(final, rel=0.01)
        assert desk.page.inner_text(NOTE) == "Preview: 33 of 33 updates at B = 32"
    # A refused or lost answer leaves the last preview as it was.
    desk.page.route("**/paths?*max_points=*", lambda route: route.abort())
    desk.forgive("Failed to load resource")
    mouse.move(pixel[0] - 40, pixel[1], steps=3)
    desk.page.get_by_text("The server cannot be reached").wait_for()
    assert desk.page.evaluate(PREVIEWED, list(point))
    desk.page.unroute("**/paths?*max_points=*")
    mouse.move(*pixel)
    desk.wait("() => document.getElementById('problem').hidden")
    drawn = desk.drawn
    mouse.up()
    desk.wait("drawn => document.querySelector('main').dataset.drawn > drawn", drawn)
    desk.wait("() => document.querySelector('main.previewing') === null")
    assert desk.page.locator(f".preview, {NOTE}, .last").locator("visible=true").count() == 0
    assert_start(desk, pixel)
    assert "max_points" not in desk.paths_url

    # At rest paths are drawn before their figures are there, and these before the losses.
    held: list[Route] = []
    desk.page.route(
        re.compile(r"/figures/(paths|loss)\?.*start="), lambda route: held.append(route)
    )
    pixel = desk.pixel((0.5, 0.0))
    drawn = desk.drawn
    desk.page.mouse.click(*pixel)
    desk.wait(PREVIEWED, [0.5, 0.0])
    desk.wait("() => document.querySelector('main.previewing .last').offsetParent")
    answer = desk.paths()
    assert desk.said("#words") == answer["summary"]
    losses = [route for route in held if "figures/loss" in route.request.url]
    for route in held:
        if route not in losses:
            route.continue_()
    desk.wait("() => document.querySelector('.preview').hidden")
    assert len(losses) == 1
    expect(desk.page.locator("main.previewing .last")).to_be_visible()
    assert desk.traces("path")[0]["x"][0] == pytest.approx(desk.start()[0])
    final = answer["paths"][1]["final"]["excess"]
    assert float(desk.readout(1)[5]) == pytest.approx(final, rel=0.01)
    assert desk.drawn == drawn
    losses[0].continue_()
    desk.wait_drawn(drawn + 1)
    assert desk.page.locator("main.previewing").count() == 0
    assert_start(desk, pixel)


def test_a_preview_says_what_it_is_of_and_is_coarser_after_one_that_is_late(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=1&batch_size=1&replicas=3&examples=800")
    mouse = desk.page.mouse
    mouse.move(*centre(desk))
    mouse.down()
    mouse.move(*desk.pixel((2.0, 3.0)), steps=3)
    desk.wait(PREVIEWED, [2.0, 3.0])
    points = len(desk.paths()["paths"][0]["points"]["update"]) - 1
    told = f"Preview: {points} of 800 updates at B = 1, first of 3 replicas"
    assert desk.page.inner_text(NOTE) == told
    first = desk.readout()[5]
    mouse.up()
    desk.wait("() => document.querySelector('main.previewing') === null")
    assert "replicas=3" in desk.paths_url
    assert desk.readout()[5] == first  # the same replica

    desk.turn("?epochs=2&batch_size=1")
    asked: list[str] = []
    late = 0.2  # seconds

    def delay(route: Route) -> None:
        asked.append(route.request.url)
        desk.page.wait_for_timeout(1000 * late)
        route.continue_()

    desk.page.route("**/api/v1/paths?*max_points=*", delay)
    mouse.move(*centre(desk))
    mouse.down()
    for point in ([0.0, 0.0], [2.0, 3.0]):
        mouse.move(*desk.pixel((point[0], point[1])))
        desk.wait(PREVIEWED, point)
    assert ["max_updates=1000" in url for url in asked] == [False, True]
    assert desk.page.inner_text(NOTE) == (
        "Preview: the server is busy, so each run ends after 1,000 updates at most"
    )
    desk.page.unroute_all()
    with desk.redraw():
        mouse.up()
    assert desk.paths()["paths"][0]["points"]["update"][-1] == 2100
    expect(desk.page.locator(NOTE)).to_be_hidden()

    # After a drag the picture is as fine as its link.
    held: list[Route] = []
    desk.page.route("**/paths?*max_points=*", lambda route: held.append(route))
    mouse.down()
    with desk.page.expect_request(ASKED):  # and it is under way when the button goes up
        for w0 in (0, 1, 2):
            mouse.move(*desk.pixel((w0, 0)))
    desk.page.unroute("**/paths?*max_points=*")
    with desk.redraw():
        mouse.up()
    assert len(desk.paths()["paths"][0]["points"]["w0"]) > 1000
    (path,) = desk.traces("path")
    assert len(path["x"]) > 1000


def test_the_start_is_clicked_moved_by_keys_typed_and_tapped_in_a_window_of_any_size(
    sit: OpenDesk,
) -> None:
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

    (left, right), (low, high) = desk.figure("paths", AXES)
    desk.page.focus(HANDLE)
    w0, w1 = desk.start()
    held: list[Route] = []
    desk.page.route(ASKED, lambda route: held.append(route))  # of the steps the last one is drawn
    for key, step in {
        "ArrowRight": (0.01, 0),
        "ArrowUp": (0, 0.01),
        "ArrowLeft": (-0.01, 0),
        "ArrowDown": (0, -0.01),
    }.items():
        with desk.page.expect_request(ASKED):
            desk.page.keyboard.press(key)
        w0, w1 = w0 + step[0] * (right - left), w1 + step[1] * (high - low)
        desk.wait(TYPED, [w0, w1])
    w0 += 0.1 * (right - left)
    with desk.redraw():
        with desk.page.expect_request(ASKED):
            desk.page.keyboard.press("Shift+ArrowRight")
        desk.wait(TYPED, [w0, w1])
        held[-1].continue_()
    desk.page.unroute_all()
    assert desk.start() == pytest.approx((w0, w1), abs=1e-3)
    assert_start(desk, desk.pixel((w0, w1)))
    assert desk.page.evaluate("document.activeElement.id") == "start-handle"

    axes = desk.figure("paths", AXES)
    assert axes == desk.figure("surface", AXES)
    x, y = desk.pixel((1, -2))
    desk.page.mouse.move(x, y + 15)  # among the numbers of the axis
    desk.page.mouse.down()
    desk.page.mouse.move(x - 60, y + 15, steps=3)
    desk.page.mouse.up()
    assert desk.figure("paths", AXES) == axes
    pixel = desk.pixel((0, 0))
    with desk.redraw():
        desk.page.mouse.dblclick(*pixel)
    assert desk.figure("paths", AXES) == axes
    assert_start(desk, pixel)

    fit(desk, 900, 500)  # where what is typed is scrolled to and brings no other figure into sight
    first, second = (f".point label:nth-of-type({i}) input" for i in (1, 2))
    _, other = desk.start()
    with desk.redraw():
        desk.type(first, "1.25")
    assert desk.start() == pytest.approx((1.25, other))  # the other stays
    assert_start(desk, desk.pixel((1.25, other)))
    with desk.redraw():
        desk.type(second, "0.5")
    assert_start(desk, desk.pixel((1.25, 0.5)))
    with desk.redraw():
        desk.type(first, "20")  # outside the picture, at whose edge it is held
    x, _ = centre(desk)
    box = desk.page.locator("#plane").bounding_box()
    assert box
    assert x == pytest.approx(box["x"] + box["width"], abs=NEAR)

    desk.fit(360, 640)
    desk.page.evaluate("scrollTo(0, 0)")  # what is typed was scrolled to
    pixel = desk.pixel((1.5, 0.0))
    with desk.redraw():
        desk.page.touchscreen.tap(*pixel)
    assert_start(desk, pixel)
    desk.wait(PLACED)

    for surface, width in {"bowl": 1920, "saddle": 1280}.items():
        desk.change("surface", surface)
        desk.wait(PLACED)
        fit(desk, width, 500)
