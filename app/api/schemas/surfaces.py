"""What ``/surfaces`` and what is below it answer."""

from typing import Literal

from pydantic import Field

from app.api.queries.surfaces import GridQuery
from app.api.schemas.base import Answer, Point, like
from app.science.noise.fields import FieldName


class DomainAnswer(Answer):
    """What is drawn of a surface."""

    w0: tuple[float, float] = Field(description="Lowest and highest first weight drawn")
    w1: tuple[float, float] = Field(description="Lowest and highest second weight drawn")


class MinimumAnswer(Answer):
    """A local minimum of the mean loss."""

    point: Point = Field(description="The weights w0 and w1 there")
    loss: float = Field(description="Mean loss there, in the loss's own unit")


class SurfaceAnswer(Answer):
    """A loss surface, with all that is told about it."""

    id: str = Field(description="Its name in URLs")
    title: str = Field(description="Its name for people")
    family: Literal["data", "landscape"] = Field(
        description="data: a model fitted to examples; landscape: a function that examples tilt"
    )
    formula: str = Field(description="Loss of one example, in LaTeX")
    description: str = Field(description="What it teaches")
    source: str = Field(description="Where the function or the model comes from")
    parameters: tuple[str, str] = Field(description="Names of w0 and w1 for people")
    domain: DomainAnswer = Field(description="What is drawn of it, an interval a weight")
    minima: list[MinimumAnswer] = Field(
        description="Local minima in the domain, the lowest first; none of a loss without one"
    )
    start: Point = Field(description="Where a run starts by default: w0 and w1")
    learning_rate: float = Field(
        description="Default learning rate ε of sgd, momentum and nesterov"
    )
    adaptive_learning_rate: float = Field(
        description="Default learning rate ε of the rules whose step hardly depends on the gradient's size"  # noqa: E501
    )
    learning_rates: dict[str, float] = Field(
        description="Default learning rate ε of every optimizer, by its name"
    )
    epochs: int = Field(description="Default budget, in passes over the examples")
    noise: float = Field(description="Noise level of the examples, in noise_unit")
    noise_unit: str = Field(description="What the noise level measures")
    examples: int = Field(description="N, how many examples there are")
    columns: list[str] = Field(description="Names of an example's values, in order")


class SurfacesAnswer(Answer):
    """Every surface there is."""

    surfaces: list[SurfaceAnswer] = Field(description="The surfaces, with their default examples")


class GridAnswer(Answer):
    """A field over a surface's domain."""

    w0: list[float] = Field(description="Values of the first weight, a column each")
    w1: list[float] = Field(description="Values of the second weight, a row each")
    field: FieldName = like(GridQuery, "field")
    values: list[list[float | None]] = Field(
        description="The field: values[j][i] at (w0[i], w1[j]); null where it is not finite"
    )


class HeldOutAnswer(Answer):
    """Points that no update sees."""

    places: list[int] = Field(description="Their places among all of the points, from 0")
    rows: list[list[float]] = Field(description="They themselves, a value a column")


class ExamplesAnswer(Answer):
    """The examples of a surface, in full precision."""

    columns: list[str] = Field(
        description="Names of an example's values: x, y; x0, x1, label (±1); or the tilts a0, a1"
    )
    rows: list[list[float]] = Field(description="The N examples, a value a column")
    held_out: HeldOutAnswer | None = Field(
        description="Of your own points, those held out of training; null where there are none"
    )
