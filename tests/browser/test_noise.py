"""The noise page: the point by mouse and keys, figures that follow it, and the address."""

import re

import pytest
from playwright.sync_api import expect

from .desk import Desk, OpenDesk

HANDLE = "#point-handle"
QUICK = "?examples=100&draws=60&batch_size=1&batch_size=10&batch_size=full&epochs=2"
PANELS = [
    "angles", "noise-cloud", "noise-law", "noise-map", "epoch-sum", "turning", "noise-along",
    "one-step-gain", "largest-rate", "last-batch", "printed-loss", "felt-noise-scale", "adascale",
    "batch-statistics", "running-statistics", "instruments-norm-test", "instruments-cabs", "instruments-early-stopping",
]  # fmt: skip


def sit_down(sit: OpenDesk, query: str = QUICK, **size: int) -> Desk:
    desk = sit(**size)
    desk.page.goto(f"{desk.base}/noise{query}")
    desk.wait_drawn(1)
    return desk


def centre(desk: Desk) -> tuple[float, float]:
    box = desk.page.locator(HANDLE).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pixel(desk: Desk, point: tuple[float, float]) -> tuple[float, float]:
    x, y = desk.page.locator("#directions-figure").evaluate(
        """(figure, [w0, w1]) => {
            const { xaxis, yaxis } = figure._fullLayout;
            const { left, top } = figure.getBoundingClientRect();
            return [left + xaxis._offset + xaxis.l2p(w0), top + yaxis._offset + yaxis.l2p(w1)];
        }""",
        list(point),
    )
    return x, y


def caption(desk: Desk, panel: str, count: int = 1) -> str:
    """A panel's caption, once it has been scrolled to and drawn so often."""
    desk.page.locator(f"#{panel}").scroll_into_view_if_needed()
    desk.wait(
        "([id, count]) => Number(document.getElementById(id).dataset.drawn ?? 0) >= count",
        [panel, count],
    )
    return desk.said(f"#caption-{panel}")


def drawn_at(desk: Desk) -> list[float]:
    found: list[float] = desk.page.locator("#directions-figure").evaluate(
        """figure => {
            const at = figure.data.findIndex((trace) => trace.meta?.role === "point");
            const { x, y } = figure.calcdata[at][0];
            return [x, y];
        }"""
    )
    return found


def test_every_figure_is_drawn_fits_and_says_what_it_shows(sit: OpenDesk) -> None:
    desk = sit_down(sit, width=1920)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 1920
    desk.fit(1280)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 1280
    desk.fit(360)
    for panel in PANELS:
        assert len(caption(desk, panel)) > 40, panel
    assert desk.page.locator(".panel .error:visible").count() == 0
    assert desk.page.locator("#measured tr").count() == 3
    # One colour a batch size: arrows, the form's dots and the table agree.
    colours = "all => all.map(dot => dot.style.getPropertyValue('--colour'))"
    form = desk.page.locator(".batch-size .dot").evaluate_all(colours)
    assert form == desk.page.locator("#measured .dot").evaluate_all(colours)
    assert len(set(form)) == 3
    desk.fit(360)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 360
    desk.page.emulate_media(color_scheme="dark")
    desk.wait_drawn(2)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_point_is_moved_by_keys_and_dragged_and_all_follows(sit: OpenDesk) -> None:
    desk = sit_down(sit)
    w0, w1 = drawn_at(desk)
    desk.page.locator(HANDLE).focus()
    with desk.redraw():
        desk.page.keyboard.press("Shift+ArrowRight")
    assert drawn_at(desk) == pytest.approx([w0 + 0.6, w1], abs=1e-3)  # a tenth of the axis
    with desk.redraw():
        desk.page.go_back()
    assert drawn_at(desk) == pytest.approx([w0, w1], abs=1e-3)
    assert "at" not in desk.query

    before, words = caption(desk, "noise-cloud"), desk.page.locator("#words").inner_text()
    desk.page.locator("#plane").scroll_into_view_if_needed()
    mouse = desk.page.mouse
    mouse.move(*centre(desk))
    mouse.down()
    for point in ((0.0, 1.0), (0.8, 1.8)):
        count = desk.drawn
        target = pixel(desk, point)
        mouse.move(*target, steps=3)
        desk.wait("count => document.querySelector('main').dataset.drawn > count", count)
        assert "at" not in desk.query  # not before it is let go
    mouse.up()
    # Pictures of the way there may still come in before the last one.
    desk.wait(
        """w0 => {
            const { data, calcdata } = document.getElementById("directions-figure");
            const at = data.findIndex((trace) => trace.meta?.role === "point");
            return Math.abs(calcdata[at][0].x - w0) < 0.03;
        }""",
        0.8,
    )
    assert drawn_at(desk) == pytest.approx([0.8, 1.8], abs=0.03)
    assert centre(desk) == pytest.approx(target, abs=2)
    (at,) = desk.query["at"]
    assert [float(w) for w in at.split(",")] == pytest.approx(drawn_at(desk), abs=1e-5)
    assert desk.page.locator("#words").inner_text() != words
    desk.wait(
        "before => document.getElementById('caption-noise-cloud').innerText !== before", before
    )


