"""``/figures``: Plotly figures that show what the JSON says."""

from urllib.parse import urlencode

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.problems.surface import Surface
from app.science.relief import FINEST, relief
from tests.api.reading import Get, ask, numbers, traces

KILOBYTES_120 = 120_000
PLAIN = {"examples": 40, "batch_size": [1, 8, "full"], "epochs": 3}


@pytest.mark.parametrize("url", ["surface", "paths?background=false", "loss", "surface?view=3d"])
def test_default_figures_are_small(get: Get, url: str) -> None:
    assert len(get(f"/api/v1/figures/{url}").content) < KILOBYTES_120


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_has_every_figure(get: Get, surface: str) -> None:
    query = {"surface": surface, "examples": 20, "epochs": 2, "batch_size": [1, "full"]}
    for view in ("contour", "3d"):
        assert ask(get, "surface", surface=surface, examples=20, view=view).data
        figure = ask(get, "paths", **query, view=view, theme="dark", background="false")
        assert len(traces(figure, "path")) == 2
    for noise in (0, 1000):
        assert ask(get, "loss", **query, noise=noise, replicas=2).data
        assert ask(get, "paths", **query, noise=noise).data


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_the_surface_is_the_grid(get: Get, view: str) -> None:
    figure = ask(get, "surface", surface="beale", view=view)
    ground = figure.data[0]
    size = len(numbers(ground.x))
    grid = get(f"/api/v1/surfaces/beale/grid?resolution={size}").json()
    np.testing.assert_allclose(numbers(ground.x), grid["w0"])
    np.testing.assert_allclose(numbers(ground.y), grid["w1"])
    np.testing.assert_allclose(numbers(ground.customdata), grid["values"], rtol=1e-6, atol=1e-6)
    minima = get("/api/v1/surfaces/beale").json()["minima"]
    np.testing.assert_allclose(numbers(figure.data[1].x), [m["point"][0] for m in minima])
    np.testing.assert_allclose(numbers(figure.data[1].y), [m["point"][1] for m in minima])


def test_a_part_of_the_surface_is_drawn_as_finely(get: Get) -> None:
    whole = ask(get, "surface", surface="himmelblau", part="-5,5,-5,5")
    assert whole.data == ask(get, "surface", surface="himmelblau").data
    near = ask(get, "surface", surface="himmelblau", part="2.5,3.5,1e0,2.5")
    assert (list(near.layout.xaxis.range), list(near.layout.yaxis.range)) == ([2.5, 3.5], [1, 2.5])
    x, y, losses = (numbers(near.data[0][name]) for name in ("x", "y", "customdata"))
    assert (x[0], x[-1], y[0], y[-1], len(x)) == (2.5, 3.5, 1, 2.5, len(numbers(whole.data[0].x)))
    i = int(np.abs(x - 3).argmin()), int(np.abs(y - 2).argmin())
    assert losses[i[1], i[0]] == pytest.approx(0, abs=0.1)  # a minimum is at (3, 2)
    bad = ("1,0,0,1", "0,1,1,1", "0,1,0", "0,1,0,inf", "a,1,0,1")
    outside = ("-1e300,1e300,0,1", "4,6,0,1", "0,1,1,1.0000001")
    for part in (*bad, *outside):
        reply = get(f"/api/v1/figures/surface?part={part}")
        assert reply.status_code == 422
        assert reply.json()["errors"][0]["parameter"] == "part"


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_smallest_part_is_drawn(surface: Surface) -> None:
    (left, right), (low, high) = surface.domain
    share = 1.001 * FINEST
    part = (left, left + share * (right - left)), (low, low + share * (high - low))
    drawn = relief(build_problem(surface), part)
    assert np.ptp(drawn.w0) > 0
    assert np.isfinite(drawn.levels.height(drawn.loss)).all()


def test_a_close_look_is_offered_where_there_is_a_minimum(get: Get) -> None:
    closeup = ask(get, "paths", **PLAIN).layout.meta["closeup"]
    (left, right), (low, high) = closeup
    ends = traces(ask(get, "paths", **PLAIN), "head")
    assert any(left < numbers(end.x)[0] < right and low < numbers(end.y)[0] < high for end in ends)
    without = ask(get, "paths", **PLAIN, surface="logistic-separable")
    assert without.layout.meta["closeup"] is None


