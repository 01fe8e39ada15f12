"""What an update of a network's run saw, and the weights that it led to."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.frame import Frame, answers
from app.science.networks.result import NetworkRuns
from app.science.plan import Plan
from app.science.replay import replay
from app.science.rule import Chosen


class Seen(NamedTuple):
    """A recorded point of a batch size's first replica.

    Attributes:
        plan, rule: the run's.
        update: its number, 0 the start.
        examples: training rows in that update's mini-batch, in the order drawn; none at the start.
        theta: weights after it, shape (P,).
        answers: what they tell over a frame, shape (C, H, W).
        train_loss, train_accuracy: of all training rows then.
        test_accuracy: of all test rows.
    """

    plan: Plan
    rule: Chosen
    update: int
    examples: IntArray
    theta: FloatArray
    answers: FloatArray
    train_loss: float
    train_accuracy: float
    test_accuracy: float


def seen_at(
    runs: NetworkRuns, frame: Frame, batch_size: int, update: int, optimizer: str | None = None
) -> Seen:
    """The latest recorded point up to an update.

    Raises:
        ParameterError: as `NetworkRuns.of`; an update below 0, or after the run's last one that
            did not diverge.
    """
    size = runs.of(batch_size, optimizer)
    trained, diverged = size.trained, int(size.trained.diverged_at[0])
    last = diverged - 1 if diverged else size.plan.updates
    if not 0 <= update <= last:
        raise ParameterError("update", update, Message("an integer from 0 to {most}", most=last))
    k = int(np.searchsorted(trained.updates, update, "right")) - 1
    number, theta = int(trained.updates[k]), trained.path[k]
    rng, labels = np.random.default_rng([runs.seed, 0]), runs.spec.split(0).train.labels
    (examples,) = replay(size.plan, rng, [number], labels) if number else (np.empty(0, np.int64),)
    scores = trained.scores
    return Seen(
        size.plan,
        size.rule,
        number,
        examples,
        theta,
        answers(runs.spec, theta[None], frame)[:, 0],
        *(
            float(each[k, 0])
            for each in (
                scores.train_loss,
                scores.train_accuracy,
                scores.test_accuracy,
            )
        ),
    )
