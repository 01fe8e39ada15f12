"""The plane drawn: what is labelled and told is what was measured, and labels stay apart."""

import re
from itertools import combinations, product

import numpy as np
import plotly.graph_objects as go
import pytest

from app.figures.facts import figure_columns
from app.figures.figure import Figure
from app.figures.network.plane import plane_figure
from app.figures.table import figure_table
from app.figures.theme import THEMES
from app.language.speech import speaking
from app.science.ellipse import share_inside
from app.science.networks.gradient_noise import projected
from app.science.networks.plane import plane_of
from app.science.networks.scatter import scatter_of
from app.science.networks.section import rows_of, section_of
from app.science.networks.spec import NetworkSpec
from app.science.restraint import Restraint
from app.words.network.plane import plane_caption
from app.words.numbers import number, percent
from tests.science.networks.short_runs import SMALL, SPECS, short_runs
from tests.science.networks.test_plane import diverged, with_paths

SIZES = (1, 4, 40)


def roles(figure: Figure) -> list[str]:
    return [trace["meta"]["role"] for trace in figure.data]


@pytest.mark.parametrize(("part", "spec"), list(zip(["train", "test"] * 3, SPECS, strict=True)))
def test_ends_are_labelled_with_their_true_losses(spec: NetworkSpec, part: str) -> None:
    runs = short_runs(spec, SIZES, 30, replicas=1)
    figure = plane_figure(runs, section_of(runs, part, 15), "light", 20, 4)
    go.Figure(figure.data, figure.layout)
    assert roles(figure) == [
        "surface", *["path"] * 3, "ellipse", "moment", *["head"] * 3, "start",
    ]  # fmt: skip
    texts = [label["text"] for label in figure.layout["annotations"]]
    for size, text in zip(runs.sizes, texts, strict=True):
        loss = float(getattr(size.trained.scores, f"{part}_loss")[-1, 0])
        assert text.endswith(f": {number(loss, 3)}")
    check_apart(figure)
    caption = figure.layout["meta"]["caption"]
    plane = plane_of(runs)
    assert percent(plane.share) in caption
    said = f"walk recorded at the updates of B = 1 would have {percent(plane.walk_share)}"
    assert said in caption
    columns, rows = figure_columns(figure)
    assert {"loss", "loss_in_plane", "off_plane", "update"} <= set(columns)
    assert len(rows) > 15 * 15
    assert figure_table(figure).rows


def check_apart(figure: Figure) -> None:
    """No label lies on another in a square picture on a telephone or on a desk."""
    ends = np.array([[label["x"], label["y"]] for label in figure.layout["annotations"]])
    ranges = np.array([figure.layout[f"{axis}axis"]["range"] for axis in "xy"])
    for side in (240.0, 300.0, 420.0):
        boxes = []
        for label, end in zip(figure.layout["annotations"], ends, strict=True):
            x, y = (end - ranges[:, 0]) / np.ptp(ranges, axis=1) * side
            middle = np.array([x + label["ax"], y - label["ay"]])
            half = np.array([0.55 * 11 * len(label["text"]) / 2, 13 / 2])
            boxes.append((middle - half, middle + half))
        for (low, high), (lower, higher) in combinations(boxes, 2):
            assert np.any((high <= lower) | (low >= higher))


@pytest.mark.parametrize("seed", range(3))
def test_sentences_hold(seed: int) -> None:
    for spec in SPECS[seed::3]:
        runs = short_runs(spec, SIZES, 30, replicas=1, seed=seed)
        section = section_of(runs, resolution=9)
        caption = plane_caption(runs, section)
        assert caption.claim.startswith("In the end the training loss is ")
        said = re.findall(r"by ([\d.]+), and the ground there has ([\d.]+) instead of (\d[\d.]*\d)",
                          caption)  # fmt: skip
        for path, (distance, flat, loss) in zip(section.paths, said, strict=True):
            assert float(distance) == pytest.approx(path.distance[-1], rel=0.06)
            assert float(flat) == pytest.approx(path.flat_loss[-1], rel=0.006)
            assert float(loss) == pytest.approx(path.loss[-1], rel=0.006)
        most = re.findall(r"true loss by up to ([\d.]+)\.", caption)
        apart = max(np.abs(path.loss - path.flat_loss).max() for path in section.paths)
        assert apart <= float(most[0]) <= 1.11 * apart


