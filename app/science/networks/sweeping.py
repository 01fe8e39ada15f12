"""What the sweeps over batch size × learning rate × replicas of a network have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from app.science.budget import Budget
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError, check_one_of
from app.science.networks.cost import AN_UPDATE, an_example
from app.science.networks.rates import default_learning_rate
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import PARTS, Training
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan
from app.science.restraint import FREE, Restraint

# The default grid, times the network's own rate: larger rates than serve cost little, for runs at
# them are over as soon as they diverge.
GRID = (1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0)
# Where a rate is dropped as soon as another is quicker, smaller ones are cheap to try too.
WIDE_GRID = (1 / 64, 1 / 32, 1 / 16, *GRID)
FORWARD = 1 / 3  # of a pass forward and back, the share that is forward


@dataclass(frozen=True, kw_only=True)
class NetworkSweep:
    """What is asked of any of them.

    Attributes:
        spec: the network and its data.
        optimizer: one of `OPTIMIZERS`.
        hyperparameters: its keyword arguments.
        batch_sizes: each from 1 to N.
        learning_rates: to be tried at every batch size; none for `grid` times the network's own.
        replicas: R, at least 2.
        sampling, remainder: how epochs are cut, as `make_plan` takes them.
        restraint: weight decay and clipping.
        seed: replica r of every batch size draws its order from ``default_rng([seed, r])``.

    Raises:
        ParameterError: a parameter outside what is said here.
    """

    spec: NetworkSpec = field(default_factory=NetworkSpec)
    optimizer: str = "sgd"
    hyperparameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    batch_sizes: tuple[int, ...]
    learning_rates: tuple[float, ...] = ()
    replicas: int = 16
    sampling: str = "reshuffle"
    remainder: str = "keep"
    restraint: Restraint = FREE
    seed: int = 0
    grid: ClassVar[tuple[float, ...]] = GRID

    def __post_init__(self) -> None:
        check_one_of("optimizer", self.optimizer, OPTIMIZERS)
        if self.replicas < 2:
            raise ParameterError("replicas", self.replicas, "an integer of at least 2")
        for rate in self.learning_rates:
            if not 0 < rate < np.inf:
                raise ParameterError("learning_rate", rate, "a finite number above 0")

    @property
    def examples(self) -> int:
        """N."""
        return self.spec.examples

    @property
    def sizes(self) -> tuple[int, ...]:
        """The batch sizes, increasing, each once."""
        return tuple(sorted(set(self.batch_sizes)))

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates, increasing, each once."""
        if self.learning_rates:
            return tuple(sorted(set(self.learning_rates)))
        own = default_learning_rate(self.spec, self.optimizer, dict(self.hyperparameters))
        return tuple(float(f"{own * factor:.6g}") for factor in self.grid)

    def epoch(self, batch_size: int) -> EpochPlan:
        """How an epoch is cut."""
        return EpochPlan(self.examples, batch_size, self.remainder)

    def training(self, batch_size: int, rate: float, updates: int, **more: Any) -> Training:
        """So many updates of every replica at a rate; ``more`` as `Training` has it."""
        plan = make_plan(
            examples=self.examples,
            batch_size=batch_size,
            budget=Budget(updates=updates),
            learning_rate=rate,
            sampling=self.sampling,
            remainder=self.remainder,
            restraint=self.restraint,
        )
        return Training(
            spec=self.spec,
            plan=plan,
            optimizer=self.optimizer,
            hyperparameters=self.hyperparameters,
            seed=self.seed,
            **{"replicas": range(self.replicas), **more},
        )

    def seconds(
        self, batch_size: int, updates: int, scored: int, parts: tuple[str, ...] = PARTS
    ) -> float:
        """What a rate costs on one core, about: its updates, and scoring so many of them."""
        split, example = self.spec.split(0), an_example(self.spec)
        rows = sum(getattr(split, part).size for part in parts)
        run = updates * (AN_UPDATE + batch_size * example)
        return float(self.replicas * (run + scored * rows * example * FORWARD) / 1e6)
