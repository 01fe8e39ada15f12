"""Which updates of a long path are kept."""

import numpy as np

from app.science.arrays import IntArray
from app.science.plan import Plan

DENSE_SHARE = 0.1  # share of a thinned path's points spent on its first updates


def thin(plan: Plan, max_points: int) -> IntArray:
    """Numbers of the updates to keep of a long path.

    The start, the end and every epoch's end are always kept; of the rest, the first updates
    one by one (a tenth of the points) and the others evenly.
    """
    if plan.updates < max_points:
        return np.arange(plan.updates + 1)
    dense = int(max_points * DENSE_SHARE)
    even = max(2, max_points - dense - len(plan.epoch_ends))
    kept = np.zeros(plan.updates + 1, dtype=bool)
    kept[:dense] = True
    kept[np.linspace(dense, plan.updates, even).round().astype(np.int64)] = True
    kept[plan.epoch_ends] = True
    return np.flatnonzero(kept)
