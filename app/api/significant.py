"""Numbers as precise as a picture needs."""

import numpy as np

from app.science.arrays import FloatArray


def rounded(values: FloatArray, digits: int = 6) -> FloatArray:
    """Finite values to significant digits: a picture's precision at a third of the size.

    >>> rounded(np.array([-1.23456789, 0.000123456789, 0.0])).tolist()
    [-1.23457, 0.000123457, 0.0]
    """
    magnitude = np.abs(values)
    places = digits - 1 - np.floor(np.log10(np.where(magnitude > 0, magnitude, 1.0)))
    places = np.minimum(places, 300)  # 10³⁰⁹ is infinite; what is that small rounds to 0
    # Dividing by a power of ten rounds to the nearest double, whose text is the short one.
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return np.asarray(np.rint(values * up / down) * down / up)
