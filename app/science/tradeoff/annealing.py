"""A larger batch instead of a smaller learning rate (Smith et al. 2017, arXiv:1711.00489)."""

import math
from typing import NamedTuple

from app.science.errors import ParameterError
from app.science.message import Message
from app.science.optimizers import sgd
from app.science.plan import Budget, make_plan
from app.science.problems.problem import Problem
from app.science.problems.surface import Point
from app.science.schedules import Decay, Growth
from app.science.tradeoff.tail import Tail, measure_tail


class Annealing(NamedTuple):
    """The last stage of two ways of lowering ε/B by the same factor at the same epochs.

    Attributes:
        decay: the learning rate was divided.
        growth: the batch size was multiplied: as many epochs, fewer updates.
    """

    decay: Tail
    growth: Tail

    @property
    def ratio(self) -> float | None:
        """Floor of growth over that of decay; None without either."""
        if self.decay.floor is None or self.growth.floor is None:
            return None
        return self.growth.floor / self.decay.floor

    @property
    def ratio_error(self) -> float | None:
        """Standard error of the ratio, by the two floors' own."""
        if self.ratio is None or not (self.decay.error and self.growth.error):
            return None
        relative = [(t.error or 0.0) / (t.floor or 1.0) for t in (self.decay, self.growth)]
        return self.ratio * math.hypot(*relative)


def anneal(
    problem: Problem,
    *,
    batch_size: int,
    learning_rate: float,
    factor: int = 2,
    epochs: int = 10,
    stages: int = 4,
    sampling: str = "reshuffle",
    start: Point | None = None,
    replicas: int = 64,
    seed: int = 0,
) -> Annealing:
    """Divide the learning rate, or multiply the batch size, each so many epochs; plain SGD.

    The floors are those of the later half of the last stage.

    Args:
        problem: the finite sum.
        batch_size, learning_rate: of the first stage.
        factor: by which the one falls or the other grows.
        epochs: of a stage.
        stages: at least 2.
        sampling: one of `SAMPLINGS`.
        start: None for the surface's.
        replicas: R.
        seed: of the sampling.

    Raises:
        ParameterError: a last batch of more than N examples, or another parameter outside what
            its description says.
    """
    if stages < 2:
        raise ParameterError("stages", stages, "an integer of at least 2")
    largest = problem.size // factor ** (stages - 1)
    if batch_size > largest:
        raise ParameterError(
            "batch_size",
            batch_size,
            Message(
                "at most {largest}: it grows by {factor} {times} times",
                largest=largest,
                factor=factor,
                times=stages - 1,
            ),
        )
    tails = []
    for schedule in (
        {"lr_schedule": "step", "decay": Decay(epochs, 1 / factor)},
        {"growth": Growth(factor, epochs)},
    ):
        plan = make_plan(
            examples=problem.size,
            batch_size=batch_size,
            budget=Budget(epochs=epochs * stages),
            learning_rate=learning_rate,
            sampling=sampling,
            **schedule,
        )
        first = plan.epoch_ends[-1 - epochs // 2]
        tails.append(
            measure_tail(
                problem,
                plan,
                sgd(),
                start or problem.surface.start,
                first=int(first),
                replicas=replicas,
                seed=seed,
            )
        )
    return Annealing(*tails)
