"""Two half circles that reach into each other."""

import numpy as np

from app.science.arrays import IntArray
from app.science.message import Message
from app.science.networks.data.data_set import DataSet, Examples


def moons(rng: np.random.Generator, labels: IntArray, noise: float) -> Examples:
    """Half a unit circle a class, the second turned over and moved by (1, ½); all about 0."""
    rows = len(labels)
    angle = rng.uniform(0, np.pi, rows)
    side = 1 - 2 * labels
    x = np.stack([side * np.cos(angle) + labels - 0.5, side * np.sin(angle) + labels / 2 - 0.25])
    return Examples(x.T + noise * rng.normal(size=(rows, 2)), labels)


MOONS = DataSet(
    id="moons",
    title=Message("Two moons"),
    description=Message("Two half circles that reach into each other, blurred"),
    source=Message("generated"),
    classes=("0", "1"),
    columns=("x0", "x1"),
    draw=moons,
    noise=0.25,
    learning_rates={"squared": 0.5, "cross-entropy": 0.1},
)
