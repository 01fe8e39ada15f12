"""Which updates of a network's run are looked at."""

import numpy as np

from app.science.arrays import IntArray


def recorded(updates: int) -> tuple[IntArray, IntArray]:
    """Which of a run's updates are scored, and which of these (indices) are measured.

    The start, the end, and between them some evenly and, for the beginning, some by equal
    factors: about 100 and 20, the same for all runs of as many updates.

    >>> record, marks = recorded(8000)
    >>> len(record), len(marks), record[marks][:6].tolist()
    (114, 20, [0, 8, 63, 400, 500, 1000])
    """
    even = np.linspace(0, updates, 81)
    record = np.unique(np.rint(np.concatenate([even, np.geomspace(1, updates, 40)])))
    wanted = np.concatenate([np.linspace(0, updates, 17), updates / np.array([1000, 126, 20])])
    marks = np.unique(np.abs(record[None] - np.rint(wanted)[:, None]).argmin(axis=1))
    return record.astype(np.int64), marks
