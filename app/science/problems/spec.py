"""What decides a finite sum, so that another process can build it."""

from dataclasses import dataclass
from typing import Protocol

from app.science.errors import ParameterError
from app.science.message import Message
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem


class ProblemSpec(Protocol):
    """All that a finite sum is built from.

    It can be pickled, where a `Problem` cannot: the functions of a landscape are closures. It is
    hashable, and equal to another only if what they build is: results are kept by it.
    """

    @property
    def examples(self) -> int:
        """N."""

    def evaluations(self, examples: int) -> int:
        """As `Surface.evaluations`, before there is a problem to ask."""

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

    def __post_init__(self) -> None:
        if self.surface not in SURFACES:
            names = Message("one of {names}", names=", ".join(SURFACES))
            raise ParameterError("surface", self.surface, names)

    def evaluations(self, examples: int) -> int:
        """As `Surface.evaluations`."""
        return SURFACES[self.surface].evaluations(examples)

    def build(self) -> Problem:
        """The finite sum."""
        return build_problem(SURFACES[self.surface], self.examples, self.noise, self.data_seed)
