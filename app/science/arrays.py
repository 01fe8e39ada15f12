"""The array types that all of the science uses."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Interval: TypeAlias = tuple[float, float]
Point: TypeAlias = tuple[float, float]

# One formula serves a Python float (the single path), an array of replicas and a complex step
# (the contract tests): no narrower type says that.
Values: TypeAlias = Any
