"""A figure's arrays, held against Plotly's own packing."""

import json

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray

from app.figures.arrays import figure_json
from app.figures.figure import Figure, scatter

ARRAYS = {
    "bytes": np.array([-128, 127]),
    "shorts": np.array([-129, 0]),
    "integers": np.array([0, 2**31 - 1]),
    "too long": np.array([0, 2**31]),
    "int32": np.arange(3, dtype=np.int32),
    "float32 with a gap": np.array([0.5, np.nan], np.float32),
    "float64": np.array([0.1, np.inf]),
    "strided": np.arange(6.0)[::2],
    "rows": np.arange(6.0).reshape(2, 3).T,
    "empty": np.zeros(0),
    "truth": np.array([True, False]),
    "text": np.array(["a", "b"]),
}


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_arrays_are_packed_as_plotly_packs_them(values: NDArray[np.generic]) -> None:
    theirs = go.Figure([go.Scatter(customdata=values)]).to_json()
    ours = figure_json(Figure([scatter(customdata=values)], {}))
    assert json.loads(ours)["data"] == json.loads(theirs)["data"]


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_or_written_as_lists(values: NDArray[np.generic]) -> None:
    (trace,) = json.loads(figure_json(Figure([scatter(x=values)], {}), packed=False))["data"]
    assert trace["x"] == orjson.loads(orjson.dumps(values.tolist()))
