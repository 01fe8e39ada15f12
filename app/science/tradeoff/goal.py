"""The loss a path is to come down to, and how far above it a point is."""

from dataclasses import dataclass, replace

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.lowest import bottom
from app.science.message import Message
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems.problem import Minimum, Problem
from app.science.tradeoff.loss_chart import Chart, chart

DESCENT = 2000  # updates after which full-batch descent counts as arrived
ARRIVED = 1e-6  # share of the start's height that descent may still be above its end then
LEAST_HEIGHT = 0.02  # of a start above its minimum, over the typical height in the domain
HEIGHT_GRID = 11  # points a side of the grid whose median height is the typical one
CHART_POINTS = 200  # at which a chart is compared with the exact loss
CHART_ERROR = 0.25  # its largest error there, over the target's own height


@dataclass(frozen=True, eq=False)
class Goal:
    """A target loss, ``lowest + share·(start − lowest)``.

    Attributes:
        share: of the way up from the minimum's loss to the start's that may be left.
        minimum: `goal_minimum`; None where the domain has none (separable classes).
        deepest: the loss at the lowest minimum of all; 0 where there is none.
        start: the mean loss at the start.
        chart: from which losses are read; None where they are cheap to have exactly.
    """

    share: float
    minimum: Minimum | None
    deepest: float
    start: float
    chart: Chart | None

    @property
    def lowest(self) -> float:
        """The loss at the minimum; without one 0, which the losses of classes only approach."""
        return self.minimum.loss if self.minimum else 0.0

    @property
    def local(self) -> bool:
        """Whether that is not the lowest minimum of all, but for rounding."""
        return self.lowest - self.deepest > ARRIVED * (self.start - self.deepest)

    @property
    def level(self) -> float:
        """The target itself."""
        return self.lowest + self.share * (self.start - self.lowest)

    def excess(self, problem: Problem, w0: FloatArray, w1: FloatArray) -> FloatArray:
        """The loss at points less the target.

        A loss above the start's counts as the start's, and so does that of any point outside
        the domain: no single one outweighs the others in a mean.
        """
        inside = np.ones(np.shape(w0), dtype=bool)
        for w, (lo, hi) in zip((w0, w1), problem.surface.domain, strict=True):
            inside &= w >= lo
            inside &= w <= hi
        with np.errstate(over="ignore", invalid="ignore"):  # at points far outside
            loss = self.chart.read(w0, w1) if self.chart else problem.loss(w0, w1)
        return np.where(inside, np.minimum(loss, self.start), self.start) - self.level


def make_goal(problem: Problem, start: Point, share: float) -> Goal:
    """State a target; where the loss is dear, chart it.

    Raises:
        ParameterError: a share outside (0, 1), one too small for the chart to tell, a function
            without a minimum, or a start that counts as diverged or is hardly above the minimum.
    """
    if not 0 < share < 1:
        raise ParameterError("target", share, "a number above 0 and below 1")
    problem.check_start(start)
    deepest = bottom(problem)
    goal = Goal(share, goal_minimum(problem, start), deepest, float(problem.loss(*start)), None)
    height = goal.start - goal.lowest
    if not height > max(0.0, LEAST_HEIGHT * typical_height(problem)):
        raise ParameterError(
            "start",
            start,
            Message(
                "a point clearly above the minimum there, of loss {loss:.4g}", loss=goal.lowest
            ),
        )
    if problem.surface.affine:
        return goal
    charted = chart(problem)
    least = _chart_error(problem, charted, goal.level) / CHART_ERROR / height
    if share < least:
        raise ParameterError(
            "target", share, Message("at least {least:.1g} here, to tell it apart", least=least)
        )
    return replace(goal, chart=charted)


def goal_minimum(problem: Problem, start: Point) -> Minimum | None:
    """The minimum that a target is stated by.

    That to which full-batch descent leads at the surface's own learning rate: every batch size
    can come near it. The lowest one instead where the start is hardly above that, at the bottom
    of a well, or descent diverges; None where there is none.
    """
    if not problem.minima:
        return None
    plan = make_plan(
        examples=problem.size,
        batch_size=problem.size,
        budget=Budget(updates=DESCENT),
        learning_rate=problem.surface.learning_rate,
    )
    path = run(problem, plan, sgd(), start, generators(0, 1), np.array([DESCENT]))
    if path.diverged_at.any():
        return problem.minima[0]
    height, end = (float(problem.loss(*w)) for w in (start, (path.w0.item(), path.w1.item())))
    # The highest minimum below the end: descent may still be on its way to it, or on a saddle.
    below = [m for m in problem.minima if m.loss <= end + ARRIVED * abs(height - end)]
    if not below or height - below[-1].loss < LEAST_HEIGHT * typical_height(problem):
        return problem.minima[0]
    return below[-1]


def typical_height(problem: Problem) -> float:
    """The median height above the lowest loss."""
    axes = [np.linspace(lo, hi, HEIGHT_GRID) for lo, hi in problem.surface.domain]
    lowest = bottom(problem)
    return float(np.median(problem.loss(*np.meshgrid(*axes, sparse=True)))) - lowest


def _chart_error(problem: Problem, charted: Chart, level: float) -> float:
    """The largest error of a chart at points about as high as the target."""
    low, high = np.transpose(problem.surface.domain)
    w0, w1 = np.random.default_rng(0).uniform(low, high, size=(50 * CHART_POINTS, 2)).T
    read = charted.read(w0, w1)
    near = np.argsort(np.abs(read - level))[:CHART_POINTS]
    return float(np.abs(problem.loss(w0[near], w1[near]) - read[near]).max())
