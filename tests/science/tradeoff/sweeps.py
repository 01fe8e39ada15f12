"""Sweeps that tests make."""

from dataclasses import dataclass
from typing import Any

from app.science.problems.landscape import landscape
from app.science.problems.problem import Problem, build_problem
from app.science.problems.spec import SurfaceSpec
from app.science.problems.surface import Surface
from app.science.tradeoff.sweep import Sweep


def sweep_of(
    surface: str = "least-squares",
    examples: int = 1050,
    noise: float | None = None,
    data_seed: int = 0,
    **asked: Any,
) -> Sweep:
    """A sweep of a surface of the registry."""
    spec = SurfaceSpec(surface, examples, noise, data_seed)
    return Sweep(spec=spec, **{"target": 0.001, "epochs": 50} | asked)


@dataclass(frozen=True)
class TypedBowl:
    """A bowl that is in no registry, as if a reader had typed it."""

    examples: int
    noise: float

    def evaluations(self, examples: int) -> int:  # noqa: ARG002 - tilts have a mean
        return 1

    @property
    def recipe(self) -> Surface:
        return landscape(
            lambda x, y, _: x * x / 2 + y * y / 4,
            id="typed",
            title="Typed",
            description="",
            source="",
            domain=((-4.0, 4.0), (-4.0, 4.0)),
            start=(-3.0, 2.5),
            learning_rate=0.1,
            adaptive_learning_rate=0.15,
            noise=self.noise,
            epochs=20,
        )

    def build(self) -> Problem:
        return build_problem(self.recipe, self.examples)
