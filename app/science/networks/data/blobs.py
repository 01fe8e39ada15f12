"""Three round clouds."""

import numpy as np

from app.science.arrays import IntArray
from app.science.message import Message
from app.science.networks.data.data_set import DataSet, Examples


def blobs(rng: np.random.Generator, labels: IntArray, noise: float) -> Examples:
    """Normal clouds about the corners of a triangle on the unit circle."""
    angle = np.pi / 2 + labels * 2 * np.pi / 3
    x = np.stack([np.cos(angle), np.sin(angle)])
    return Examples(x.T + noise * rng.normal(size=(len(labels), 2)), labels)


BLOBS = DataSet(
    id="blobs",
    title=Message("Three blobs"),
    description=Message("Round clouds about the corners of a triangle"),
    source=Message("generated"),
    classes=("0", "1", "2"),
    columns=("x0", "x1"),
    draw=blobs,
    noise=0.4,
)