def test_another_surface_has_its_own_point_even_a_stationary_one_and_last_batch_or_none(
    sit: OpenDesk,
) -> None:
    desk = sit_down(sit, f"{QUICK}&at=0,1&learning_rate=0.3")
    words = desk.said("#words")
    assert "at ε = 0.3, drawn 2 times as long: all 60 of each batch size" in words
    # A bad value keeps the last picture.
    desk.forgive("422")
    arrows = "#directions-figure .scatterlayer .trace"
    before = desk.page.locator(arrows).count()
    desk.enter("draws", "7")
    error = desk.page.locator("#error-draws")
    error.wait_for(state="visible")
    assert re.search(r"draws is '7'.*30", error.inner_text())
    assert desk.page.locator(arrows).count() == before
    with desk.redraw():
        desk.enter("draws", "90")
    expect(error).to_be_hidden()
    expect(desk.page.locator("#words")).to_contain_text("90 mini-batches")

    fields = desk.page.locator("[data-part-of=at]")
    assert fields.evaluate_all("all => all.map(f => f.value)") == ["0", "1"]
    with desk.redraw():
        desk.page.select_option("#surface", "bowl")
    assert "at" not in desk.query
    assert drawn_at(desk) == pytest.approx([-3, 2.5])
    assert fields.evaluate_all("all => all.map(f => f.value)") == ["-3", "2.5"]
    expect(desk.page.locator("[data-default-of=at]")).to_be_visible()
    assert "1,001 examples in batches of 100" in caption(desk, "last-batch")
    with desk.redraw():
        desk.enter("last_examples", "101")
    assert desk.query["last_examples"] == ["101"]
    assert "101 examples in batches of 100" in caption(desk, "last-batch", 2)
    assert desk.query["examples"] == ["100"]  # those of the page are others
    # A stationary point is words.
    for axis in (0, 1):
        with desk.redraw():
            desk.slide(f"[data-part-of=at] >> nth={axis}", 0)
    assert desk.query["at"] == ["0,0"]
    expect(desk.page.locator("#words")).to_contain_text("no direction to stray from")
    expect(desk.page.locator("#measured")).to_contain_text("undefined")
    desk.page.locator("#angles").scroll_into_view_if_needed()
    expect(desk.page.locator("#caption-angles")).to_contain_text("stationary")
    # A figure that is refused says why.
    with desk.redraw():
        desk.page.select_option("#surface", "logistic-separable")
    desk.page.locator("#last-batch").scroll_into_view_if_needed()
    error = desk.page.locator("#last-batch .error")
    error.wait_for(state="visible")
    expect(error).to_contain_text("one with a known minimum")


def test_axes_end_where_they_say(sit: OpenDesk) -> None:
    """Angles at 180 degrees, whose label is shown; the noise scale along a run at 1000 N."""
    desk = sit_down(sit, "?surface=two-wells&examples=100&draws=60&epochs=20", width=1280)
    for panel in ("angles", "turning", "noise-along"):
        caption(desk, panel)
    ends(desk)
    desk.fit(360, 600)
    ends(desk)


def ends(desk: Desk) -> None:
    for panel in ("angles", "turning"):
        ticks = desk.page.locator(f"#{panel} .xtick text:visible").all_text_contents()
        assert ticks == ["0°", "45°", "90°", "135°", "180°"]
    (top,) = desk.page.locator("#noise-along .js-plotly-plot").evaluate_all(
        "all => all.map(figure => figure._fullLayout.yaxis.range[1])"
    )
    assert top == pytest.approx(5)
