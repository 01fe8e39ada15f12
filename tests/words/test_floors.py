"""What is said of floors against the runs themselves, over all surfaces and several seeds."""

import re
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from app.language.speech import speaking
from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.floors.annealing import anneal
from app.science.floors.escape import Escape, escape, find_wells
from app.science.floors.independent import NoiseFloor, measure_floors, updates_of
from app.science.optimizers import default_learning_rate
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.replicas import ratio_of_means
from app.words.escape import escape_caption
from app.words.floors import annealing_caption, floor_caption
from tests.science.quadratic import QUADRATIC

QUANTILE = NormalDist().inv_cdf(0.975)

WITH_MINIMA = [name for name in SURFACES if name != "logistic-separable"]
N, REPLICAS, UPDATES = 24, 10, 120


@cache
def small(surface: str) -> Problem:
    return build_problem(SURFACES[surface], N)


def lost(losses: FloatArray) -> int:
    return int(np.isnan(losses).any(axis=0).sum())


def interval(above: FloatArray, below: FloatArray) -> tuple[float, float, float]:
    """A ratio of means over pairs of replicas, and its 95 % interval."""
    x, y = above.mean(axis=0), below.mean(axis=0)
    ratio = x.mean() / y.mean()
    reach = QUANTILE * np.std(x - ratio * y, ddof=1) / np.sqrt(len(x)) / y.mean()
    return ratio - reach, ratio, ratio + reach


# The floor.


def floors(
    surface: str, rate: float, seed: int
) -> tuple[tuple[NoiseFloor, ...], tuple[NoiseFloor, ...]]:
    points = [(share * rate, size) for share in (1.0, 0.25) for size in (1, 8, N)]
    options: dict[str, Any] = {"updates": UPDATES, "replicas": REPLICAS, "seed": seed}
    alone, shuffled = (
        measure_floors(small(surface), points, sampling=sampling, **options)
        for sampling in ("with-replacement", "reshuffle")
    )
    return alone, shuffled


def check_floors(
    independent: tuple[NoiseFloor, ...], reshuffled: tuple[NoiseFloor, ...], surface: str
) -> None:
    caption = floor_caption(independent, reshuffled)
    assert "nan" not in caption
    assert not re.search(r"-\d|− *\d", caption.replace("e-", ""))
    every = [*independent, *reshuffled]
    assert ("Replicas diverge" in caption) == any(lost(f.floor.losses) for f in every)
    moving = [
        f for f in every
        if not lost(f.floor.losses) and f.floor.losses.any() and not f.floor.settled
    ]  # fmt: skip
    assert ("so no floors yet" in caption or "None has settled" in caption) == bool(moving)

    settled = [f for f in independent if f.floor.settled]
    within = re.search(r"filled\): every settled floor is within (\d+) % of the exact", caption)
    off = [
        abs(f.floor.losses.mean() / f.floor.predicted - 1)
        for f in settled
        if f.floor.predicted and not lost(f.floor.losses)
    ]
    assert bool(within) == bool(off)
    if within:
        assert surface in QUADRATIC
        assert max(off) <= int(within.group(1)) / 100 < max(off) + 0.0101
    assert ("theory (lines across)" in caption) <= (surface in QUADRATIC)

    # The full batch has no errors that could cancel.
    highest = [
        interval(shuffled.floor.losses, alone.floor.losses)[2]
        for alone, shuffled in zip(independent, reshuffled, strict=True)
        if alone.floor.settled and shuffled.floor.settled and shuffled.batch_size < N
        if shuffled.floor.plan.updates - shuffled.floor.plan.updates // 2
        >= N // shuffled.batch_size
        if alone.floor.losses.any()
    ]
    lower = bool(highest) and max(highest) < 1
    assert ("errors of an epoch's batches cancel" in caption) == lower
    assert ("not everywhere lower for certain" in caption) == (bool(highest) and not lower)
    whole = [f for f in reshuffled if f.batch_size == N]
    still = "Reshuffled, the full batch has no noise and stays at the lowest loss: a" in caption
    assert still == any(not lost(f.floor.losses) and not f.floor.losses.any() for f in whole)


