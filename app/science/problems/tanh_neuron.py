"""A single tanh neuron: the smallest network with mirror minima and a plateau."""

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.inputs import standardised
from app.science.problems.model import Model, curve
from app.science.problems.separable import Separable
from app.science.problems.surface import Surface

TRUE_WEIGHTS = (1.2, 1.5)
INPUT_SPREAD = 1.5


def _predict(w0: Node, w1: Node, x: Node, xp: Functions) -> Node:
    return w1 * xp.tanh(w0 * x)


def _loss(w0: Node, w1: Node, x: Node, y: Node, xp: Functions) -> Node:
    return (_predict(w0, w1, x, xp) - y) ** 2 / 2


def _features(w0: Values, x: FloatArray, y: FloatArray) -> tuple[Values, ...]:
    hidden = np.tanh(w0 * x)
    slope = (1 - hidden * hidden) * x
    return slope * hidden, slope * y, hidden * hidden, hidden * y, y * y


def _loss_factors(w1: Values) -> tuple[Values, ...]:
    return 0, 0, w1 * w1 / 2, -w1, 1 / 2


def _gradient_factors(w1: Values) -> tuple[tuple[Values, ...], tuple[Values, ...]]:
    return (w1 * w1, -w1, 0, 0, 0), (0, 0, w1, -1, 0)


def _examples(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, ...]:
    x = INPUT_SPREAD * standardised(rng, n)
    w0, w1 = TRUE_WEIGHTS
    return x, w1 * np.tanh(w0 * x) + noise * rng.standard_normal(n)


TANH_NEURON = Surface(
    id="tanh-neuron",
    title="Tanh neuron",
    family="data",
    description=(
        "Flipping both signs leaves the neuron unchanged, so there are two equal minima, and "
        "between them a plateau around the origin. The start is near the watershed: at batch size "
        "1 the first few examples decide which minimum it is."
    ),
    source="A network of one hidden tanh unit (Rumelhart, Hinton and Williams 1986)",
    parameters=("input weight w0", "output weight w1"),
    domain=((-3.5, 3.5), (-3.0, 3.0)),
    start=(0.8, -1.2),
    learning_rate=0.2,
    adaptive_learning_rate=0.2,
    noise=0.8,
    noise_unit="standard deviation of the labels about the true neuron",
    epochs=20,
    examples=_examples,
    loss=Formula(_loss, ("x", "y")),
    model=Model(axes=("input x", "target y"), line=curve(_predict)),
    mesh=Separable(
        features=_features,
        loss_factors=_loss_factors,
        gradient_factors=_gradient_factors,
    ),
)
