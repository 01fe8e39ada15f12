"""Where runs that differ in the order of examples alone come to tell the classes apart."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from app.science.arrays import FloatArray, IntArray, Interval
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.frame import Frame, answers, classes, frame_of
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.spec import NetworkSpec
from app.science.rule import Chosen

LEVEL = 0.95  # of the interval over replicas


@dataclass(frozen=True)
class Disagreement:
    """Share of the frame's area on which two runs tell different classes.

    Attributes:
        share: mean over all pairs of replicas.
        interval: of 95 % over replicas; None of fewer than three, and where all agree.
        replicas: how many are compared: those that did not diverge.
    """

    share: float
    interval: Interval | None
    replicas: int


@dataclass(frozen=True)
class Boundary:
    """What the runs of a batch size came to tell.

    Attributes:
        batch_size: B.
        rule: by which they were made.
        answers: of the replicas that did not diverge, in every cell, shape (C, R', H, W).
        replicas: which they are, shape (R',).
        diverged: how many others there are.
        disagreement: None of fewer than two replicas.
    """

    batch_size: int
    rule: Chosen
    answers: FloatArray
    replicas: IntArray
    diverged: int
    disagreement: Disagreement | None


@dataclass(frozen=True)
class Boundaries:
    """The ends of all runs in one frame.

    Attributes:
        spec: network and data, the same for all replicas.
        frame: where they are compared.
        sizes: a batch size after the other, as `NetworkRuns.sizes`.
    """

    spec: NetworkSpec
    frame: Frame
    sizes: tuple[Boundary, ...]


def boundaries_of(runs: NetworkRuns, frame: Frame | None = None) -> Boundaries:
    """What each replica tells at its end.

    Raises:
        ParameterError: replicas that differ in more than the order of examples, or a network of
            one input.
    """
    if runs.spec.vary != "order":
        allowed = Message("order: runs on other rows differ by these, too")
        raise ParameterError("vary", runs.spec.vary, allowed)
    frame = frame or frame_of(runs.spec)
    return Boundaries(runs.spec, frame, tuple(_boundary(runs, size, frame) for size in runs.sizes))


def disagreement_of(told: IntArray) -> Disagreement | None:
    """The share of cells that two of R runs tell differently, (R, cells).

    It is a mean over pairs, a U-statistic; its error is the jackknife's over replicas (Arvesen
    1969, section 3), its interval Student's with R − 1 degrees of freedom, cut at 0.
    """
    count = len(told)
    if count < 2:
        return None
    pairs = np.array([[np.mean(one != other) for other in told] for one in told])
    own, total = pairs.sum(axis=1), float(pairs.sum())
    share = total / (count * (count - 1))
    if count < 3 or total == 0:
        return Disagreement(share, None, count)
    left_out = (total - 2 * own) / ((count - 1) * (count - 2))
    error = math.sqrt((count - 1) * float(np.mean((left_out - left_out.mean()) ** 2)))
    reach = float(stdtrit(count - 1, (1 + LEVEL) / 2)) * error
    return Disagreement(share, (max(0.0, share - reach), min(1.0, share + reach)), count)


def _boundary(runs: NetworkRuns, size: SizeRuns, frame: Frame) -> Boundary:
    trained = size.trained
    (alive,) = np.nonzero(trained.diverged_at == 0)
    shape = (len(alive), len(frame.y), len(frame.x))
    if not len(alive):
        nothing = np.empty((1, *shape))
        gone = len(trained.diverged_at)
        return Boundary(size.batch_size, size.rule, nothing, alive, gone, None)
    preferred = answers(runs.spec, trained.weights[-1, alive], frame)
    told = classes(preferred).reshape(len(alive), -1)
    return Boundary(
        size.batch_size,
        size.rule,
        preferred,
        alive,
        len(trained.diverged_at) - len(alive),
        disagreement_of(told),
    )
