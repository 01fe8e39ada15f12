"""A robust line: the Cauchy loss lets outliers have a minimum of their own."""

import numpy as np

from app.science.arrays import FloatArray
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.inputs import standardised
from app.science.problems.model import Model, curve
from app.science.problems.surface import Surface

SCALE = 0.6  # c: residuals beyond it pull less and less
INLIERS = (2.0, -0.5)
OUTLIERS = (-3.6, -1.0)
OUTLIER_DIVISOR = 4  # one example in four


def _predict(w0: Node, w1: Node, x: Node, xp: Functions) -> Node:
    return w0 + w1 * x


def _loss(w0: Node, w1: Node, x: Node, y: Node, xp: Functions) -> Node:
    scaled = (_predict(w0, w1, x, xp) - y) / SCALE
    return SCALE * SCALE / 2 * xp.log1p(scaled * scaled)


def _examples(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, ...]:
    x = standardised(rng, n)
    outlier = rng.permutation(n) < n // OUTLIER_DIVISOR
    w0 = np.where(outlier, OUTLIERS[0], INLIERS[0])
    w1 = np.where(outlier, OUTLIERS[1], INLIERS[1])
    return x, w0 + w1 * x + noise * rng.standard_normal(n)


ROBUST_LINE = Surface(
    id="robust-line",
    title="Robust line",
    family="data",
    description=(
        "The loss cares little for far examples, so a quarter of them, outliers on a line of their "
        "own, make a poor minimum beside the start. Batches of 1 escape it; batches of 32 and the "
        "full batch settle for the outliers."
    ),
    source="The Cauchy (Lorentzian) M-estimator; robust statistics (Huber 1964)",
    parameters=("intercept w0", "slope w1"),
    domain=((-6.0, 3.0), (-4.0, 4.0)),
    start=(-3.0, -1.0),
    learning_rate=0.3,
    adaptive_learning_rate=0.05,
    noise=0.2,
    noise_unit="standard deviation of the labels about the line they follow",
    epochs=20,
    examples=_examples,
    loss=Formula(_loss, ("x", "y")),
    model=Model(axes=("input x", "target y"), line=curve(_predict)),
)
