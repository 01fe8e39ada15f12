"""What one update of a run saw: its mini-batch, the gradient of that, and the step it made."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.science.accumulation import averaged, shares
from app.science.arrays import FloatArray, IntArray, Point
from app.science.errors import ParameterError
from app.science.lowest import excess
from app.science.message import Message
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.replay import replay
from app.science.trajectories import Trajectories


@dataclass(frozen=True)
class Moment:
    """Update k, from θ before it, θ_{k−1}, to θ after it, θ_k.

    Attributes:
        update: k, from 1.
        epoch: the epoch it belongs to, from 1.
        number: its batch's place in the epoch, from 1.
        of: the epoch's batches, as planned.
        examples: rows of the examples in the batch, in the order they were drawn in.
        before: θ_{k−1}.
        after: θ_k; None if the run diverged by this update.
        gradient: the mean of the batch's gradients at ``before``, or of its micro-batches' means,
            neither weighted nor cut; 0 of a batch without an example, as a Poisson batch may be.
        weight: what that is multiplied by before it is cut: members over B of a Poisson batch.
        clip_factor: what clipping multiplied it by, 1 where it was short enough; None without,
            or where it is micro-batches that are clipped.
        full_gradient: G there.
        loss_of_batch: its mean loss there, averaged as ``gradient`` is, which frameworks print;
            None of no example.
        loss: L there.
        loss_after: L at ``after``.
        excess, excess_after: those losses above the lowest minimum's, NaN where there is none.
    """

    update: int
    epoch: int
    number: int
    of: int
    examples: IntArray
    before: Point
    after: Point | None
    gradient: Point
    weight: float
    clip_factor: float | None
    full_gradient: Point
    loss_of_batch: float | None
    loss: float
    loss_after: float | None
    excess: float
    excess_after: float | None

    @property
    def step(self) -> Point | None:
        """θ_k − θ_{k−1}."""
        if self.after is None:
            return None
        return self.after[0] - self.before[0], self.after[1] - self.before[1]


def moments(
    problem: Problem, plan: Plan, path: Trajectories, rng: np.random.Generator, updates: range
) -> list[Moment]:
    """What some consecutive updates of a run's one replica saw.

    Args:
        problem: the finite sum.
        plan: the run's.
        path: of that replica alone, with every update recorded.
        rng: a new generator seeded as the replica's was; used up.
        updates: their numbers, from 1; those after the run's end are left out.

    Raises:
        ParameterError: the first of them is after the run's end, or after it diverged.
    """
    diverged_at = int(path.diverged_at[0])
    last = diverged_at or plan.updates
    if not 1 <= updates.start <= last:
        allowed = (
            Message("an integer from 1 to {last:,}, at which the run diverged", last=last)
            if diverged_at
            else Message("an integer from 1 to {last:,}, the run's last update", last=last)
        )
        raise ParameterError("update", updates.start, allowed)
    seen = range(updates.start, min(updates.stop, last + 1))
    batches = replay(plan, rng, seen, problem.labels)
    known = slice(seen.start - 1, min(seen.stop, diverged_at or seen.stop))
    points = path.w0[known, 0], path.w1[known, 0]
    losses, gradients = problem.loss(*points), problem.gradient(*points)
    above = excess(problem, losses)
    ends = np.cumsum([epoch.updates for epoch in plan.epochs])
    found = []
    for i, (update, examples) in enumerate(zip(seen, batches, strict=True)):
        epoch = int(np.searchsorted(ends, update))
        planned = plan.epochs[epoch].updates
        diverged = update == diverged_at
        before = _point(points, i)
        parts = shares(len(examples), plan.epochs[epoch].micro_batch)
        gradient = averaged(partial(_mean_gradient, problem, before, examples), parts)
        weight = float(plan.weights[update - 1])
        if plan.drawn_sizes:
            weight *= len(examples) / plan.epochs[epoch].batch_size
        found.append(
            Moment(
                update=update,
                epoch=epoch + 1,
                number=update - int(ends[epoch]) + planned,
                of=planned,
                examples=examples,
                before=before,
                after=None if diverged else _point(points, i + 1),
                gradient=_pair(gradient),
                weight=weight,
                clip_factor=_clip_factor(plan, weight * gradient),
                full_gradient=_point(gradients, i),
                loss_of_batch=float(averaged(partial(_mean_loss, problem, before, examples), parts))
                if len(examples)
                else None,
                loss=float(losses[i]),
                loss_after=None if diverged else float(losses[i + 1]),
                excess=float(above[i]),
                excess_after=None if diverged else float(above[i + 1]),
            )
        )
    return found


def _mean_gradient(problem: Problem, at: Point, examples: IntArray, some: slice) -> FloatArray:
    if not len(examples):
        return np.zeros(2)
    return problem.batch_gradient(np.array(at), examples[some])


def _mean_loss(problem: Problem, at: Point, examples: IntArray, some: slice) -> FloatArray:
    losses = problem.surface.loss(*at, [column[examples[some]] for column in problem.columns])
    return np.asarray(np.mean(losses))


def _clip_factor(plan: Plan, gradient: FloatArray) -> float | None:
    if plan.restraint.clip is None or plan.clips_each:
        return None
    return float(1 / plan.restraint.excess(gradient)[0])


def _point(columns: Sequence[FloatArray], i: int) -> Point:
    return _pair([column[i] for column in columns])


def _pair(values: Sequence[float] | FloatArray) -> Point:
    return float(values[0]), float(values[1])
