"""Update rules are told apart by dashes, by marks, and in the legend."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.figures.figure import Figure
from app.figures.legend import mark_legend
from app.figures.network.curves import curves_figure
from app.figures.network.noise import noise_figure
from app.figures.network.plane import plane_figure
from app.figures.network.sharpness import sharpness_figure
from app.science.networks.result import NetworkRuns
from app.science.networks.section import section_of
from app.science.optimizers import OPTIMIZERS
from tests.science.networks.planted import beside, planted
from tests.science.networks.short_runs import SMALL, short_runs

RULES = ("sgd", "momentum", "adam")
SHARPNESS = np.array([1.5, 1.6, 1.7])
FIGURES = {"curves": curves_figure, "sharpness": sharpness_figure, "noise": noise_figure}


def runs(*rules: str) -> NetworkRuns:
    return beside(planted(8, SHARPNESS), planted(200, SHARPNESS), optimizer=rules)


def of_role(figure: Figure, *roles: str) -> list[Any]:
    return [trace for trace in figure.data if trace["meta"]["role"] in roles]


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_the_dash_is_the_rule_and_the_colour_the_size(
    draw: Callable[[NetworkRuns, str, str], Figure],
) -> None:
    figure = draw(runs(*RULES), "light", "updates")
    lines = [
        each for each in figure.data if each["meta"].get("optimizer") and "lines" in each["mode"]
    ]
    assert {each["meta"]["optimizer"] for each in lines} == {*RULES}
    for each in lines:
        assert each["line"]["dash"] == OPTIMIZERS[each["meta"]["optimizer"]].dash
    medians = of_role(figure, "median")
    assert len(medians) == 2 * len(RULES)
    assert len({each["line"]["color"] for each in medians}) == 2
    shown = [trace["name"] for trace in mark_legend(figure).data if trace["showlegend"]]
    assert shown == ["B = 8", "B = 200 (full)", "SGD", "Momentum", "Adam"]


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_one_rule_is_drawn_as_ever(draw: Callable[[NetworkRuns, str, str], Figure]) -> None:
    figure = draw(runs("momentum"), "light", "updates")
    assert not any({"optimizer", "dash"} & {*trace["meta"]} for trace in figure.data)
    assert not of_role(figure, "key", "rule key")


def test_each_rule_has_its_own_line_of_stability() -> None:
    figure = sharpness_figure(runs(*RULES), "light", "updates")
    lines = {each["meta"]["optimizer"]: each for each in of_role(figure, "stability line")}
    assert {name: each["text"][-1] for name, each in lines.items()} == {
        "sgd": "SGD: 2/ε = 4",
        "momentum": "Momentum: 3.8/ε = 7.6",
    }
    # Lines that are far apart, as default rates make them, are both in sight.
    size = planted(8, SHARPNESS / 20)
    far = sharpness_figure(beside(size, optimizer=RULES), "light", "updates")
    assert far.layout["yaxis"]["type"] == "log"
    assert far.layout["yaxis"]["range"][1] > np.log10(7.6)


def test_test_rows_are_thicker_than_training_rows() -> None:
    figure = curves_figure(runs(*RULES), "light", "updates")
    assert {each["line"]["width"] for each in of_role(figure, "median")} == {2.4}
    assert 1.0 in {each["line"]["width"] for each in of_role(figure, "train median")}


def test_estimates_have_the_rules_mark() -> None:
    estimates = of_role(noise_figure(runs(*RULES), "light", "updates"), "estimate")
    for each in estimates:
        assert each["marker"]["symbol"] == OPTIMIZERS[each["meta"]["optimizer"]].symbol


def test_ends_in_the_plane_name_the_rule() -> None:
    one = short_runs(SMALL)  # alike to the last number but for their rules
    both = NetworkRuns(one.spec, one.seed, beside(*one.sizes, optimizer=("sgd", "adam")).sizes)
    figure = plane_figure(both, section_of(both), "light", 10, 4, "adam")
    assert [each["line"]["dash"] for each in of_role(figure, "path")] == [
        *("solid", "solid", "dot", "dot")
    ]
    (at,) = of_role(figure, "moment")
    assert (at["meta"]["optimizer"], at["meta"]["batch_size"]) == ("adam", 4)
    assert at["name"] == "Adam, B = 4, update 10"
    texts = [label["text"] for label in figure.layout["annotations"]]
    assert any(text.startswith("SGD B = 4: ") for text in texts)
