"""Two arms of a spiral."""

import numpy as np

from app.science.arrays import IntArray
from app.science.message import Message
from app.science.networks.data.data_set import DataSet, Examples


def spirals(rng: np.random.Generator, labels: IntArray, noise: float) -> Examples:
    """Radius in proportion to the angle up to 1.5, the second arm turned by half a circle."""
    rows = len(labels)
    along = np.sqrt(rng.uniform(0.0625, 1.0, rows))  # so that an arm is about equally dense
    angle = 3 * np.pi * along + np.pi * labels
    x = 1.5 * along * np.stack([np.cos(angle), np.sin(angle)])
    return Examples(x.T + noise * rng.normal(size=(rows, 2)), labels)


SPIRALS = DataSet(
    id="spirals",
    title=Message("Two spirals"),
    description=Message("Two arms of a spiral, one and a half turns each, blurred"),
    source=Message("generated"),
    classes=("0", "1"),
    columns=("x0", "x1"),
    draw=spirals,
    noise=0.08,
)
