"""The same problem run at several batch sizes: paths, losses, and their spread over replicas."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.science.arrays import FloatArray, IntArray, Point
from app.science.band import band, band_index
from app.science.cached_property import cached_property
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.late import Late, Movement, late_updates
from app.science.lowest import distances, excess
from app.science.message import Message
from app.science.plan import Plan
from app.science.problems.decayed import decayed_minima
from app.science.problems.problem import Problem
from app.science.rest import Region, end_regions, settled_at, tail_region
from app.science.rule import Chosen, Optimizer
from app.science.running import running_median
from app.science.sampling import BALANCED
from app.science.thinned import thin
from app.science.trajectories import Trajectories, last_points

MEDIAN_SHARE = 0.05  # of a run's updates are the window of its running median
OVERVIEW = 2000  # points that stand for a path of which all are recorded
SGD = Chosen("sgd")


@dataclass(frozen=True)
class End:
    """Where a path ended.

    Attributes:
        point: its last point; of a diverged path, the last before it diverged.
        loss: mean loss there.
        excess: above the lowest minimum; None if there is none.
        nearest: index of the nearest of the problem's minima, None if it has none.
        distance: to it, Euclidean.
    """

    point: Point
    loss: float
    excess: float | None
    nearest: int | None
    distance: float | None


@dataclass(frozen=True, eq=False)
class Run:
    """One batch size's replicas.

    Attributes:
        problem: the finite sum.
        plan: its mini-batches and rates.
        paths: the recorded points.
        late: those that its end is judged by.
        overview: some from the start to the end, by which the end of its way is found.
        rule: by which its updates were made.
    """

    problem: Problem
    plan: Plan
    paths: Trajectories
    late: Late
    overview: Trajectories
    rule: Chosen = SGD

    @property
    def batch_size(self) -> int:
        """The batch size it began with."""
        return self.plan.batch_size

    @property
    def replicas(self) -> int:
        """R, the number of replicas."""
        return int(self.paths.w0.shape[1])

    @property
    def made(self) -> int:
        """Updates that its last replica made."""
        return self.plan.made(self.paths.diverged_at)

    @cached_property
    def settled(self) -> int | None:
        """The update at which the first replica's way ends, as `settled_at` finds it."""
        return settled_at(self.late, self.overview)

    @cached_property
    def last(self) -> IntArray:
        """Index of each replica's last point, shape (R,)."""
        return last_points(self.paths)

    def length(self, replica: int) -> int:
        """Recorded points of a replica, those after its divergence left out."""
        return int(self.last[replica]) + 1

    @cached_property
    def epoch(self) -> FloatArray:
        """Epochs elapsed at each recorded update, shape (P,)."""
        return self.plan.epoch[self.paths.updates]

    @cached_property
    def examples_seen(self) -> IntArray:
        """Examples seen at each recorded update, shape (P,).

        The mean over the replicas where it is chance how many a batch has.
        """
        if self.paths.seen is not None:
            return np.asarray(np.rint(self.paths.seen.mean(axis=1)), dtype=np.int64)
        return self.plan.examples_seen[self.paths.updates]

    def seen(self, replica: int) -> IntArray:
        """Examples that a replica has seen at each recorded update, shape (P,)."""
        seen = self.paths.seen
        return self.examples_seen if seen is None else np.ascontiguousarray(seen[:, replica])

    def window(self, first: int, count: int) -> "Run":
        """The same run, of whose first replica some consecutive recorded updates are shown.

        Raises:
            ParameterError: the first of them is after the last that there is.
        """
        last = int(self.paths.updates[self.last[0]])
        if first > last:
            raise ParameterError("window", first, Message("an integer from 0 to {most}", most=last))
        shown = np.arange(first, min(first + count, last + 1))
        return replace(self, paths=_at(self.paths, shown))

    def path(self, replica: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """w0, w1 and loss of one replica, as far as it came."""
        length = self.length(replica)
        w0, w1 = self.paths.w0[:length, replica], self.paths.w1[:length, replica]
        return w0, w1, self.first_loss if replica == 0 else self.problem.loss(w0, w1)

    @cached_property
    def first_loss(self) -> FloatArray:
        """Losses along the first replica's path."""
        length = self.length(0)
        return self.problem.loss(self.paths.w0[:length, 0], self.paths.w1[:length, 0])

    @cached_property
    def running_loss(self) -> FloatArray:
        """Running median of `first_loss` over a window of `MEDIAN_SHARE` of the updates.

        The window reaches as far back as ahead, but never ahead of the last point, and never
        further than to the start: so the way down is not smoothed away.
        """
        return self._running(self.first_loss)

    def held_out_loss(self, replica: int) -> FloatArray | None:
        """Losses of the held-out examples along one replica's path; None where there are none."""
        held_out, length = self.problem.held_out, self.length(replica)
        if held_out is None:
            return None
        return held_out.loss(self.paths.w0[:length, replica], self.paths.w1[:length, replica])

    @cached_property
    def held_out_median(self) -> FloatArray | None:
        """Their running median as `running_loss`, of many replicas the median as `loss_band`."""
        if self.problem.held_out is None:
            return None
        if self.replicas > 1:
            _, middle, _ = band(self.paths, self.band_index, self.problem.held_out.loss)
            return np.asarray(middle)
        losses = self.held_out_loss(0)
        return None if losses is None else self._running(losses)

    def _running(self, losses: FloatArray) -> FloatArray:
        updates = self.paths.updates[: self.length(0)]
        return running_median(updates, losses, MEDIAN_SHARE * self.plan.updates / 2)

    @cached_property
    def ends(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """w0, w1 and loss of every replica's last point, each of shape (R,)."""
        replica = np.arange(self.replicas)
        w0, w1 = self.paths.w0[self.last, replica], self.paths.w1[self.last, replica]
        return w0, w1, self.problem.loss(w0, w1)

    @cached_property
    def regions(self) -> list[Region]:
        """Of the late points of a replica that wanders; of several, of their ends by minimum."""
        if self.replicas > 1:
            w0, w1, _ = self.ends
            ends = np.column_stack([w0, w1])[self.paths.diverged_at == 0]
            return end_regions(self.problem, ends)
        found = None if self.settled is None else tail_region(self.late)
        return [found] if found else []

    def end(self, replica: int) -> End:
        """Where a replica ended, and by which minimum."""
        w0, w1, loss = (float(v[replica]) for v in self.ends)
        if not self.problem.minima:
            return End((w0, w1), loss, None, None, None)
        away = distances(self.problem, np.array([w0, w1]))
        nearest = int(away.argmin())
        above = float(excess(self.problem, np.array(loss)))
        return End((w0, w1), loss, above, nearest, float(away[nearest]))

    def movement(self, replica: int) -> Movement:
        """What a replica does late: it diverged, or what those do that did not, all together."""
        return "diverged" if self.paths.diverged_at[replica] else self.late.movement

    @cached_property
    def band_index(self) -> IntArray:
        """Indices of the recorded points at which `loss_band` stands."""
        return band_index(len(self.paths.updates))

    @cached_property
    def loss_band(self) -> FloatArray:
        """Quantiles `BAND` of the loss over the replicas, shape (3, len(band_index))."""
        return band(self.paths, self.band_index, self.problem.loss)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several batch sizes, or rules, from one start, all seeing the same permutations."""

    problem: Problem
    start: Point
    runs: tuple[Run, ...]

    @cached_property
    def decayed(self) -> tuple[Point, ...]:
        """As `decayed_minima` of what runs go down; balanced batches go down another loss."""
        plan = self.runs[0].plan
        decay = 0.0 if plan.sampling == BALANCED else plan.restraint.coupled
        return decayed_minima(self.problem, decay) if decay else ()


def trajectories(
    problem: Problem,
    plans: Sequence[Plan],
    optimizer: Optimizer,
    start: Point,
    *,
    seed: int = 0,
    replicas: int = 1,
    first_replica: int = 0,
    max_points: int | None = None,
) -> tuple[Trajectories, ...]:
    """Run every plan from the same start with the same seeds.

    Args:
        problem: the finite sum.
        plans: one a batch size.
        optimizer: the update rule.
        start: where every path starts.
        seed: replica r of every plan draws from ``default_rng([seed, r])``.
        replicas: R.
        first_replica: r of the first of them.
        max_points: recorded points a path, as `thin` chooses them; None for all.

    Returns:
        Of each plan the recorded points and the late ones, by which its end is judged.

    Raises:
        ParameterError: as `engine.run`.
    """
    runs = []
    for plan in plans:
        rngs = generators(seed, first_replica + replicas)[first_replica:]
        shown, late = _recorded(plan, max_points)
        record = shown if len(shown) > plan.updates else np.union1d(shown, late)
        runs.append(run(problem, plan, optimizer, start, rngs, record))
    return tuple(runs)


def compared(
    problem: Problem,
    plans: Sequence[Plan],
    start: Point,
    paths: Sequence[Trajectories],
    max_points: int | None = None,
    rules: Sequence[Chosen] = (),
) -> Comparison:
    """The comparison of runs that `trajectories` has made with the same arguments.

    ``rules`` are those of the runs, one each.
    """
    runs = []
    chosen = rules or [SGD] * len(plans)
    for plan, path, rule in zip(plans, paths, chosen, strict=True):
        shown, late = _recorded(plan, max_points)
        judged, drawn = Late(problem, plan, start, _at(path, late)), _at(path, shown)
        overview = _at(path, thin(plan, OVERVIEW)) if max_points is None else drawn
        runs.append(Run(problem, plan, drawn, judged, overview, rule))
    return Comparison(problem, start, tuple(runs))


def _recorded(plan: Plan, max_points: int | None) -> tuple[IntArray, IntArray]:
    """The updates that are shown, and the late ones."""
    shown = np.arange(plan.updates + 1) if max_points is None else thin(plan, max_points)
    return shown, late_updates(plan)


def _at(paths: Trajectories, updates: IntArray) -> Trajectories:
    """Some of the recorded points."""
    if len(updates) == len(paths.updates):
        return paths
    here = np.searchsorted(paths.updates, updates)
    seen = None if paths.seen is None else paths.seen[here]
    return replace(paths, updates=updates, theta=paths.theta[:, here], seen=seen)
