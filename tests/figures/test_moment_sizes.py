"""Batches of every size at one point of a run: what is drawn and told, beside plain numpy."""

import re
from collections.abc import Sequence
from itertools import combinations, cycle, pairwise
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from numpy.typing import NDArray

from app.figures.theme import THEMES
from app.science.noise.point import size_at_start
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.numbers import number
from tests.api.reading import Figure, Get, ask, numbers, traces

Array = NDArray[np.float64]

N = 50
DRAWS = 100
# Which sizes, and whose run is followed.
SETS: list[tuple[list[int | str], int | str]] = [
    ([1, 8, "full"], 1),
    ([32, 4], 4),
    (["full", 2, 1], "full"),
]


def means(gradients: Array, size: int, seed: int, *, replacement: bool) -> Array:
    """Of the first examples of each of so many orders."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(DRAWS):
        order = rng.integers(N, size=N) if replacement else rng.permutation(N)
        found.append(gradients[order[:size]].mean(axis=0))
    return np.array(found)


def stray(drawn: Array, full: Array) -> Array:
    """The angles to the full gradient, by their cosines; NaN of no gradient."""
    lengths = np.where(np.any(drawn != 0, axis=1), np.linalg.norm(drawn, axis=1), np.nan)
    cosine = drawn @ full / lengths / np.linalg.norm(full)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def check(get: Get, **query: Any) -> str:
    figure = ask(get, "moment-sizes", **query)
    problem = build_problem(SURFACES[query["surface"]], N, query.get("noise"))
    run = {**query, "batch_size": query["followed"]}
    del run["followed"]
    w0, w1 = get("/api/v1/moment?" + urlencode(run)).json()["before"]
    gradients = np.column_stack([
        np.broadcast_to(g, N) for g in problem.surface.loss.gradient(w0, w1, problem.columns)
    ])  # fmt: skip
    full = gradients.mean(axis=0)
    sizes = sorted(N if size == "full" else size for size in query["batch_size"])
    replacement = query.get("sampling") == "with-replacement"
    drawn = {size: means(gradients, size, query["seed"], replacement=replacement) for size in sizes}
    check_panels(figure, gradients, drawn)
    caption: str = figure.layout.meta["caption"]
    claim: str = figure.layout.meta["claim"]
    assert caption.startswith(claim)
    assert f"is before update {query['update']:,}." in caption
    spread = np.sqrt(np.mean(np.sum((gradients - full) ** 2, axis=1)))
    size = max(np.sqrt(np.mean(np.sum(gradients**2, axis=1))), size_at_start(problem))
    if np.linalg.norm(full) <= 1e-10 * size:
        if spread <= 1e-10 * size:
            assert "and so is every mini-batch's" in claim
        else:
            check_lengths(claim, drawn, replacement=replacement)
    elif spread <= 1e-10 * size:
        assert claim.startswith("All examples have the same gradient here")
    elif sizes == [N] and not replacement:
        assert "is the full gradient and does not stray" in claim
    else:
        check_angles(claim, {b: stray(drawn[b], full) for b in sizes}, replacement=replacement)
    return claim


def check_panels(figure: Figure, gradients: Array, drawn: dict[int, Array]) -> None:
    """The same axes in each, every mean where it is, and inside them."""
    layout = figure.layout
    full = gradients.mean(axis=0)
    scale = np.abs(gradients).max() or 1.0
    low, high = np.array([layout.xaxis.range, layout.yaxis.range]).T
    assert (high - low)[0] == pytest.approx((high - low)[1])
    outside = set()
    for k, (size, means) in enumerate(drawn.items()):
        end = "" if k == 0 else str(k + 1)
        x, y = layout[f"xaxis{end}"], layout[f"yaxis{end}"]
        assert (x.range, y.range) == (layout.xaxis.range, layout.yaxis.range)
        assert y.scaleanchor == f"x{end}"
        (dots,) = (t for t in traces(figure, "draws") if t.meta["batch_size"] == size)
        (arrow,) = (t for t in traces(figure, "full gradient") if t.meta["batch_size"] == size)
        (grey,) = (t for t in traces(figure, "examples") if t.meta["batch_size"] == size)
        assert {trace.xaxis for trace in (dots, arrow, grey)} == {f"x{end}"}
        assert dots.marker.color == THEMES["light"].batch_size(size, N)
        assert layout.annotations[k]["font"]["color"] == dots.marker.color
        assert layout.annotations[k]["text"] == dots.name
        at = np.column_stack([numbers(dots.x), numbers(dots.y)])
        assert len(at) == DRAWS or np.ptp(means, axis=0).max() <= 1e-9 * scale
        np.testing.assert_allclose(at, means[: len(at)], rtol=1e-5, atol=1e-6 * scale)
        assert np.all((low <= at) & (at <= high))
        tip = [numbers(arrow.x)[1], numbers(arrow.y)[1]]
        np.testing.assert_allclose(tip, full, rtol=1e-6, atol=1e-7 * scale)
        rows = numbers(grey.customdata).astype(int)
        assert rows.tolist() == list(range(N))
        places = np.column_stack([numbers(grey.x), numbers(grey.y)])
        np.testing.assert_allclose(places, gradients, rtol=1e-6, atol=1e-7 * scale)
        outside.add(int(np.sum(np.any((places < low) | (places > high), axis=1))))
    said = re.search(r"(\d+) examples? lies? outside", layout.meta["caption"])
    assert outside == {int(said.group(1)) if said else 0}


def check_angles(claim: str, angles: dict[int, Array], *, replacement: bool) -> None:
    said = re.findall(r"of (\d+) examples? (?:stray )?(\S+?)°", claim.replace("Means", ""))
    if "of all" in claim:
        assert not replacement
        assert "of all 0°" in claim
        said.append((str(N), "0"))
    assert [int(size) for size, _ in said] == list(angles)
    found = [float(np.nanmean(each)) for each in angles.values()]
    for (_, angle), expected in zip(said, found, strict=True):
        assert float(angle) == pytest.approx(expected, abs=0.51 if expected >= 1 else 0.051)
    # What follows is told where it is more than chance, and where it can be read off the angles.
    turns = []
    for before, after in pairwise(angles.values()):
        more = (after - before)[~np.isnan(after - before)]
        turns.append(more.mean() / (more.std(ddof=1) / np.sqrt(len(more))))
    falls = all(turn < -1.96 for turn in turns)
    assert ("the straighter the way" in claim) == (
        falls and len({angle for _, angle in said}) == len(said) > 1
    )
    assert ("not always straighter" in claim) == any(turn > 4 for turn in turns)


FORMULA = {"surface": "formula", "formula": "x^4-x^2+y^2", "domain": "-2,2,-2,2"}
# By the bowl's minimum two of three examples stray little, but any two of them far.
TWO_OF_THREE = {"surface": "bowl", "examples": 3, "start": "-0.006,0.016"}


@pytest.mark.parametrize(
    ("query", "sizes", "follows"),
    [
        ({**FORMULA, "examples": 13, "epochs": 20, "update": 260}, (1, 2, 3, 5, 8, 13), ""),
        ({"surface": "bowl", "examples": 50, "epochs": 5, "update": 250}, (1, 2, 3), ""),
        ({"surface": "bowl", "update": 3}, (1, 3, 9), "the larger the batch, the straighter"),
        (TWO_OF_THREE, (1, 2), "not always straighter"),
    ],
)
def test_what_follows_from_the_angles_is_so_of_all_batches(
    get: Get, query: dict[str, Any], sizes: tuple[int, ...], follows: str
) -> None:
    """By a minimum 100 draws say little: what is concluded is held against each batch there is."""
    given = {"examples": 11, "epochs": 2, "update": 1 if "start" in query else 20, **query}
    own: dict[str, Any] = {
        key: given[key] for key in ("examples", "formula", "domain") if key in given
    }
    rows = get(f"/api/v1/surfaces/{given['surface']}/examples?{urlencode(own)}").json()["rows"]
    for seed in range(3):
        asked = {**given, "seed": seed}
        moment = get("/api/v1/moment?" + urlencode({**asked, "batch_size": 1})).json()
        full = np.array(moment["full_gradient"])
        gradients = full + np.array(rows)  # these examples are tilts, which add up to 0
        exact = [
            stray(gradients[list(combinations(range(len(rows)), size))].mean(axis=1), full).mean()
            for size in sizes
        ]
        falls = [after < before for before, after in pairwise(exact)]
        claim = ask(get, "moment-sizes", **asked, batch_size=sizes).layout.meta["claim"]
        assert "not always straighter" not in claim or not all(falls)
        assert "the straighter the way" not in claim or all(falls)
        assert follows in claim


def check_lengths(claim: str, drawn: dict[int, Array], *, replacement: bool) -> None:
    assert claim.startswith("The full gradient is 0 here")
    for size, found in drawn.items():
        length = float(np.linalg.norm(found, axis=1).mean())
        if size == N and not replacement:
            assert "the mean of all examples is 0 long" in claim
        else:
            assert re.search(
                rf"means of {size} examples? are {re.escape(number(length))} long", claim
            )


@pytest.mark.parametrize(("surface", "seed"), [*zip(SURFACES, cycle(range(3)), strict=False)])
def test_batches_of_every_size_are_drawn_and_told_as_they_are(
    get: Get, surface: str, seed: int
) -> None:
    sizes, followed = SETS[seed]
    check(
        get,
        surface=surface, examples=N, updates=40, seed=seed, followed=followed,
        batch_size=sizes, update=(40, 7, 20)[seed],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"surface": "saddle", "start": "0,0"}, "no direction is the right one"),
        ({"surface": "saddle", "start": "0,0", "noise": 0}, "so is every mini-batch's"),
        ({"surface": "bowl", "noise": 0}, "so no batch strays, whatever its size"),
        ({"surface": "bowl", "batch_size": ["full"]}, "does not stray"),
        ({"surface": "bowl", "sampling": "with-replacement"}, "of 50 examples"),
        ({"surface": "bowl", "batch_size": [8]}, "from the full gradient."),
    ],
)
def test_where_words_are_rare(get: Get, query: dict[str, Any], words: str) -> None:
    given = {"batch_size": [1, 8, "full"], "examples": N, "seed": 0, "update": 1, **query}
    assert words in check(get, **given, followed=given["batch_size"][0])


def test_draws_are_told_from_a_run_without_any(get: Get) -> None:
    asked: dict[str, Any] = {"surface": "logistic", "examples": N, "epochs": 1}
    for sampling, words in (("sequential", "in the stored order"), ("sorted", "sorted by label")):
        caption = ask(get, "moment-sizes", **asked, sampling=sampling).layout.meta["caption"]
        assert f"They are drawn at random, not {words} as the run has them." in caption
    assert "at random" not in ask(get, "moment-sizes", **asked).layout.meta["caption"]


def places(get: Get, sizes: Sequence[int], columns: int) -> tuple[int, set[float], set[float]]:
    """Rows, and the lower left corners of the panels."""
    asked: dict[str, Any] = {"examples": 60, "epochs": 1, "batch_size": sizes, "columns": columns}
    layout = ask(get, "moment-sizes", **asked).layout
    ends = ["", *map(str, range(2, len(sizes) + 1))]
    corners = [(layout[f"xaxis{k}"].domain[0], layout[f"yaxis{k}"].domain[0]) for k in ends]
    assert len(set(corners)) == len(sizes)
    for k, (x, y) in zip(ends, corners, strict=True):
        # Ticks are told at the left, and where there is no panel beneath.
        assert (layout[f"yaxis{k}"].showticklabels is False) == (x > 0)
        beneath = any(other_x == x and other_y < y for other_x, other_y in corners)
        assert (layout[f"xaxis{k}"].showticklabels is False) == beneath
    return layout.meta["rows"], {x for x, _ in corners}, {y for _, y in corners}


@pytest.mark.parametrize(("count", "columns"), [(1, 3), (3, 3), (3, 2), (5, 3), (6, 2), (6, 6)])
def test_panels_stand_in_as_many_columns_as_there_is_room_for(
    get: Get, count: int, columns: int
) -> None:
    rows, lefts, bottoms = places(get, [1, 2, 4, 8, 16, 32][:count], columns)
    assert len(lefts) == min(count, columns)
    assert rows == len(bottoms) == -(-count // columns)


def test_a_run_that_is_not_among_them_cannot_be_followed(get: Get) -> None:
    reply = get("/api/v1/figures/moment-sizes?batch_size=1&batch_size=32&followed=7")
    assert reply.status_code == 422
    assert "one of the batch sizes: 1, 32" in reply.text


def test_of_many_examples_some_are_drawn_and_it_is_said(get: Get) -> None:
    figure = ask(get, "moment-sizes", examples=2000, epochs=1, batch_size=[1, 32])
    for trace in traces(figure, "examples"):
        rows = numbers(trace.customdata)
        assert len(set(rows)) == 500
        assert (rows[0], rows[-1]) == (0, 1999)
    assert "500 of 2,000 examples are drawn." in figure.layout.meta["caption"]
