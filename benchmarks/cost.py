"""Cost against work: how the time of one update grows with each thing asked of the engine."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.optimizers import sgd
from app.science.planning import make_plan
from benchmarks.measure import interleaved
from benchmarks.workloads import EXAMPLES, problem


class Case(NamedTuple):
    """How much is asked: B = 1, one replica and N = 1050 unless told otherwise."""

    updates: int
    batch_size: int = 1
    examples: int = EXAMPLES
    replicas: int = 1


class Sweep(NamedTuple):
    """Cases that differ in one quantity.

    Attributes:
        name: of the quantity, for people.
        fixed: the others, in words.
        values: of the quantity.
        case: from a value to the case.
    """

    name: str
    fixed: str
    values: tuple[int, ...]
    case: Callable[[int], Case]


def _powers(first: int, last: int) -> tuple[int, ...]:
    return tuple(2**k for k in range(first, last + 1))


SWEEPS: tuple[Sweep, ...] = (
    Sweep("replicas", "B = 1, 2,100 updates", _powers(0, 6), lambda v: Case(2_100, replicas=v)),
    Sweep("batch size", "one replica, 512 updates", _powers(0, 10), lambda v: Case(512, v)),
    Sweep("updates", "one replica, B = 1", _powers(10, 16), Case),
    Sweep(
        "examples",
        "one replica, B = 1, 32,768 updates",
        _powers(7, 15),
        lambda v: Case(32_768, examples=v),
    ),
)


def seconds_an_update(sweep: Sweep, family: str, rounds: int) -> FloatArray:
    """Median time of one update of all replicas in lock-step, at each of the sweep's values."""
    cases = [sweep.case(value) for value in sweep.values]
    calls = [_descent(family, case) for case in cases]
    interleaved(calls, 1)  # to warm up
    times = np.median(interleaved(calls, rounds), axis=1)
    return np.asarray(times / [case.updates for case in cases])


def exponent(values: tuple[int, ...], times: FloatArray) -> float:
    """p of the power law times ∝ values^p that fits best."""
    return float(np.polyfit(np.log(values), np.log(times), 1)[0])


def _descent(family: str, case: Case) -> Callable[[], object]:
    posed = problem(family, case.examples)

    def call() -> object:
        plan = make_plan(
            examples=case.examples,
            batch_size=case.batch_size,
            budget=Budget(updates=case.updates),
            learning_rate=posed.surface.learning_rate,
        )
        rngs = generators(0, case.replicas)
        return run(posed, plan, sgd(), posed.surface.start, rngs)

    return call
