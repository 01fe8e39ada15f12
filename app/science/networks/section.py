"""The loss over the plane of runs' paths, the paths in it, and what the plane does not show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import check_one_of
from app.science.networks.network import Network, Rows
from app.science.networks.plane import Plane, plane_of, within
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.pauses import pause
from app.science.relief import Levels, Relief

RESOLUTION = 41  # points along each axis
MARGIN = 0.15  # of the longest path's reach, free at each side
STILL = 0.05  # of the weights' length: half a side where nothing moves
TOGETHER = 8  # points of the plane whose losses are taken in one pass
PARTS = ("train", "test")


class Flattened(NamedTuple):
    """A batch size's path in the plane, its first replica's; up to its divergence.

    Attributes:
        updates: numbers of its recorded updates, shape (K,).
        coordinates: shape (K, 2).
        distance: of the weights off the plane, shape (K,).
        loss: mean loss at the weights themselves, shape (K,).
        flat_loss: at the nearest point of the plane, shape (K,).
    """

    updates: IntArray
    coordinates: FloatArray
    distance: FloatArray
    loss: FloatArray
    flat_loss: FloatArray


@dataclass(frozen=True)
class Section:
    """A square of the plane with the losses in it.

    Attributes:
        plane: where it lies.
        part: whose mean loss it is: ``train`` or ``test``.
        relief: the losses, at coordinates ``w0`` and ``w1`` of the plane; its levels take in the
            paths' true losses.
        paths: a batch size after the other, as `NetworkRuns.sizes`.
    """

    plane: Plane
    part: str
    relief: Relief
    paths: tuple[Flattened, ...]


def section_of(runs: NetworkRuns, part: str = "train", resolution: int = RESOLUTION) -> Section:
    """The square that holds every path with a `MARGIN`, those of diverged runs where all did.

    Args:
        runs: of one or more batch sizes.
        part: one of `PARTS`, of the first replica's rows.
        resolution: points along each axis.

    Raises:
        ParameterError: an unknown part.
    """
    check_one_of("part", part, PARTS)
    plane, network, rows = plane_of(runs), runs.spec.network, rows_of(runs, part)
    paths = tuple(_flattened(size, plane, network, rows, part) for size in runs.sizes)
    held = within(runs)
    inside = [path for size, path in zip(runs.sizes, paths, strict=True) if size in held]
    points = np.concatenate([path.coordinates for path in inside])
    low, high = points.min(axis=0), points.max(axis=0)
    reach = float(np.max(high - low)) * (0.5 + MARGIN)
    if plane.rank == 0:
        reach = STILL * (float(np.linalg.norm(plane.origin)) or 1.0)
    x, y = (np.linspace(at - reach, at + reach, resolution) for at in (low + high) / 2)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    loss = losses(network, plane.weights(grid.reshape(-1, 2)), rows).reshape(grid.shape[:2])
    seen = np.concatenate([loss.ravel(), *(path.loss for path in inside)])
    lowest = float(seen.min())
    scale = float(np.quantile(loss - lowest, 0.05)) or 1.0
    return Section(plane, part, Relief(x, y, loss, Levels(lowest, float(seen.max()), scale)), paths)


def rows_of(runs: NetworkRuns, part: str = "train") -> Rows:
    """The first replica's rows."""
    return runs.spec.rows(getattr(runs.spec.split(0), part))


def losses(network: Network, theta: FloatArray, rows: Rows) -> FloatArray:
    """Mean loss over the rows at many weights, (n, P) -> (n,); a few at a time, with pauses."""
    return np.concatenate(list(_losses(network, theta, rows)))


def _losses(network: Network, theta: FloatArray, rows: Rows) -> Iterator[FloatArray]:
    for first in range(0, len(theta), TOGETHER):
        pause()
        yield network.scores(theta[first : first + TOGETHER], rows)[0]


def _flattened(size: SizeRuns, plane: Plane, network: Network, rows: Rows, part: str) -> Flattened:
    trained = size.trained
    known = np.isfinite(trained.path).all(axis=1)
    theta = trained.path[known]
    at = plane.coordinates(theta)
    scored = getattr(trained.scores, f"{part}_loss")[known, 0]
    return Flattened(
        trained.updates[known],
        at,
        plane.distance(theta),
        scored,
        losses(network, plane.weights(at), rows),
    )