def test_the_ellipse_is_where_steps_lead_at_its_true_size() -> None:
    runs = short_runs(SMALL, SIZES, replicas=1)
    section = section_of(runs, resolution=9)
    figure = plane_figure(runs, section, "dark", 30, 4)
    spread = scatter_of(runs, section.plane, 4, 30)
    (trace,) = [trace for trace in figure.data if trace["meta"]["role"] == "ellipse"]
    curve = np.column_stack([trace["x"], trace["y"]])
    # Every point of the curve is as far from the middle, by the covariance, as 95 % are at most.
    inverse = np.linalg.inv(spread.covariance)
    away = curve - spread.mean
    assert np.einsum("ki,ij,kj->k", away, inverse, away) == pytest.approx(-2 * np.log(0.05))
    k = int(np.searchsorted(runs.sizes[1].trained.updates, spread.update))
    theta = runs.sizes[1].trained.path[k]
    gradients = projected(SMALL.network, theta, rows_of(runs), section.plane.axes)
    rng = np.random.default_rng()
    led = [spread.at - 0.2 * gradients[rng.permutation(40)[:4]].mean(axis=0) for _ in range(500)]
    # Means of four are nearly Gaussian: between 88 and 100 %.
    assert share_inside(np.array(led), spread.mean, spread.covariance) > 0.88
    full = plane_figure(runs, section, "dark", 30, 40)
    assert "ellipse" not in roles(full)
    assert "the same whatever is drawn: no ellipse" in full.layout["meta"]["caption"]


def test_no_ellipse_is_wider_than_a_clipped_step() -> None:
    runs = short_runs(SMALL, SIZES, replicas=1, restraint=Restraint(clip=0.01))
    figure = plane_figure(runs, section_of(runs, resolution=9), "light", 30, 4)
    assert "ellipse" not in roles(figure)
    assert "moment" in roles(figure)
    said = "of B = 4 a mini-batch's gradient may be longer than 0.01, to which it is clipped."
    assert said in figure.layout["meta"]["caption"]
    far = short_runs(SMALL, SIZES, replicas=1, restraint=Restraint(clip=1e6))
    assert "ellipse" in roles(plane_figure(far, section_of(far, resolution=9), "light", 30, 4))


def test_what_is_no_plane_is_said() -> None:
    runs = short_runs(SMALL)
    start = runs.sizes[0].trained.path[:1]
    line = start + np.outer(np.arange(4.0), np.ones(start.shape[1]))
    cases = [
        (with_paths(runs, start, start), "Nothing moves: every recorded weight is the start's."),
        (with_paths(runs, line, start), "All recorded weights lie on one line"),
        (diverged(runs, 0), "Diverged: B = 4 at update 5; the plane is that of the others"),
        (diverged(runs, 0, 1), "Every run that is drawn diverged."),
    ]
    for (made, said), language in product(cases, ("en", "ja")):
        with speaking(language):
            figure = plane_figure(made, section_of(made, resolution=5), "light")
        go.Figure(figure.data, figure.layout)
        if language == "en":
            assert said in figure.layout["meta"]["caption"]


def test_a_batch_size_has_its_colour() -> None:
    runs = short_runs(SMALL)
    for theme, colours in THEMES.items():
        figure = plane_figure(runs, section_of(runs, resolution=5), theme)
        for trace in figure.data:
            if trace["meta"]["role"] == "path":
                size = trace["meta"]["batch_size"]
                assert trace["line"]["color"] == colours.batch_size(size, 40)
