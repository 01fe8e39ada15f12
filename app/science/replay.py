"""Which examples the updates of a run averaged over, drawn again from its seed."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from app.science.arrays import IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.plan import Plan
from app.science.sampling import Labels


def replay(
    plan: Plan,
    rng: np.random.Generator,
    updates: Sequence[int] | IntArray,
    labels: Labels = None,
) -> list[IntArray]:
    """Indices of the examples in the batches of some updates.

    Args:
        plan: the run's.
        rng: a new generator seeded as the replica's was; used up.
        updates: increasing numbers of updates, from 1.
        labels: of the examples, by which they are sorted, or which are their classes.

    Returns:
        The examples of each update's batch, in the order they were drawn in.

    Raises:
        ParameterError: updates that are not increasing, or not in the plan; as `Plan.orders`.
    """
    numbers = np.asarray(updates, dtype=np.int64)
    if len(numbers) == 0:
        return []
    if numbers[0] < 1 or numbers[-1] > plan.updates or np.any(np.diff(numbers) <= 0):
        raise ParameterError(
            "updates", updates, Message("increasing integers from 1 to {most}", most=plan.updates)
        )
    before = np.cumsum([0, *(epoch.updates for epoch in plan.epochs)])
    epochs = np.searchsorted(before, numbers) - 1
    orders = islice(plan.orders(rng, labels), int(epochs[-1]) + 1)
    batches: list[IntArray] = []
    for epoch, order in enumerate(orders):
        for update in numbers[epochs == epoch]:
            if plan.drawn_sizes:
                place = (update - before[epoch] - 1) * plan.examples
                ends = np.searchsorted(order, [place, place + plan.examples])
                batches.append(order[slice(*ends)] - place)
                continue
            # Every batch of an epoch but the last is of the same size.
            start = (update - before[epoch] - 1) * plan.epochs[epoch].batch_size
            batches.append(order[start : start + plan.sizes[update - 1]])
    return batches
