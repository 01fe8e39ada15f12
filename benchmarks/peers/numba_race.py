"""The race to a target in a scalar loop: replicas one by one, who has arrived running no more."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np

from app.science.problems.divergence import DIVERGENCE_HALF_WIDTHS
from app.science.problems.rosenbrock import STEEPNESS
from app.science.problems.surface import Surface
from app.science.tradeoff.loss_chart import CELLS
from app.science.tradeoff.passage import PATIENCE, WINDOW, Passages, checks, quantiles
from app.science.tradeoff.sweep import Task, Trial
from benchmarks.peers.numba_examples import EXAMPLES, Example

# (w0, w1, what is known of the mean loss) -> mean loss: by the examples' mean features, or a chart.
Loss = Callable[[float, float, Any], float]


def _least_squares(w0: float, w1: float, known: Any) -> float:
    x, y, xx, xy, yy = known[0], known[1], known[2], known[3], known[4]
    quadratic: float = (w0 * w0 + w1 * w1 * xx + yy) / 2 + w0 * w1 * x - w0 * y - w1 * xy
    return quadratic


def _rosenbrock(w0: float, w1: float, known: Any) -> float:
    u, v = 1 - w0, w1 - w0 * w0
    tilted: float = u * u + STEEPNESS * v * v + known[0] * w0 + known[1] * w1
    return tilted


def _charted(w0: float, w1: float, known: Any) -> float:
    lo0, lo1, width0, width1 = known[0], known[1], known[2], known[3]
    u, v = (w0 - lo0) / width0, (w1 - lo1) / width1
    i, j = min(int(u), CELLS - 1), min(int(v), CELLS - 1)
    u, v = u - i, v - j
    first = 4 + i * CELLS + j
    loss = 0.0
    for a in range(3, -1, -1):
        inner = 0.0
        for b in range(3, -1, -1):
            inner = inner * v + known[first + (4 * a + b) * CELLS * CELLS]
        loss = loss * u + inner
    return loss


LOSSES: dict[str, Loss] = {"least-squares": _least_squares, "rosenbrock": _rosenbrock}


def run_task(task: Task) -> Trial:
    """The same as the project's."""
    sweep, goal, problem = task.sweep, task.goal, task.sweep.spec.build()
    surface = problem.surface
    if goal.chart:
        low, high = np.transpose(surface.domain)
        widths = (high - low) / CELLS
        known = np.concatenate([low, widths, goal.chart.coefficients.ravel()])
    else:
        known = np.array(problem.mean_features)
    kernel = _epoch_kernel(EXAMPLES[surface.id], LOSSES.get(surface.id, _charted))
    plan = sweep.plan(task.batch_size, task.updates)
    patience = PATIENCE if task.updates else 1
    replicas = 1 if plan.deterministic else sweep.replicas
    rngs = [np.random.default_rng([sweep.seed, r]) for r in range(replicas)]
    judged = checks(sweep.updates(task.batch_size))
    opens = np.searchsorted(judged, (1 - WINDOW) * judged, side="right")
    lanes = (len(task.learning_rates), replicas)
    points = np.empty((2, *lanes))
    points[:] = np.array(surface.start)[:, None, None]
    sums = np.zeros((*lanes, len(judged) + 1))
    carried, ended = np.zeros(lanes), np.zeros(lanes, dtype=np.bool_)
    arrived = np.zeros(lanes, dtype=np.int64)
    done, check = 0, 0
    for _ in plan.epochs:
        orders = [
            np.arange(sweep.examples) if plan.deterministic else rng.permutation(sweep.examples)
            for rng in rngs
        ]
        check = kernel(
            problem.columns, np.array(orders), task.batch_size, np.array(task.learning_rates),
            points, known, np.array(_boxes(surface)), goal.start, goal.level,
            judged, opens, sums, carried, arrived, ended, done, plan.updates, check,
        )  # fmt: skip
        done = min(done + plan.epochs[0].updates, plan.updates)
        if _decided(arrived, ended, done / patience):
            break
    repeats = sweep.replicas // replicas
    found = Passages(
        np.repeat(arrived, repeats, axis=1),
        np.repeat(ended & (arrived == 0), repeats, axis=1),
        done,
    )
    return Trial(task.batch_size, task.learning_rates, found)


def _boxes(surface: Surface) -> list[tuple[float, float]]:
    """The domain, and beyond what a path has diverged: low and high of w0, then of w1, of each."""
    centres = [((lo + hi) / 2, (hi - lo) / 2 * DIVERGENCE_HALF_WIDTHS) for lo, hi in surface.domain]
    return [*surface.domain, *((centre - reach, centre + reach) for centre, reach in centres)]


def _decided(arrived: Any, ended: Any, wait: float) -> bool:
    _, medians, late = quantiles(arrived)
    if np.isinf(medians.min()):
        return bool(ended.all())
    soonest = medians == medians.min()
    over = np.isfinite(late[soonest]) | ended[soonest].all(axis=1)
    return bool(wait >= medians.min() or over.all())


@cache
def _epoch_kernel(example: Example, loss: Loss) -> Any:
    one: Any = numba.njit(example)
    mean_loss: Any = numba.njit(loss)

    def epoch(
        columns: Any, orders: Any, size: int, rates: Any, points: Any, known: Any, boxes: Any,
        top: float, level: float, judged: Any, opens: Any, sums: Any, carried: Any, arrived: Any,
        ended: Any, done: int, end: int, check: int,
    ) -> int:  # fmt: skip
        """Run one epoch of every path still under way; the number of checks so far."""
        last_check = check
        for f in range(len(rates)):
            for r in range(len(orders)):
                if ended[f, r]:
                    continue
                w0, w1, total = points[0, f, r], points[1, f, r], carried[f, r]
                update, here = done, check
                for first in range(0, orders.shape[1], size):
                    if update == end:
                        break
                    last = min(first + size, orders.shape[1])
                    sum0 = sum1 = 0.0
                    for i in orders[r, first:last]:
                        _, g0, g1 = one(w0, w1, columns, i)
                        sum0 += g0
                        sum1 += g1
                    w0 -= rates[f] * (sum0 / (last - first))
                    w1 -= rates[f] * (sum1 / (last - first))
                    update += 1
                    if not (boxes[2, 0] <= w0 <= boxes[2, 1] and boxes[3, 0] <= w1 <= boxes[3, 1]):
                        ended[f, r] = True
                        break
                    height = top
                    if boxes[0, 0] <= w0 <= boxes[0, 1] and boxes[1, 0] <= w1 <= boxes[1, 1]:
                        height = min(mean_loss(w0, w1, known), top)
                    total += height - level
                    if judged[here] == update:
                        here += 1
                        sums[f, r, here] = total
                        if total <= sums[f, r, opens[here - 1]]:
                            arrived[f, r] = update
                            ended[f, r] = True
                            break
                points[0, f, r], points[1, f, r], carried[f, r] = w0, w1, total
                last_check = max(last_check, here)
        return last_check

    return numba.njit(epoch)
