"""A scalar loop compiled by numba: the practical floor of one core."""

from functools import cache
from typing import Any

import numba
import numpy as np

from benchmarks.peers import Peer
from benchmarks.peers.numba_examples import EXAMPLES, Example
from benchmarks.peers.numba_race import run_task
from benchmarks.tuning import Tuning
from benchmarks.workloads import Call, Descent, Grid, Result, Work


def _prepare(work: Work) -> Call:
    example = EXAMPLES[work.problem.surface.id]
    if isinstance(work, Grid):
        kernel = _field_kernel(example, work.field)
        return lambda: (kernel(*work.points, work.problem.columns),)
    if isinstance(work, Tuning):
        return lambda: work.run(run_task)
    kernel = _epoch_kernel(example)
    return lambda: _descent(work, kernel)


def _descent(work: Descent, kernel: Any) -> Result:
    n, columns = work.problem.size, work.problem.columns
    paths = []
    for size in work.batch_sizes:
        updates = -(-n // size)
        path = np.empty((2, work.replicas, work.epochs * updates + 1))
        path[:, :, 0] = np.array(work.problem.surface.start)[:, None]
        for r in range(work.replicas):
            rng = np.random.default_rng([work.seed, r])
            for first in range(0, work.epochs * updates, updates):
                here = path[:, r, first : first + updates + 1]
                kernel(columns, rng.permutation(n), size, work.rate, here)
        paths += [path[0].T, path[1].T]
    return tuple(paths)


@cache
def _epoch_kernel(example: Example) -> Any:
    one: Any = numba.njit(example)

    def epoch(columns: Any, order: Any, size: int, rate: float, path: Any) -> None:
        w0, w1 = path[0, 0], path[1, 0]
        for update, first in enumerate(range(0, len(order), size), 1):
            last = min(first + size, len(order))
            sum0 = sum1 = 0.0
            for i in order[first:last]:
                _, g0, g1 = one(w0, w1, columns, i)
                sum0 += g0
                sum1 += g1
            w0 -= rate * (sum0 / (last - first))
            w1 -= rate * (sum1 / (last - first))
            path[0, update], path[1, update] = w0, w1

    return numba.njit(epoch)


@cache
def _field_kernel(example: Example, field: str) -> Any:
    one: Any = numba.njit(example)

    def loss(across: Any, up: Any, columns: Any) -> Any:
        values = np.empty(across.shape)
        n = len(columns[0])
        for j in range(across.shape[0]):
            for k in range(across.shape[1]):
                total = 0.0
                for i in range(n):
                    total += one(across[j, k], up[j, k], columns, i)[0]
                values[j, k] = total / n
        return values

    scaled = field == "noise scale"

    def noise(across: Any, up: Any, columns: Any) -> Any:
        values = np.empty(across.shape)
        n = len(columns[0])
        for j in range(across.shape[0]):
            for k in range(across.shape[1]):
                sum0 = sum1 = squares = 0.0
                for i in range(n):
                    _, g0, g1 = one(across[j, k], up[j, k], columns, i)
                    sum0 += g0
                    sum1 += g1
                    squares += g0 * g0 + g1 * g1
                mean0, mean1 = sum0 / n, sum1 / n
                squared = mean0 * mean0 + mean1 * mean1
                trace = max(squares / n - squared, 0.0)
                values[j, k] = trace / squared if scaled else trace
        return values

    return numba.njit(loss if field == "loss" else noise, error_model="numpy")


PEERS = (Peer("numba", _prepare, floor=True),)
