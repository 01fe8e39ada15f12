"""The two-batch estimate of the noise scale along a run, from the run's own batches."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.noise.estimators import Estimate, estimate, targets
from app.science.noise.point import STATIONARY, example_gradients, size_at_start
from app.science.noise.scale import NoiseAlong, noise_along
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.replay import replay
from app.science.sampling import order_refusal

ROUNDING = 1e-12  # relative difference of two ‖g‖² that may be rounding alone


@dataclass(frozen=True, eq=False)
class Pairs:
    """Mean squared gradients of small and large batches at the points of some updates.

    At each point a few consecutive batches of the epoch are evaluated. They are the small ones,
    and their union is the large one, as workers and their sum are in data-parallel training.
    What is nothing but rounding, of all gradients or of the spread of the batches, is exactly 0.

    Attributes:
        updates: numbers of the updates, shape (K,).
        small: mean of ‖g‖² over the batches, shape (K,).
        large: ‖g‖² of their union, shape (K,).
        small_size: b, shape (K,).
        large_size: c, shape (K,).
        noise: exact, at each point.
        squared_norm: what an estimate of ‖G‖² is of at each point, shape (K,): `targets`.
        trace: what an estimate of the trace is of, shape (K,).
    """

    updates: IntArray
    small: FloatArray
    large: FloatArray
    small_size: IntArray
    large_size: IntArray
    noise: NoiseAlong
    squared_norm: FloatArray
    trace: FloatArray

    def estimates(self, window: int) -> list[Estimate]:
        """The estimate from each pair and those before it, ``window`` in all.

        Raises:
            ParameterError: a window of no pair.
        """
        return [
            estimate(self.small[w], self.large[w], self.small_size[w], self.large_size[w])
            for w in self._windows(window)
        ]

    def targets(self, window: int) -> list[float | None]:
        """What each of the `estimates` estimates; None where its ‖G‖² is not above 0."""
        return self._ratios(self.trace, self.squared_norm, window)

    def noise_scales(self, window: int) -> list[float | None]:
        """The exact noise scale at the points of each of the `estimates`, averaged as they are.

        What the estimates estimate where batches are drawn with replacement.
        """
        return self._ratios(self.noise.trace, self.noise.squared_norm, window)

    def _ratios(self, traces: FloatArray, squares: FloatArray, window: int) -> list[float | None]:
        means = [(traces[w].mean(), squares[w].mean()) for w in self._windows(window)]
        return [float(trace / square) if square > 0 else None for trace, square in means]

    def _windows(self, window: int) -> list[slice]:
        if window < 1:
            raise ParameterError("window", window, "an integer of at least 1")
        return [slice(max(0, k + 1 - window), k + 1) for k in range(len(self.updates))]


def pairs_refusal(plan: Plan) -> str | None:
    """Why the batches of a run cannot be paired without bias; None if they can."""
    if refused := order_refusal(plan.sampling):
        return refused
    if plan.sampling == "shuffle-once":
        return Message(
            "With one order for all epochs, the point depends on the batches it would be judged by"
        )
    if all(epoch.examples < 2 * epoch.batch_size for epoch in plan.epochs):
        return Message("An epoch has no second batch of this size to put beside the first")
    return None


def fair_updates(plan: Plan, count: int) -> IntArray:
    """Updates whose batch, and those after it, do not depend on the point they start from.

    With replacement all of them; with a new permutation each epoch the first of an epoch only.
    Later ones get the examples that the epoch's earlier steps have not yet descended on: there
    the estimate of ‖G‖² is too high, by about 2ε(k−1) tr(HS)/N at the k-th update, which near a
    minimum is as much as ‖G‖² itself.

    Args:
        plan: the run's.
        count: at most so many, evenly chosen.

    Returns:
        Numbers of updates, none where there is a `pairs_refusal`.
    """
    if pairs_refusal(plan):
        return np.array([], dtype=np.int64)
    updates = np.arange(1, plan.updates + 1)
    if plan.sampling != "with-replacement":
        updates = np.cumsum([1, *(epoch.updates for epoch in plan.epochs[:-1])])
    paired = updates[_batches_left(plan)[updates - 1] >= 2]
    chosen = np.linspace(0, len(paired) - 1, min(count, len(paired))).round().astype(np.int64)
    return paired[chosen]


def draw_pairs(
    problem: Problem,
    plan: Plan,
    rng: np.random.Generator,
    updates: IntArray,
    points: FloatArray,
    *,
    pieces: int = 8,
) -> Pairs:
    """Evaluate the batches of some updates, and of those that follow each, at its own point.

    Args:
        problem: the run's finite sum.
        plan: the run's.
        rng: a new generator seeded as the replica's was; used up.
        updates: increasing numbers of updates, such as `fair_updates`.
        points: from which they start, finite, shape (len(updates), 2): that of update k is the
            path's point k − 1.
        pieces: batches at each point, fewer where the epoch has no more of that size.

    Raises:
        ParameterError: fewer than two pieces, or an update after which there is none.
    """
    if pieces < 2:
        raise ParameterError("pieces", pieces, "an integer of at least 2")
    counts = np.minimum(_batches_left(plan)[updates - 1], pieces)
    if np.any(counts < 2):
        raise ParameterError(
            "updates", updates[counts < 2].tolist(), "followed by a batch of their size"
        )
    together = [update + np.arange(count) for update, count in zip(updates, counts, strict=True)]
    needed = np.unique(np.concatenate([*together, np.array([], dtype=np.int64)]))
    batches = dict(zip(needed.tolist(), replay(plan, rng, needed, problem.labels), strict=True))
    small, large = np.empty((2, len(updates)))
    for k, (numbers, point) in enumerate(zip(together, points.tolist(), strict=True)):
        union = np.concatenate([batches[number] for number in numbers.tolist()])
        gradients = example_gradients(problem, point, union).reshape(2, len(numbers), -1)
        means = gradients.mean(axis=2)
        small[k] = np.mean(np.sum(means**2, axis=0))
        large[k] = np.sum(means.mean(axis=1) ** 2)
    small[small <= (STATIONARY * size_at_start(problem)) ** 2] = 0.0
    large = np.where(small - large <= ROUNDING * small, small, large)
    exact = noise_along(problem, points)
    replacement = plan.sampling == "with-replacement"
    squared_norm, trace = targets(
        exact.squared_norm, exact.trace, problem.size, replacement=replacement
    )
    sizes = plan.sizes[updates - 1]
    return Pairs(updates, small, large, sizes, sizes * counts, exact, squared_norm, trace)


def _batches_left(plan: Plan) -> IntArray:
    """Full batches an epoch still has from each update on, its own included, shape (U,)."""
    counts = np.array([epoch.updates for epoch in plan.epochs])
    full = np.array([epoch.examples // epoch.batch_size for epoch in plan.epochs])
    end = np.repeat(np.cumsum(counts) - counts + full, counts)[: plan.updates]
    return np.asarray(np.minimum(end, plan.updates) - np.arange(plan.updates))
