"""A sweep, as far as it has come, and all that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.science.cached_property import cached_property
from app.science.tradeoff.fit import Fit, fit, fit_refusal
from app.science.tradeoff.goal import Goal
from app.science.tradeoff.regimes import Regimes, regimes
from app.science.tradeoff.sweep import Sweep, Trial
from app.science.tradeoff.tuned import Tuned, tune


@dataclass(frozen=True, eq=False)
class SweepResult:
    """One optimizer's sweep.

    Attributes:
        sweep: what was asked.
        goal: the target.
        tuned: the batch sizes of which something is known, increasing.
    """

    sweep: Sweep
    goal: Goal
    tuned: tuple[Tuned, ...]

    @property
    def reached(self) -> tuple[Tuned, ...]:
        """Those that reach the target at some learning rate."""
        return tuple(tuned for tuned in self.tuned if tuned.best is not None)

    @cached_property
    def refused(self) -> str | None:
        """Why there is no `fit`."""
        return fit_refusal(self.tuned)

    @cached_property
    def fit(self) -> Fit | None:
        """The hyperbola through it."""
        return None if self.refused else fit(self.tuned)

    @cached_property
    def regimes(self) -> Regimes | None:
        """Where perfect scaling ends, and where the plateau begins; None where that is not told."""
        return regimes(self.tuned)


def gather(sweep: Sweep, goal: Goal, trials: Sequence[Trial]) -> SweepResult:
    """A sweep of which some trials are there."""
    return SweepResult(sweep, goal, tune(sweep, trials))


def measured(sweeps: Sequence[SweepResult]) -> tuple[int, int]:
    """How many batch sizes are measured and how many were asked for, of all optimizers."""
    return sum(len(s.tuned) for s in sweeps), sum(len(s.sweep.sizes) for s in sweeps)
