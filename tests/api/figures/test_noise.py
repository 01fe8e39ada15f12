"""Figures of the noise, at a point and along runs: they show what the science says."""

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from app.figures.theme import THEMES
from app.science.noise.instruments import INSTRUMENTS
from app.science.problems import SURFACES
from tests.api.reading import Figure, Get, numbers, traces
from tests.api.reading import ask as ask_figure
from tests.science.problems.own_points import LINE

N = 60
AT_A_POINT = (
    "directions", "angles", "noise-cloud", "noise-law", "noise-map", "one-step-gain",
    "largest-rate",
)  # fmt: skip
OF_A_MAP = {"surface", "examples", "noise", "at", "theme"}  # nothing is drawn at random there
ALONG_A_RUN = ("turning", "noise-along")
SMALL = {"examples": N, "batch_size": [1, 8, "full"]}


def ask(get: Get, figure: str, **query: Any) -> Figure:
    if figure == "noise-map":
        query = {name: value for name, value in query.items() if name in OF_A_MAP}
    if figure == "largest-rate":
        query = {name: value for name, value in query.items() if name != "at"}
    made = ask_figure(get, figure, **query)
    assert figure == "directions" or made.layout.meta["caption"]
    return made


@pytest.mark.parametrize("surface", ["least-squares", "logistic-separable", "two-wells"])
@pytest.mark.parametrize("figure", [*AT_A_POINT, *ALONG_A_RUN, "epoch-sum"])
def test_every_kind_of_surface(get: Get, figure: str, surface: str) -> None:
    more = {"epochs": 2} if figure in ALONG_A_RUN else {}
    made = ask(get, figure, surface=surface, theme="dark", **SMALL, **more)
    refused = figure == "largest-rate" and surface != "least-squares"
    assert bool(made.data) != refused


@pytest.mark.parametrize("instrument", INSTRUMENTS)
@pytest.mark.parametrize("surface", ["least-squares", "logistic-separable", "bowl"])
def test_instruments(get: Get, surface: str, instrument: str) -> None:
    query = {"surface": surface, "instrument": instrument, "epochs": 3}
    figure = ask(get, "instruments", **SMALL, **query)
    caption = figure.layout.meta["caption"]
    assert "Refused for B = 1" in caption  # one example has no spread
    if instrument == "cabs" and surface == "logistic-separable":
        assert not figure.data
        assert "no known minimum" in caption
    else:
        assert traces(figure, "readings")[0].meta["batch_size"] == 8


def test_cabs_is_refused_beside_momentum(get: Get) -> None:
    query = {"optimizer": "momentum", "instrument": "cabs", "epochs": 2}
    figure = ask(get, "instruments", **SMALL, **query)
    assert not figure.data
    assert "a step of momentum is more than its batch's gradient" in figure.layout.meta["caption"]


@pytest.mark.parametrize("figure", [*AT_A_POINT, "epoch-sum"])
@pytest.mark.parametrize(
    "query",
    [
        {"examples": 2, "batch_size": [1, "full"]},
        {"batch_size": "full"},
        {"surface": "bowl", "noise": 0},
        {"surface": "bowl", "at": "0,0"},
        {"surface": "bowl", "at": "0,0", "noise": 0},
        {"sampling": "with-replacement"},
        {"surface": "logistic", "at": "30,-40"},
    ],
    ids=str,
)
def test_degenerate_points_are_drawn(get: Get, figure: str, query: dict[str, Any]) -> None:
    ask(get, figure, **SMALL | query)


@pytest.mark.parametrize("figure", [*ALONG_A_RUN, "instruments"])
@pytest.mark.parametrize(
    "query",
    [
        {"examples": 2, "batch_size": [1, "full"], "epochs": 1},
        {"batch_size": 1, "updates": 1},
        {"batch_size": "full", "epochs": 1},
        {"surface": "bowl", "noise": 0, "start": "0,0", "epochs": 2},
        {"learning_rate": 100, "epochs": 5},
        {"sampling": "sequential", "epochs": 2},
        {"sampling": "shuffle-once", "epochs": 2},
        {"sampling": "with-replacement", "epochs": 2},
        {"batch_schedule": "double", "batch_epochs": 1, "epochs": 4},
        {"remainder": "drop", "batch_size": [7, 59], "epochs": 2},
        {"optimizer": "adam", "epochs": 2},
    ],
    ids=str,
)
def test_degenerate_runs_are_drawn(get: Get, figure: str, query: dict[str, Any]) -> None:
    ask(get, figure, **SMALL | query)


