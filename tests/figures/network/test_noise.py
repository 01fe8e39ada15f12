"""The figure of gradient noise: what is drawn, and that nothing is left out in silence."""

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from app.figures.facts import figure_columns
from app.figures.figure import Figure
from app.figures.loss import AXES
from app.figures.network.noise import noise_figure
from app.figures.theme import THEMES
from app.science.budget import Budget
from app.science.planning import make_plan
from tests.api.reading import as_read, traces
from tests.science.networks.planted import MARKS, beside, planted

SHARPNESS = np.array([1.0, 1.0])


def rows(figure: Figure) -> list[dict[str, Any]]:
    names, found = figure_columns(figure)
    return [dict(zip(names, row, strict=True)) for row in found]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("horizontal", AXES)
def test_plotly_takes_it(theme: str, horizontal: str) -> None:
    runs = beside(planted(8, SHARPNESS), planted(200, SHARPNESS))
    figure = noise_figure(runs, theme, horizontal)
    go.Figure({"data": figure.data, "layout": figure.layout})
    assert ("start" in figure.layout["meta"]["note"]) == (horizontal != "updates")


def test_estimates_of_sizes_do_not_cover_each_other_and_data_have_them_all() -> None:
    figure = noise_figure(
        beside(planted(8, SHARPNESS), planted(200, SHARPNESS)), "light", "updates"
    )
    estimates = [trace for trace in figure.data if trace["meta"]["role"] == "estimate"]
    places = [set(np.asarray(trace["x"]).tolist()) for trace in estimates]
    assert not places[0] & places[1]
    assert len(places[0] | places[1]) == MARKS
    found = [row for row in rows(figure) if row["kind"] == "estimate"]
    assert len(found) == 2 * MARKS
    assert {(row["y"], row["low"], row["high"], row["replica"]) for row in found} == {
        (55, 40, 80, 0)
    }


def test_an_open_interval_is_a_triangle_at_its_lower_end() -> None:
    low, high = np.full((MARKS, 2), 40.0), np.full((MARKS, 2), 80.0)
    estimate = np.full((MARKS, 2), 55.0)
    high[2] = np.inf
    high[3], low[3] = np.inf, 0.0  # nothing is known
    high[4], estimate[4] = np.inf, np.nan
    size = planted(8, SHARPNESS, low=low, high=high, estimate=estimate)
    figure = noise_figure(beside(size), "light", "updates")
    (open_,) = (trace for trace in figure.data if trace["meta"]["role"] == "at least")
    assert open_["y"].tolist() == [40, 40]
    # Its bar ends above the frame.
    top = 10 ** figure.layout["yaxis"]["range"][1]
    assert (open_["y"] + open_["error_y"]["array"] >= top).all()
    found = [row for row in rows(figure) if row["kind"] == "at_least"]
    assert [(row["y"], row["low"], row["high"]) for row in found] == [
        (55, 40, None),
        (None, 40, None),
    ]
    closed = [row for row in rows(figure) if row["kind"] == "estimate"]
    assert len(closed) == MARKS - 3


def test_the_share_of_the_largest_is_in_the_data() -> None:
    figure = noise_figure(beside(planted(8, SHARPNESS)), "light", "updates")
    medians = [row for row in rows(figure) if row["held"] is not None]
    assert {(row["y"], row["held"]) for row in medians} == {(50, 0.25)}


@pytest.mark.parametrize(
    ("examples", "said"), [(20, "1 of the 20 examples holds"), (250, "2 of the 250 examples hold")]
)
def test_the_hover_counts_the_largest(examples: int, said: str) -> None:
    size = planted(8, SHARPNESS)
    of = replace(
        size,
        plan=make_plan(
            examples=examples, batch_size=8, budget=Budget(updates=800), learning_rate=0.5
        ),
    )
    figure = noise_figure(beside(of), "light", "updates")
    (median,) = (trace for trace in figure.data if trace["meta"]["role"] == "median")
    assert median["hovertemplate"].endswith(f"<br>{said} %{{customdata:.0%}}")


def test_exact_scales_are_in_the_frame_up_to_the_most_that_is_said() -> None:
    scales = np.geomspace(2, 1e7, MARKS)[:, None]
    figure = noise_figure(beside(planted(8, SHARPNESS, noise_scale=scales)), "light", "updates")
    low, high = figure.layout["yaxis2"]["range"]
    assert low < np.log10(2)
    assert high == pytest.approx(np.log10(200_000))
    assert figure.layout["yaxis"]["range"] == [low, high]


def test_without_noise_or_measurement_there_is_an_empty_frame() -> None:
    nothing = np.array([np.nan])
    size = planted(
        8, SHARPNESS, noise_scale=nothing, share=nothing, estimate=nothing, low=nothing,
        high=nothing,
    )  # fmt: skip
    noise_figure(beside(size), "light", "updates")
    figure = noise_figure(beside(replace(planted(8, SHARPNESS), measured=None)), "light", "updates")
    assert figure.data == []
    assert figure.layout["meta"]["caption"] == "Not measured yet."


def test_an_adaptive_rule_has_a_line_of_what_it_feels() -> None:
    adam = as_read(noise_figure(beside(planted(8, SHARPNESS, felt=True)), "light", "updates"))
    (line,) = traces(adam, "felt noise scale")
    assert set(line.y) == {70.0}
    assert line.line.dash == "dash"
    plain = as_read(noise_figure(beside(planted(8, SHARPNESS)), "light", "updates"))
    assert not traces(plain, "felt noise scale")
