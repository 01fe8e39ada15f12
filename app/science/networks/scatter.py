"""Where the next step of a run would lead, over the mini-batches that might be drawn."""

from typing import NamedTuple

import numpy as np

from app.science.accumulation import effective_size
from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.gradient_noise import gradient_squares, projected
from app.science.networks.plane import Plane
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.section import rows_of
from app.science.sampling import BALANCED, INDEPENDENT, class_shares


class Scatter(NamedTuple):
    """A plain step −ε g of a random mini-batch, with weight decay −ε (g + λθ), in the plane.

    Attributes:
        batch_size: of the run.
        update: the recorded update after which it is taken.
        rate: ε, times what the batch's gradient is weighted by.
        size: examples in the mini-batch, fewer than B in an epoch's last; of a Poisson batch on
            average.
        at: the weights before it, shape (2,).
        mean: where it leads to on average, shape (2,).
        covariance: of where it leads to, shape (2, 2).
        optimizer: the update rule of the run.
        clipped: whether the gradient may be clipped: mean and covariance are then of steps that
            nothing cuts short.
    """

    batch_size: int
    update: int
    rate: float
    size: int
    at: FloatArray
    mean: FloatArray
    covariance: FloatArray
    optimizer: str = "sgd"
    clipped: bool = False


def scatter_of(
    runs: NetworkRuns, plane: Plane, batch_size: int, update: int, optimizer: str | None = None
) -> Scatter:
    """The scatter of the step after an update: the latest recorded one up to it.

    The covariance of a mini-batch's mean gradient is Σ/B with replacement, and without it
    Σ/B · (N − B)/(N − 1), Σ having the divisor N (Cochran 1977, section 2.3). Where examples
    weigh differently, B is how many of equal weight have as much noise (`effective_size`). Poisson
    batches' sums over B have (1 − B/N)/B times the second moment about 0, as in `noise.cloud`.
    Of balanced ones mean and Σ are those of examples of the weights that they are drawn with. No
    gradient is clipped where none of which a mean is taken is longer than the norm allowed.

    Raises:
        ParameterError: as `NetworkRuns.of`; an update below 0, or not before the last one or the
            divergence.
    """
    size = runs.of(batch_size, optimizer)
    k = recorded_before(size, update)
    plan, theta = size.plan, size.trained.path[k]
    following = int(size.trained.updates[k])
    rate = float(plan.rates[following] * plan.weights[following])
    examples = int(plan.sizes[following])
    gradients = projected(runs.spec.network, theta, rows_of(runs), plane.axes)
    balanced = plan.sampling == BALANCED
    shares = class_shares(runs.spec.split(0).train.labels) if balanced else None
    mean = np.average(gradients, axis=0, weights=shares)
    away = gradients if plan.drawn_sizes else gradients - mean
    epoch = plan.epochs[int(np.searchsorted(plan.epoch_ends, following, "right"))]
    alike = effective_size(examples, epoch.micro_batch)
    weighed = away / len(away) if shares is None else away * shares[:, None]
    covariance = away.T @ weighed / alike
    if plan.drawn_sizes:
        covariance *= 1 - examples / len(away)
    elif plan.sampling not in INDEPENDENT:
        covariance *= (len(away) - alike) / max(len(away) - 1, 1)
    at = plane.coordinates(theta)
    shrunk = plan.rates[following] * plan.restraint.weight_decay * (plane.axes @ theta)
    return Scatter(
        batch_size,
        following,
        rate,
        examples,
        at,
        at - rate * mean - shrunk,
        rate**2 * covariance,
        size.rule.name,
        _may_be_clipped(runs, size, theta, examples),
    )


def _may_be_clipped(runs: NetworkRuns, size: SizeRuns, theta: FloatArray, examples: int) -> bool:
    """Whether a bound on a mini-batch's gradient, by those of its examples, is above the clip."""
    plan = size.plan
    if plan.restraint.clip is None:
        return False
    norms = np.sqrt(gradient_squares(runs.spec.network, theta[None], rows_of(runs)).each)
    longest = norms.sum() / examples if plan.drawn_sizes else norms.max()
    return bool(longest > plan.restraint.clip)


def recorded_before(size: SizeRuns, update: int) -> int:
    """Index of the first replica's latest recorded point up to an update that has a next one.

    Raises:
        ParameterError: an update below 0, or after the last one that has a next.
    """
    diverged = int(size.trained.diverged_at[0])
    last = (diverged or size.plan.updates) - 1
    if not 0 <= update <= last:
        raise ParameterError("update", update, Message("an integer from 0 to {most}", most=last))
    return int(np.searchsorted(size.trained.updates, update, "right")) - 1