def test_gradients_beyond_short_numbers_are_drawn_as_they_are(get: Get) -> None:
    """Beale's are of the order of w0 w1⁶."""
    query: dict[str, Any] = {"surface": "beale", "at": "1e7,1e7", "examples": 40, "draws": 30}
    cloud = get("/api/v1/noise?" + urlencode(query | {"batch_size": 1})).json()["batches"][0]
    (drawn,) = traces(ask(get, "noise-cloud", **query, batch_size=1), "draws")
    assert numbers(drawn.x).max() > np.finfo(np.float32).max
    shown = np.column_stack([numbers(drawn.x), numbers(drawn.y)])
    np.testing.assert_allclose(shown, cloud["gradients"][: len(shown)], rtol=1e-5)
    for arrows in traces(ask(get, "directions", **query), "arrows"):
        assert not np.any(np.isinf(numbers(arrows.x)))
    refused = get("/api/v1/figures/one-step-gain?" + urlencode(query))
    assert "a point from which every step ends where the loss is finite" in refused.text


def test_arrows_are_the_steps_of_the_draws(get: Get) -> None:
    query = SMALL | {"at": "0.5,1", "draws": 90}
    noise = get("/api/v1/noise?" + urlencode(query, doseq=True)).json()
    figure = ask(get, "directions", **query, learning_rate=0.3)
    for batch, trace in zip(noise["batches"], traces(figure, "arrows"), strict=True):
        x, y = numbers(trace.x).reshape(-1, 3), numbers(trace.y).reshape(-1, 3)
        steps = np.column_stack([x[:, 1] - x[:, 0], y[:, 1] - y[:, 0]])
        expected = -0.3 * trace.meta["scale"] * np.array(batch["gradients"])[: len(steps)]
        np.testing.assert_allclose(steps, expected, atol=1e-5)
        assert trace.meta["batch_size"] == batch["batch_size"]
    (full,) = traces(figure, "gradient")
    step = [numbers(full.x)[1] - 0.5, numbers(full.y)[1] - 1]
    expected = -0.3 * full.meta["scale"] * np.array(noise["full_gradient"])
    np.testing.assert_allclose(step, expected, atol=1e-5)
    assert figure.layout.yaxis.scaleanchor == "x"  # or angles would not be true
    assert noise["summary"] in figure.layout.meta["caption"]
    assert "at ε = 0.3" in figure.layout.meta["caption"]
    assert "60 of 90 of each batch size" in figure.layout.meta["caption"]


@pytest.mark.parametrize("theme", THEMES)
def test_a_batch_size_has_one_colour(get: Get, theme: str) -> None:
    expected = THEMES[theme].batch_size(8, N)
    (ridge,) = [
        t for t in traces(ask(get, "angles", **SMALL, theme=theme), "spread")
        if t.meta["batch_size"] == 8
    ]  # fmt: skip
    (ellipse,) = [
        t for t in traces(ask(get, "noise-cloud", **SMALL, theme=theme), "predicted")
        if t.meta["batch_size"] == 8
    ]  # fmt: skip
    assert {ridge.line.color, ellipse.line.color} == {expected}


def test_the_law_is_measured_beside_theory(get: Get) -> None:
    figure = ask(get, "noise-law", **SMALL, draws=2000)
    caption = figure.layout.meta["caption"]
    held = total = 0
    for trace in traces(figure, "trace"):
        predicted, low, high = numbers(trace.customdata).T
        below = numbers(trace.y) - numbers(trace.error_y.arrayminus)
        np.testing.assert_allclose(below, low, rtol=1e-9)
        # The draws' own standard error, a quarter of the interval's width.
        apart = np.abs(numbers(trace.y) - predicted) / np.maximum((high - low) / 3.92, 1e-300)
        assert apart[high > low].max() < 5
        held += int(np.sum((low <= predicted) & (predicted <= high)))
        total += len(predicted)
    assert f"{held} of {total} measured variances" in caption
    without, with_ = (numbers(t.y) for t in traces(figure, "trace law"))
    assert np.isnan(without[-1])  # zero has no place on a logarithmic axis
    assert with_[-1] > 0
    assert np.all(without[1:-1] < with_[1:-1])


def test_the_map_is_capped_and_says_so(get: Get) -> None:
    figure = ask(get, "noise-map", surface="bowl", at="1,1", examples=N)
    (heat,) = traces(figure, "map")
    grid = get(f"/api/v1/surfaces/bowl/grid?field=noise_scale&examples={N}&resolution=95").json()
    scale = np.array(grid["values"], dtype=float)
    expected = np.log10(np.clip(np.nan_to_num(scale, nan=N), 1, N))
    np.testing.assert_allclose(numbers(heat.z), expected, atol=1e-5)
    assert float(numbers(heat.z).max()) == pytest.approx(np.log10(N), abs=1e-6)
    assert f"capped at N = {N}" in figure.layout.meta["caption"]
    (point,) = traces(figure, "point")
    assert (point.x[0], point.y[0]) == (1, 1)


