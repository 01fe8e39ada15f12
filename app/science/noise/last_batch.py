"""The last, smaller batch of an epoch: its variance, its kick, and the floor that it leaves."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from app.science.noise.floor import Floor, measure_floor
from app.science.problems.problem import Problem
from app.science.sampling import REMAINDERS, EpochPlan, variance_ratio


class LastBatch(NamedTuple):
    """What sets a last, smaller batch apart at any point.

    Attributes:
        size: its examples, N mod B.
        variance_ratio: variance of its gradient over a full batch's.
        kick: standard deviation of the noise in its step over that in a full batch's step.
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


def even_batch_size(examples: int, batch_size: int) -> int:
    """The divisor of N nearest to B, the smaller of two as near: no batch is left over.

    >>> even_batch_size(1001, 100)
    91
    """
    divisors = [d for d in range(1, examples + 1) if examples % d == 0]
    return min(divisors, key=lambda d: (abs(d - batch_size), d))


class Ratio(NamedTuple):
    """A floor over that of even batches.

    Attributes:
        measured: None where one of the two has no mean.
        error: standard error of ``measured``, None where one of the two has none.
        predicted: None where one of the two has no prediction.
    """

    measured: float | None
    error: float | None
    predicted: float | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Floors with a last, smaller batch, and without one.

    Attributes:
        even: of a batch size that divides N.
        uneven: of the other, for each of `REMAINDERS`.
    """

    even: Floor
    uneven: dict[str, Floor]

    def ratio(self, remainder: str) -> Ratio:
        """How many times as high the floor is as with even batches."""
        floor, even = self.uneven[remainder], self.even
        measured = _over(floor.mean, even.mean)
        errors = [_over(floor.error, floor.mean), _over(even.error, even.mean)]
        known = [error for error in errors if error is not None]
        error = measured * math.hypot(*known) if measured and len(known) == 2 else None
        return Ratio(measured, error, _over(floor.predicted, even.predicted))


def compare_floors(
    problem: Problem,
    batch_size: int,
    even: int,
    *,
    learning_rate: float,
    sampling: str = "reshuffle",
    epochs: int = 60,
    replicas: int = 64,
    seed: int = 0,
) -> Comparison:
    """Measure the floor under every rule for the remainder, and with even batches.

    Args:
        problem: the finite sum.
        batch_size: B.
        even: the batch size to compare with, such as `even_batch_size`.
        learning_rate: and all below: as `measure_floor`.
        sampling: ``reshuffle`` or ``with-replacement``.
        epochs: of a replica.
        replicas: of each of the four.
        seed: of the sampling.

    Raises:
        ParameterError: as `measure_floor`.
    """

    def floor(size: int, remainder: str) -> Floor:
        return measure_floor(
            problem,
            EpochPlan(problem.size, size, remainder),
            learning_rate=learning_rate,
            sampling=sampling,
            epochs=epochs,
            replicas=replicas,
            seed=seed,
        )

    return Comparison(
        floor(even, "keep"), {remainder: floor(batch_size, remainder) for remainder in REMAINDERS}
    )


def updates_of_comparison(
    examples: int, batch_size: int, even: int, *, epochs: int, replicas: int
) -> int:
    """What `compare_floors` costs, in updates of a replica.

    >>> updates_of_comparison(1001, 100, 91, epochs=60, replicas=64)
    165120
    """
    plans = [EpochPlan(examples, even), *(EpochPlan(examples, batch_size, r) for r in REMAINDERS)]
    return epochs * replicas * sum(plan.updates for plan in plans)


def _over(a: float | None, b: float | None) -> float | None:
    return a / b if a is not None and b else None
