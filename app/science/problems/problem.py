"""A surface with its examples drawn: the finite sum itself, and its exact statistics."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray, Point, Values
from app.science.cached_property import cached_property
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.problems.covariance import (
    Covariance,
    covariance_of_features,
    covariance_of_moments,
)
from app.science.problems.divergence import diverged, divergence_rule
from app.science.problems.inputs import BALANCED
from app.science.problems.mesh import Moments, blocks, is_mesh, laid_out
from app.science.problems.minima import find_minima
from app.science.problems.surface import Example, Surface

HIGHEST = 1e30  # of a loss that may have none: squares of more are not finite, nor float32


class Minimum(NamedTuple):
    """A local minimum of the mean loss."""

    point: Point
    loss: float


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Examples that no update sees.

    Attributes:
        rows: their places among all that there are, from 0.
        examples: the surface over them alone.
    """

    rows: IntArray
    examples: "Problem"

    def loss(self, w0: Values, w1: Values) -> FloatArray:
        """Their mean loss at points of any shape; +∞ where it has no finite value."""
        with np.errstate(all="ignore"):
            found = self.examples.loss(w0, w1)
        return np.where(np.isfinite(found), found, np.inf)


@dataclass(frozen=True, eq=False)
class Problem:
    """A finite sum ``L(θ) = 1/N Σ l_i(θ)``.

    Attributes:
        surface: what kind of loss, and its metadata.
        noise: the noise level its examples were drawn with.
        columns: the examples' values, an array of shape (N,) for each of ``surface.columns``.
        held_out: others, which are none of the N.
    """

    surface: Surface
    noise: float
    columns: tuple[FloatArray, ...]
    held_out: HeldOut | None = None

    @property
    def size(self) -> int:
        """N, the number of examples."""
        return len(self.columns[0])

    @property
    def measured(self) -> int:
        """How many examples losses are asked of: N, and those that are held out."""
        return self.size + (len(self.held_out.rows) if self.held_out else 0)

    @property
    def labels(self) -> FloatArray | None:
        """What examples are sorted by, shape (N,); None where they have no label."""
        name = self.surface.label
        return None if name is None else self.columns[self.surface.columns.index(name)]

    def evaluations(self, examples: int) -> int:
        """As `Surface.evaluations`."""
        return self.surface.evaluations(examples)

    @cached_property
    def features(self) -> tuple[FloatArray, ...] | None:
        """The features φ of every example, each (N,), where the surface is affine in some."""
        affine = self.surface.affine
        return affine.features(*self.columns) if affine else None

    @cached_property
    def mean_features(self) -> tuple[float, ...] | None:
        """Their means over all N examples."""
        return tuple(float(f.mean()) for f in self.features) if self.features else None

    @cached_property
    def feature_covariance(self) -> FloatArray:
        """Their covariance over all N examples, divisor N, shape (features, features)."""
        return np.atleast_2d(np.cov(np.stack(self.features or ()), bias=True))

    def loss(self, w0: Values, w1: Values) -> FloatArray:
        """The mean loss L at points of any shape, in the loss's own unit."""
        if self.surface.affine and self.mean_features:
            return np.asarray(self.surface.affine.loss(*laid_out(w0, w1), self.mean_features))
        if self.surface.mesh and is_mesh(w0, w1):
            found = self.surface.mesh.loss(w0, w1, self.columns)
            if found is not None:
                return found
        loss = self.surface.loss
        return self._mean(w0, w1, lambda *at: (loss(*at),))[0]

    def gradient(self, w0: Values, w1: Values) -> tuple[FloatArray, FloatArray]:
        """The full gradient G at points of any shape."""
        if self.surface.affine and self.mean_features:
            g0, g1 = self.surface.affine.loss.gradient(*laid_out(w0, w1), self.mean_features)
            return np.asarray(g0), np.asarray(g1)
        if self.surface.mesh and is_mesh(w0, w1):
            return self.gradient_and_covariance(w0, w1)[0]
        g0, g1 = self._mean(w0, w1, self.surface.loss.gradient)
        return g0, g1

    def batch_gradient(self, theta: FloatArray, examples: IntArray) -> FloatArray:
        """Mean gradient over B examples: θ of shape (2, ...), examples (B, ...) -> (2, ...)."""
        columns = [column[examples] for column in self.columns]
        gradients = self.surface.loss.gradient(theta[0], theta[1], columns)
        return np.array([np.mean(g, axis=0) for g in gradients])

    def covariance(self, w0: Values, w1: Values) -> Covariance:
        """The covariance Σ of the per-example gradients, divisor N, at points of any shape.

        Where the gradient is affine in features, g_i = c(θ) + J(θ) φ_i, it is J Cov(φ) Jᵀ.
        """
        if self.surface.affine and self.features:
            gradient = self.surface.affine.loss.gradient
            return covariance_of_features(gradient, self.feature_covariance, w0, w1)
        return self.gradient_and_covariance(w0, w1)[1]

    def gradient_and_covariance(self, w0: Values, w1: Values) -> Moments:
        """`gradient` and `covariance`, every example's gradient evaluated once for both."""
        if self.surface.affine:
            return self.gradient(w0, w1), self.covariance(w0, w1)
        if self.surface.mesh and is_mesh(w0, w1):
            found = self.surface.mesh.moments(w0, w1, self.columns)
            if found is not None:
                return found
        gradient = self.surface.loss.gradient

        def moments(w0: Values, w1: Values, examples: Example) -> tuple[Values, ...]:
            g0, g1 = gradient(w0, w1, examples)
            return g0, g1, g0 * g0, g0 * g1, g1 * g1

        g0, g1, s00, s01, s11 = self._mean(w0, w1, moments)
        return (g0, g1), covariance_of_moments(g0, g1, s00, s01, s11)

    def _mean(
        self, w0: Values, w1: Values, f: Callable[[Values, Values, Example], tuple[Values, ...]]
    ) -> tuple[FloatArray, ...]:
        """Mean over the examples of elementwise ``f(w0, w1, columns)``, point by point."""
        w0, w1 = np.broadcast_arrays(w0, w1)
        a, b = w0.reshape(-1, 1), w1.reshape(-1, 1)
        parts = [
            [np.mean(v, axis=-1) for v in f(a[some], b[some], self.columns)]
            for some in blocks(w0.size, self.size)
        ]
        return tuple(np.concatenate(part).reshape(w0.shape) for part in zip(*parts, strict=True))

    def diverged(self, theta: FloatArray) -> BoolArray:
        """Whether points count as diverged, shape (2, ...) -> (...)."""
        return diverged(self.surface, theta[0], theta[1])

    def undefined(self, theta: FloatArray) -> BoolArray:
        """Whether the loss of a partial surface has no value at points, shape (2, ...) -> (...)."""
        if not self.surface.partial:
            return np.zeros(theta.shape[1:], dtype=bool)
        return ~(np.abs(self.loss(theta[0], theta[1])) <= HIGHEST)

    def leaves(self, path: FloatArray) -> BoolArray:
        """Whether paths have points that count as diverged, shape (2, updates, ...) -> (...)."""
        # What is allowed is a rectangle, so that their extremes tell (NaN is one).
        return self.diverged(path.min(axis=1)) | self.diverged(path.max(axis=1))

    def check_start(self, start: Sequence[float], name: str = "start") -> None:
        """Refuse a start that has diverged already, or where the loss has no finite value.

        Raises:
            ParameterError: of the parameter of this name.
        """
        if diverged(self.surface, *start):
            rule = divergence_rule(self.surface)
            raise ParameterError(name, start, Message("two numbers {rule}", rule=rule))
        if self.undefined(np.asarray(start)) or not np.all(np.isfinite(self.gradient(*start))):
            raise ParameterError(name, start, "a point where the loss and its slope are finite")

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:
        """Local minima inside the domain, the lowest first."""
        stated = self.surface.minima
        points = (
            stated(*self.columns)
            if stated
            else find_minima(self.loss, self.gradient, self.surface.domain)
        )
        found = [Minimum(point, float(self.loss(*point))) for point in points]
        return tuple(sorted(found, key=lambda minimum: minimum.loss))


