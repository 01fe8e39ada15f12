"""The figure of sharpness: what is drawn, and that its data are what was measured."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from app.figures.facts import figure_columns
from app.figures.figure import Figure
from app.figures.loss import AXES
from app.figures.network.sharpness import sharpness_figure
from app.figures.table import figure_table
from app.figures.theme import THEMES
from tests.science.networks.planted import MARKS, beside, planted, rated

BELOW, AT = np.array([1.5, 1.6, 1.7]), np.array([3.98, 4.0, 4.02])


def roles(figure: Figure) -> list[str]:
    return [trace["meta"]["role"] for trace in figure.data]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("horizontal", AXES)
def test_plotly_takes_it(theme: str, horizontal: str) -> None:
    figure = sharpness_figure(beside(planted(8, BELOW), planted(200, AT)), theme, horizontal)
    go.Figure({"data": figure.data, "layout": figure.layout})
    assert figure.layout["xaxis"]["type"] == ("linear" if horizontal == "updates" else "log")
    assert ("start" in figure.layout["meta"]["note"]) == (horizontal != "updates")
    for trace in figure.data:
        some = np.asarray(trace["x"], float)
        assert not (horizontal != "updates" and (some[np.isfinite(some)] <= 0).any())


def test_data_have_every_replica_the_median_and_the_line() -> None:
    size = planted(8, BELOW)
    figure = sharpness_figure(beside(size), "light", "updates")
    assert roles(figure) == ["band", "replicas", "median", "stability line"]
    names, rows = figure_columns(figure)
    found = [dict(zip(names, row, strict=True)) for row in rows]
    own = [row for row in found if row["replica"] is not None]
    assert len(own) == 3 * MARKS
    assert {(row["replica"], row["y"]) for row in own} == {(0, 1.5), (1, 1.6), (2, 1.7)}
    medians = [row for row in found if row["kind"] == "sharpness" and row["replica"] is None]
    assert {row["y"] for row in medians} == {1.6}
    assert [row["y"] for row in found if row["kind"] == "stability_line"] == [4, 4]
    assert figure_table(figure).columns == ["series", "updates", "sharpness λ₁"]


def test_one_replica_is_its_own_line() -> None:
    figure = sharpness_figure(beside(planted(8, np.array([2.0]))), "light", "updates")
    assert roles(figure) == ["median", "stability line"]


def test_lines_of_their_own_where_rates_differ_or_move_apart() -> None:
    sizes = [planted(8, BELOW), planted(200, AT)]
    scaled = beside(*(rated(size, lr_scaling="linear") for size in sizes))
    lines = [
        trace
        for trace in sharpness_figure(scaled, "light", "updates").data
        if trace["meta"]["role"] == "stability line"
    ]
    assert [trace["meta"]["batch_size"] for trace in lines] == [8, 200]
    assert [trace["y"][0] for trace in lines] == pytest.approx([16, 0.64])
    moving = beside(*(rated(size, lr_schedule="cosine") for size in sizes))
    assert roles(sharpness_figure(moving, "light", "updates")).count("stability line") == 1
    assert roles(sharpness_figure(moving, "light", "epochs")).count("stability line") == 2
    assert "stability line" not in roles(
        sharpness_figure(beside(*sizes, optimizer="adam"), "light", "updates")
    )


def test_all_that_was_measured_is_in_the_frame() -> None:
    figure = sharpness_figure(beside(planted(8, np.array([-2.0, 5, 9]))), "light", "updates")
    low, high = figure.layout["yaxis"]["range"]
    assert low < -2
    assert high > 9
    wide = sharpness_figure(beside(planted(8, np.array([0.01, 5, -2]))), "light", "updates")
    assert wide.layout["yaxis"]["type"] == "log"
    assert f"{MARKS} values of 0 or less" in wide.layout["meta"]["note"]
    low, high = wide.layout["yaxis"]["range"]
    assert low < -2
    assert high > np.log10(5)


def test_before_anything_is_measured_there_is_the_line() -> None:
    waiting = replace(planted(8, AT), measured=None)
    figure = sharpness_figure(beside(waiting), "light", "updates")
    assert roles(figure) == ["stability line"]
    assert figure.layout["meta"]["caption"] == "Not measured yet."
