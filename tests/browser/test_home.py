"""What the page shows: the first visit, views, replicas, the losses' axis."""

import re

import pytest
from playwright.sync_api import expect

from .desk import OpenDesk

NAMES = ["B = 1", "B = 32", "B = 1,050 (full)"]
ENDS = "f => f.calcdata.map(points => points.at(-1).x)"


def test_the_first_visit_shows_three_paths_with_nothing_to_press(sit: OpenDesk) -> None:
    desk = sit()
    desk.open()
    assert desk.page.url == f"{desk.base}/"
    paths = desk.traces("path")
    assert [trace["name"] for trace in paths] == NAMES
    assert desk.figure("loss", ENDS) == pytest.approx([20] * 6)
    assert [len(trace["x"]) for trace in paths] == [
        len(path["points"]["w0"]) for path in desk.paths()["paths"]
    ]
    # Three paths, and of the two that wander the way and the ellipse.
    assert desk.page.locator("#paths-figure .scatterlayer .js-line").count() == 7
    assert desk.page.locator("#surface-figure .contourlayer .contourlevel path").count() > 5
    minima = desk.figure("paths", "f => f.data.filter(trace => trace.meta?.role === 'minima')")
    assert len(minima) == 1
    assert desk.page.locator("#paths-figure .scatterlayer .trace").count() == 12
    numbers = re.findall(r"\d[\d,.]*", desk.page.inner_text("#words"))
    assert {"20", "1", "21,000", "32", "660"} <= {number.rstrip(".,") for number in numbers}
    lines = desk.figure("loss", "f => f.data.map(trace => [trace.meta.role, trace.line.color])")
    assert [role for role, _ in lines] == ["loss"] * 3 + ["running median"] * 3
    assert [colour for _, colour in lines[3:]] == [trace["line"]["color"] for trace in paths]
    assert desk.page.locator("#loss-figure .scatterlayer .js-line").count() == 6
    assert desk.page.locator(".error:visible").count() == 0
    # A batch size has one colour everywhere.
    colours = [trace["line"]["color"].replace(",", ", ") for trace in paths]
    for rows in (".batch-size .dot", "#cards input"):
        shown = desk.page.locator(rows).evaluate_all(
            "dots => dots.map(dot => getComputedStyle(dot).backgroundColor)"
        )
        assert shown == colours
    # The losses are drawn against epochs, updates or examples seen.
    seen = {"updates": [21_000, 660, 20], "examples_seen": [21_000] * 3}
    for axis, ends in seen.items():
        with desk.redraw():
            desk.page.locator(f"input[name=axis][value={axis}] + span").click()
        assert desk.query == {"axis": [axis]}
        assert desk.figure("loss", ENDS) == pytest.approx(ends * 2)
    # And back to the first picture.
    desk.change("batch_size", "2")
    with desk.redraw():
        desk.page.click("[data-restart]")
    assert desk.page.url == f"{desk.base}/"
    assert [trace["name"] for trace in desk.traces("path")] == NAMES
    assert desk.figure("loss", ENDS) == pytest.approx([20] * 6)
    # What changes nothing leaves no history.
    desk.page.evaluate("() => { history.pushState = () => { throw new Error('pushed'); }; }")
    with desk.redraw():
        desk.page.click("[data-restart]")


def test_replicas_are_a_path_a_cloud_and_a_band_and_a_batch_size_given_twice_is_one_path(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.open("?replicas=16&epochs=2")
    # The ends lie over the minima, and these over the paths.
    roles = desk.figure("paths", "f => f.data.map(trace => trace.meta?.role)")
    star = roles.index("minima")
    assert {*roles[:star]} == {"path", "way"}
    assert {"cloud", "ellipse", "head", "start"} == {*roles[star + 1 :]}
    assert len(desk.traces("path")) == 3
    clouds = "f => f.calcdata.filter(c => c[0].trace.meta?.role === 'cloud').map(c => c.length)"
    assert desk.figure("paths", clouds) == [16, 16, 16]
    roles = desk.figure("loss", "f => f.data.map(trace => trace.meta.role)")
    assert roles == ["band"] * 3 + ["median"] * 3
    for words in ("#words", "#paths-note", "#loss-note"):
        expect(desk.page.locator(words)).to_contain_text("16 replicas")
    # Where replicas ended is not shown before the end.
    visible = "f => f.data.filter(t => t.meta?.role === 'cloud').map(t => t.visible)"
    desk.page.locator("#scrub").fill("3")
    assert desk.figure("paths", visible) == [False] * 3
    desk.page.locator("#scrub").fill(desk.page.get_attribute("#scrub", "max") or "")
    assert desk.figure("paths", visible) == [True] * 3

    desk.turn("?epochs=1&batch_size=8&batch_size=1050&batch_size=full&batch_size=8&batch_size=64")
    colours = [trace["line"]["color"].replace(",", ", ") for trace in desk.traces("path")]
    assert len(colours) == 3  # a path each, however often it is asked for
    dots = desk.page.locator(".batch-size .dot").evaluate_all(
        "dots => dots.map(dot => getComputedStyle(dot).backgroundColor)"
    )
    assert dots == [colours[i] for i in (0, 1, 1, 0, 2)]
