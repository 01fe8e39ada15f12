"""Equal first, then timed: the engine and its peers, in turns."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from benchmarks.peers import Peer
from benchmarks.workloads import Call, Result, Work

TOLERANCE = 1e-9
INFINITE = 1e12  # a noise scale beyond this is infinite but for rounding: there the gradient is 0


class Timing(NamedTuple):
    """How long the whole workload takes, in seconds.

    Attributes:
        median: over the rounds.
        low, high: quartiles.
        share: how much of the workload was timed, the rest being scaled.
    """

    median: float
    low: float
    high: float
    share: float = 1.0


def race(work: Work, peers: Sequence[Peer], rounds: int) -> tuple[Timing, dict[str, Timing]]:
    """Time the engine and each peer that can do the work, by name, in one interleaved run.

    Raises:
        ArithmeticError: a peer's result is not the engine's, to `TOLERANCE`.
    """
    expected = work.engine()
    calls: dict[str, Call] = {}
    shares: dict[str, float] = {}
    for peer in peers:
        part = work if peer.limit is None else work.part(peer.limit)
        call = peer.prepare(part)
        if call:
            _check_equal(peer.name, call(), expected)
            calls[peer.name], shares[peer.name] = call, part.size / work.size
    ours, *theirs = interleaved([work.engine, *calls.values()], rounds)
    return summary(ours), {
        name: summary(times, shares[name]) for name, times in zip(calls, theirs, strict=True)
    }


def interleaved(calls: Sequence[Callable[[], object]], rounds: int) -> FloatArray:
    """Seconds of each call in each round, A B C A B C …, shape (calls, rounds)."""
    times = np.empty((len(calls), rounds))
    for i in range(rounds):
        for k, call in enumerate(calls):
            begin = perf_counter()
            call()
            times[k, i] = perf_counter() - begin
    return times


def summary(times: FloatArray, share: float = 1.0) -> Timing:
    """Median and quartiles, scaled to the whole workload."""
    low, median, high = np.quantile(times, (0.25, 0.5, 0.75)) / share
    return Timing(float(median), float(low), float(high), share)


def _check_equal(name: str, result: Result, expected: Result) -> None:
    for theirs, ours in zip(result, expected, strict=True):
        a, b = (np.minimum(v, INFINITE) for v in (theirs, ours[: len(theirs)]))
        error = np.abs(a - b) / np.maximum(1.0, np.abs(b))
        if not error.max() <= TOLERANCE:
            raise ArithmeticError(f"{name} differs from the engine by {error.max():.2g}")
