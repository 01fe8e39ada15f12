"""A linear network of two weights: a saddle, and a valley of minima along which noise drifts."""

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.inputs import standardised
from app.science.problems.model import Model, curve
from app.science.problems.surface import Affine, Surface

TRUE_SLOPE = 1.0


def _predict(w0: Node, w1: Node, x: Node, xp: Functions) -> Node:
    return w1 * w0 * x


def _loss(w0: Node, w1: Node, x: Node, y: Node, xp: Functions) -> Node:
    return (_predict(w0, w1, x, xp) - y) ** 2 / 2


def _features(x: FloatArray, y: FloatArray) -> tuple[FloatArray, ...]:
    return x * x, x * y, y * y


def _affine_loss(w0: Node, w1: Node, xx: Node, xy: Node, yy: Node, xp: Functions) -> Node:
    product = w1 * w0
    return (product * product * xx + yy) / 2 - product * xy


def _examples(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, ...]:
    x = standardised(rng, n)
    return x, TRUE_SLOPE * x + noise * rng.standard_normal(n)


def _balanced_minima(x: FloatArray, y: FloatArray) -> tuple[Point, ...]:
    """The flattest two of the valley w0·w1 = c: on it the Hessian's trace is w0² + w1²."""
    c = float(np.mean(x * y) / np.mean(x * x))
    root = abs(c) ** 0.5
    other = root if c > 0 else -root
    return (root, other), (-root, -other)


LINEAR_NETWORK = Surface(
    id="linear-network",
    title="Linear network",
    family="data",
    description=(
        "The minima form a valley w0·w1 = c; its two flattest points, where |w0| = |w1|, are "
        "marked. Noisy labels push batches of 1 along it until the weights balance, batches of 32 "
        "more slowly, and the full batch stays where it came in."
    ),
    source="Linear networks (Baldi and Hornik 1989); label-noise drift (Blanc et al. 2020)",
    parameters=("first weight w0", "second weight w1"),
    one_unit=True,
    domain=((-3.2, 3.2), (-3.2, 3.2)),
    start=(2.8, -0.6),
    learning_rate=0.05,
    adaptive_learning_rate=0.05,
    noise=1.0,
    noise_unit="standard deviation of the labels about the true line",
    epochs=100,
    examples=_examples,
    loss=Formula(_loss, ("x", "y")),
    model=Model(axes=("input x", "target y"), line=curve(_predict)),
    affine=Affine(
        features=_features,
        loss=Formula(_affine_loss, ("xx", "xy", "yy")),
    ),
    minima=_balanced_minima,
)
