"""The last, smaller batch of an epoch: its variance, its kick, and the floor that it leaves."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from app.science.epoch_plan import REMAINDERS, EpochPlan
from app.science.floors.epoch_ends import measure_epoch_ends
from app.science.floors.measured import Floor
from app.science.noise.point import noise_at
from app.science.problems.problem import Problem
from app.science.replicas import Ratio, ratio_of_means
from app.science.theory.moments import affine_gradients
from app.science.variance_ratio import variance_ratio


class LastBatch(NamedTuple):
    """What sets a last, smaller batch apart at any point.

    Attributes:
        size: its examples, N mod B.
        variance_ratio: variance of its gradient over that of a batch of B.
        kick: standard deviation of the noise in its step over that of a batch of B.
    """

    size: int
    variance_ratio: float
    kick: float


def last_batch(epoch: EpochPlan, *, replacement: bool = False) -> LastBatch | None:
    """An epoch's last batch; None if it is as large as the others.

    >>> size, ratio, kick = last_batch(EpochPlan(1001, 100))
    >>> size, round(ratio, 1), round(kick, 1)
    (1, 111.0, 10.5)
    """
    size = int(epoch.sizes[-1])
    ratio = variance_ratio(size, epoch.batch_size, epoch.examples, replacement=replacement)
    if size == epoch.batch_size or ratio is None:
        return None
    return LastBatch(size, ratio, math.sqrt(ratio) * float(epoch.weights[-1]))


def even_batch_size(examples: int, batch_size: int) -> int | None:
    """B if it divides N, else the divisor of N below N nearest to B, the smaller of two as near.

    Further off than by a factor 2 the floor would be another one for the size alone, and a full
    batch has none: then there is nothing even to compare with, and the answer is None.

    >>> even_batch_size(1001, 100), even_batch_size(103, 60)
    (91, None)
    """
    if examples % batch_size == 0:
        return batch_size
    within = range(-(-batch_size // 2), min(2 * batch_size, examples - 1) + 1)
    divisors = [d for d in within if examples % d == 0]
    return min(divisors, key=lambda d: (abs(d - batch_size), d), default=None)


def size_that_leaves_one(examples: int) -> int:
    """The largest batch size of which two or more fit into N examples and leave one over.

    Where there is none, since N − 1 is prime, one batch of N − 1 and the one.

    >>> size_that_leaves_one(1001), size_that_leaves_one(40), size_that_leaves_one(48)
    (500, 13, 47)
    """
    others = examples - 1
    return next((d for d in range(others // 2, 1, -1) if others % d == 0), max(1, others))


@dataclass(frozen=True, eq=False)
class RemainderFloors:
    """Floors with a last, smaller batch, and without one.

    Attributes:
        even: of a batch size that divides N; None if there is none near.
        uneven: of the other, for each of `REMAINDERS`.
        exact: whether the prediction is, the noise being the same everywhere; None where there
            is none, the loss not being quadratic.
        noiseless: whether all examples have the same gradient, at the start and at the minimum.
        meeting: whether they have at the minimum alone, where each is then 0.
    """

    even: Floor | None
    uneven: dict[str, Floor]
    exact: bool | None
    noiseless: bool
    meeting: bool

    @property
    def reference(self) -> Floor:
        """What the others are compared with: even batches, or the last one left out."""
        return self.even or self.uneven["drop"]

    @property
    def floors(self) -> tuple[Floor, ...]:
        """All of them."""
        return (*((self.even,) if self.even else ()), *self.uneven.values())

    def ratio(self, remainder: str) -> Ratio | None:
        """How many times as high the floor is as the reference; None where one has none."""
        return ratio_of_means(self.uneven[remainder].losses, self.reference.losses)

    @property
    def kept_over_dropped(self) -> Ratio | None:
        """How many times as high the floor is with the last one kept as with it left out."""
        return ratio_of_means(self.uneven["keep"].losses, self.uneven["drop"].losses)

    def predicted(self, remainder: str) -> float | None:
        """`ratio` by theory; None where there is none."""
        above, below = self.uneven[remainder].predicted, self.reference.predicted
        return above / below if above is not None and below else None


def compare_floors(
    problem: Problem,
    batch_size: int,
    even: int | None,
    *,
    learning_rate: float,
    sampling: str = "reshuffle",
    epochs: int = 60,
    replicas: int = 64,
    seed: int = 0,
) -> RemainderFloors:
    """Measure the floor under every rule for the remainder, and with even batches if there are.

    Args:
        problem: the finite sum.
        batch_size: B.
        even: the batch size to compare with, such as `even_batch_size`; None for none.
        learning_rate: and all below: as `measure_epoch_ends`.
        sampling: ``reshuffle`` or ``with-replacement``.
        epochs: of a replica.
        replicas: of each.
        seed: of the sampling.

    Raises:
        ParameterError: as `measure_epoch_ends`.
    """

    def floor(size: int, remainder: str) -> Floor:
        return measure_epoch_ends(
            problem,
            EpochPlan(problem.size, size, remainder),
            learning_rate=learning_rate,
            sampling=sampling,
            epochs=epochs,
            replicas=replicas,
            seed=seed,
        )

    uneven = {remainder: floor(batch_size, remainder) for remainder in REMAINDERS}
    gradients = affine_gradients(problem)
    noiseless, at_minimum = (
        noise_at(problem, point).noiseless
        for point in (problem.surface.start, problem.minima[0].point)
    )
    return RemainderFloors(
        even=None if even is None else floor(even, "keep"),
        uneven=uneven,
        exact=None if gradients is None else gradients.same_noise,
        noiseless=noiseless and at_minimum,
        meeting=at_minimum and not noiseless,
    )
