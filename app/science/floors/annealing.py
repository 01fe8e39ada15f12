"""A larger batch instead of a smaller learning rate (Smith et al. 2017, arXiv:1711.00489)."""

from typing import NamedTuple

from app.science.budget import Budget
from app.science.errors import ParameterError
from app.science.floors.measured import Floor, check_minima, measure_floor, updates_from
from app.science.growth import Growth
from app.science.message import Message
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems.curvature import memory
from app.science.problems.problem import Problem
from app.science.replicas import Ratio, ratio_of_means
from app.science.schedules import Decay


class Annealing(NamedTuple):
    """The last stage of two ways of lowering ε/B by the same factor at the same epochs.

    Attributes:
        decay: the learning rate was divided.
        growth: the batch size was multiplied: as many epochs, fewer updates.
    """

    decay: Floor
    growth: Floor

    @property
    def settled(self) -> bool:
        """Whether both are floors."""
        return self.decay.settled and self.growth.settled

    @property
    def ratio(self) -> Ratio | None:
        """Floor of growth over that of decay; None without either."""
        return ratio_of_means(self.growth.losses, self.decay.losses)


def anneal(
    problem: Problem,
    *,
    batch_size: int,
    learning_rate: float,
    factor: int = 2,
    epochs: int = 10,
    stages: int = 4,
    sampling: str = "reshuffle",
    replicas: int = 64,
    seed: int = 0,
) -> Annealing:
    """Divide the learning rate, or multiply the batch size, each so many epochs; plain SGD.

    From the lowest minimum; the floors are those of the later half of the last stage. How far
    its earlier half leads to them is judged by the curvature at the minimum.

    Args:
        problem: the finite sum.
        batch_size, learning_rate: of the first stage.
        factor: by which the one falls or the other grows.
        epochs: of a stage.
        stages: at least 2.
        sampling: one of `SAMPLINGS`.
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
    check_minima(problem)
    floors = []
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
        begins, first = (int(plan.epoch_ends[-1 - e]) for e in (epochs, epochs // 2))
        floors.append(
            measure_floor(
                problem,
                plan,
                sgd(),
                updates_from(problem, plan, first),
                missing=memory(problem, plan.rates[begins:first]),
                replicas=replicas,
                seed=seed,
            )
        )
    return Annealing(*floors)
