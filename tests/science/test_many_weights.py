"""Finite sums of any number of weights: the engine's general way against its quick one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from app.science import engine
from app.science.budget import Budget
from app.science.engine import FiniteSum, descend, generators, run
from app.science.epoch_plan import REMAINDERS
from app.science.errors import ParameterError
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.replay import replay
from app.science.sampling import SAMPLINGS
from app.science.trajectories import Trajectories
from tests.science.textbook import TEXTBOOK

Array: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = NDArray[np.int64]
N, P, SEED = 50, 7, 3
ORDERED = [name for name in SAMPLINGS if name != "poisson"]  # of batches of given sizes
PAIRS = [*zip(SAMPLINGS, cycle(OPTIMIZERS), strict=False)]
assert len(PAIRS) >= len(OPTIMIZERS)


@dataclass(frozen=True, eq=False)
class Plain:
    """A surface's finite sum that the engine does not know for one of two weights."""

    problem: Problem

    @property
    def size(self) -> int:
        return self.problem.size

    @property
    def labels(self) -> Array | None:
        return self.problem.labels

    def batch_gradient(self, theta: Array, examples: Numbers) -> Array:
        return self.problem.batch_gradient(theta, examples)

    def diverged(self, theta: Array) -> NDArray[np.bool_]:
        return self.problem.diverged(theta)

    def check_start(self, start: Sequence[float]) -> None:
        self.problem.check_start(start)


class Regression:
    """Least squares in P weights: l_i(θ) = (θ·x_i − y_i)²/2."""

    def __init__(self, farthest: float = 1e3) -> None:
        self.farthest = farthest
        rng = np.random.default_rng(0)
        self.x = rng.standard_normal((P, N))
        self.y = np.linspace(-1, 1, P) @ self.x + rng.standard_normal(N)

    @property
    def size(self) -> int:
        return N

    @property
    def labels(self) -> Array:
        return self.y

    def batch_gradient(self, theta: Array, examples: Numbers) -> Array:
        x = self.x[:, examples]
        residual = np.sum(theta[:, None] * x, axis=0) - self.y[examples]
        return np.asarray(np.mean(residual * x, axis=1))

    def diverged(self, theta: Array) -> NDArray[np.bool_]:
        return ~np.asarray(np.all(np.abs(theta) <= self.farthest, axis=0))

    def check_start(self, start: Sequence[float]) -> None:
        if self.diverged(np.array(start)):
            raise ParameterError("start", start, f"numbers of at most {self.farthest:g}")


def plan_of(batch_size: int, **options: Any) -> Plan:
    return make_plan(
        examples=N, batch_size=batch_size, budget=Budget(updates=60), learning_rate=0.02,
        lr_schedule="cosine", **options,
    )  # fmt: skip


def runs(problem: FiniteSum, plan: Plan, optimizer: str, start: Sequence[float]) -> Trajectories:
    return run(problem, plan, OPTIMIZERS[optimizer](), start, generators(SEED, 3))


@pytest.mark.parametrize(("sampling", "optimizer"), PAIRS)
@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron"])
def test_the_general_way_is_the_quick_one(surface: str, sampling: str, optimizer: str) -> None:
    problem = build_problem(SURFACES[surface], N)
    for batch_size, remainder in zip((1, 8, 16, N), (*REMAINDERS, "keep"), strict=True):
        kept = remainder if sampling in ORDERED else "keep"
        plan = plan_of(batch_size, sampling=sampling, remainder=kept)
        quick = runs(problem, plan, optimizer, problem.surface.start)
        general = runs(Plain(problem), plan, optimizer, problem.surface.start)
        assert general.theta.shape == (2, plan.updates + 1, 3)
        np.testing.assert_allclose(general.theta, quick.theta, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("sampling", "optimizer"),
    [
        *(("reshuffle", name) for name in OPTIMIZERS),
        *((name, "momentum") for name in ORDERED if name != "reshuffle"),
    ],
)
def test_many_weights_are_the_plain_loop(sampling: str, optimizer: str) -> None:
    problem, start = Regression(), np.linspace(1, -1, P)
    for batch_size, remainder in ((1, "keep"), *((16, name) for name in REMAINDERS), (N, "keep")):
        plan = plan_of(batch_size, sampling=sampling, remainder=remainder)
        made = runs(problem, plan, optimizer, start.tolist())
        assert made.theta.shape == (P, plan.updates + 1, 3)
        for r, rng in enumerate(generators(SEED, 3)):
            rule, theta, path = TEXTBOOK[optimizer](), start, [start]
            batches = replay(plan, rng, range(1, plan.updates + 1), problem.labels)
            for batch, rate, weight in zip(batches, plan.rates, plan.weights, strict=True):
                residual = theta @ problem.x[:, batch] - problem.y[batch]
                gradient = weight * (problem.x[:, batch] @ residual) / len(batch)
                theta = theta + rule(gradient, rate)
                path.append(theta)
            np.testing.assert_allclose(made.theta[:, :, r].T, path, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("block", [1, 1 << 18], ids=["epoch-by-epoch", "at-once"])
def test_several_learning_rates(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK", block)
    problem, plan, factors = Regression(), plan_of(8), np.array([1.0, 0.5])

    def path(plan: Plan, factors: Array | None = None) -> Array:
        adam, rngs = OPTIMIZERS["adam"](), generators(SEED, 3)
        return np.concatenate([*descend(problem, plan, adam, [1.0] * P, rngs, factors)], axis=1)

    together = path(plan, factors)
    for k, factor in enumerate(factors):
        alone = path(replace(plan, rates=plan.rates * factor))
        np.testing.assert_array_equal(together[:, :, k], alone)


def test_divergence_and_recording() -> None:
    problem, start = Regression(farthest=1.5), [1.0] * P
    plan = plan_of(1)
    whole = runs(problem, plan, "momentum", start)
    assert 0 < np.count_nonzero(whole.diverged_at) <= 3
    for r, update in enumerate(whole.diverged_at):
        ended = int(update) or plan.updates + 1
        assert np.all(np.abs(whole.theta[:, :ended, r]) <= 1.5)
        assert np.isnan(whole.theta[:, ended:, r]).all()
    record = np.array([0, 3, 4, 59])
    kept = run(problem, plan, OPTIMIZERS["momentum"](), start, generators(SEED, 3), record)
    np.testing.assert_array_equal(kept.theta, whole.theta[:, record])
    np.testing.assert_array_equal(kept.diverged_at, whole.diverged_at)
    with pytest.raises(ParameterError, match=r"^start is .* numbers of at most 1\.5"):
        runs(problem, plan, "sgd", [2.0] * P)