@pytest.mark.parametrize("view", ["contour", "3d"])
@pytest.mark.parametrize("rate", [0.1, 3])  # the second diverges
def test_paths_are_those_of_the_json(get: Get, view: str, rate: float) -> None:
    query = PLAIN | {"learning_rate": rate, "replicas": 4}
    answer = get("/api/v1/paths?" + urlencode(query, doseq=True)).json()
    figure = ask(get, "paths", **query, view=view, background="false")
    shown, heads, clouds = (traces(figure, role) for role in ("path", "head", "cloud"))
    assert [len(found) for found in (shown, heads, clouds)] == [3, 3, 3]
    for run, (trace, head, cloud) in enumerate(zip(shown, heads, clouds, strict=True)):
        assert (trace.meta["run"], head.meta["run"], cloud.meta["run"]) == (run, run, run)
        mine = answer["paths"][4 * run : 4 * run + 4]
        points = mine[0]["points"]
        np.testing.assert_allclose(numbers(trace.x), points["w0"], rtol=1e-5)
        np.testing.assert_allclose(numbers(trace.y), points["w1"], rtol=1e-5)
        facts = numbers(trace.customdata).T
        settled = mine[0]["movement"]["settled_at"]
        ways = [way.meta["until"] for way in traces(figure, "way") if way.meta["run"] == run]
        assert ways == ([] if settled is None else [settled])
        for fact, name in zip(facts, ("update", "epoch", "loss", "excess"), strict=True):
            np.testing.assert_allclose(fact, points[name], rtol=1e-3)
        assert numbers(head.x).tolist() == [numbers(trace.x)[-1]]
        assert numbers(head.y).tolist() == [numbers(trace.y)[-1]]
        ends = np.array([path["final"]["point"] for path in mine])
        np.testing.assert_allclose(numbers(cloud.x), ends[:, 0], rtol=1e-6)
        np.testing.assert_allclose(numbers(cloud.y), ends[:, 1], rtol=1e-6)
        crossed = {True: {"x"}, False: {"circle"}}[mine[0]["diverged"]]
        assert {head.marker.symbol} == crossed
    (start,) = traces(figure, "start")
    shown_start = [*numbers(start.x), *numbers(start.y)]
    np.testing.assert_allclose(shown_start, answer["request"]["start"])


def test_one_replica_has_no_cloud(get: Get) -> None:
    figure = ask(get, "paths", **PLAIN)
    assert traces(figure, "cloud") == []
    assert len(traces(figure, "path")) == 3


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_background(get: Get, view: str) -> None:
    under = ask(get, "surface", examples=40, view=view)
    bare = ask(get, "paths", **PLAIN, view=view, background="false")
    whole = ask(get, "paths", **PLAIN, view=view)
    assert len(whole.data) == len(under.data) + len(bare.data)
    kinds = {trace.type for trace in bare.data}
    assert kinds == ({"scatter3d"} if view == "3d" else {"scatter"})
    assert whole.data[0].type == ("surface" if view == "3d" else "contour")
    # Laid over one another to the pixel.
    if view == "contour":
        for part in ("xaxis", "yaxis", "margin"):
            assert bare.layout[part] == under.layout[part] == whole.layout[part]


@pytest.mark.parametrize("figure", ["surface", "paths", "loss"])
def test_dark(get: Get, figure: str) -> None:
    query = {} if figure == "surface" else PLAIN
    light, dark = (ask(get, figure, **query, theme=theme) for theme in ("light", "dark"))
    assert light.layout.font.color != dark.layout.font.color
    assert len(light.data) == len(dark.data)
    for one, other in zip(traces(light, "path"), traces(dark, "path"), strict=True):
        assert one.line.color != other.line.color
        np.testing.assert_array_equal(numbers(one.x), numbers(other.x))


@pytest.mark.parametrize("axis", ["updates", "epochs", "examples_seen"])
def test_loss_against_each_axis(get: Get, axis: str) -> None:
    answer = get("/api/v1/paths?" + urlencode(PLAIN, doseq=True)).json()
    floor = get("/api/v1/surfaces/least-squares?examples=40").json()["minima"][0]["loss"]
    figure = ask(get, "loss", **PLAIN, axis=axis)
    column = {"updates": "update", "epochs": "epoch"}.get(axis, axis)
    for trace, path in zip(traces(figure, "loss"), answer["paths"], strict=True):
        np.testing.assert_allclose(numbers(trace.x), path["points"][column], rtol=1e-5)
        above = np.array(path["points"]["loss"]) - floor
        np.testing.assert_allclose(numbers(trace.y), above, rtol=1e-3, atol=1e-5)


def test_batch_size_has_the_same_colour_in_every_figure(get: Get) -> None:
    query = PLAIN | {"replicas": 2}
    paths, loss = ask(get, "paths", **query), ask(get, "loss", **query)
    colours = [trace.line.color for trace in traces(paths, "path")]
    assert colours == [trace.line.color for trace in traces(loss, "median")]
    assert colours == [trace.marker.color for trace in traces(paths, "head")]
    alone = ask(get, "paths", **PLAIN | {"batch_size": [8]})
    assert traces(alone, "path")[0].line.color == colours[1]
