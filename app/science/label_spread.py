"""What mini-batches see of labels: how far those within a batch lie apart, beside all of them."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.batches import cut
from app.science.plan import Plan


class LabelSpread(NamedTuple):
    """Labels within the batches of a run's first epoch.

    Attributes:
        kinds: how many different labels there are.
        batches: how many batches.
        alike: how many of them hold examples of one label alone.
        within: standard deviation of labels about their batch's mean, over all examples used.
        overall: standard deviation of all labels.
    """

    kinds: int
    batches: int
    alike: int
    within: float
    overall: float


def label_spread(plan: Plan, labels: FloatArray, rng: np.random.Generator) -> LabelSpread:
    """Look at the labels of each batch of the first epoch.

    Args:
        plan: the run's.
        labels: of the examples, shape (N,).
        rng: seeded as the replica's was; used up.
    """
    batches = cut(plan, range(1), [plan.orders(rng, labels)])
    parts = list(batches.slices(labels[batches.order[0]]))
    squares = sum(float(np.sum((part - part.mean()) ** 2)) for part in parts)
    return LabelSpread(
        kinds=len(np.unique(labels)),
        batches=len(parts),
        alike=sum(bool(np.all(part == part[0])) for part in parts),
        within=(squares / int(batches.sizes.sum())) ** 0.5,
        overall=float(np.std(labels)),
    )
