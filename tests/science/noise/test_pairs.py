"""The two-batch estimate along a run: unbiased where it is said to be, refused where not."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.growth import Growth
from app.science.noise.estimators import estimate, pair_estimates
from app.science.noise.pairs import Pairs, draw_pairs, fair_updates, pairs_refusal
from app.science.noise.point import noise_at
from app.science.optimizers import sgd
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.replay import replay

N, SEED = 60, 2


def plan_of(batch_size: int = 6, **options: Any) -> Plan:
    defaults: dict[str, Any] = {"budget": Budget(epochs=4), "learning_rate": 0.1}
    return make_plan(examples=N, batch_size=batch_size, **defaults | options)


def pairs_of(
    problem: Problem, plan: Plan, updates: NDArray[np.int64], replicas: int, **options: Any
) -> list[Pairs]:
    """Each replica's, at the points its own path passes."""
    paths = run(problem, plan, sgd(), problem.surface.start, generators(SEED, replicas))
    return [
        draw_pairs(
            problem,
            plan,
            rng,
            updates,
            np.column_stack([paths.w0[updates - 1, r], paths.w1[updates - 1, r]]),
            **options,
        )
        for r, rng in enumerate(generators(SEED, replicas))
    ]


def biases(pairs: list[Pairs]) -> list[tuple[float, float]]:
    """Of the estimates of ‖G‖² and of the trace: mean error, and its standard error."""
    errors = []
    for each in pairs:
        squares, traces = pair_estimates(each.small, each.large, each.small_size, each.large_size)
        errors.append(((squares - each.squared_norm).mean(), (traces - each.trace).mean()))
    # Replicas are independent of each other; the updates of one are not.
    return [(float(e.mean()), float(e.std()) / math.sqrt(len(e))) for e in np.array(errors).T]


@pytest.mark.parametrize(
    ("surface", "sampling"),
    [
        ("least-squares", "reshuffle"),
        ("logistic", "with-replacement"),
        ("tanh-neuron", "with-replacement"),
        ("rosenbrock", "reshuffle"),
    ],
)
def test_unbiased_at_fair_updates(surface: str, sampling: str) -> None:
    problem = build_problem(SURFACES[surface], N)
    plan = plan_of(sampling=sampling, learning_rate=problem.surface.learning_rate)
    updates = fair_updates(plan, 8)
    assert len(updates) == (8 if sampling == "with-replacement" else 4)
    for bias, error in biases(pairs_of(problem, plan, updates, 100, pieces=4)):
        assert abs(bias) < 5 * error


def test_biased_late_in_an_epoch_without_replacement() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    plan = plan_of(learning_rate=0.3, budget=Budget(epochs=8))
    late = np.array([10 * epoch + k for epoch in range(4, 8) for k in (7, 8, 9)])
    (bias, error), _ = biases(pairs_of(problem, plan, late, 300, pieces=2))
    assert bias > 5 * error
    noise = np.cov(problem.columns)
    leading = np.mean([2 * 0.3 * (k - 1) for k in (7, 8, 9)]) / N * (noise[0, 0] + noise[1, 1] / 2)
    assert bias < leading


def test_a_pair_is_made_of_the_run_s_own_batches() -> None:
    problem, plan = build_problem(SURFACES["tanh-neuron"], N), plan_of()
    updates = np.array([1, 11, 28])
    (pairs,) = pairs_of(problem, plan, updates, 1, pieces=3)
    paths = run(problem, plan, sgd(), problem.surface.start, generators(SEED, 1))
    batches = replay(plan, generators(SEED, 1)[0], range(1, plan.updates + 1))
    for k, update in enumerate(updates.tolist()):
        point = (float(paths.w0[update - 1, 0]), float(paths.w1[update - 1, 0]))
        noise = noise_at(problem, point)
        together = batches[update - 1 : update + 2]
        means = [noise.gradients[:, batch].mean(axis=1) for batch in together]
        union = noise.gradients[:, np.concatenate(together)].mean(axis=1)
        assert pairs.small[k] == pytest.approx(np.mean([mean @ mean for mean in means]))
        assert pairs.large[k] == pytest.approx(union @ union)
        assert (pairs.small_size[k], pairs.large_size[k]) == (6, 18)
        trace = noise.trace * N / (N - 1)
        assert pairs.trace[k] == pytest.approx(trace)
        assert pairs.squared_norm[k] == pytest.approx(noise.norm**2 - trace / N)


