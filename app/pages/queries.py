"""What the pages' links hold: the parameters of their figures, and how the page shows them."""

from copy import copy
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from app.api.queries.base import BaseQuery, EpochPlanQuery, hint
from app.api.queries.batches import remainder, seed
from app.api.queries.devices import DevicesQuery
from app.api.queries.figures import Axis, View, axis, view
from app.api.queries.learn import (
    AccumulationFigureQuery,
    LocalSgdQuery,
    MemoryQuery,
    OrdersQuery,
    RareQuery,
    SequencesQuery,
)
from app.api.queries.network import (
    NetworkAxis,
    NetworkMomentQuery,
    Part,
    network_axis,
    part,
)
from app.api.queries.noise import LastBatchQuery, NoiseQuery
from app.api.queries.parameters import (
    MOST_COUNTED,
    BatchSize,
    CountedExamples,
    Examples,
    ListedSurfaceId,
    RemainderId,
    SamplingId,
)
from app.api.queries.rules import RulesQuery
from app.api.queries.run import PrintedQuery, RunQuery
from app.api.queries.statistics import MatesQuery, RunningQuery
from app.api.queries.tradeoff import TradeoffQuery
from app.science.sampling import OF_THEORY, UNBIASED

Q = TypeVar("Q", bound=BaseQuery)
ControlName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$", max_length=40)]


class PageQuery(BaseQuery):
    """What every page takes."""

    hide: list[ControlName] = Field(
        [],
        max_length=40,
        title="Hidden controls",
        description="Controls that the page does not show, by the names of their parameters",
    )


class ProjectedQuery(PageQuery):
    """What a page takes that can be projected."""

    projector: bool = Field(
        False,
        title="Projector",
        description="Large type, the controls folded away",
    )


class HomePageQuery(ProjectedQuery, RulesQuery):
    """The paths."""

    view: View = view()
    axis: Axis = axis()


class SheetPageQuery(BaseQuery):
    """A story on one page of paper."""

    seed: int = seed()
    answer: bool = Field(
        True,
        title="The answer",
        description="Whether the sheet ends in the answer; without it, it is for pupils",
    )


def _offered(model: type[BaseQuery], samplings: list[str]) -> Any:
    """How examples are drawn, without what a page would always refuse."""
    field = copy(model.model_fields["sampling"])
    given: Any = field.json_schema_extra or {}
    field.json_schema_extra = {**given, "enum": [*samplings]}
    return field


class _NoisePageQuery(ProjectedQuery, RunQuery, NoiseQuery):
    """The noise at a point, along a run from it, and with a last, smaller batch."""

    sampling: SamplingId = _offered(NoiseQuery, UNBIASED)


class PlanQuery(EpochPlanQuery):
    """An epoch whose sizes are set by sliders, or typed beyond those."""

    examples: CountedExamples = Field(
        1050,
        title="Examples, N",
        json_schema_extra=hint("plan", control="log-slider", slider=[2, 1_000_000]),
    )
    remainder: RemainderId = remainder()
    sampling: SamplingId = _offered(EpochPlanQuery, UNBIASED)  # of no classes
    batch_size: int = Field(
        100,
        ge=1,
        le=MOST_COUNTED,
        title="Batch size, B",
        description="Examples of an update",
        json_schema_extra=hint("plan", control="log-slider", slider=[1, 10_000]),
    )


class OrderQuery(OrdersQuery):
    """The orders, with defaults at which they differ clearly."""

    surface: ListedSurfaceId = Field("bowl", title="Surface", description="Loss surface")
    batch_size: BatchSize = Field(
        32, title="Batch size", description="Examples in a batch: 1 to N, or full"
    )


class PartsQuery(AccumulationFigureQuery):
    """Micro-batches, with defaults at which it makes a difference how they are averaged."""

    examples: Examples = 1057
    batch_size: BatchSize = Field(
        128, title="Batch size", description="Examples of an update: 1 to N, or full"
    )


class SharedOutQuery(LocalSgdQuery):
    """Workers, on a surface where they part."""

    surface: ListedSurfaceId = Field("logistic", title="Surface", description="Loss surface")


class NetworkPageQuery(ProjectedQuery, NetworkMomentQuery):
    """A small network."""

    axis: NetworkAxis = network_axis()
    part: Part = part()


class YourRunPageQuery(PageQuery, DevicesQuery):
    """A reader's own run, and its devices."""


class TradeoffPageQuery(ProjectedQuery, TradeoffQuery):
    """The sweep."""

    sampling: SamplingId = _offered(TradeoffQuery, OF_THEORY)


# Further figures with controls of their own on a page: prefix -> model and parameters.
Beside = dict[str, tuple[type[BaseQuery], tuple[str, ...]]]
LAST_BATCH: Beside = {"last": (LastBatchQuery, ("examples", "batch_size"))}
PRINTED: Beside = {"printed": (PrintedQuery, ("smoothing",))}
STATISTICS: Beside = {
    "statistics": (MatesQuery, ("example",)),
    "running": (RunningQuery, ("epochs", "share")),
}
GUIDE: Beside = {
    "plan": (PlanQuery, ("examples", "batch_size", "remainder", "sampling")),
    "memory": (MemoryQuery, tuple(sorted(MemoryQuery.deciding() - {"examples"}))),
    "rare": (RareQuery, ("rare_share", "sampling")),
    "order": (OrderQuery, ("surface", "batch_size")),
    "parts": (PartsQuery, ("examples", "batch_size", "accumulate")),
    "local": (SharedOutQuery, ("surface", "workers")),
    "sequence": (SequencesQuery, ("tokens", "batch_size", "length")),
}


def _with(base: type[Q], beside: Beside) -> type[Q]:
    """The model with the parameters of other figures, each under its prefix."""
    fields: Any = {
        f"{prefix}_{name}": (model.model_fields[name].annotation, _of(model, name, prefix, names))
        for prefix, (model, names) in beside.items()
        for name in names
    }
    return create_model(base.__name__, __base__=base, **fields)


def _of(model: type[BaseQuery], name: str, group: str, names: tuple[str, ...]) -> FieldInfo:
    # What it is shown by is another of these, under its name on the page.
    def own(other: str) -> str:
        return f"{group}_{other}" if other in names else other

    field = copy(model.model_fields[name])
    given: Any = field.json_schema_extra or {}
    hints = {**given, "group": group}
    if "shown_with" in hints:
        hints["shown_with"] = {own(other): to for other, to in hints["shown_with"].items()}
    if "above_0" in hints:
        hints["above_0"] = own(hints["above_0"])
    field.json_schema_extra = hints
    return field


def bindings(beside: Beside) -> dict[str, dict[str, str]]:
    """How a page's controls turn into the parameters of the figures beside its own.

    ``rename`` pairs each name on the page with the figure's own, ``add`` holds the defaults, and
    ``takes`` are the names that it shares with the page.
    """
    return {
        prefix: {
            "rename": " ".join(f"{prefix}_{name}:{name}" for name in names),
            "add": urlencode({name: model.model_fields[name].default for name in names}),
            "takes": " ".join(sorted(model.handed_on() - {*names})),
        }
        for prefix, (model, names) in beside.items()
    }


NoisePageQuery = _with(_NoisePageQuery, LAST_BATCH | PRINTED | STATISTICS)
LearnPageQuery = _with(PageQuery, GUIDE)
