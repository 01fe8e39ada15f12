"""Logistic regression of two classes: overlapping, and linearly separable."""

from typing import Any

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.inputs import BALANCED, class_labels
from app.science.problems.logistic_mesh import LogisticMesh
from app.science.problems.model import Model, boundary, towards
from app.science.problems.surface import Surface

# The Bayes-optimal weights of classes N(±μ, σ²I) are 2μ/σ²: (1.6, -1.3) at σ = 1.
CLASS_CENTRE = (0.8, -0.65)
SEPARATOR = (0.8, -0.6)  # unit normal of the line that separates the classes
MARGIN = 0.35  # distance of every input from that line, at least


def _loss(w0: Node, w1: Node, x0: Node, x1: Node, label: Node, xp: Functions) -> Node:
    return xp.softplus(-label * (w0 * x0 + w1 * x1))


def _overlapping(
    rng: np.random.Generator, n: int, noise: float, share: float = BALANCED
) -> tuple[FloatArray, ...]:
    label = class_labels(rng, n, share)
    c0, c1 = CLASS_CENTRE
    return (
        c0 * label + noise * rng.standard_normal(n),
        c1 * label + noise * rng.standard_normal(n),
        label,
    )


def _separable(
    rng: np.random.Generator, n: int, noise: float, share: float = BALANCED
) -> tuple[FloatArray, ...]:
    """Gaussian inputs, the two halves moved apart by the margin."""
    label = class_labels(rng, n, share)
    along = label * (MARGIN + noise * np.abs(rng.standard_normal(n)))
    across = noise * rng.standard_normal(n)
    u0, u1 = SEPARATOR
    return u0 * along - u1 * across, u1 * along + u0 * across, label


def _no_minimum(*columns: FloatArray) -> tuple[Point, ...]:
    """None: along any separating direction the loss falls towards 0 and never reaches it."""
    return ()


def _surface(**metadata: Any) -> Surface:
    return Surface(
        family="data",
        start=(-3.0, 3.0),
        one_unit=True,
        loss=Formula(_loss, ("x0", "x1", "label")),
        model=Model(axes=("input x0", "input x1"), line=boundary, normal=towards, equal=True),
        mesh=LogisticMesh(),
        **metadata,
    )


OVERLAPPING = _surface(
    id="logistic",
    title="Logistic regression",
    description=(
        "Two classes that overlap: near the boundary the examples go on disagreeing however good "
        "the line, so at batch size 1 the path never settles. Larger batches average the quarrel "
        "away."
    ),
    source="Logistic regression (Cox 1958)",
    domain=((-4.0, 5.0), (-5.0, 4.0)),
    learning_rate=0.5,
    adaptive_learning_rate=0.1,
    noise=1.0,
    noise_unit="standard deviation of each input about the centre of its class",
    epochs=40,
    examples=_overlapping,
    unbalanced=_overlapping,
)

SEPARABLE = _surface(
    id="logistic-separable",
    title="Logistic regression, separable",
    description=(
        "Two classes a line can separate: every example's gradient dies out as the weights grow, "
        "so there is no minimum to reach and no noise floor. At equal epochs a smaller batch, with "
        "its many more updates, has simply gone further."
    ),
    source="Soudry et al. 2018, The implicit bias of gradient descent on separable data",
    domain=((-4.0, 14.0), (-10.0, 4.0)),
    learning_rate=1.0,
    adaptive_learning_rate=0.3,
    noise=1.0,
    noise_unit="standard deviation of the inputs before the classes are moved apart",
    epochs=20,
    examples=_separable,
    unbalanced=_separable,
    minima=_no_minimum,
)