def build_problem(
    surface: Surface,
    examples: int = 1050,
    noise: float | None = None,
    data_seed: int = 0,
    rare_share: float = BALANCED,
) -> Problem:
    """Draw a surface's examples.

    Args:
        surface: which loss.
        examples: N.
        noise: in the surface's ``noise_unit``; None for the surface's own level.
        data_seed: seed of ``numpy.random.default_rng``.
        rare_share: share of the rarer of two classes, above 0 and at most ½.

    Raises:
        ParameterError: fewer than 2 examples, a noise level that is negative or not finite, or a
            rare class where there are no classes, or of no such share.
    """
    if examples < 2:
        raise ParameterError("examples", examples, "an integer of at least 2")
    level = surface.noise if noise is None else noise
    if not (math.isfinite(level) and level >= 0):
        raise ParameterError("noise", level, "a finite number of at least 0")
    rng = np.random.default_rng(data_seed)
    if rare_share == BALANCED:
        return Problem(surface, level, surface.examples(rng, examples, level))
    if surface.unbalanced is None:
        raise ParameterError(
            "rare_share", rare_share, Message("left out: these examples have no two classes")
        )
    if not 0 < rare_share <= BALANCED:
        raise ParameterError("rare_share", rare_share, "a number above 0, at most 0.5")
    return Problem(surface, level, surface.unbalanced(rng, examples, level, rare_share))
