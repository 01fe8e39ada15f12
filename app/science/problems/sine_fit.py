"""A sine fitted to points: many poor minima, each a wave that misses some of the examples."""

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.model import Model, curve
from app.science.problems.separable import Separable
from app.science.problems.surface import Surface

TRUE_WEIGHTS = (2.0, 0.5)
INPUT_REACH = 2.5


def _predict(w0: Node, w1: Node, x: Node, xp: Functions) -> Node:
    return xp.sin(w0 * x + w1)


def _loss(w0: Node, w1: Node, x: Node, y: Node, xp: Functions) -> Node:
    return (_predict(w0, w1, x, xp) - y) ** 2 / 2


def _features(w0: Values, x: FloatArray, y: FloatArray) -> tuple[Values, ...]:
    """What the addition theorem leaves of w0: in the sine, in its square, and in their slopes."""
    sin, cos = np.sin(w0 * x), np.cos(w0 * x)
    waves = 2 * sin * cos, cos * cos - sin * sin, sin * y, cos * y
    return *(wave * x for wave in waves), *waves, 1 / 4 + y * y / 2


def _loss_factors(w1: Values) -> tuple[Values, ...]:
    return 0, 0, 0, 0, np.sin(2 * w1) / 4, -np.cos(2 * w1) / 4, -np.cos(w1), -np.sin(w1), 1


def _gradient_factors(w1: Values) -> tuple[tuple[Values, ...], tuple[Values, ...]]:
    slope = np.cos(2 * w1) / 2, np.sin(2 * w1) / 2, np.sin(w1), -np.cos(w1)
    return (*slope, 0, 0, 0, 0, 0), (0, 0, 0, 0, *slope, 0)


def _examples(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, ...]:
    x = rng.uniform(-INPUT_REACH, INPUT_REACH, n)
    w0, w1 = TRUE_WEIGHTS
    return x, np.sin(w0 * x + w1) + noise * rng.standard_normal(n)


SINE_FIT = Surface(
    id="sine-fit",
    title="Sine fit",
    family="data",
    description=(
        "A sine of the wrong frequency fits some of the points, which makes many poor minima. From "
        "this start batches of 32 sink into one and stay; batches of 1 are shaken out, and usually "
        "end in a copy of the right sine."
    ),
    source="Least squares of a sinusoid, frequency unknown (Lomb 1976)",
    parameters=("frequency w0", "phase w1"),
    domain=((-1.0, 6.0), (-8.0, 4.0)),
    start=(3.6, -1.2),
    learning_rate=0.1,
    adaptive_learning_rate=0.05,
    noise=0.3,
    noise_unit="standard deviation of the labels about the true sine",
    epochs=100,
    examples=_examples,
    loss=Formula(_loss, ("x", "y")),
    model=Model(axes=("input x", "target y"), line=curve(_predict)),
    mesh=Separable(
        features=_features,
        loss_factors=_loss_factors,
        gradient_factors=_gradient_factors,
    ),
)
