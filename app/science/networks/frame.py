"""The part of a network's inputs over which its answers are drawn."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray, Interval
from app.science.cached_property import cached_property
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.network import with_ones
from app.science.networks.spec import NetworkSpec
from app.science.pauses import pause

RESOLUTION = 121  # cells along each axis
MARGIN = 0.06  # of the longer side, free about the training rows
TOGETHER = 4096  # inputs answered in one pass


@dataclass(frozen=True)
class Frame:
    """A rectangle in a plane of inputs, cut into cells of equal area.

    Attributes:
        origin: an input in the plane, shape (n,).
        axes: orthonormal, shape (2, n).
        across, up: its ends along both axes.
        share: of the variance of the training inputs, what the plane holds; 1 of two inputs,
            where it is all there is.
        resolution: cells along each axis.
    """

    origin: FloatArray
    axes: FloatArray
    across: Interval
    up: Interval
    share: float = 1.0
    resolution: int = RESOLUTION

    @property
    def whole(self) -> bool:
        """Whether there are no inputs but those in the plane."""
        return len(self.origin) == 2

    @cached_property
    def x(self) -> FloatArray:
        """Middles of the cells across, shape (W,)."""
        return _middles(self.across, self.resolution)

    @cached_property
    def y(self) -> FloatArray:
        """Middles of the cells upwards, shape (H,)."""
        return _middles(self.up, self.resolution)

    def inputs(self) -> FloatArray:
        """The inputs at the cells' middles, row by row from below, shape (H · W, n)."""
        grid = np.stack(np.meshgrid(self.x, self.y), axis=-1).reshape(-1, 2)
        return np.asarray(self.origin + grid @ self.axes)

    def coordinates(self, x: FloatArray) -> FloatArray:
        """Where inputs are, or nearest to it, (N, n) -> (N, 2)."""
        return np.asarray((x - self.origin) @ self.axes.T)


def frame_of(
    spec: NetworkSpec, box: tuple[Interval, Interval] | None = None, resolution: int = RESOLUTION
) -> Frame:
    """A frame that holds the first replica's training rows.

    Of more than two inputs it lies in the plane of the rows' first two principal components
    through their mean, so that the other components are at their mean.

    Args:
        spec: whose inputs.
        box: its ends across and up; None for the rows' own, with a `MARGIN`.
        resolution: cells along each axis.

    Raises:
        ParameterError: a network of one input.
    """
    if spec.inputs < 2:
        allowed = Message("2 or more: a boundary is drawn over two inputs")
        raise ParameterError("columns", spec.inputs, allowed)
    rows = spec.split(0).train.x
    origin, axes, share = np.zeros(2), np.eye(2), 1.0
    if spec.inputs > 2:
        origin = rows.mean(axis=0)
        _, values, axes = np.linalg.svd(rows - origin, full_matrices=True)
        axes = axes[:2]
        # The largest part of an axis is positive: so is its sign the same everywhere.
        largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
        axes = axes * np.sign(largest)
        share = float((values[:2] ** 2).sum() / ((values**2).sum() or 1.0))
    if box is None:
        at = (rows - origin) @ axes.T
        low, high = at.min(axis=0), at.max(axis=0)
        room = MARGIN * (float(np.max(high - low)) or 1.0)
        (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
        box = (left, right), (bottom, top)
    return Frame(origin, axes, *box, share, resolution)


def answers(spec: NetworkSpec, theta: FloatArray, frame: Frame) -> FloatArray:
    """How much each class is preferred in every cell, θ (R, P) -> (C, R, H, W).

    Of two classes one number, above 0 for the second; of more each class's output.
    """
    network, inputs = spec.network, with_ones(frame.inputs())
    found = []
    for first in range(0, len(inputs), TOGETHER):
        pause()
        given = network.outputs(theta, inputs[None, first : first + TOGETHER])
        found.append(given[..., 1:] - given[..., :1] if given.shape[-1] == 2 else given.copy())
    shape = (len(theta), len(frame.y), len(frame.x), -1)
    return np.moveaxis(np.concatenate(found, axis=1).reshape(shape), -1, 0)


def classes(preferred: FloatArray) -> IntArray:
    """The class told in every cell, of `answers`: (C, R, H, W) -> (R, H, W)."""
    if len(preferred) == 1:
        return np.asarray(preferred[0] > 0, dtype=np.int64)
    return np.asarray(preferred.argmax(axis=0), dtype=np.int64)


def _middles(ends: Interval, count: int) -> FloatArray:
    low, high = ends
    return np.asarray(low + (np.arange(count) + 0.5) * (high - low) / count)
