"""Significant digits."""

import numpy as np

from app.api.significant import rounded


def test_rounded() -> None:
    values = np.array([0.0, -0.0, 1.0, -123456.789, 1.23456789e-7, 9.9999999e12, 5e-324, 1e-310])
    np.testing.assert_allclose(rounded(values), values, rtol=5.1e-6, atol=1e-300)
    for value in (-1.2345678, 0.1 + 0.2, 98765.4321, 3.14159265e-9, 2.5e15, 1e-290, 1.7e308):
        assert rounded(np.array([value])).tolist() == [float(f"{value:.6g}")]
