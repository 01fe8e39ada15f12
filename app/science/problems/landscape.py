"""Landscapes: a function of two variables made an exact finite sum by tilting it per example."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from app.science.arrays import FloatArray
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.model import Model
from app.science.problems.surface import Affine, Surface

QUANTUM_BITS = 30  # a tilt's smallest step is noise / 2³⁰, or up to twice that

Function = Callable[[Node, Node, Functions], Node]


def _tilts(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, ...]:
    """Gaussian tilts whose sum is exactly 0, so that the mean loss is the function itself.

    They are multiples of one power of two, far below their size: every sum of them is exact in
    any order, and no rounding is left over to push a full batch off an axis of symmetry.
    """
    a = noise * rng.standard_normal((2, n))
    if noise > 0:
        quantum = 2.0 ** max(math.floor(math.log2(noise)) - QUANTUM_BITS, -1000)
        multiples = np.rint((a - a.mean(axis=1, keepdims=True)) / quantum)
        for row in multiples:
            surplus = int(row.sum())
            row[: abs(surplus)] -= math.copysign(1, surplus)
        a = multiples * quantum
    return a[0], a[1]


def landscape(f: Function, **metadata: Any) -> Surface:
    """A surface ``l_i(θ) = f(θ) + a_i·θ`` from ``f(w0, w1, xp)``.

    The per-example gradients are ∇f(θ) + a_i: their covariance is that of the tilts, the same
    everywhere, ``noise²·I`` in expectation.

    Args:
        f: the function, written with the functions of ``xp``.
        metadata: the remaining fields of `Surface`.
    """

    def tilted(w0: Node, w1: Node, a0: Node, a1: Node, xp: Functions) -> Node:
        return f(w0, w1, xp) + a0 * w0 + a1 * w1

    loss = Formula(tilted, ("a0", "a1"), partial=metadata.get("partial", False))
    return Surface(
        family="landscape",
        parameters=("x", "y"),
        one_unit=True,
        noise_unit="standard deviation of each component of the tilts a_i",
        examples=_tilts,
        loss=loss,
        model=Model(axes=("a0, tilt along x", "a1, tilt along y"), equal=True),
        affine=Affine(features=lambda a0, a1: (a0, a1), loss=loss),
        **metadata,
    )
