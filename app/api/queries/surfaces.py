"""What a surface is asked with: which one, its examples, and what of it is the reader's own."""

from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from app.api.queries.base import MAX_SEED, BaseQuery, TableQuery, hint
from app.api.queries.parameters import (
    DomainText,
    Examples,
    FormulaText,
    LossId,
    PackedPoints,
    SurfaceId,
    number,
)
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.noise.fields import FieldName
from app.science.points.held_out import MOST
from app.science.points.points import LABEL
from app.science.problems import SURFACES, fitted, typed
from app.science.problems.fitted import MODEL, SCALE, SCALES, parted, unpacked
from app.science.problems.found import MOST_NOISE
from app.science.problems.inputs import BALANCED
from app.science.problems.spec import FittedSpec, FormulaSpec, ProblemSpec, SurfaceSpec
from app.science.problems.typed import EXAMPLE, FORMULA
from app.science.sampling import check_classes, check_labels

TITLES = {id_: surface.title for id_, surface in SURFACES.items()} | {
    FORMULA: typed.TITLE,
    MODEL: fitted.TITLE,
}
DEFAULT_SURFACE = "least-squares"
TYPED = {"surface": [FORMULA]}  # where a formula has an effect
DRAWN = {"surface": [FORMULA, *SURFACES]}  # where examples are drawn
# Where one of two classes can be rare; the default surface comes first where none is named.
CLASSIFIED = [id_ for id_, surface in SURFACES.items() if surface.unbalanced]
FITTED: dict[str, Any] = {"surface": [MODEL]}  # where a model and points have


def rare_share(default: float = BALANCED, **condition: Any) -> Any:
    """The share of the rare class, where one can be: under a condition, if that is a choice."""
    return Field(
        default,
        ge=0.01,
        le=BALANCED,
        title="Share of the rare class",
        description="Share of the rarer of two classes among the examples; 0.5: neither is rare",
        json_schema_extra=hint("data", **{"shown_with": condition} if condition else {}),
    )


class DataQuery(BaseQuery):
    """The examples of a surface."""

    examples: Examples = Field(1050, json_schema_extra=hint("data", shown_with=DRAWN))
    noise: float | None = Field(
        None,
        ge=0,
        le=MOST_NOISE,
        examples=[1],
        title="Noise",
        description="Noise level of the examples, in the surface's own unit; its default if left out",  # noqa: E501
        json_schema_extra=hint("data", reset_by=["surface"], shown_with=DRAWN),
    )
    data_seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Data seed",
        description="Seed of the synthetic examples",
        json_schema_extra=hint("data", shown_with=DRAWN),
    )
    rare_share: float = rare_share(surface=CLASSIFIED)


def surface(default: str) -> Any:
    """A loss surface."""
    return Field(
        default,
        title="Surface",
        description="Loss surface, an id from /api/v1/surfaces, or formula or model for your own",
        json_schema_extra=hint("surface"),
    )


class TypedQuery(BaseQuery):
    """A function that a reader typed, which is the surface where that is ``formula``."""

    formula: FormulaText | None = Field(
        None,
        examples=[EXAMPLE],
        title="Formula",
        description="Your own function of x and y, with + - * / ^, brackets, pi, e and exp, log, sqrt, sin, cos, tanh, abs",  # noqa: E501
        json_schema_extra=hint("formula", control="text", first=EXAMPLE, shown_with=TYPED),
    )
    domain: DomainText | None = Field(
        None,
        examples=["-2,2,-1,3"],
        title="Domain",
        description="What of the formula is drawn, x from,to,y from,to; found if left out",
        json_schema_extra=hint("formula", control="text", shown_with=TYPED),
    )


