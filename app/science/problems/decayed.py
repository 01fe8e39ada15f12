"""Where a loss is lowest whose gradient has weight decay added to it."""

import numpy as np

from app.science.arrays import FloatArray, Point, Values
from app.science.problems.minima import find_minima
from app.science.problems.problem import Problem

EQUAL = 1e-9  # relative difference of two values that may be equally low
SAME = 1e-9  # distance at which two minima are one


def decayed_minima(problem: Problem, weight_decay: float) -> tuple[Point, ...]:
    """The lowest minima of L + (λ/2)‖θ‖² inside the domain; those left out that L has itself.

    Found as `find_minima` finds those of L: none where there is none, or a valley.

    Args:
        problem: of L.
        weight_decay: λ, added to the gradient as λθ, above 0.
    """

    def loss(w0: Values, w1: Values) -> FloatArray:
        return np.asarray(problem.loss(w0, w1) + weight_decay / 2 * (w0 * w0 + w1 * w1))

    def gradient(w0: Values, w1: Values) -> tuple[FloatArray, FloatArray]:
        g0, g1 = problem.gradient(w0, w1)
        return g0 + weight_decay * w0, g1 + weight_decay * w1

    found = [(float(loss(*at)), at) for at in find_minima(loss, gradient, problem.surface.domain)]
    lowest = min((value for value, _ in found), default=0.0)
    own = np.array([minimum.point for minimum in problem.minima]).reshape(-1, 2)
    return tuple(
        at
        for value, at in found
        if value - lowest <= EQUAL * max(1.0, abs(lowest))
        and not np.any(np.hypot(*(own - at).T) <= SAME)
    )
