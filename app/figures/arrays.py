"""A figure's arrays as lists, for readers that know no packed ones."""

from base64 import b64decode
from typing import Any

import numpy as np


def plain(part: Any) -> Any:
    """A part of a figure with its packed arrays unpacked, as arrays of numbers.

    >>> plain({"x": {"dtype": "i1", "bdata": "AQID"}, "mode": "lines"})
    {'x': array([1, 2, 3], dtype=int8), 'mode': 'lines'}
    """
    if isinstance(part, dict):
        if "bdata" in part:
            numbers = np.frombuffer(b64decode(part["bdata"]), part["dtype"])
            shape = map(int, str(part.get("shape", len(numbers))).split(","))
            return numbers.reshape(tuple(shape))
        return {name: plain(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [plain(value) for value in part]
    return part
