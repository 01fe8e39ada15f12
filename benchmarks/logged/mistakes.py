"""Logs as mistaken estimators would write them, of gradients of the same network at one place.

Each is made of the gradients of four micro-batches a step and of their mean, as its tool takes
them; what is then estimated, and what is said of it, is the project's answer.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.logged.flaws import derive
from app.science.logged.log import Log
from app.science.logged.packed import summed
from app.science.logged.reading import read_log
from app.science.logged.windows import single
from benchmarks.logged.network import BATCH, RATE, SPEC, rows
from benchmarks.logged.ways import SIZES

PARTS = 4
HEADER = {
    "format": "batchscape-log", "version": 1, "optimizer": "sgd", "parts": "micro-batches",
    "notes": ["with-replacement"],
}  # fmt: skip


class Measured(NamedTuple):
    """Of K steps: examples (K, m) and ‖g_j‖² (K, m) of the parts, and ‖ḡ‖² (K,)."""

    sizes: IntArray
    squares: FloatArray
    norm: FloatArray


class Answer(NamedTuple):
    """What a log gives.

    Attributes:
        estimate: of the noise scale; None where the log is refused, or ΣS is not above 0.
        said: ids of the flaws that are told of, or the reason why it is refused.
    """

    estimate: float | None
    said: tuple[str, ...]


def taken(theta: FloatArray, steps: int, sizes: tuple[int, ...], rng: Any) -> FloatArray:
    """Gradients of micro-batches, examples drawn with replacement, shape (K, m, P)."""
    return np.array([[_gradient(theta, rng.integers(300, size=b)) for b in sizes] for _ in range(steps)])


def gradients_on_the_way(theta: FloatArray, steps: int, rng: Any, rate: float = RATE) -> FloatArray:
    """Of successive batches, each followed by an update, four of them told as a step's parts."""
    found = []
    for _ in range(steps * PARTS):
        found.append(_gradient(theta, rng.integers(300, size=BATCH // PARTS)))
        theta = theta - rate * found[-1]
    return np.array(found).reshape(steps, PARTS, -1)


def _gradient(theta: FloatArray, chosen: IntArray) -> FloatArray:
    return SPEC.network.gradients(theta[None], rows().taken(chosen))[0]
