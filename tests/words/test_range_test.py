"""The range test and what is said of it: paths by a loop, rates reckoned anew."""

import re

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.tradeoff.range_test import RangeTest, range_tests
from app.words.range_test import range_test_caption

UPDATES, REPLICAS, N = 60, 5, 40
SAID = re.compile(
    r"B = (\S+?)(?: \(full\))? falls fastest at ([\d.]*\d)"
    r"(?:, turns at ([\d.]*\d) and (?:stays below its start|is first above its start again at "
    r"([\d.]*\d))"
    r"| and has not turned at the last rate)"
    r"|B = (\S+?)(?: \(full\))? never comes below its start"
)


def small(surface: str = "least-squares", sizes: tuple[int, ...] = (1, 8, N)) -> list[RangeTest]:
    problem = build_problem(SURFACES[surface], N)
    return [*range_tests(problem, sizes, updates=UPDATES, replicas=REPLICAS, seed=3)]


@pytest.mark.parametrize("size", [1, 8, 32])
def test_its_losses_are_those_of_a_plain_loop(size: int) -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    (found,) = range_tests(problem, [size], updates=UPDATES, replicas=2, seed=3)
    x, y = problem.columns
    rates = np.geomspace(0.0001, 1, UPDATES) * found.rates[-1]
    np.testing.assert_allclose(found.rates, rates, rtol=1e-12)
    for replica in range(2):
        rng = np.random.default_rng([3, replica])
        w, order = np.array(problem.surface.start), np.empty(0, dtype=int)
        for u in range(UPDATES):
            order = order if len(order) else rng.permutation(N)
            batch, order = order[:size], order[size:]
            off = w[0] + w[1] * x[batch] - y[batch]
            w = w - rates[u] * np.array([off.mean(), (off * x[batch]).mean()])
            loss = np.mean((w[0] + w[1] * x - y) ** 2) / 2 - problem.minima[0].loss
            if not np.isfinite(found.losses[u, replica]):
                break
            assert found.losses[u, replica] == pytest.approx(
                max(loss, found.least), rel=1e-9, abs=1e-9
            )
        assert u > UPDATES / 2


def assert_the_caption_is_what_the_runs_show(tests: list[RangeTest]) -> None:
    caption = range_test_caption(tests, UPDATES)
    assert "nan" not in caption
    assert "inf" not in caption
    said = SAID.findall(caption)
    assert len(said) == len(tests)
    for test, (falling, *rates, still) in zip(tests, said, strict=True):
        assert int(falling or still) == test.batch_size
        middle = np.sort(test.losses, axis=1)[:, REPLICAS // 2]
        lowest = np.flatnonzero(middle == middle.min())[-1]
        assert bool(falling) == (lowest > 0 and middle[lowest] < test.start)
        if still:
            continue
        after = np.flatnonzero(middle[lowest:] > test.start)
        turned = lowest < UPDATES - 1
        anew = [test.rates[lowest] if turned else None]
        anew.append(test.rates[lowest + after[0]] if turned and len(after) else None)
        told = [float(rate) if rate else None for rate in rates[1:]]
        assert told == [each and pytest.approx(each, rel=0.06) for each in anew]


@pytest.mark.parametrize("surface", SURFACES)
def test_the_caption_is_what_the_runs_show(surface: str) -> None:
    assert_the_caption_is_what_the_runs_show(small(surface))


def test_what_starts_at_the_minimum_has_nothing_to_fall() -> None:
    problem = build_problem(SURFACES["ravine"], N)
    found = range_tests(
        problem, (1, N), updates=UPDATES, replicas=REPLICAS, start=problem.minima[0].point
    )
    assert_the_caption_is_what_the_runs_show([*found])
    caption = range_test_caption(found, UPDATES)
    assert caption.count("never comes below its start") == len(found)
    assert "The turn comes" not in caption


def test_a_larger_batch_turns_later_and_falls_alike() -> None:
    """On the default surface, whatever the seed."""
    problem = build_problem(SURFACES["least-squares"], 1050)
    for seed in range(20):
        one, large = range_tests(problem, [1, 256], updates=200, replicas=16, seed=seed)
        assert large.rates[large.lowest] > 1.1 * one.rates[one.lowest]
        assert one.steepest is not None
        assert large.steepest is not None
        assert 0.4 < large.rates[large.steepest] / one.rates[one.steepest] < 2.5
    caption = range_test_caption((one, large), 200)
    assert re.search(
        r"The turn comes at [\d.]+ times the rate with B = 256 as with B = 1:", caption
    )


def test_there_may_be_no_minimum_and_no_turn() -> None:
    caption = range_test_caption(small("logistic-separable"), UPDATES)
    assert caption.count("has not turned at the last rate") >= 2
    assert "Dashed" not in caption
    assert "The turn comes" not in caption


@pytest.mark.parametrize("surface", ["least-squares", "ravine", "rosenbrock", "logistic"])
def test_who_passes_the_rate_that_is_stable_unturned_is_told(surface: str) -> None:
    for sizes in ((1, 8, N), (1,)):
        tests = small(surface, sizes)
        caption = range_test_caption(tests, UPDATES)
        stable = tests[0].stable
        assert stable is not None
        passed = [test for test in tests if test.rates[test.lowest] > stable]
        beyond = sum(rate > stable for rate in tests[0].rates)
        assert ("Not turned there yet" in caption) == bool(passed)
        for test in passed:
            assert re.search(rf"Not turned there yet: [^.]*B = {test.batch_size}\b", caption)
            assert f"and {beyond} of 60 are beyond" in caption