@pytest.mark.parametrize("surface", WITH_MINIMA)
def test_what_is_said_of_floors_is_so(surface: str) -> None:
    rate = SURFACES[surface].learning_rate
    for seed in range(6):
        faster = (1.0, 0.01, 30.0)[seed % 3]
        check_floors(*floors(surface, rate * faster, seed), surface)


@pytest.mark.parametrize("surface", WITH_MINIMA)
def test_what_is_said_of_the_rules_is_so(surface: str) -> None:
    names = ("sgd", "momentum", "nesterov", "adam")
    for seed in range(2):
        rate = SURFACES[surface].learning_rate * (1.0, 30.0)[seed]
        plain, *others = (
            measure_floors(
                small(surface), [(rate, 1), (rate, 8)], optimizer=name, updates=UPDATES,
                replicas=REPLICAS, seed=seed,
            )
            for name in names
        )  # fmt: skip
        check_rules(plain, others, floor_caption(plain, (), others), surface)


def check_rules(
    plain: tuple[NoiseFloor, ...], others: list[tuple[NoiseFloor, ...]], caption: str, surface: str
) -> None:
    assert "No theory is drawn for Nesterov, Adam" in caption
    assert not any(f.floor.predicted or f.small_rate for f in (*others[1], *others[2]))
    within = re.search(r"Momentum: every settled floor is within (\d+) % of its exact", caption)
    off = [
        abs(f.floor.losses.mean() / f.floor.predicted - 1)
        for f in others[0]
        if f.floor.settled and f.floor.predicted
    ]
    assert bool(within) == bool(off)
    if within:
        assert surface in QUADRATIC
        assert max(off) <= int(within[1]) / 100 < max(off) + 0.0101
    told = re.search(
        r"falls by these factors: (.*?)\. In proportion to B it would be 8, to √B 2\.8", caption
    )
    ratios = {}
    for title, (one, eight) in zip(
        ("SGD", "Momentum", "Nesterov", "Adam"), (plain, *others), strict=True
    ):
        if one.floor.settled and eight.floor.settled and eight.floor.losses.mean() > 0:
            ratios[title] = interval(one.floor.losses, eight.floor.losses)
    assert bool(told) == bool(ratios)
    if told:
        said = re.findall(r"(\w+) ([\d,.]+) \[([\d,.]+) to ([\d,.]+)\]", told[1])
        assert [title for title, *_ in said] == list(ratios)
        for title, *numbers in said:
            value, least, most = (float(text.replace(",", "")) for text in numbers)
            low, ratio, high = ratios[title]
            assert value == pytest.approx(ratio, rel=0.01)
            assert least <= max(low, 0) + 1e-9
            assert most >= high - 1e-9


def test_a_larger_batch_lowers_an_adaptive_rule_s_floor_by_less() -> None:
    """At 5 standard errors: near √B for Adam and RMSprop, near B for plain SGD."""
    problem = build_problem(SURFACES["bowl"])
    for name, power in (("sgd", 1.0), ("rmsprop", 0.5), ("adam", 0.5)):
        rate = default_learning_rate(problem.surface, name) / 4
        one, many = measure_floors(problem, [(rate, 1), (rate, 16)], optimizer=name, replicas=32)
        ratio = ratio_of_means(one.floor.losses, many.floor.losses)
        assert ratio
        assert ratio.error
        assert abs(ratio.value - 16**power) < 0.15 * 16**power + 5 * ratio.error


def test_a_floor_that_is_not_reached_is_none() -> None:
    problem = build_problem(SURFACES["bowl"])
    alone, shuffled = (
        measure_floors(problem, [(1e-4, 1), (2.5e-5, 16)], sampling=sampling, replicas=16)
        for sampling in ("with-replacement", "reshuffle")
    )
    assert not any(f.floor.settled for f in (*alone, *shuffled))
    caption = floor_caption(alone, shuffled)
    assert "None has settled: these are no floors yet." in caption
    assert "every settled floor" not in caption
    assert "cancel" not in caption


