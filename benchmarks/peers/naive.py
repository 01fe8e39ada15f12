"""The numpy loop one writes first: the batch's slice, its examples' gradients, their mean."""

import numpy as np

from app.science.arrays import FloatArray
from benchmarks.peers import Peer
from benchmarks.workloads import Call, Descent, Grid, Result, Work


def _prepare(work: Work) -> Call | None:
    if isinstance(work, Grid):
        return lambda: (_field(work),)
    return (lambda: _descent(work)) if isinstance(work, Descent) else None


def _descent(work: Descent) -> Result:
    paths = []
    for size in work.batch_sizes:
        replicas = np.stack([_path(work, size, r) for r in range(work.replicas)], axis=-1)
        paths += [replicas[:, 0], replicas[:, 1]]
    return tuple(paths)


def _path(work: Descent, size: int, replica: int) -> FloatArray:
    surface, n = work.problem.surface, work.problem.size
    rng = np.random.default_rng([work.seed, replica])
    w0, w1 = surface.start
    path = [(w0, w1)]
    for _ in range(work.epochs):
        order = rng.permutation(n)
        columns = [column[order] for column in work.problem.columns]
        for i in range(0, n, size):
            g0, g1 = surface.loss.gradient(w0, w1, [column[i : i + size] for column in columns])
            w0 = w0 - work.rate * g0.mean()
            w1 = w1 - work.rate * g1.mean()
            path.append((w0, w1))
    return np.array(path)


def _field(work: Grid) -> FloatArray:
    surface, columns = work.problem.surface, work.problem.columns
    across, up = work.points
    values = np.empty(across.shape)
    for index in np.ndindex(across.shape):
        w0, w1 = across[index], up[index]
        if work.field == "loss":
            values[index] = surface.loss(w0, w1, columns).mean()
            continue
        g0, g1 = surface.loss.gradient(w0, w1, columns)
        trace = g0.var() + g1.var()
        if work.field == "noise scale":
            with np.errstate(divide="ignore"):
                trace /= g0.mean() ** 2 + g1.mean() ** 2
        values[index] = trace
    return values


PEERS = (Peer("numpy", _prepare, limit=25_000),)
