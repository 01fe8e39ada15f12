"""The budgets under which batch sizes are compared: where each of them stops a run."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.message import Message
from app.science.networks.gap import GapSweep, Trial

FEWEST = 2  # replicas of which there is a mean with an interval


class Outcome(NamedTuple):
    """Where a budget stops the replicas of a trial, each of shape (R,); NaN of those left out.

    Attributes:
        updates: made until there; between two scored ones where it stops between them.
        train_loss, validation_loss: there.
        test_accuracy: share of the test rows told rightly there.
    """

    updates: FloatArray
    train_loss: FloatArray
    validation_loss: FloatArray
    test_accuracy: FloatArray


class StopRule(NamedTuple):
    """A budget.

    Attributes:
        title: name for people.
        stop: (sweep, trial, training loss to compare at) -> where it stops a trial none of whose
            replicas diverged; None where one that is not left out never comes there, or fewer than
            `FEWEST` are not.
    """

    title: str
    stop: Callable[[GapSweep, Trial, float], Outcome | None]


def _at(trial: Trial, index: int | IntArray) -> Outcome:
    """The trial at a scored update, the same for all replicas or each its own."""
    scores = trial.scores
    replicas = np.arange(scores.train_loss.shape[1])
    rows = np.broadcast_to(index, replicas.shape)
    return Outcome(
        trial.updates[rows].astype(np.float64),
        scores.train_loss[rows, replicas],
        scores.validation_loss[rows, replicas],
        scores.test_accuracy[rows, replicas],
    )


def _after(trial: Trial, updates: int) -> Outcome:
    return _at(trial, int(np.searchsorted(trial.updates, updates)))


def _equal_epochs(sweep: GapSweep, trial: Trial, target: float) -> Outcome:  # noqa: ARG001
    return _after(trial, sweep.ends(trial.batch_size)[0])


def _equal_updates(sweep: GapSweep, trial: Trial, target: float) -> Outcome:  # noqa: ARG001
    return _after(trial, sweep.ends(trial.batch_size)[1])


def begins_below(trial: Trial, target: float) -> BoolArray:
    """Which replicas start at a training loss or below it, (R,): they never come down to it."""
    return np.asarray(trial.scores.train_loss[0] <= target)


def _equal_loss(sweep: GapSweep, trial: Trial, target: float) -> Outcome | None:  # noqa: ARG001
    """Where the training loss first is there: between scored updates everything is linear in it.

    Replicas that start there or below are left out, at any batch size the same ones: the network
    that they would be compared with has learned nothing.
    """
    below = trial.scores.train_loss <= target
    compared = ~begins_below(trial, target)
    if np.count_nonzero(compared) < FEWEST or not below[:, compared].any(axis=0).all():
        return None
    after = np.where(compared, below.argmax(axis=0), 1)
    high, low = _at(trial, after - 1), _at(trial, after)
    fall = np.where(compared, high.train_loss - low.train_loss, np.nan)
    part = (high.train_loss - target) / fall
    return Outcome(*(a + part * (b - a) for a, b in zip(high, low, strict=True)))


def _best_validation(sweep: GapSweep, trial: Trial, target: float) -> Outcome:  # noqa: ARG001
    return _at(trial, trial.scores.validation_loss.argmin(axis=0))


BUDGETS: dict[str, StopRule] = {
    "epochs": StopRule(Message("equal epochs"), _equal_epochs),
    "updates": StopRule(Message("equal updates"), _equal_updates),
    "loss": StopRule(Message("equal training loss"), _equal_loss),
    "validation": StopRule(Message("best validation"), _best_validation),
}


def common_loss(trials: list[Trial]) -> float | None:
    """The lowest training loss that all replicas of each batch size reach at one of its rates.

    None where a batch size has no rate at which none diverges.
    """
    lowest: dict[int, float] = {trial.batch_size: math.inf for trial in trials}
    for trial in trials:
        if not trial.diverged.any():
            reached = float(trial.scores.train_loss.min(axis=0).max())
            lowest[trial.batch_size] = min(lowest[trial.batch_size], reached)
    deepest = max(lowest.values(), default=math.inf)
    return deepest if math.isfinite(deepest) else None
