"""What a loss surface is: a recipe for examples, and the loss of one example."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from app.science.arrays import FloatArray, Interval, Point, Values
from app.science.cached_property import cached_property
from app.science.formulas.formula import Formula
from app.science.problems.mesh import Mesh
from app.science.problems.model import Model
from app.science.problems.typeset import Family, typeset

# An example's values, or its features: numbers, or arrays of them for several examples at once.
Example: TypeAlias = Sequence[Values] | FloatArray


@dataclass(frozen=True, kw_only=True)
class Affine:
    """Features φ of an example in which its loss and gradient are affine, θ being fixed.

    The mean over any set of examples is then the value at the set's mean feature,
    ``1/|S| Σ l(θ, φ_i) = l(θ, 1/|S| Σ φ_i)``: the engine averages a mini-batch before the run
    instead of during it. ``loss`` here takes features where that of `Surface` takes columns, and
    agrees with it to rounding.

    Attributes:
        features: from columns.
        loss: affine in them; its gradient needs the first few alone.
    """

    features: Callable[..., tuple[FloatArray, ...]]
    loss: Formula


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A loss surface: ``L(θ) = 1/N Σ l_i(θ)``, θ = (w0, w1), with all that is told about it.

    Attributes:
        id: name in URLs.
        title: name for people.
        family: ``data`` (a model fitted to examples) or ``landscape`` (a function, each example
            tilting it: l_i(θ) = f(θ) + a_i·θ with Σ a_i = 0).
        description: what it teaches, in a sentence or two.
        source: where the function or model comes from.
        parameters: names of w0 and w1 for people.
        one_unit: whether w0 and w1 are measured in the same unit, and so drawn at one scale.
        domain: what is drawn, an interval an axis.
        start: where a run starts unless told otherwise.
        learning_rate: the default learning rate here.
        adaptive_learning_rate: that of the rules whose step is about the rate itself, however
            large the gradient (`Rule.adaptive`).
        noise: the default noise level; `noise_unit` says of what.
        noise_unit: what ``noise`` measures.
        epochs: the budget at which the comparison of 1, 32 and N teaches.
        examples: ``(rng, N, noise) -> columns``, each of shape (N,).
        unbalanced: the same with the share of the rare class, of two classes; None where there
            are none.
        loss: loss of an example, given as its values.
        model: how examples are drawn, and what is fitted to them.
        affine: the same in features, where the surface has them.
        mesh: a quicker way to the means on a mesh, where a surface without features has one.
        minima: ``columns -> points``, where a search on the domain's grid would not do
            (a valley of minima, a cusp, none at all).
        partial: whether the loss may have no finite value at a point that has not diverged.
        cost: how many times the work of a shipped surface a loss or a gradient of it is.
    """

    id: str
    title: str
    family: Family
    description: str
    source: str
    parameters: tuple[str, str] = ("w0", "w1")
    one_unit: bool = False
    domain: tuple[Interval, Interval]
    start: Point
    learning_rate: float
    adaptive_learning_rate: float
    noise: float
    noise_unit: str
    epochs: int
    examples: Callable[[np.random.Generator, int, float], tuple[FloatArray, ...]]
    loss: Formula
    model: Model
    affine: Affine | None = None
    mesh: Mesh | None = None
    minima: Callable[..., tuple[Point, ...]] | None = None
    partial: bool = False
    cost: int = 1
    unbalanced: (
        Callable[[np.random.Generator, int, float, float], tuple[FloatArray, ...]] | None
    ) = None

    @cached_property
    def formula(self) -> str:
        """LaTeX of l_i, made from the loss."""
        return typeset(self.loss, self.family)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of an example's values."""
        return self.loss.inputs

    @property
    def label(self) -> str | None:
        """The column that examples are sorted by: their label, else y; a tilt has neither."""
        return next((name for name in ("label", "y") if name in self.columns), None)

    @property
    def classes(self) -> bool:
        """Whether an example has a class: its label."""
        return self.label == "label"

    def evaluations(self, examples: int) -> int:
        """How many losses or gradients of an example a mean over so many takes.

        One, of the mean features, where the surface is affine in some; else one of each.
        """
        return 1 if self.affine else examples

    def checks(self, examples: int) -> int:
        """How many losses of an example each point of a path takes to see that it has a loss."""
        return self.evaluations(examples) if self.partial else 0
