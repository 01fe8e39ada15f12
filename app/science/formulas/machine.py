"""The loops of `indexed` compiled by numba; `native` says when.

No arithmetic is reordered, contracted or taken from a vendor's library, so that results are those
of `loops` to the last bit.
"""

import math
import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from app.science.arrays import FloatArray
from app.science.formulas.body import Body
from app.science.formulas.functions import MATH
from app.science.formulas.indexed import replica_loop, single_loop
from app.science.formulas.update import RATE


def single(body: Body) -> Callable[..., None] | None:
    """A function that writes one path as `loops.float_loop` would yield it; None if it cannot.

    Returns:
        ``descend(rows, starts, sizes, values, given, path)``: as those of `indexed.single_loop`,
        but the values of `Update.next` a list. From an update on that has no finite value the path
        stays as it is, and the values are NaN.
    """
    numba = _numba()
    written = single_loop(body, _functions())
    if written is None:
        return None
    read, write = _arrays()
    rows = [read(1)] * (len(body.inputs) + len(body.each))
    cuts = [read(1, numba.int64)] * 2
    signature = (*rows, *cuts, write(1), read(1), write(2))
    compiled = numba.njit(signature, **_PYTHONS)(written)

    def descend(
        rows: Sequence[FloatArray],
        starts: Any,
        sizes: Any,
        values: list[float],
        given: Sequence[float],
        path: FloatArray,
    ) -> None:
        after = np.array(values)
        try:
            compiled(*map(_laid, rows), starts, sizes, after, _laid(given), path)
        except (OverflowError, ValueError, ZeroDivisionError):
            after[:] = np.nan
        values[:] = after.tolist()

    return descend


def replicas(body: Body) -> Callable[..., None] | None:
    """A function that does what `loops.array_loop`'s does; None if it cannot."""
    numba, inputs = _numba(), len(body.inputs)
    written = replica_loop(body)
    if written is None:
        return None
    read, write = _arrays()
    rows = [read(2)] * (inputs + len({*body.each} - {RATE}))
    signature = (*rows, write(3), write(1), read(1), read(2), write(4))
    compiled = numba.njit(signature, nogil=True, error_model="numpy")(written)
    own = [i for i, name in enumerate(body.update.next) if name in body.update.laned]
    shared = [i for i in range(len(body.update.next)) if i not in own]

    def descend(
        rows: Sequence[Any], values: list[Any], given: Sequence[Any], path: FloatArray
    ) -> None:
        lanes = path.shape[2:]
        updates, factors = path.shape[1], math.prod(lanes[:-1])
        beside = {
            name: _laid(np.broadcast_to(v.reshape(len(v), -1), (len(v), factors)))
            for name, v in zip(body.each, rows[inputs:], strict=True)
        }
        rates = beside.pop(RATE, None)
        if rates is None:
            *given, rate = given
            rates = np.full((1, factors), np.reshape(rate, (1, -1)))
        of_lanes = np.stack([values[i] for i in own]).reshape(len(own), factors, -1)
        of_all = np.array([values[i] for i in shared], dtype=float)
        compiled(
            *map(_laid, rows[:inputs]), *beside.values(), of_lanes, of_all,
            _laid(given), rates, path.reshape(2, updates, factors, -1),
        )  # fmt: skip
        for i, lane in zip(own, of_lanes, strict=True):
            values[i] = lane.reshape(lanes)
        for i, number in zip(shared, of_all, strict=True):
            values[i] = number

    return descend


@cache
def _numba() -> Any:
    os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"  # its functions differ in the last bit
    import numba

    return numba


@cache
def _functions() -> dict[str, Any]:
    return {**MATH, **{name: _numba().njit(f, **_PYTHONS) for name, f in _RAISING.items()}}


def _arrays() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Types of arrays by their dimensions: of those that are read alone, and of others."""
    types = _numba().types

    def read(dimensions: int, of: Any = types.float64) -> Any:
        return types.Array(of, dimensions, "C", readonly=True)

    return read, lambda dimensions: types.Array(types.float64, dimensions, "C")


def _laid(values: Any) -> FloatArray:
    return np.ascontiguousarray(values, dtype=float)


def _exp(x: float) -> float:
    value = math.exp(x)
    if value == math.inf and x != math.inf:
        raise OverflowError("math range error")
    return value


def _log(x: float) -> float:
    if x <= 0:
        raise ValueError("math domain error")
    return math.log(x)


def _log1p(x: float) -> float:
    if x <= -1:
        raise ValueError("math domain error")
    return math.log1p(x)


def _sqrt(x: float) -> float:
    if x < 0:
        raise ValueError("math domain error")
    return math.sqrt(x)


def _sin(x: float) -> float:
    if math.isinf(x):
        raise ValueError("math domain error")
    return math.sin(x)


def _cos(x: float) -> float:
    if math.isinf(x):
        raise ValueError("math domain error")
    return math.cos(x)


def _tanh(x: float) -> float:
    return math.tanh(x)


def _max(x: float, y: float) -> float:
    return y if y > x else x


# Compiled, `math`'s own raise nothing.
_RAISING = {
    "exp": _exp,
    "log": _log,
    "log1p": _log1p,
    "sqrt": _sqrt,
    "sin": _sin,
    "cos": _cos,
    "tanh": _tanh,
    "max": _max,
}
_PYTHONS: dict[str, Any] = {"nogil": True, "error_model": "python"}