@pytest.mark.parametrize("remainder", ["keep", "drop", "weight"])
def test_an_epoch_adds_up_to_one_full_step(get: Get, remainder: str) -> None:
    query = {"batch_size": [7, 20, "full"], "examples": N, "remainder": remainder}
    figure = ask(get, "epoch-sum", **query, at="0.5,1")
    (arrow,) = traces(figure, "full step")
    tip = np.array([numbers(arrow.x)[1], numbers(arrow.y)[1]])
    caption = figure.layout.meta["caption"]
    for trace in traces(figure, "frozen"):
        end = np.array([numbers(trace.x)[-1], numbers(trace.y)[-1]])
        exact = N % trace.meta["batch_size"] == 0 or remainder == "weight"
        assert bool(np.allclose(end, tip, atol=1e-6)) == exact
        size = trace.meta["batch_size"]
        added = "is just that one" if size == N else "add up to it exactly"
        assert (f"of B = {size} {added}" in caption) == exact
    assert not re.search(r"\b1 steps|\b1 step of B = \d+ (add|end|miss)\b", caption)


def test_turning_is_counted(get: Get) -> None:
    query = {"examples": N, "batch_size": 1, "epochs": 3, "start": "1,2"}
    figure = ask(get, "turning", **query)
    table = get("/api/v1/paths?format=csv&" + urlencode(query)).text.split()[1:]
    points = np.array([row.split(",")[5:7] for row in table], dtype=float)
    steps = np.diff(points, axis=0)
    back = float(np.mean(np.sum(steps[1:] * steps[:-1], axis=1) < 0))
    assert f"B = 1 in {100 * back:.0f} % of {len(steps) - 1}" in figure.layout.meta["caption"]


def test_the_noise_scale_along_a_run_is_exact(get: Get) -> None:
    query = {"examples": N, "batch_size": "full", "epochs": 4}
    figure = ask(get, "noise-along", **query)
    (line,) = traces(figure, "noise scale")
    path = get("/api/v1/paths?" + urlencode(query)).json()["paths"][0]["points"]
    for i in (0, 2, 4):
        at = f"{path['w0'][i]},{path['w1'][i]}"
        scale = get(f"/api/v1/noise?examples={N}&at={at}&draws=30").json()["noise_scale"]
        assert numbers(line.y)[i] == pytest.approx(scale, rel=1e-3)
    assert "no estimate" in figure.layout.meta["caption"]


def test_the_last_batch(get: Get) -> None:
    caption = ask(get, "last-batch", surface="bowl").layout.meta["caption"]
    assert "111 times" in caption
    assert "10.5 times as strong" in caption
    figure = ask(get, "last-batch", surface="bowl", sampling="with-replacement")
    floors = numbers(traces(figure, "measured")[0].y)
    assert 10 < floors[1] / floors[0] < 40  # the singleton's kick, kept
    assert np.all(floors[2:] < 1.2 * floors[0])  # dropped, weighted


def test_without_noise_the_last_batch_leaves_a_floor_of_0(get: Get) -> None:
    """Which a logarithmic axis has no place for."""
    asked = {"surface": "bowl", "examples": 21, "batch_size": 10, "noise": 0}
    (measured,) = traces(ask_figure(get, "last-batch", **asked, arrays="plain"), "measured")
    assert set(measured.y) == {None}
    text = get(f"/api/v1/figures/last-batch?{urlencode(asked)}&format=csv").text
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["kind"] == "measured"]
    assert [float(row["y"]) for row in rows] == [0, 0, 0, 0]


def test_the_last_batch_of_few_points_is_one(get: Get) -> None:
    own = {"surface": "model", "model": "w0 + w1*x", "points": LINE, "examples": 1001}
    for given in ({}, {"batch_size": 100}):  # as the page asks
        assert "B = 13" in traces(ask(get, "last-batch", **own, **given), "measured")[0].x[1]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("surface=logistic-separable", "surface"),
        ("sampling=sequential", "sampling"),
        ("examples=10000&batch_size=3", "examples"),
        ("batch_size=2000", "batch_size"),
    ],
)
def test_floors_that_are_refused(get: Get, query: str, parameter: str) -> None:
    reply = get(f"/api/v1/figures/last-batch?{query}")
    assert reply.status_code == 422
    assert [error["parameter"] for error in reply.json()["errors"]] == [parameter]


def test_even_batches_leave_nothing_over(get: Get) -> None:
    caption = ask(get, "last-batch", examples=100, batch_size=20).layout.meta["caption"]
    assert caption == "B = 20 divides N = 100: no smaller batch is left over."


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_has_directions(get: Get, surface: str) -> None:
    assert len(traces(ask(get, "directions", surface=surface, **SMALL), "arrows")) == 3
