"""Boundaries drawn where classes meet, and said as they are measured."""

import re
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from app.figures.facts import figure_columns
from app.figures.network.boundary import boundary_figure
from app.figures.network.lines import boundary_lines
from app.figures.network.moment import moment_figure
from app.figures.network.rows import SYMBOLS
from app.figures.table import figure_table
from app.language.speech import speaking
from app.science.budget import Budget
from app.science.growth import Growth
from app.science.networks.boundary import boundaries_of
from app.science.networks.frame import classes, frame_of
from app.science.networks.network import with_ones
from app.science.networks.result import NetworkRuns
from app.science.networks.spec import NetworkSpec
from app.science.planning import make_plan
from app.words.network.boundary import boundary_caption
from app.words.numbers import number
from tests.science.networks.short_runs import SMALL, SPECS, short_runs


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.data)
def test_lines_are_where_two_classes_are_equally_preferred(spec: NetworkSpec) -> None:
    runs = short_runs(spec)
    found = boundaries_of(runs, frame_of(spec, resolution=81))
    frame, boundary = found.frame, found.sizes[0]
    points = boundary_lines(boundary.answers[:, 0], frame)
    points = points[np.isfinite(points).all(axis=1)]
    assert len(points)
    inputs = with_ones(frame.origin + points @ frame.axes)
    given = spec.network.outputs(boundary_weights(runs), inputs[None])[0]
    best = np.sort(given, axis=1)[:, ::-1]
    apart = np.abs(given[:, 0]) if given.shape[1] == 1 else best[:, 0] - best[:, 1]
    assert np.quantile(apart, 0.9) < 0.05 * np.ptp(boundary.answers[:, 0])
    # Between any two neighbours of different classes, one cell apart, there is a line.
    told = classes(boundary.answers)[0]
    step = np.array([frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]])
    for j, i in np.argwhere(told[:, 1:] != told[:, :-1])[::7]:
        middle = np.array([(frame.x[i] + frame.x[i + 1]) / 2, frame.y[j]])
        assert np.abs((points - middle) / step).max(axis=1).min() < 2


def boundary_weights(runs: NetworkRuns) -> np.ndarray:
    weights: np.ndarray = runs.sizes[0].trained.weights[-1, :1]
    return weights


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.data)
def test_a_panel_a_batch_size(spec: NetworkSpec, language: str) -> None:
    runs = short_runs(spec)
    found = boundaries_of(runs, frame_of(spec, resolution=31))
    with speaking(language):
        figure = boundary_figure(runs, found, "light", columns=1, test=True)
        assert figure_table(figure).rows
    go.Figure(figure.data, figure.layout)
    assert figure.layout["meta"]["rows"] == 2
    lines = [trace for trace in figure.data if trace["meta"]["role"] == "boundary"]
    assert [trace["meta"]["batch_size"] for trace in lines] == [4, 40]
    assert {*np.asarray(lines[0]["customdata"]).tolist()} == {0, 1, 2}
    rows = [t for t in figure.data if t["meta"]["role"] == "rows" and t["xaxis"] == "x"]
    assert sum(len(trace["x"]) for trace in rows) == spec.examples
    # Classes differ in their marks and not in colour.
    several = len(spec.data_set.classes) > len(SYMBOLS)
    marks = [t["text"] if several else t["marker"]["symbol"] for t in rows]
    inks = {t["textfont"]["color"] if several else t["marker"]["color"] for t in rows}
    assert len({*marks}) == len(marks)
    assert len(inks) == 1
    columns, _ = figure_columns(figure)
    assert {"replica", "example", "label"} <= set(columns)


