"""What decides a finite sum, so that another process can build it."""

from dataclasses import dataclass, replace
from typing import Protocol

from app.science.errors import check_one_of
from app.science.problems import SURFACES
from app.science.problems.fitted import SCALE, fitted, parted
from app.science.problems.found import Box
from app.science.problems.inputs import BALANCED
from app.science.problems.problem import HeldOut, Problem, build_problem
from app.science.problems.surface import Surface
from app.science.problems.typed import typed


class ProblemSpec(Protocol):
    """All that a finite sum is built from.

    It can be pickled, where a `Problem` cannot: the functions of a landscape are closures. It is
    hashable, and equal to another only if what they build is: results are kept by it.
    """

    @property
    def examples(self) -> int:
        """N."""

    @property
    def recipe(self) -> Surface:
        """The surface, whose examples are to be drawn."""

    def evaluations(self, examples: int) -> int:
        """As `Surface.evaluations` weighed by its cost, before there is a problem to ask."""

    def build(self) -> Problem:
        """The finite sum."""


@dataclass(frozen=True)
class SurfaceSpec:
    """A surface of the registry, and its examples as `build_problem` draws them.

    Raises:
        ParameterError: a surface that is not in the registry.
    """

    surface: str = "least-squares"
    examples: int = 1050
    noise: float | None = None
    data_seed: int = 0
    rare_share: float = BALANCED

    def __post_init__(self) -> None:
        check_one_of("surface", self.surface, SURFACES)

    @property
    def recipe(self) -> Surface:
        """The surface."""
        return SURFACES[self.surface]

    def evaluations(self, examples: int) -> int:
        """As `ProblemSpec.evaluations`."""
        return self.recipe.evaluations(examples)

    def build(self) -> Problem:
        """The finite sum."""
        return build_problem(
            self.recipe, self.examples, self.noise, self.data_seed, self.rare_share
        )


@dataclass(frozen=True)
class FormulaSpec:
    """A function that a reader typed, and its tilts.

    Attributes:
        formula: its text, in x and y.
        domain: what is drawn; found if left out.
    """

    formula: str
    domain: Box | None = None
    examples: int = 1050
    noise: float | None = None
    data_seed: int = 0

    @property
    def recipe(self) -> Surface:
        """The landscape.

        Raises:
            ParameterError: as `typed`.
        """
        return typed(self.formula, self.domain)

    def evaluations(self, examples: int) -> int:
        """As `ProblemSpec.evaluations`."""
        return self.recipe.evaluations(examples) * self.recipe.cost

    def build(self) -> Problem:
        """The finite sum."""
        return build_problem(self.recipe, self.examples, self.noise, self.data_seed)


@dataclass(frozen=True)
class FittedSpec:
    """A model that a reader typed, and the points that it is fitted to.

    Attributes:
        model: its text, in w0, w1 and x, or x0 and x1.
        points: packed.
        loss: left out, what suits the points.
        scale: of the Cauchy loss.
        held_out: the share of the points that is not trained on.
    """

    model: str
    points: str
    loss: str | None = None
    scale: float = SCALE
    held_out: float = 0

    @property
    def examples(self) -> int:
        """N, the number of points that are trained on.

        Raises:
            ParameterError: points that are not whole, or a share that they cannot spare.
        """
        return parted(self.points, self.held_out).training.count

    @property
    def recipe(self) -> Surface:
        """The surface.

        Raises:
            ParameterError: as `fitted`.
        """
        return fitted(self.model, self.points, self.loss, self.scale, self.held_out)

    def evaluations(self, examples: int) -> int:
        """As `ProblemSpec.evaluations`."""
        recipe = self.recipe
        return (recipe.evaluations(examples) + recipe.checks(self.examples)) * recipe.cost

    def build(self) -> Problem:
        """The finite sum."""
        problem = build_problem(self.recipe, self.examples)
        _, rows, columns = parted(self.points, self.held_out)
        if not len(rows):
            return problem
        others = replace(problem, columns=tuple(columns.values()))
        return replace(problem, held_out=HeldOut(rows, others))
