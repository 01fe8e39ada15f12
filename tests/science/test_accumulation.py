"""Micro-batches, averaged by size and as a mean of means, against a loop that accumulates them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from app.science import engine
from app.science.accumulation import (
    ACCUMULATIONS,
    Accumulation,
    cut_size,
    effective_size,
    relative_weights,
    shares,
)
from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.growth import Growth
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.noise.instruments import INSTRUMENTS
from app.science.optimizers import OPTIMIZERS, default_learning_rate, sgd
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.restraint import Restraint
from app.science.theory.moments import moments_refusal
from app.science.two_weights import FEW
from tests.science.textbook import TEXTBOOK

N = 70
# Features, examples one by one and in arrays, tilts.
PROBLEMS = ("least-squares", "tanh-neuron", "himmelblau")
WAYS = {
    "size": (Accumulation(4), Restraint()),
    "means": (Accumulation(4, "means"), Restraint()),
    "means of 3": (Accumulation(3, "means"), Restraint(0.3, "decoupled", 0.4)),
    "clipped": (Accumulation(4, "size", "micro-batch"), Restraint(0.3, "coupled", 0.4)),
    "clipped means": (Accumulation(4, "means", "micro-batch"), Restraint(clip=0.4)),
}


def accumulated(
    gradient: Callable[[Any], FloatArray], batch: Any, micro_batch: int, plan: Plan
) -> tuple[FloatArray, bool]:
    """An update's gradient, micro-batch by micro-batch, and whether one of them was cut."""
    total: Any = 0.0
    counted, cut = 0, False
    for first in range(0, len(batch), micro_batch):
        part = batch[first : first + micro_batch]
        g = gradient(part)
        clip = plan.restraint.clip if plan.clips_each else None
        if clip is not None and np.linalg.norm(g) > clip:
            g, cut = g * clip / np.linalg.norm(g), True
        count = 1 if plan.accumulation.kind == "means" else len(part)
        total, counted = total + count * g, counted + count
    return total / counted, cut


