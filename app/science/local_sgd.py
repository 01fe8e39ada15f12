"""Local SGD: workers that take their own steps and average their weights now and then.

Each takes its part of every batch, with an optimizer state of its own; only weights are averaged
(Stich 2019, arXiv:1805.09767; Lin et al. 2020, arXiv:1808.07217).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message

LATE = 0.1  # of a run's updates, in which it is measured how far workers part,
ROUNDS = 10  # or so many averagings before its end, if they are no more than half of it


@dataclass(frozen=True)
class Workers:
    """How many there are, and how often their weights are averaged.

    >>> [update for update in range(1, 9) if Workers(4, sync_every=3).averages(update)]
    [3, 6]

    Attributes:
        count: W, at least 1.
        sync_every: h, the updates from one averaging to the next, at least 1.

    Raises:
        ParameterError: one of them below 1.
    """

    count: int = 1
    sync_every: int = 1

    def __post_init__(self) -> None:
        for name, value in (("workers", self.count), ("sync_every", self.sync_every)):
            if value < 1:
                raise ParameterError(name, value, "an integer of at least 1")

    @property
    def several(self) -> bool:
        """Whether there are any to average."""
        return self.count > 1

    def averages(self, update: int) -> bool:
        """Whether weights are averaged after an update, whose number is from 1."""
        return update % self.sync_every == 0

    def split(self, batch: IntArray) -> IntArray:
        """Consecutive equal parts of a batch, one a worker: shape (B, R) -> (B/W, W, R).

        >>> Workers(2).split(np.arange(6)[:, None])[..., 0].T.tolist()
        [[0, 1, 2], [3, 4, 5]]
        """
        return np.moveaxis(batch.reshape(self.count, -1, batch.shape[-1]), 0, 1)

    def met(self, theta: FloatArray, update: int) -> FloatArray:
        """Weights that the next update starts from, shape (P, W, R), of those after this one."""
        if not self.averages(update):
            return theta
        return np.broadcast_to(theta.mean(axis=1, keepdims=True), theta.shape).copy()

    def measured(self, updates: int) -> IntArray:
        """After which of a run's updates it is measured how far workers are apart.

        Those that average, before they do, in the last `LATE` of the updates or the last `ROUNDS`
        of them, at least one; the run's last update where none does.

        >>> Workers(2, sync_every=8).measured(100).tolist(), Workers(2, 200).measured(100).tolist()
        ([56, 64, 72, 80, 88, 96], [100])
        """
        rounds = min(ROUNDS * self.sync_every, updates // 2)
        window = max(int(LATE * updates), rounds, self.sync_every)
        last = np.arange(updates - window, updates) + 1
        found = last[(last > 0) & (last % self.sync_every == 0)]
        return found if len(found) else np.array([updates])


ALONE = Workers()


@dataclass(frozen=True)
class Apart:
    """Where workers were between their averagings.

    Attributes:
        theta: of the first replica, each worker's points after the run's first updates, before
            any averaging, shape (P, n, W).
        drift: how far each replica's workers were from their mean at `Workers.measured`, root mean
            square, shape (R,); NaN of one that diverged.
    """

    theta: FloatArray
    drift: FloatArray

    @property
    def squares(self) -> FloatArray:
        """Squares of the drifts that there are, a replica each."""
        return np.asarray(self.drift[np.isfinite(self.drift)] ** 2)

    @property
    def distance(self) -> float:
        """The drift over all replicas, root mean square; NaN if all diverged."""
        squares = self.squares
        return float(np.sqrt(squares.mean())) if squares.size else math.nan

    def lines(
        self, start: Sequence[float], workers: Workers, first: int, last: int
    ) -> tuple[FloatArray, IntArray]:
        """Each worker's way from each mean to where it was before the next one, one by one.

        Args:
            start: where all began.
            workers: theirs.
            first, last: the updates after which lines begin and end.

        Returns:
            Points of shape (P, L), a column of NaN after each line; and the updates after which
            they were there, shape (L,).
        """
        begun = np.broadcast_to(np.reshape(start, (-1, 1, 1)), (len(start), 1, workers.count))
        points = np.concatenate([begun, self.theta], axis=1)
        last = min(last, self.theta.shape[1])
        gap = np.full((len(start), workers.count, 1), np.nan)
        every, found = workers.sync_every, [np.empty((len(start), 0))]
        when = [np.empty(0, dtype=np.int64)]
        for mean in range(first - first % every, last, every):
            own = points[:, max(mean, first) : min(mean + every, last) + 1].swapaxes(1, 2).copy()
            if mean >= first:
                own[..., 0] = own[..., 0].mean(axis=1, keepdims=True)
            found.append(np.concatenate([own, gap], axis=2).reshape(len(start), -1))
            updates = np.arange(own.shape[2] + 1) + max(mean, first)
            when.append(np.tile(np.minimum(updates, updates[-2]), workers.count))
        return np.concatenate(found, axis=1), np.concatenate(when)


def check_alone(workers: int) -> None:
    """Refuse what is asked of updates that are made from one point.

    Raises:
        ParameterError: there are several workers, each at a point of its own.
    """
    if workers > 1:
        allowed = Message("1 here: several take each batch's parts from points of their own")
        raise ParameterError("workers", workers, allowed)