def test_as_many_batches_as_the_epoch_still_has() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    (pairs,) = pairs_of(problem, plan_of(25), np.array([1, 4]), 1)
    assert pairs.large_size.tolist() == [50, 50]  # not the remainder of 10
    (pairs,) = pairs_of(problem, plan_of(6, budget=Budget(updates=13)), np.array([1, 7, 11]), 1)
    assert pairs.large_size.tolist() == [48, 24, 18]
    growing = plan_of(6, growth=Growth(factor=2, epochs=2))
    (pairs,) = pairs_of(problem, growing, np.array([1, 21, 26]), 1)
    assert pairs.small_size.tolist() == [6, 12, 12]
    assert pairs.large_size.tolist() == [48, 60, 60]


def test_trailing_windows() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    (pairs,) = pairs_of(problem, plan_of(budget=Budget(epochs=6)), 1 + 10 * np.arange(6), 1)
    said = zip(pairs.estimates(3), pairs.targets(3), pairs.noise_scales(3), strict=True)
    for k, (found, target, scale) in enumerate(said):
        w = slice(max(0, k - 2), k + 1)
        assert found == estimate(pairs.small[w], pairs.large[w], 6, 48)
        ratio = pairs.trace[w].mean() / pairs.squared_norm[w].mean()
        assert target == (pytest.approx(ratio) if ratio > 0 else None)
        assert scale == pytest.approx(
            pairs.noise.trace[w].mean() / pairs.noise.squared_norm[w].mean()
        )
    with pytest.raises(ParameterError, match=r"^window is 0"):
        pairs.estimates(0)


def test_no_target_where_the_gradient_is_lost_in_noise() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    at = np.array([problem.minima[0].point])
    pairs = draw_pairs(problem, plan_of(), np.random.default_rng(0), np.array([1]), at)
    assert pairs.targets(1) == [None]


@pytest.mark.parametrize("sampling", ["with-replacement", "reshuffle"])
def test_the_target_is_the_noise_scale_only_where_batches_are_independent(sampling: str) -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    (pairs,) = pairs_of(problem, plan_of(sampling=sampling), np.array([1]), 1)
    (target,), (scale,) = pairs.targets(1), pairs.noise_scales(1)
    assert scale
    expected = scale if sampling == "with-replacement" else scale * N / (N - 1 - scale)
    assert target == pytest.approx(expected)


def test_fair_updates() -> None:
    assert fair_updates(plan_of(), 100).tolist() == [1, 11, 21, 31]
    assert fair_updates(plan_of(), 2).tolist() == [1, 31]
    assert fair_updates(plan_of(budget=Budget(updates=31)), 9).tolist() == [1, 11, 21]
    every = fair_updates(plan_of(25, sampling="with-replacement"), 100)
    assert every.tolist() == [1, 4, 7, 10]
    every = fair_updates(plan_of(20, sampling="with-replacement"), 100)
    assert every.tolist() == [1, 2, 4, 5, 7, 8, 10, 11]
    assert fair_updates(plan_of(40), 100).tolist() == []
    assert fair_updates(plan_of(20, growth=Growth(epochs=2)), 100).tolist() == [1, 4]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (plan_of(), None),
        (plan_of(sampling="with-replacement"), None),
        (plan_of(30), None),
        (plan_of(31), "no second batch"),
        (plan_of(N), "no second batch"),
        (plan_of(sampling="sequential"), "not drawn at random"),
        (plan_of(sampling="sorted"), "not drawn at random"),
        (plan_of(sampling="shuffle-once"), "depends on the batches"),
    ],
)
def test_refusal(plan: Plan, words: str | None) -> None:
    reason = pairs_refusal(plan)
    if words is None:
        assert reason is None
        assert len(fair_updates(plan, 10)) > 0
    else:
        assert reason is not None
        assert words in reason
        assert len(fair_updates(plan, 10)) == 0


def test_errors_name_the_parameter() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    rng, at = np.random.default_rng(0), np.zeros((1, 2))
    with pytest.raises(ParameterError, match=r"^pieces is 1"):
        draw_pairs(problem, plan_of(), rng, np.array([1]), at, pieces=1)
    with pytest.raises(ParameterError, match=r"^updates is 10, .* followed by"):
        draw_pairs(problem, plan_of(), rng, np.array([10]), at)
