"""What is timed: descents and grids on a surface of each family, and the engine's own way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.comparison import compared, trajectories
from app.science.engine import generators, run
from app.science.optimizers import sgd
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from benchmarks.tuning import Tuning

# One surface of each kind of arithmetic: affine in features, exp, tanh, a tilted function.
FAMILIES = ("least-squares", "logistic", "tanh-neuron", "rosenbrock")
EXAMPLES = 1050
EPOCHS = 20
REPLICAS = 64
RESOLUTION = 201

# Arrays that begin alike however much of the workload was done: a path by its updates, a grid
# by its rows.
Result: TypeAlias = tuple[FloatArray, ...]
Call: TypeAlias = Callable[[], Result]


@dataclass(frozen=True, eq=False)
class Descent:
    """Plain SGD at several batch sizes, every update recorded.

    Replica r draws from ``default_rng([seed, r])``, at every batch size anew, one permutation
    an epoch. A result is w0 and w1 of the first batch size, each of shape (U + 1, R), then of
    the next.
    """

    problem: Problem
    batch_sizes: tuple[int, ...]
    epochs: int = EPOCHS
    replicas: int = 1
    seed: int = 0

    @property
    def rate(self) -> float:
        """The learning rate, the surface's own."""
        return self.problem.surface.learning_rate

    @property
    def size(self) -> int:
        """How much work it is: the updates of all batch sizes and replicas."""
        epoch = sum(-(-self.problem.size // size) for size in self.batch_sizes)
        return self.epochs * epoch * self.replicas

    def part(self, limit: int) -> "Descent":
        """The first epochs, of a size within the limit; one at least."""
        epochs = limit * self.epochs // self.size
        return replace(self, epochs=min(self.epochs, max(1, epochs)))

    def engine(self) -> Result:
        """What the project does, the plan's layout included."""
        if len(self.batch_sizes) > 1:
            plans = [self._plan(size) for size in self.batch_sizes]
            start = self.problem.surface.start
            paths = trajectories(
                self.problem, plans, sgd(), start, seed=self.seed, replicas=self.replicas
            )
            runs = compared(self.problem, plans, start, paths).runs
            return tuple(w for each in runs for w in (each.paths.w0, each.paths.w1))
        path = run(
            self.problem,
            self._plan(self.batch_sizes[0]),
            sgd(),
            self.problem.surface.start,
            generators(self.seed, self.replicas),
        )
        return path.w0, path.w1

    def _plan(self, batch_size: int) -> Plan:
        return make_plan(
            examples=self.problem.size,
            batch_size=batch_size,
            budget=Budget(epochs=self.epochs),
            learning_rate=self.rate,
        )


@dataclass(frozen=True, eq=False)
class Grid:
    """One field of the loss surface at every point of a grid over its domain.

    Attributes:
        problem: the finite sum.
        field: ``loss``, ``noise trace`` (tr Σ) or ``noise scale`` (tr Σ/‖G‖²).
        rows: of `RESOLUTION` rows, how many from the first.
    """

    problem: Problem
    field: str
    rows: int = RESOLUTION

    @property
    def points(self) -> tuple[FloatArray, FloatArray]:
        """w0 and w1 of every point, each of shape (rows, RESOLUTION)."""
        w0, w1 = (np.linspace(lo, hi, RESOLUTION) for lo, hi in self.problem.surface.domain)
        across, up = np.meshgrid(w0, w1[: self.rows])
        return across, up

    @property
    def size(self) -> int:
        """How much work it is: the points."""
        return self.rows * RESOLUTION

    def part(self, limit: int) -> "Grid":
        """The first rows, of a size within the limit; one at least."""
        return replace(self, rows=min(self.rows, max(1, limit // RESOLUTION)))

    def engine(self) -> Result:
        """What the project does."""
        across, up = self.points
        w0, w1 = across[:1], up[:, :1]
        if self.field == "loss":
            return (self.problem.loss(w0, w1),)
        if self.field == "noise trace":
            return (self.problem.covariance(w0, w1).trace,)
        (g0, g1), covariance = self.problem.gradient_and_covariance(w0, w1)
        with np.errstate(divide="ignore"):
            return (covariance.trace / (g0 * g0 + g1 * g1),)


Work: TypeAlias = Descent | Grid | Tuning


class Workload(NamedTuple):
    """A row of the table.

    Attributes:
        name: for people.
        work: from a problem to what is to be done.
        targets: what is asked, by family (``""`` for those not named): by peer the ratio,
            ``at least`` or, of the floor, ``at most``; by ``"fast"`` the ratio to the floor with
            the extra ``[fast]``; by ``"ms"`` the time itself.
    """

    name: str
    work: Callable[[Problem], Work]
    targets: dict[str, dict[str, float]]

    def target(self, family: str) -> dict[str, float]:
        """What is asked on a surface of this family."""
        return self.targets[""] | self.targets.get(family, {})


WORKLOADS: tuple[Workload, ...] = (
    Workload(
        "one path, B = 1",
        partial(Descent, batch_sizes=(1,)),
        {
            "": {"numba": 10, "fast": 1.3, "PyTorch": 600, "numpy": 25},
            "rosenbrock": {"numba": 18},
        },
    ),
    Workload(
        "compare, B = 1, 8, 32, 100, N",
        partial(Descent, batch_sizes=(1, 8, 32, 100, EXAMPLES)),
        {"": {"numba": 8, "fast": 1.5, "PyTorch": 200}},
    ),
    Workload(
        "64 replicas, B = 1",
        partial(Descent, batch_sizes=(1,), replicas=REPLICAS),
        {"": {"numba": 4, "fast": 1.3, "PyTorch, batched": 25}, "rosenbrock": {"numba": 6}},
    ),
    Workload(
        "64 replicas, B = 32",
        partial(Descent, batch_sizes=(32,), replicas=REPLICAS),
        {"": {"numba": 1.6, "fast": 1.3, "PyTorch, batched": 4}},
    ),
    Workload(
        "sweep: 11 batch sizes × 8 rates × 32 replicas to a target, 50 epochs at most",
        Tuning,
        {"": {"numba": 2, "fast": 1}},
    ),
    *(
        Workload(
            f"grid 201×201, {name}",
            partial(Grid, field=name),
            {"": {"ms": 5}, "logistic": {"ms": 150}, "tanh-neuron": {"ms": 15}},
        )
        for name in ("loss", "noise trace", "noise scale")
    ),
)


def problem(family: str, examples: int = EXAMPLES) -> Problem:
    """The surface's default problem."""
    return build_problem(SURFACES[family], examples)
