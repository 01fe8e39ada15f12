"""Points as a reader may have them."""

import numpy as np

from app.science.points.packed import pack
from app.science.points.points import Points

_rng = np.random.default_rng(17)
_x, _noise = _rng.standard_normal((2, 40))
_inputs = _rng.standard_normal((2, 40))

LINE = pack(Points({"x": _x, "y": 1 + 2 * _x + 0.5 * _noise}))
CURVE = pack(Points({"x": _x, "y": 1.5 * np.tanh(1.8 * _x) + 0.2 * _noise}))
BOUNDARY = pack(
    Points(
        {
            "x0": _inputs[0],
            "x1": _inputs[1],
            "label": np.where(_inputs[0] - _inputs[1] + _noise > 0, 1.0, -1.0),
        }
    )
)
