"""A figure's JSON, its arrays packed as Plotly packs them or written as lists."""

from base64 import b64encode
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.figures.figure import Figure
from app.science.arrays import FloatArray

INTEGERS = ("i1", "i2", "i4")  # those that are unpacked in a browser


def short(values: FloatArray) -> NDArray[Any]:
    """As float32, unless a number is beyond those.

    >>> [short(np.array([most])).dtype.name for most in (1e38, 1e39)]
    ['float32', 'float64']
    """
    fits = np.all(np.abs(values[np.isfinite(values)]) <= np.finfo(np.float32).max)
    return values.astype(np.float32) if fits else values


def figure_json(figure: Figure, *, packed: bool = True) -> bytes:
    """The figure as JSON; lists, instead of ``packed`` arrays, have null for not a number."""
    if packed:
        return orjson.dumps(figure, default=pack)
    return orjson.dumps(figure, default=_listed, option=orjson.OPT_SERIALIZE_NUMPY)


def _listed(values: Any) -> Any:
    """An array that orjson writes only so: text, or numbers that do not lie side by side."""
    return values.tolist() if values.dtype.kind == "U" else np.ascontiguousarray(values)


def pack(values: Any) -> Any:
    """An array as base64, integers as short as they fit; a list of what cannot be packed.

    >>> pack(np.array([1, 2, 3]))
    {'dtype': 'i1', 'bdata': 'AQID'}
    """
    if values.dtype == np.int64 and values.size:
        low, high = values.min(), values.max()
        ends = ((kind, np.iinfo(kind)) for kind in INTEGERS)
        fits = next((kind for kind, end in ends if end.min <= low and high <= end.max), None)
        values = values.astype(fits) if fits else values
    kind = values.dtype.str[1:]
    if values.ndim == 0 or not values.size or kind not in (*INTEGERS, "f4", "f8"):
        return values.tolist()
    shape = {"shape": str(values.shape)[1:-1]} if values.ndim > 1 else {}
    return {"dtype": kind, "bdata": b64encode(values.tobytes()).decode(), **shape}
