"""The map of final losses and what is said of it: every surface, three seeds, reckoned anew."""

import math
import re

import numpy as np
import pytest

from app.figures.tradeoff.rate_map import rate_map_figure
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.tradeoff.quotient import TOLERANCE, furthest_apart, reach
from app.science.tradeoff.rate_map import RateMap, measure_map
from app.words.rate_map import rate_map_caption
from tests.api.reading import as_read

N, EPOCHS, REPLICAS = 24, 4, 5
SAID = re.compile(
    r"Up to a learning rate of ([\d.]+) and a batch size of (\d+) only the quotient ε/B matters: "
    r".*? is at most (\d+ %|less than 1 %) above the smallest\."
)
WORST = re.compile(
    r"At rate ([\d.]+), B = (\d+) the excess loss is ([\d,.]+) times that "
    r"at rate ([\d.]+), B = (\d+)"
)


def small(surface: str, seed: int) -> RateMap:
    problem = build_problem(SURFACES[surface], N)
    return measure_map(problem, epochs=EPOCHS, replicas=REPLICAS, seed=seed)


def by_quotient(found: RateMap) -> dict[float, dict[tuple[int, int], float]]:
    """Medians by ε/B; the full batch is left out."""
    lines: dict[float, dict[tuple[int, int], float]] = {}
    for j, rate in enumerate(found.rates):
        for i, size in enumerate(found.batch_sizes[:-1]):
            middle = sorted(found.losses[j, i])[REPLICAS // 2]
            lines.setdefault(float(f"{rate / size:.9g}"), {})[j, i] = float(middle)
    return lines


def widest(lines: dict[float, dict[tuple[int, int], float]], rate: int, size: int) -> float:
    """The largest quotient of two medians of one line, up to a rate and a batch size."""
    most = -math.inf
    for line in lines.values():
        inside = [v for (j, i), v in line.items() if j <= rate and i <= size]
        if len(inside) > 1:
            most = max(most, math.inf if math.inf in inside else max(inside) / min(inside))
    return most


@pytest.mark.parametrize("surface", SURFACES)
def test_every_sentence_is_what_the_map_shows(surface: str) -> None:
    for seed in range(3):
        found = small(surface, seed)
        lines = by_quotient(found)
        known = reach(found)
        caption = rate_map_caption(found, known, EPOCHS)
        assert "nan" not in caption
        assert "inf" not in caption
        said = SAID.search(caption)
        parts = [(j, i) for j in range(1, len(found.rates)) for i in range(1, 4)]
        level = [part for part in parts if widest(lines, *part) <= 1 + TOLERANCE]
        assert bool(said) == bool(level) == ("Nowhere here" not in caption)
        if said:
            assert known
            assert (known.rate, known.size) in level
            assert float(said[1]) == pytest.approx(found.rates[known.rate], rel=0.01, abs=1e-4)
            assert int(said[2]) == found.batch_sizes[known.size]
            above = widest(lines, known.rate, known.size) - 1
            percent = 1 if said[3].startswith("less") else int(said[3].removesuffix(" %"))
            assert above <= percent / 100 + 1e-9 < above + 0.0101
            assert known.ratio.low <= known.ratio.value <= known.ratio.high
            # No part that holds it is as level.
            assert not any(j >= known.rate and i >= known.size for j, i in set(level) - {known[:2]})
        gaps = {
            (max(there, key=there.__getitem__), min(there, key=there.__getitem__)):
                max(there.values()) / min(there.values())
            for line in lines.values()
            if (there := {cell: v for cell, v in line.items() if math.isfinite(v)})
        }  # fmt: skip
        (high, low), most = max(gaps.items(), key=lambda item: item[1])
        worst = WORST.search(caption)
        assert bool(worst) == (most > 1 + TOLERANCE)
        if worst:
            assert float(worst[3].replace(",", "")) == pytest.approx(most, rel=0.006)
            assert [int(worst[2]), int(worst[5])] == [found.batch_sizes[c[1]] for c in (high, low)]
        check_divergence(found, caption)


def check_divergence(found: RateMap, caption: str) -> None:
    lost = np.isinf(found.losses).sum(axis=-1)
    most, some = int(np.sum(2 * lost > REPLICAS)), int(np.sum((lost > 0) & (2 * lost < REPLICAS)))
    hatched = re.search(rf"Hatched: in (\d+) of {lost.size} cells", caption)
    crossed = re.search(rf"Crossed: in (\d+) more some do, of {REPLICAS}", caption)
    assert int(hatched[1] if hatched else 0) == most
    assert int(crossed[1] if crossed else 0) == some


@pytest.mark.parametrize("surface", ["bowl", "himmelblau", "tanh-neuron"])
def test_a_cell_is_plain_sgd_s_mean_late_loss(surface: str) -> None:
    """Written again: permutations, slices of B, the last quarter of the updates."""
    problem = build_problem(SURFACES[surface], N)
    found = measure_map(problem, epochs=EPOCHS, replicas=2, seed=3)
    for j, i in ((4, 1), (6, 2), (7, 3), (5, 4)):
        size, rate = int(found.batch_sizes[i]), found.rates[j]
        rng, theta, path = np.random.default_rng([3, 1]), np.array(problem.surface.start), []
        for _ in range(EPOCHS):
            order = rng.permutation(N)
            for k in range(N // size):
                batch = order[k * size : (k + 1) * size]
                theta = theta - rate * problem.batch_gradient(theta, batch)
                path.append(theta)
        assert len(path) == found.updates[i]
        late = np.array(path[int(0.75 * len(path)) :])
        if not problem.surface.affine:  # eight of them are looked at
            kept = np.unique(np.linspace(0, len(late) - 1, 8).round().astype(int))
            late = late[kept]
        loss = np.mean(problem.loss(*late.T)) - problem.minima[0].loss
        assert found.losses[j, i, 1] == pytest.approx(max(loss, found.least), rel=1e-6)


def test_the_quotient_decides_until_the_rate_is_large() -> None:
    """On the default surface, whatever the seed: far below 2/λ; beyond it never."""
    problem = build_problem(SURFACES["ravine"], 128)
    for seed in range(4):
        found = measure_map(problem, epochs=10, replicas=8, seed=seed)
        known, apart = reach(found), furthest_apart(found)
        assert known
        assert apart
        assert 0.1 <= found.rates[known.rate] <= 1.0
        assert apart.ratio > 10
        assert found.rates[apart.high[0]] > found.rates[known.rate]


def test_the_map_is_drawn_as_it_is() -> None:
    found = small("ravine", 0)
    figure = as_read(rate_map_figure(found, EPOCHS, "light"))
    roles = {trace.meta["role"]: trace for trace in figure.data}
    cells = np.asarray(roles["map"].customdata, dtype=float)
    drawn = np.delete(cells, cells.shape[1] - 2, axis=1)
    median = np.median(found.losses, axis=-1)
    np.testing.assert_allclose(drawn, np.where(np.isinf(median), np.nan, median))
    hatched = {(round(x), round(y)) for x, y in zip(*_middles(roles["diverged"]), strict=True)}
    wanted = np.argwhere(np.isinf(median))
    last = len(found.batch_sizes) - 1
    assert hatched == {(i + (i == last), j) for j, i in wanted.tolist()}
    for role in ("equal quotient", "equal quotient beyond"):
        points = np.array(list(zip(roles[role].x, roles[role].y, strict=True)), dtype=float)
        steps = points[1::3] - points[::3]  # one cell up and one to the right
        assert np.all(steps == 1)


def _middles(trace: object) -> tuple[np.ndarray, np.ndarray]:
    x, y = (np.array(values, dtype=float) for values in (trace.x, trace.y))  # type: ignore[attr-defined]
    return (x[::3] + x[1::3]) / 2, (y[::3] + y[1::3]) / 2
