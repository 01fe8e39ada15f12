"""The noise floor against learning rate over batch size, beside theory where that holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.science.arrays import FloatArray
from app.science.floors.measured import Tail, check_minimum, measure_tail
from app.science.message import Message
from app.science.noise.point import noise_at
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Budget, make_plan
from app.science.problems.curvature import memory
from app.science.problems.problem import Problem
from app.science.theory.moments import affine_gradients, moments_refusal
from app.science.theory.stationary import loss_floor, small_rate_covariance

UNSTABLE = Message("The learning rate is not stable: there is no floor")
SETTLED = 0.01  # share of the stationary covariance that may still be missing
UPDATES = 1000
# Without replacement the later half of a run shall hold a whole epoch, if that is no longer.
LONGEST = 2500


@dataclass(frozen=True, eq=False)
class NoiseFloor:
    """The floor at one learning rate and batch size.

    Attributes:
        learning_rate, batch_size: ε and B.
        tail: the later half of the run, as measured.
        settled: whether no replica diverged, in that half the losses do not drift, and before it
            the run had come within 1 % of stationary by theory, elsewhere by the curvature at the
            minimum.
        exact: the stationary covariance of θ by theory, shape (2, 2); None where there is none.
        small_rate: Mandt et al.'s limit of it for small rates, of plain SGD.
        hessian: H, where there is theory.
        reason: why there is no theory.
    """

    learning_rate: float
    batch_size: int
    tail: Tail
    settled: bool
    exact: FloatArray | None = None
    small_rate: FloatArray | None = None
    hessian: FloatArray | None = None
    reason: str | None = None

    @property
    def ratio(self) -> float:
        """ε/B, to which the floor is proportional where that is small."""
        return self.learning_rate / self.batch_size

    @property
    def epochs(self) -> float:
        """How many epochs the later half of the run is."""
        plan = self.tail.plan
        return (plan.updates - plan.updates // 2) / plan.epochs[0].updates

    @property
    def exact_loss(self) -> float | None:
        """The floor of the exact covariance."""
        return self._loss(self.exact)

    @property
    def small_rate_loss(self) -> float | None:
        """The floor of the limit for small rates."""
        return self._loss(self.small_rate)

    def _loss(self, covariance: FloatArray | None) -> float | None:
        if self.hessian is None or covariance is None:
            return None
        return loss_floor(self.hessian, covariance)


def measure_floors(
    problem: Problem,
    points: Sequence[tuple[float, int]],
    *,
    momentum: float = 0.0,
    sampling: str = "with-replacement",
    updates: int = UPDATES,
    replicas: int = 64,
    seed: int = 0,
) -> tuple[NoiseFloor, ...]:
    """Run from the lowest minimum, so that nothing of the way down is mistaken for the floor.

    A last, smaller batch is left out: it would be noisier than the others.

    Args:
        problem: the finite sum.
        points: learning rates with batch sizes.
        momentum: β of heavy ball; 0 is plain SGD.
        sampling: one of `SAMPLINGS`; theory is for independent batches, ``with-replacement``.
        updates: of a run, or as `updates_of` has it; the earlier half only settles.
        replicas: R.
        seed: of the sampling.

    Raises:
        ParameterError: a parameter outside what its description says, or a surface without a
            known minimum.
    """
    check_minimum(problem)
    name = "momentum" if momentum else "sgd"
    optimizer = OPTIMIZERS[name](**({"momentum": momentum} if momentum else {}))
    gradients = affine_gradients(problem)
    minimum = problem.minima[0].point
    noise = noise_at(problem, minimum).covariance
    floors = []
    for rate, size in points:
        length = updates_of(problem.size, size, sampling, updates)
        plan = make_plan(
            examples=problem.size,
            batch_size=size,
            budget=Budget(updates=length),
            learning_rate=rate,
            sampling=sampling,
            remainder="drop",
        )
        half = length // 2
        tail = measure_tail(
            problem, plan, optimizer, minimum, first=half, replicas=replicas, seed=seed
        )
        reason = moments_refusal(problem, plan, name)
        descent = gradients.descent(rate, size, momentum) if gradients else None
        left = (
            min(descent.memory, 1.0) ** half
            if descent
            else memory(problem, plan.rates[:half] / (1 - momentum))
        )
        settled = left <= SETTLED and not tail.diverged and not tail.drifts
        if reason or not gradients or not descent:
            floors.append(NoiseFloor(rate, size, tail, settled, reason=reason))
            continue
        exact = descent.stationary
        small = small_rate_covariance(gradients.hessian, noise, rate, size)
        floors.append(
            NoiseFloor(
                rate,
                size,
                tail,
                settled,
                exact,
                None if momentum else small,
                gradients.hessian,
                reason=None if exact is not None else UNSTABLE,
            )
        )
    return tuple(floors)


def updates_of(examples: int, batch_size: int, sampling: str, least: int = UPDATES) -> int:
    """A run's updates: the least of them, or two epochs without replacement if that is more.

    Past `LONGEST` it is not: the later half is then less than an epoch.
    """
    epochs = 2 * (examples // batch_size) if sampling != "with-replacement" else 0
    return max(least, min(epochs, LONGEST))