class FittedQuery(BaseQuery):
    """A model that a reader typed and points to fit, which are the surface ``model``."""

    model: FormulaText | None = Field(
        None,
        examples=[fitted.EXAMPLE],
        title="Model",
        description="Your own model of weights w0 and w1, and x, or x0 and x1 whose sign is the label; written as a formula is",  # noqa: E501
        json_schema_extra=hint("model", control="text", first=fitted.EXAMPLE, shown_with=FITTED),
    )
    loss: LossId | None = Field(
        None,
        examples=["squared"],
        title="Loss of the model",
        description="What a point costs, of the model m and its target or label y: squared, logistic (for labels alone) or cauchy; left out, logistic for labels and squared for others",  # noqa: E501
        json_schema_extra=hint("model", shown_with=FITTED),
    )
    scale: float = Field(
        SCALE,
        ge=SCALES[0],
        le=SCALES[1],
        title="Scale of the loss",
        description="c of the Cauchy loss: residuals beyond it pull less and less",
        json_schema_extra=hint("model", shown_with=FITTED | {"loss": ["cauchy"]}),
    )
    points: PackedPoints | None = Field(
        None,
        examples=["line1_3_0_3_-1_2_AAKq____AAVVW32b"],
        title="Points",
        description="Your own points, as POST /api/v1/points packs a table: they are the examples, and their number is N, but for those held out",  # noqa: E501
        json_schema_extra=hint("model", control="text", shown_with=FITTED),
    )
    held_out: float = Field(
        0,
        ge=0,
        le=MOST,
        title="Held-out share",
        description="Share of the points that no update sees: their loss is drawn beside that of the others, which are then the examples",  # noqa: E501
        json_schema_extra=hint("model", shown_with=FITTED),
    )


class _ChosenQuery(DataQuery):
    surface: SurfaceId = surface(DEFAULT_SURFACE)


class SurfaceQuery(FittedQuery, TypedQuery, _ChosenQuery):
    """A surface, and its examples."""

    @field_validator("sampling", check_fields=False)
    @classmethod
    def _can_be_sorted(cls, value: Any, info: ValidationInfo) -> Any:
        surface = info.data.get("surface")
        drawn = SURFACES.get(str(surface))
        try:
            labelled = drawn.label is not None if drawn else surface != FORMULA
            check_labels(value, labelled)
            check_classes(value, drawn.classes if drawn else labelled, labelled=labelled)
        except ParameterError as error:
            raise ValueError(Message("allowed is {allowed}", allowed=error.allowed)) from error
        return value

    @property
    def spec(self) -> ProblemSpec:
        """The finite sum that is asked of.

        Raises:
            ParameterError: points that are not whole, and what has no effect on them, or on
                examples without two classes.
        """
        if self.rare_share != BALANCED and self.surface not in CLASSIFIED:
            allowed = Message(
                "left out: one class can be rare where surface is one of {names}",
                names=", ".join(CLASSIFIED),
            )
            raise ParameterError("rare_share", self.rare_share, allowed)
        if self.surface == MODEL:
            return self._fitted()
        drawn = (self.examples, self.noise, self.data_seed)
        if self.surface != FORMULA:
            return SurfaceSpec(self.surface, *drawn, self.rare_share)
        ends = self.domain
        box = ends and ((ends[0], ends[1]), (ends[2], ends[3]))
        return FormulaSpec(self.formula or "", box, *drawn)

    def _fitted(self) -> FittedSpec:
        if self.points is None:
            allowed = Message("points that POST /api/v1/points packed, which a model is fitted to")
            raise ParameterError("points", "", allowed)
        spec = FittedSpec(self.model or "", self.points, self.loss, self.scale, self.held_out)
        check_classes(getattr(self, "sampling", ""), LABEL in unpacked(self.points).columns)
        own = {"examples": spec.examples, "noise": 0, "data_seed": 0}
        for name, value in own.items():
            given = getattr(self, name)
            if given not in (None, value):  # what a resolved request says is let through
                allowed = Message(
                    "left out: the examples are your own {count:,} points", count=own["examples"]
                )
                raise ParameterError(name, given, allowed)
        return spec

    @classmethod
    def _counted(cls, given: Any) -> Any:
        points = given.get("points")
        if given.get("surface") != MODEL or not isinstance(points, str):
            return given
        default = cls.model_fields["examples"].default
        if str(given.get("examples", default)) != str(default):
            return given
        try:
            share = float(number(given.get("held_out", 0)))
            return {**given, "examples": parted(points, share).training.count}
        except (ParameterError, TypeError, ValueError):  # raised again where it can be told
            return given


class DataTableQuery(FittedQuery, TypedQuery, DataQuery, TableQuery):
    """A surface or its examples, and their format."""


class GridQuery(DataTableQuery):
    """A field over the surface's domain."""

    field: FieldName = Field(
        "loss",
        description="loss; gradient_norm ‖G‖; noise_trace tr Σ; noise_scale tr Σ/‖G‖², null where G = 0",  # noqa: E501
    )
    resolution: int = Field(101, ge=2, le=401, description="Grid points along each axis")