@pytest.mark.parametrize("surface", ["bowl", "logistic"])
def test_a_floor_s_slowness_is_seen_by_the_curvature(surface: str) -> None:
    """Whatever the noise: at ελ · updates = 1 more than a third of the way is left."""
    problem = small(surface)
    step = 1e-5
    m0, m1 = problem.minima[0].point
    slopes = [
        np.subtract(problem.gradient(m0 + a, m1 + b), problem.gradient(m0 - a, m1 - b)) / (2 * step)
        for a, b in ((step, 0.0), (0.0, step))
    ]
    flattest = np.linalg.eigvalsh(np.array(slopes))[0]
    for times, settled in ((0.5, False), (10.0, True)):
        rate = times / (flattest * UPDATES / 2)
        (found,) = measure_floors(problem, [(rate, 8)], updates=UPDATES, replicas=REPLICAS)
        assert found.floor.settled is settled


def test_a_whole_epoch_is_watched_where_that_is_not_too_long() -> None:
    for examples, size, watched in ((1050, 1, True), (10_000, 1, False), (10_000, 16, True)):
        updates = updates_of(examples, size, "reshuffle")
        assert (updates - updates // 2 >= examples // size) is watched
        assert updates_of(examples, size, "with-replacement") == 1000
    long = measure_floors(
        build_problem(SURFACES["bowl"], 4000), [(0.1, 1)], sampling="reshuffle", replicas=4
    )
    alone = measure_floors(build_problem(SURFACES["bowl"], 4000), [(0.1, 1)], replicas=4)
    caption = floor_caption(alone, long)
    assert (
        "less than an epoch was watched, in which little can cancel: B = 1 at rate 0.1" in caption
    )
    assert "batches cancel" not in caption


def test_without_noise_no_floor_is_compared() -> None:
    problem = build_problem(SURFACES["bowl"], N, noise=0.0)
    found = measure_floors(problem, [(0.1, 4)], updates=50, replicas=3)
    assert floor_caption(found, found) == (
        "Late in these runs no loss is above the lowest one, but for rounding."
    )


@pytest.mark.parametrize(("surface", "size"), [("bowl", 8), ("least-squares", 1)])
def test_a_full_batch_takes_no_certainty_from_the_others(surface: str, size: int) -> None:
    """Its floor is exactly 0 in every replica, with no error."""
    found = {
        sampling: measure_floors(
            build_problem(SURFACES[surface], 64), [(0.1, size), (0.1, 64)], sampling=sampling,
            updates=400, replicas=8,
        )
        for sampling in ("with-replacement", "reshuffle")
    }  # fmt: skip
    alone, shuffled = found["with-replacement"], found["reshuffle"]
    assert not shuffled[1].floor.losses.any()
    assert alone[1].floor.losses.any()  # drawn again and again, N examples are not all there are
    low, ratio, high = interval(shuffled[0].floor.losses, alone[0].floor.losses)
    assert high < 1
    caption = floor_caption(alone, shuffled)
    said = re.search(r"the floor is ([\d.]+) times that of independent batches: the err", caption)
    assert said
    assert float(said[1]) == pytest.approx(ratio, rel=0.06)
    assert low < float(said[1]) < high
    assert (
        "the full batch has no noise and stays at the lowest loss: a floor of 0 has no" in caption
    )
    with speaking("ja"):
        said = re.search(r"独立なバッチの([\d.]+)倍になる", floor_caption(alone, shuffled))
    assert said


# Annealing.


@pytest.mark.parametrize("surface", WITH_MINIMA)
def test_what_is_said_of_annealing_is_so(surface: str) -> None:
    for seed in range(10):
        faster = (1.0, 0.01, 30.0)[seed % 3]
        found = anneal(
            small(surface), batch_size=2, learning_rate=SURFACES[surface].learning_rate * faster,
            epochs=(4, 20)[seed % 2], stages=3, replicas=REPLICAS, seed=seed,
            sampling=("with-replacement", "reshuffle")[seed // 5],
        )  # fmt: skip
        caption = annealing_caption(found)
        decay, growth = found.decay.losses, found.growth.losses
        diverged = lost(decay) + lost(growth)
        if diverged:
            assert caption.startswith(f"{diverged} of {2 * REPLICAS} replicas diverge")
            continue
        low, ratio, high = interval(growth, decay)
        said = re.search(r"ends at ([\d.,]+) \[([\d.,]+) to ([\d.,]+)\] times", caption)
        assert said
        value, least, most = (float(text.replace(",", "")) for text in said.groups())
        assert value == pytest.approx(ratio, rel=0.01)
        assert least <= max(low, 0) + 1e-9
        assert most >= high - 1e-9
        agrees, outside = "which agrees" in caption, "which is outside" in caption
        assert agrees <= (low <= 1 <= high)
        assert outside <= (not low <= 1 <= high)
        assert agrees + outside + ("Not settled" in caption) == 1


def test_runs_too_short_for_their_rates_have_no_floors() -> None:
    problem = build_problem(SURFACES["bowl"])
    found = anneal(problem, batch_size=8, learning_rate=1e-4, replicas=16)
    assert "Not settled" in annealing_caption(found)
    quick = anneal(problem, batch_size=8, learning_rate=0.2, replicas=16)
    assert "Not settled" not in annealing_caption(quick)


def test_annealing_without_noise_divides_by_nothing() -> None:
    problem = build_problem(SURFACES["bowl"], N, noise=0.0)
    found = anneal(problem, batch_size=2, learning_rate=0.1, epochs=2, stages=2, replicas=2)
    assert "but for rounding" in annealing_caption(found)


# Two wells.


@pytest.mark.parametrize("surface", SURFACES)
def test_wells_of_equal_curvature_are_not_sharp_and_flat(surface: str) -> None:
    problem = build_problem(SURFACES[surface])
    traces = []
    for m0, m1 in [minimum.point for minimum in problem.minima[:2]]:
        h = 1e-4
        (a, _), (b, _) = problem.gradient(m0 + h, m1), problem.gradient(m0 - h, m1)
        (_, c), (_, d) = problem.gradient(m0, m1 + h), problem.gradient(m0, m1 - h)
        traces.append(float(a - b + c - d) / (2 * h))
    told_apart = len(traces) == 2 and abs(traces[0] - traces[1]) > 0.05 * max(traces)
    if not told_apart:
        with pytest.raises(ParameterError, match="surface"):
            find_wells(problem)
        return
    sharp = problem.minima[int(np.argmax(traces))]
    assert find_wells(problem).sharp.point == sharp.point


@pytest.mark.parametrize("surface", ["two-wells", "robust-line", "himmelblau", "styblinski-tang"])
def test_what_is_said_of_escapes_is_so(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 60)
    wells = find_wells(problem)
    for seed in range(2):
        escapes = escape(
            problem, [1, 8, 60], learning_rate=SURFACES[surface].learning_rate,
            epochs=4, replicas=20, seed=seed,
        )  # fmt: skip
        check_escapes(escapes, escape_caption(escapes, wells))


def check_escapes(escapes: tuple[Escape, ...], caption: str) -> None:
    stay = re.search(r"At ([^.]*) every replica ends in the well", caption)
    both = re.search(r"At ([^.]*) paths go both ways", caption)
    for e in escapes:
        name = rf"B = {e.batch_size}\b"
        moved = e.from_sharp.number > 0 or e.from_flat.number < 20 or e.neither > 0
        assert bool(stay and re.search(name, stay.group(1))) == (not moved)
        left_flat = e.from_flat.number < 20
        if both and re.search(name, both.group(1)):
            assert e.from_sharp.number > 0
            assert left_flat
            assert max(e.from_sharp.low, e.from_flat.low) <= min(
                e.from_sharp.high, e.from_flat.high
            )
    assert "Of 20 replicas from either well" in caption
