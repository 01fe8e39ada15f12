"""Handwritten digits, where scikit-learn is installed."""

from functools import cache
from importlib.util import find_spec

import numpy as np

from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.data.data_set import DataSet, Examples


def installed() -> bool:
    """Whether the package that has them is there."""
    return find_spec("sklearn") is not None


def check() -> None:
    """Nothing where the package is there; it is not loaded, which takes a while.

    Raises:
        ParameterError: scikit-learn is not installed.
    """
    if not installed():
        allowed = Message("there: it needs scikit-learn, the extra [digits]")
        raise ParameterError("data", "digits", allowed)


@cache
def digits() -> Examples:
    """1,797 images of 8 × 8 grey levels, divided by 16."""
    from sklearn.datasets import load_digits  # the extra [digits]

    given = load_digits()
    return Examples(given.data / 16.0, np.asarray(given.target, dtype=np.int64))


DIGITS = DataSet(
    id="digits",
    title=Message("Digits"),
    description=Message(
        "Images of handwritten digits; by 13 writers, who are in training and test rows alike"
    ),
    source=Message(
        "scikit-learn's copy of the UCI digits, 1,797 images (Alpaydin and Kaynak 1998)"
    ),
    classes=tuple(map(str, range(10))),
    columns=tuple(f"pixel{k}" for k in range(64)),
    read=digits,
    rows=1797,
    check=check,
)
