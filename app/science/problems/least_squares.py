"""Least squares: a line fitted to points, the simplest bowl whose noise is data."""

from functools import partial
from typing import Any

import numpy as np

from app.science.arrays import FloatArray
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.inputs import standardised
from app.science.problems.model import Model, curve
from app.science.problems.surface import Affine, Surface

TRUE_WEIGHTS = (1.0, 2.0)


def _predict(w0: Node, w1: Node, x: Node, xp: Functions) -> Node:
    return w0 + w1 * x


def _loss(w0: Node, w1: Node, x: Node, y: Node, xp: Functions) -> Node:
    return (_predict(w0, w1, x, xp) - y) ** 2 / 2


def _features(x: FloatArray, y: FloatArray) -> tuple[FloatArray, ...]:
    return x, y, x * x, x * y, y * y


def _affine_loss(
    w0: Node, w1: Node, x: Node, y: Node, xx: Node, xy: Node, yy: Node, xp: Functions
) -> Node:
    return (w0 * w0 + w1 * w1 * xx + yy) / 2 + w0 * w1 * x - w0 * y - w1 * xy


def _examples(
    rng: np.random.Generator, n: int, noise: float, centre: float, spread: float
) -> tuple[FloatArray, ...]:
    """Inputs of exactly the mean and standard deviation stated, labels with Gaussian noise."""
    x = centre + spread * standardised(rng, n)
    w0, w1 = TRUE_WEIGHTS
    return x, w0 + w1 * x + noise * rng.standard_normal(n)


def _surface(*, centre: float, spread: float, **metadata: Any) -> Surface:
    return Surface(
        family="data",
        parameters=("intercept w0", "slope w1"),
        start=(-2.0, -1.0),
        learning_rate=0.1,
        noise=1.0,
        noise_unit="standard deviation of the labels about the true line",
        examples=partial(_examples, centre=centre, spread=spread),
        loss=Formula(_loss, ("x", "y")),
        model=Model(axes=("input x", "target y"), line=curve(_predict)),
        affine=Affine(
            features=_features,
            loss=Formula(_affine_loss, ("x", "y", "xx", "xy", "yy")),
        ),
        **metadata,
    )


STANDARDISED = _surface(
    centre=0.0,
    spread=1.0,
    id="least-squares",
    title="Least squares",
    description=(
        "A line fitted to noisy points whose inputs have mean 0 and variance 1: a round bowl. "
        "Small batches rush to the bottom and then jitter there; the full batch glides in."
    ),
    source="Ordinary least squares (Legendre 1805, Gauss 1809)",
    domain=((-3.0, 3.0), (-2.0, 4.0)),
    adaptive_learning_rate=0.15,
    epochs=20,
)

RAW = _surface(
    centre=2.0,
    spread=0.7,
    id="least-squares-raw",
    title="Least squares, raw inputs",
    description=(
        "The same line, inputs left with mean 2 and standard deviation 0.7: a valley sixty times "
        "steeper across than along. The full batch drops into it and then crawls; batches of 32 "
        "reach the minimum, and batches of 1 get there first but jitter widely."
    ),
    source="Ordinary least squares, inputs not centred",
    domain=((-4.0, 4.0), (-2.0, 4.0)),
    adaptive_learning_rate=0.1,
    epochs=60,
)
