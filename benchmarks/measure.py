"""Equal first, then timed: the engine, with numba and without, and its peers, in turns."""

from collections.abc import Callable, Collection, Mapping, Sequence
from time import perf_counter
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from benchmarks.fast import INSTALLED, compile_loops, take_compiled
from benchmarks.peers import Peer
from benchmarks.workloads import Call, Descent, Result, Work

TOLERANCE = 1e-9
TURN = 0.05  # seconds
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


class Race(NamedTuple):
    """A workload, timed.

    Attributes:
        ours: the engine on numpy alone.
        fast: the engine with the extra ``[fast]``, None where it changes nothing or is missing.
        theirs: the peers that can do the work, by name.
    """

    ours: Timing
    fast: Timing | None
    theirs: Mapping[str, Timing]


def race(work: Work, peers: Sequence[Peer], rounds: int) -> Race:
    """Time the engine and each peer in one interleaved run.

    Raises:
        ArithmeticError: a peer's result is not the engine's, to `TOLERANCE`, or the engine's with
            the extra not the same to the last bit.
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
    compiles = INSTALLED and isinstance(work, Descent)
    if compiles:
        compile_loops(work.engine)
        if not all(map(np.array_equal, work.engine(), expected)):
            raise ArithmeticError("the engine's result is another where its loops are compiled")
    turns = [work.engine, *calls.values(), *([work.engine] if compiles else [])]
    ours, *times = interleaved(turns, rounds, fast={1 + len(calls)})
    return Race(
        summary(ours),
        summary(times[-1]) if compiles else None,
        {name: summary(t, shares[name]) for name, t in zip(calls, times, strict=False)},
    )


def interleaved(
    calls: Sequence[Callable[[], object]], rounds: int, fast: Collection[int] = ()
) -> FloatArray:
    """Seconds of each call in each round, A B C A B C …, shape (calls, rounds).

    A turn is at least one call, and as many as `TURN` takes: a quick call is not to be timed by
    what the one before it, of seconds perhaps, has left in the processor's caches.

    Args:
        calls: what is timed.
        rounds: how often.
        fast: indices of those for which loops are compiled.
    """
    times = np.empty((len(calls), rounds))
    for i in range(rounds):
        for k, call in enumerate(calls):
            take_compiled(k in fast)
            begin, count = perf_counter(), 0
            while not count or perf_counter() - begin < TURN:
                call()
                count += 1
            times[k, i] = (perf_counter() - begin) / count
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
