"""The part of the plane about a minimum that shows how runs come to rest there."""

import numpy as np

from app.science.arrays import FloatArray, Interval
from app.science.comparison import Comparison, Run
from app.science.lowest import distances, lowest_minima

ROOM = 1.25  # times as far from the minimum as what is seen there
CLOSEST, WIDEST = 1 / 40, 1 / 2  # of the domain's width and height


def closeup(comparison: Comparison) -> tuple[Interval, Interval] | None:
    """The part of the domain, in its proportions, that holds what runs do at a lowest minimum.

    That is, of the minima equally low, the one with the nearest end of a first replica. About it
    there is `ROOM` for the ends of all replicas that lie by it, for the 95 % ellipses about them,
    and for the points of an ellipse that is measured along a run. The part is at most `WIDEST`:
    what a coarse noise throws further is not a close look; and at least `CLOSEST`.

    None where there is no minimum, or every run diverged.
    """
    problem = comparison.problem
    ends = [_ends(run) for run in comparison.runs]
    alive = [each for each in ends if len(each)]
    if not problem.minima or not alive:
        return None
    count = len(lowest_minima(problem))
    places = np.array([minimum.point for minimum in problem.minima])
    first = np.array([each[0] for each in alive])
    chosen = int(distances(problem, first)[:, :count].min(axis=0).argmin())
    seen = [
        points
        for run, own in zip(comparison.runs, ends, strict=True)
        for points in (own, *(held.curve for held in run.regions))
    ]
    points = np.concatenate([each for each in seen if len(each)])
    by_it = points[distances(problem, points).argmin(axis=1) == chosen]
    low, high = np.array(problem.surface.domain).T
    halves = (high - low) / 2
    away = np.abs(by_it - places[chosen]) / halves
    share = float(np.clip(ROOM * away.max(initial=0.0), CLOSEST, WIDEST))
    # A minimum at the edge has the domain's other side about it.
    middle = np.clip(places[chosen], low + share * halves, high - share * halves)
    (w0, w1), (across, up) = middle.tolist(), (share * halves).tolist()
    return (w0 - across, w0 + across), (w1 - up, w1 + up)


def _ends(run: Run) -> FloatArray:
    """Last points of the replicas that did not diverge, shape (R, 2)."""
    w0, w1, _ = run.ends
    return np.asarray(np.column_stack([w0, w1])[run.paths.diverged_at == 0])
