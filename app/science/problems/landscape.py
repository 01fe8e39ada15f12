"""Landscapes: a function of two variables made an exact finite sum by tilting it per example."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.problems.model import Model
from app.science.problems.surface import NUMPY, Affine, Example, Functions, Surface

QUANTUM_BITS = 30  # a tilt's smallest step is noise / 2³⁰, or up to twice that

Function = Callable[..., Values]
FunctionGradient = Callable[..., tuple[Values, Values]]


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


def landscape(f: Function, grad_f: FunctionGradient, *, formula: str, **metadata: Any) -> Surface:
    """A surface ``l_i(θ) = f(θ) + a_i·θ`` from ``f(w0, w1, xp)`` and ``grad_f(w0, w1, xp)``.

    The per-example gradients are ∇f(θ) + a_i: their covariance is that of the tilts, the same
    everywhere, ``noise²·I`` in expectation.

    Args:
        f: the function, elementwise, written with the functions of ``xp``.
        grad_f: its two partial derivatives, likewise.
        formula: LaTeX of f alone, in x and y.
        metadata: the remaining fields of `Surface`.
    """

    def tilted_loss(w0: Values, w1: Values, example: Example) -> Values:
        a0, a1 = example
        return f(w0, w1, NUMPY) + a0 * w0 + a1 * w1

    def tilted_gradient(
        w0: Values, w1: Values, example: Example, xp: Functions = NUMPY
    ) -> tuple[Values, Values]:
        a0, a1 = example
        g0, g1 = grad_f(w0, w1, xp)
        return g0 + a0, g1 + a1

    return Surface(
        family="landscape",
        formula=rf"l_i(x, y) = {formula} + a_{{i0}}\,x + a_{{i1}}\,y",
        parameters=("x", "y"),
        one_unit=True,
        noise_unit="standard deviation of each component of the tilts a_i",
        columns=("a0", "a1"),
        examples=_tilts,
        loss=tilted_loss,
        gradient=tilted_gradient,
        model=Model(axes=("a0, tilt along x", "a1, tilt along y"), equal=True),
        affine=Affine(features=lambda a0, a1: (a0, a1), loss=tilted_loss, gradient=tilted_gradient),
        **metadata,
    )
