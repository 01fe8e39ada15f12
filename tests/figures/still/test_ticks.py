"""Ticks of the server's picture: as Plotly's own rule has them, at every length of an axis."""

import math

import numpy as np
import pytest

from app.figures.still.ticks import axis_ticks
from app.science.problems import SURFACES

DOMAINS = sorted({interval for surface in SURFACES.values() for interval in surface.domain})


def plotly_step(extent: float, pixels: float, space: float) -> float:
    """Plotly's own rule (axes.js, autoTicks and roundDTick), read from its source."""
    rough = extent / (min(max(pixels / space, 4), 9) + 1)
    base = 10.0 ** math.floor(math.log(rough) / math.log(10))
    return float(base) * next((step for step in (2, 5, 10) if rough / base <= step), 10)


@pytest.mark.parametrize("space", [80, 40])
def test_steps_at_every_length(space: float) -> None:
    for interval in DOMAINS:
        found = axis_ticks(interval, space)
        assert (found[0].least, found[-1].below) == (0, math.inf)
        assert [each.below for each in found[:-1]] == [each.least for each in found[1:]]
        for pixels in (*np.arange(100.3, 1400, 23), 9 * space):
            (shown,) = [each for each in found if each.least <= pixels < each.below]
            step = plotly_step(interval[1] - interval[0], pixels, space)
            multiples = step * np.arange(-2000, 2000)
            low, high = interval[0] - 1e-9, interval[1] + 1e-9
            expected = multiples[(low <= multiples) & (multiples <= high)]
            np.testing.assert_allclose(shown.values, expected, atol=1e-12)
            said = [float(label.replace("−", "-")) for label in shown.labels]
            np.testing.assert_allclose(said, expected, atol=1e-12)
