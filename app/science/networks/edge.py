"""Sharpness beside the line above which steps of the full batch are not stable."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray, Interval
from app.science.networks.paired import mean
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.optimizers import OPTIMIZERS, scaled

LATE = 0.75  # of a run's updates: what comes after is its end
AT = 0.05  # of the line: so far from it sharpness is still at it


class Late(NamedTuple):
    """Sharpness late in the runs of a batch size.

    Of each replica the median over the points of the last quarter, of these the mean.

    Attributes:
        replicas: how many did not diverge.
        sharpness: the mean.
        interval: of 95 % over replicas, by Student's t; None of a single one.
        of_line: the same interval of the sharpness over the line; None without a line.
    """

    replicas: int
    sharpness: float
    interval: Interval | None
    of_line: Interval | None

    @property
    def below(self) -> bool:
        """Whether it is below the line for certain."""
        return self.of_line is not None and self.of_line[1] < 1 - AT

    @property
    def above(self) -> bool:
        """Whether it is above the line for certain."""
        return self.of_line is not None and self.of_line[0] > 1 + AT

    @property
    def at(self) -> bool:
        """Whether it is at the line for certain."""
        return self.of_line is not None and 1 - AT <= self.of_line[0] <= self.of_line[1] <= 1 + AT


def edge(runs: NetworkRuns, size: SizeRuns) -> float | None:
    """The largest ε·λ that is stable under the rule of a batch size; None of an adaptive one.

    None, too, where steps are clipped, which do not grow.
    """
    if clips(runs):
        return None
    rule = OPTIMIZERS[size.rule.name]
    if rule.edge is None:
        return None
    return rule.edge(**scaled(rule(**size.rule.hyperparameters), size.plan).hyperparameters)


def stability_line(runs: NetworkRuns, size: SizeRuns, updates: IntArray) -> FloatArray | None:
    """The largest stable sharpness at the rate of the update that follows each of these.

    Of the last one at its own rate. None where there is no `edge`.
    """
    largest = edge(runs, size)
    if largest is None:
        return None
    rates = size.plan.rates[np.minimum(updates, size.plan.updates - 1)]
    return np.asarray(largest / rates - lowered(runs, size))


def lowered(runs: NetworkRuns, size: SizeRuns) -> float:
    """By how much weight decay lowers the line of a batch size.

    Coupled, it adds λ to every curvature. Apart from the gradient, multiplying weights by 1 − ελ,
    it makes of an edge e/ε, of all three rules, e/ε (1 − ελ/2): where the larger root of their
    recursion on a quadratic is −1.
    """
    restraint = size.plan.restraint
    return restraint.coupled + (edge(runs, size) or 0.0) * restraint.decoupled / 2


def clips(runs: NetworkRuns) -> bool:
    """Whether gradients are cut."""
    return any(each.plan.restraint.kind.clips for each in runs.sizes)


def late(runs: NetworkRuns, size: SizeRuns) -> Late | None:
    """Sharpness late in the runs; None where none is measured there."""
    if size.measured is None:
        return None
    updates = size.trained.updates[size.trained.marks]
    end = updates >= LATE * size.plan.updates
    values = size.measured.sharpness[end]
    whole = np.isfinite(values).all(axis=0)
    if not whole.any():
        return None
    values = values[:, whole]
    line = stability_line(runs, size, updates[end])
    medians = np.median(values, axis=0)
    of_line = None if line is None else _interval(np.median(values / line[:, None], axis=0))
    return Late(values.shape[1], float(medians.mean()), _interval(medians), of_line)


def comes_near(runs: NetworkRuns, size: SizeRuns) -> bool:
    """Whether some replica is at the line, or above it, at some measured point."""
    line = stability_line(runs, size, size.trained.updates[size.trained.marks])
    if size.measured is None or line is None:
        return False
    return bool(np.any(size.measured.sharpness >= (1 - AT) * line[:, None]))


def _interval(values: FloatArray) -> Interval | None:
    if len(values) < 2:
        return None
    known = mean(values)
    return known.low, known.high