def trained_by_hand(
    gradient: Callable[[FloatArray, Any], FloatArray],
    start: FloatArray,
    plan: Plan,
    rule: Any,
    replica: int,
) -> tuple[FloatArray, int]:
    """A run's path, and at how many updates a gradient was cut."""
    held, rng = plan.restraint, np.random.default_rng([0, replica])
    w, path, cuts = start, [start], 0
    for epoch in plan.epochs:
        order = rng.permutation(N)
        for first in range(0, N, epoch.batch_size):
            batch, rate = order[first : first + epoch.batch_size], plan.rates[len(path) - 1]
            micro_batch = -(-epoch.batch_size // plan.accumulation.pieces)
            g, cut = accumulated(partial(gradient, w), batch, micro_batch, plan)
            g = g * len(batch) / epoch.batch_size  # remainder = weight
            if held.clip and not plan.clips_each and np.linalg.norm(g) > held.clip:
                g, cut = g * held.clip / np.linalg.norm(g), True
            g = g + held.coupled * w
            w = w * (1 - rate * held.decoupled) + rule(g, rate)
            path.append(w)
            cuts += cut
    return np.array(path), cuts


def planned(batch_size: int, way: str, **changes: Any) -> Plan:
    accumulation, restraint = WAYS[way]
    return make_plan(
        examples=N,
        batch_size=batch_size,
        budget=Budget(epochs=3),
        remainder="weight",
        accumulation=accumulation,
        restraint=restraint,
        **{"learning_rate": 0.01, "lr_schedule": "inverse", **changes},
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("way", WAYS)
def test_paths_are_the_loops(way: str, optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROBLEMS:
        problem = build_problem(SURFACES[name], N)

        def gradient(w: FloatArray, part: Any, problem: Problem = problem) -> FloatArray:
            columns = [column[part] for column in problem.columns]
            return np.array(
                [np.mean(p) for p in problem.surface.loss.gradient(w[0], w[1], columns)]
            )

        rate, start = default_learning_rate(problem.surface, optimizer) / 10, problem.surface.start
        for batch_size, last, growth, block in (
            (7, 0, None, 1 << 18),
            (32, FEW, Growth(2, 1), 1),
            (N - 1, 0, None, 1 << 18),
        ):
            monkeypatch.setattr(engine, "BLOCK", block)
            plan = planned(batch_size, way, learning_rate=rate, growth=growth)
            rngs = generators(0, last + 1)
            made = run(problem, plan, OPTIMIZERS[optimizer](), start, rngs)
            path, cuts = trained_by_hand(
                gradient, np.array(start), plan, TEXTBOOK[optimizer](), last
            )
            np.testing.assert_allclose(made.theta[:, :, last].T, path, rtol=1e-9, atol=1e-9)
            assert (0 if made.clipped is None else made.clipped[last]) == cuts


@pytest.mark.parametrize("way", WAYS)
def test_networks_are_the_loops(way: str) -> None:
    spec = NetworkSpec(examples=N, hidden=(4,))
    plan = planned(26, way, learning_rate=0.1)
    both = train(Training(spec=spec, plan=plan, optimizer="adam", replicas=range(2)))
    for r in range(2):
        rows = spec.rows(spec.split(r).train)

        def gradient(w: FloatArray, part: Any, rows: Any = rows) -> FloatArray:
            at = rows.x[None, part], rows.y[None, part]
            return np.asarray(spec.network.gradient(w[None], *at)[0])

        path, cuts = trained_by_hand(gradient, spec.weights(r), plan, TEXTBOOK["adam"](), r)
        one = train(Training(spec=spec, plan=plan, optimizer="adam", replicas=range(r, r + 1)))
        for trained, k in ((both, r), (one, 0)):
            np.testing.assert_allclose(trained.weights[-1, k], path[-1], rtol=1e-9, atol=1e-9)
            assert (0 if trained.clipped is None else trained.clipped[k]) == cuts


def last_points(**given: Any) -> FloatArray:
    """Where plain SGD on least squares is after three epochs of batches of 32."""
    problem = build_problem(SURFACES["least-squares"])
    plan = make_plan(
        examples=1050, batch_size=32, budget=Budget(epochs=3), learning_rate=0.1, **given
    )
    made = run(problem, plan, sgd(), problem.surface.start, generators(0, 1))
    return np.asarray(made.theta[:, -1, 0])


def test_by_size_it_is_the_large_batch_and_as_a_mean_of_means_it_is_not() -> None:
    problem = build_problem(SURFACES["least-squares"])
    w, rng = np.array(problem.surface.start), np.random.default_rng([0, 0])
    for order in [rng.permutation(1050) for _ in range(3)]:
        for first in range(0, 1050, 32):
            batch = order[first : first + 32]
            parts = [batch[k : k + 8] for k in range(0, len(batch), 8)]
            g = sum(len(part) / len(batch) * problem.batch_gradient(w, part) for part in parts)
            w = w - 0.1 * g
    one_batch = last_points()
    np.testing.assert_allclose(w, one_batch, rtol=0, atol=2e-15)
    np.testing.assert_array_equal(last_points(accumulation=Accumulation(4)), one_batch)
    means = last_points(accumulation=Accumulation(4, "means"))
    # 1,050 = 32 × 32 + 26, and 26 = 8 + 8 + 8 + 2.
    assert np.abs(means - one_batch).max() == pytest.approx(7.0e-3, rel=0.01)


def test_micro_batches_of_one_size_make_no_difference() -> None:
    assert not planned(28, "means").skewed  # 70 = 2 × 28 + 14, and 7 divides both
    assert planned(26, "means").skewed
    assert not planned(26, "size").skewed
    assert planned(N, "size").deterministic
    assert not planned(N, "means").deterministic
    assert not planned(N, "clipped").deterministic
    assert [len(shares(size, 8)) for size in (6, 8, 16, 26)] == [1, 1, 1, 2]


@pytest.mark.parametrize("sizes", [(8, 8, 8, 2), (10, 100), (5,), (4, 4)])
def test_what_an_example_counts(sizes: tuple[int, ...]) -> None:
    parts = np.array(sizes)
    weights = relative_weights(parts)
    # All examples together count as they did, and a micro-batch as much as another.
    np.testing.assert_allclose(weights @ parts, parts.sum())
    np.testing.assert_allclose(weights * parts, parts.sum() / len(parts))
    if parts[0] > parts[-1] or len(parts) == 1:
        size, micro_batch = int(parts.sum()), int(parts[0])
        assert cut_size(size, micro_batch).tolist() == list(sizes)
        each = np.repeat(weights / size, parts)
        assert effective_size(size, micro_batch) == pytest.approx(1 / np.sum(each**2))


def test_a_token_of_the_short_one_counts_ten_times_as_much() -> None:
    short, long = relative_weights(np.array([10, 100]))
    assert short / long == pytest.approx(10)


def test_theories_of_equal_examples_are_refused() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    plan = make_plan(
        examples=N,
        batch_size=7,
        budget=Budget(epochs=3),
        learning_rate=0.01,
        sampling="with-replacement",
        accumulation=WAYS["means"][0],
    )
    assert "do not all count the same" in (moments_refusal(problem, plan, "sgd") or "")
    for instrument in INSTRUMENTS.values():
        assert "do not all count the same" in (instrument.refusal(problem, plan, "sgd") or "")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("accumulate", {"pieces": 0}),
        ("accumulation", {"kind": "sum"}),
        ("clip_each", {"clip_each": "example"}),
    ],
)
def test_what_is_refused(name: str, given: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=name):
        Accumulation(**given)


def test_every_way_is_tried() -> None:
    assert {accumulation.kind for accumulation, _ in WAYS.values()} == {*ACCUMULATIONS}