@pytest.mark.parametrize("seed", range(3))
def test_shares_are_said_as_they_are(seed: int) -> None:
    for spec in SPECS[seed::3]:
        runs = short_runs(spec, (1, 4, 40), seed=seed)
        found = boundaries_of(runs, frame_of(spec, resolution=31))
        claim = boundary_caption(runs, found).claim
        for boundary in found.sizes:
            share = boundary.disagreement
            assert share is not None
            if share.share == 0:
                assert re.search(rf"of B = {boundary.batch_size}( \(full\))? ", claim)
                continue
            assert share.interval is not None
            low, high = (number(100 * end) for end in share.interval)
            said = f"on {number(100 * share.share)} % ({low}–{high})"
            assert f"B = {boundary.batch_size} " in claim
            assert said in claim
        assert claim.endswith("of B = 40 (full) nowhere.")
    assert "last batch of" not in boundary_caption(runs, found)


def test_what_is_special_is_said() -> None:
    runs = short_runs(SMALL, (3,), 14)
    frame = frame_of(SMALL, resolution=9)
    assert "Runs of B = 3 end on a last batch of 1 example" in boundary_caption(
        runs, boundaries_of(runs, frame)
    )
    # One that grows from 3 to 12 ends on 4 examples: more than 3, and fewer than 12.
    plan = make_plan(
        examples=40, batch_size=3, budget=Budget(epochs=2), learning_rate=0.1,
        growth=Growth(factor=4, epochs=1),
    )  # fmt: skip
    grown = replace(runs, sizes=(replace(runs.sizes[0], plan=plan),))
    assert "Runs of B = 3 end on a last batch of 4 examples" in boundary_caption(
        grown, boundaries_of(grown, frame)
    )
    lone = short_runs(SMALL, (4,), replicas=1)
    found = boundaries_of(lone, frame)
    assert boundary_caption(lone, found).claim == (
        "There are no two runs of a batch size to compare."
    )
    assert boundary_figure(lone, found, "dark", 3).layout["annotations"][0]["text"] == "B = 4"
    size = runs.sizes[0]
    zero = replace(size.trained, weights=0 * size.trained.weights)
    dead = replace(runs, sizes=(replace(size, trained=zero),))
    found = boundaries_of(dead, frame)
    caption = boundary_caption(dead, found)
    assert caption.claim == "Two runs of B = 3 agree everywhere."
    assert "they tell one class everywhere: 3 of B = 3" in caption
    figure = boundary_figure(dead, found, "light", 3)
    assert "boundary" not in [trace["meta"]["role"] for trace in figure.data]
    lost = replace(size.trained, diverged_at=np.array([0, 5, 0]))
    gone = replace(runs, sizes=(replace(size, trained=lost),))
    assert "Diverged, and not drawn: 1 of B = 3." in boundary_caption(
        gone, boundaries_of(gone, frame)
    )


@pytest.mark.parametrize("sampling", ["reshuffle", "shuffle-once", "sequential", "sorted"])
def test_another_order_is_said_where_there_is_one(sampling: str) -> None:
    runs = short_runs(SMALL, sampling=sampling)
    small = runs.sizes[0].trained.weights[-1]
    alike = bool((small == small[0]).all())
    said = boundary_caption(runs, boundaries_of(runs, frame_of(SMALL, resolution=9)))
    begun = "3 replicas a batch size: same rows, same first weights, "
    order = "same order of examples, so that they are all alike."
    assert begun + (order if alike else "another order of examples.") in said
    assert alike == (sampling in ("sequential", "sorted"))


@pytest.mark.parametrize("spec", [*SPECS, replace(SMALL, vary="all")], ids=lambda spec: spec.data)
def test_the_mini_batch_is_lit(spec: NetworkSpec) -> None:
    runs = short_runs(spec)
    frame = frame_of(spec, resolution=21)
    for size, update, count in ((4, 30, 4), (40, 30, 40), (4, 0, 0)):
        figure = moment_figure(runs, frame, "light", size, update)
        go.Figure(figure.data, figure.layout)
        lit = [trace for trace in figure.data if trace["meta"]["role"] == "batch"]
        others = [trace for trace in figure.data if trace["meta"]["role"] == "others"]
        assert sum(len(trace["x"]) for trace in lit) == count
        assert sum(len(trace["x"]) for trace in others) == spec.examples - count
        assert len({row for trace in lit for row in trace["customdata"].tolist()}) == count
        assert {trace["meta"]["batch_size"] for trace in lit} <= {size}
