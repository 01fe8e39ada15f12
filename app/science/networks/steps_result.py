"""Updates to a training loss, as far as a sweep has come: the fit, and the noise beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.cached_property import cached_property
from app.science.message import Message
from app.science.networks.steps import Race, StepsSweep
from app.science.replicas import Ratio, ratio_of_means
from app.science.tradeoff.fit import Fit, fit, fit_refusal
from app.science.tradeoff.passage import QUANTILES, quantiles, soonest
from app.science.tradeoff.tuned import Rate, Tuned


@dataclass(frozen=True, eq=False)
class StepsResult:
    """What is known of a sweep.

    Attributes:
        sweep: what was asked.
        tuned: the measured batch sizes, increasing, each at its best rate.
        noise: by batch size that arrives: mean tr Σ over mean ‖G‖² on its way, of replicas and
            updates, in examples. (A mean of quotients would be that of the few points where G is
            almost 0.)
    """

    sweep: StepsSweep
    tuned: tuple[Tuned, ...]
    noise: dict[int, Ratio]

    @property
    def whole(self) -> bool:
        """Whether all batch sizes are measured."""
        return len(self.tuned) == len(self.sweep.sizes)

    @cached_property
    def replicas(self) -> int:
        """How many come down to the training loss, if any do: those that start above it."""
        return int(np.count_nonzero(~self.sweep.begins_below()))

    @property
    def reached(self) -> tuple[Tuned, ...]:
        """Those that arrive at some learning rate."""
        return tuple(tuned for tuned in self.tuned if tuned.best is not None)

    @cached_property
    def refused(self) -> str | None:
        """Why there is no `fit`."""
        if self.sweep.optimizer not in ("sgd", "momentum", "nesterov"):
            return Message("Under an adaptive rule nothing is claimed of a critical batch size")
        if self.sweep.restraint:
            return Message(
                "With weight decay or clipping nothing is claimed of a critical batch size"
            )
        return fit_refusal(self.tuned)

    @cached_property
    def fit(self) -> Fit | None:
        """The hyperbola through the medians."""
        return None if self.refused else fit(self.tuned)

    @property
    def factor(self) -> float | None:
        """By how much the noise scale of any batch size's way misses the critical one, at least 1.

        The two are the same where the noise is the same all along, and every step is small
        (McCandlish et al. 2018, arXiv:1812.06162).
        """
        if self.fit is None or not self.noise:
            return None
        quotients = [each.value / self.fit.batch_size.value for each in self.noise.values()]
        return max(*quotients, *(1 / each for each in quotients))


def gather_steps(sweep: StepsSweep, races: Sequence[Race]) -> StepsResult:
    """A sweep of which some batch sizes are measured."""
    done = sorted(races, key=lambda each: each.batch_size)
    noise = {
        each.batch_size: ratio_of_means(each.trace[None], each.squared_norm[None])
        for each in done
        if len(each.trace) > 1
    }
    known = {size: ratio for size, ratio in noise.items() if ratio and ratio.value > 0}
    return StepsResult(sweep, tuple(_tuned(sweep, each) for each in done), known)


def _tuned(sweep: StepsSweep, raced: Race) -> Tuned:
    rates, size = raced.learning_rates, raced.batch_size
    none = (None,) * len(QUANTILES)
    if not raced.updates.size:
        nobody = raced.updates[0]
        untried = tuple(Rate(rate, 0, 0, None) for rate in rates)
        return Tuned(size, untried, None, nobody, nobody, none, none, _no_way(sweep))
    tried = tuple(
        Rate(rate, int(np.sum(here > 0)), int(np.sum(lost)), _whole(quantiles(here)[1]))
        for rate, here, lost in zip(rates, raced.updates, raced.diverged, strict=True)
    )
    best = soonest(rates, raced.updates)
    if best is None:
        nobody, replicas = raced.updates[:0, 0], raced.updates.shape[1]
        reason = _reason(sweep, tried, replicas)
        return Tuned(size, tried, None, nobody, nobody, none, none, reason)
    passages = raced.updates[best]
    seen = sweep.training(size, 1.0, int(passages.max())).plan.examples_seen[passages]
    updates, examples = (tuple(map(_whole, quantiles(each))) for each in (passages, seen))
    return Tuned(size, tried, best, passages, seen, updates, examples, None)


def _no_way(sweep: StepsSweep) -> str:
    return Message(
        "All {replicas} replicas start at a training loss of {target:.3g} or below it",
        replicas=sweep.replicas,
        target=sweep.level,
    )


def _reason(sweep: StepsSweep, tried: Sequence[Rate], replicas: int) -> str:
    return Message(
        "No learning rate tried ({low:.3g} to {high:.3g}) brings half of the {replicas} replicas "
        "to a training loss of {target:.3g} within {updates:,} updates; with {lost} of {all} all "
        "diverge",
        low=tried[0].learning_rate,
        high=tried[-1].learning_rate,
        replicas=replicas,
        target=sweep.level,
        updates=sweep.updates,
        lost=sum(rate.diverged == replicas for rate in tried),
        all=len(tried),
    )


def _whole(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None
