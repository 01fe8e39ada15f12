"""Rules are told apart by the dashes of their lines, and by names beside them."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.api.compute.problems import get_relief
from app.api.compute.runs import get_comparison
from app.api.queries.rules import RulesQuery
from app.figures.figure import Figure
from app.figures.loss import loss_figure
from app.figures.paths import paths_figure
from app.figures.rules import APART, DASHES, label_places
from app.figures.still.canvas import dashed
from app.figures.still.picture import still
from app.figures.still.png import picture_png
from app.science.comparison import Comparison
from app.science.optimizers import OPTIMIZERS
from app.science.relief import Relief
from app.web.cache import Cache

CACHE = Cache(64)
RULES = ["sgd", "momentum", "adam"]


def made(**query: Any) -> tuple[Comparison, Relief]:
    asked = {"examples": 60, "epochs": 2, "batch_size": [8], "optimizer": RULES} | query
    query_ = RulesQuery.model_validate(asked)
    return get_comparison(CACHE, query_), get_relief(CACHE, query_)


def of_role(figure: Figure, role: str) -> list[Any]:
    return [trace for trace in figure.data if trace["meta"]["role"] == role]


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_a_paths_dash_is_its_rule_and_its_colour_its_size(view: str) -> None:
    comparison, relief = made()
    figure = paths_figure(comparison, relief.levels, "light", view)
    paths = of_role(figure, "path")
    assert [trace["line"]["dash"] for trace in paths] == [OPTIMIZERS[r].dash for r in RULES]
    assert [trace["meta"]["dash"] for trace in paths] == [DASHES[OPTIMIZERS[r].dash] for r in RULES]
    assert len({trace["line"]["color"] for trace in paths}) == 1
    assert [trace["name"] for trace in paths] == ["SGD, B = 8", "Momentum, B = 8", "Adam, B = 8"]
    assert [trace["text"] for trace in of_role(figure, "label")] == [
        ["SGD"],
        ["Momentum"],
        ["Adam"],
    ]


def test_the_losses_are_dashed_too() -> None:
    figure = loss_figure(made()[0], "light", "epochs")
    lines = of_role(figure, "running median")
    assert [trace["line"]["dash"] for trace in lines] == [OPTIMIZERS[r].dash for r in RULES]
    assert {trace["meta"]["optimizer"] for trace in lines} == {*RULES}


def test_one_rule_is_drawn_as_ever() -> None:
    comparison, relief = made(optimizer="adam")
    for figure in (
        paths_figure(comparison, relief.levels, "light", "contour"),
        loss_figure(comparison, "light", "epochs"),
    ):
        for trace in figure.data:
            assert "dash" not in trace.get("line", {})
            assert not {"optimizer", "dash"} & {*trace["meta"]}
        assert not of_role(figure, "label")


def test_the_first_picture_has_dashes_and_names() -> None:
    comparison, relief = made()
    picture = still(comparison, relief, (), "#main")
    assert picture.dashes == ["none", "9 9", "3 3"]
    for strokes in picture.dashes[1:]:
        assert f"stroke-dasharray:{strokes}" in picture.drawing
    for title in ("SGD", "Momentum", "Adam"):
        assert f">{title}</text>" in picture.drawing


def test_the_picture_of_a_link_is_dashed_as_wide_as_it_is_drawn() -> None:
    comparison, relief = made()
    with Image.open(BytesIO(picture_png(comparison, relief))) as picture:
        stripe = np.asarray(picture)[:, 828]  # beside the words: a run's line, upright
    colour = stripe[250]
    assert (stripe[250:300] == colour).all()  # SGD's
    parts = [list(dashed([(0.0, 0.0), (7.0, 0.0), (7.0, 30.0)], (9, 6)))]
    assert parts == [[[(0, 0), (7, 0), (7, 2)], [(7, 8), (7, 17)], [(7, 23), (7, 30)]]]


def test_every_rule_has_a_dash_of_its_own_that_can_be_drawn() -> None:
    assert len({rule.dash for rule in OPTIMIZERS.values()}) == len(OPTIMIZERS)
    assert {rule.dash for rule in OPTIMIZERS.values()} == {*DASHES}


def test_labels_keep_away_from_other_lines_and_from_each_other() -> None:
    along = np.linspace(0, 1, 50)
    lines = [np.column_stack([0.2 + 0.6 * along, 0.5 + lift * along**2]) for lift in (-0.3, 0, 0.3)]
    places = np.array(label_places(lines))
    away = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert away[~np.eye(3, dtype=bool)].min() >= APART
    for place, line in zip(places, lines, strict=True):
        assert np.hypot(*(line - place).T).min() < 0.02
    still_ = [np.array([[0.5, 0.5]])] * 2  # runs that did not move
    assert np.allclose(label_places(still_), 0.5)
