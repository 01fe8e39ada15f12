"""Which surfaces are quadratic in θ, of every example: found from losses alone."""

import numpy as np

from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.problems.surface import Surface


def quadratic(surface: Surface) -> bool:
    """Whether the third differences of every example's loss are 0, along some random lines."""
    rng = np.random.default_rng(0)
    low, high = np.transpose(surface.domain)
    ends = rng.uniform(low, high, size=(2, 8, 2))
    places = np.linspace(ends[0], ends[1], 4)  # (4, lines, 2)
    losses = surface.loss(
        places[..., :1], places[..., 1:], build_problem(surface, 20).columns
    )  # (4, lines, N)
    return bool(np.abs(np.diff(losses, 3, axis=0)).max() <= 1e-9 * np.abs(losses).max())


QUADRATIC = tuple(name for name, surface in SURFACES.items() if quadratic(surface))
