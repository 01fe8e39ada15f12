"""The queries that are answered as figures, and how those look."""

from typing import Any, Literal

from pydantic import Field

from app.api.queries.base import BaseQuery
from app.api.queries.network import (
    NetworkAxis,
    NetworkMomentQuery,
    NetworkQuery,
    Part,
    network_axis,
    part,
)
from app.api.queries.network_sweeps import NetworkGapQuery, NetworkStepsQuery, columns
from app.api.queries.noise import (
    DirectionsQuery,
    EpochSumQuery,
    InstrumentQuery,
    LastBatchQuery,
    MapQuery,
    NoiseQuery,
    StableRateQuery,
)
from app.api.queries.parameters import PartText, Size, SurfaceId, Theme
from app.api.queries.rules import RulesQuery
from app.api.queries.run import PrintedQuery, SizesQuery, UpdateQuery, WholeRunQuery
from app.api.queries.surfaces import DEFAULT_SURFACE, SurfaceQuery
from app.api.queries.tradeoff import (
    AnnealingQuery,
    EscapeQuery,
    FloorQuery,
    RangeTestQuery,
    RateMapQuery,
    TradeoffQuery,
)

View = Literal["contour", "3d"]
Axis = Literal["updates", "epochs", "examples_seen"]


class FigureQuery(BaseQuery):
    """How a figure is shown."""

    theme: Theme = Field("light", description="Colours for a light or a dark background")
    size: Size = Field("normal", description="Size of text, lines and marks")
    legend: bool = Field(False, description="Show which colour is which batch size")
    format: Literal["json", "csv", "table", "html"] | None = Field(
        None,
        examples=["csv"],
        description="json: a Plotly figure; csv: its data; table: what it draws, for readers; html: a page of its own; if left out, json or csv, as the Accept header asks",  # noqa: E501
    )
    arrays: Literal["packed", "plain"] = Field(
        "packed",
        description="Long arrays of the JSON: packed as base64, which plotly.py 6.0 and plotly.js 2.28 read, and later ones; plain lists for older ones, R and Observable",  # noqa: E501
    )


def axis() -> Any:
    """What losses are drawn against."""
    return Field("epochs", title="Horizontal axis", description="What the losses are drawn against")


def view() -> Any:
    """How a surface is seen."""
    return Field("contour", title="View", description="From above, or in three dimensions")


class SurfaceFigureQuery(SurfaceQuery, FigureQuery):
    """The surface as a figure."""

    surface: SurfaceId = Field(DEFAULT_SURFACE, description="Loss surface")
    view: View = view()
    part: PartText | None = Field(
        None,
        description="Draw this part of the plane, w0 from, to, w1 from, to; left out, the domain",
        examples=["-1,1,0,2"],
    )


class PathsFigureQuery(RulesQuery, FigureQuery):
    """The paths as a figure."""

    view: View = view()
    background: bool = Field(True, description="Draw the surface under the paths")
    window: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        examples=[100],
        description="Draw this update of replica 0 and up to 199 after it, every one of them",
    )


class LossFigureQuery(RulesQuery, FigureQuery):
    """The losses as a figure."""

    axis: Axis = axis()


class MomentFigureQuery(UpdateQuery, FigureQuery):
    """An update as a figure."""


class SizesFigureQuery(SizesQuery, FigureQuery):
    """Several batch sizes at a point of a run, as a figure."""

    columns: int = Field(3, ge=1, le=6, description="Panels side by side, at most")


class NoiseFigureQuery(NoiseQuery, FigureQuery):
    """The noise at a point as a figure."""


class MapFigureQuery(MapQuery, FigureQuery):
    """The noise scale over a surface as a figure."""


class DirectionsFigureQuery(DirectionsQuery, FigureQuery):
    """The steps at a point as a figure."""


class StableRateFigureQuery(StableRateQuery, FigureQuery):
    """The largest stable learning rates as a figure."""


class EpochSumFigureQuery(EpochSumQuery, FigureQuery):
    """The steps of an epoch as a figure."""


class RunNoiseFigureQuery(WholeRunQuery, FigureQuery):
    """The noise along a run as a figure."""


class PrintedFigureQuery(PrintedQuery, FigureQuery):
    """What a training loop prints of a run, as a figure."""


class InstrumentFigureQuery(InstrumentQuery, FigureQuery):
    """An instrument as a figure."""


class LastBatchFigureQuery(LastBatchQuery, FigureQuery):
    """The floor of a last, smaller batch as a figure."""


class TradeoffFigureQuery(TradeoffQuery, FigureQuery):
    """A sweep as a figure."""


class FloorFigureQuery(FloorQuery, FigureQuery):
    """The noise floor as a figure."""


class RateMapFigureQuery(RateMapQuery, FigureQuery):
    """The final loss over learning rate × batch size as a figure."""


class RangeTestFigureQuery(RangeTestQuery, FigureQuery):
    """The loss while the learning rate rises as a figure."""


class EscapeFigureQuery(EscapeQuery, FigureQuery):
    """Two wells as a figure."""


class AnnealingFigureQuery(AnnealingQuery, FigureQuery):
    """A larger batch instead of a smaller learning rate, as a figure."""


class NetworkFigureQuery(NetworkQuery, FigureQuery):
    """What a network's runs show, as a figure."""


class NetworkCurvesQuery(NetworkFigureQuery):
    """Quantities along a network's runs as a figure."""

    axis: NetworkAxis = network_axis()


class NetworkMeasuredQuery(NetworkFigureQuery):
    """What is measured along a network's runs as a figure."""

    axis: Axis = Field("updates", title="Horizontal axis", description="What it is drawn against")


class NetworkBoundaryQuery(NetworkFigureQuery):
    """Boundaries of replicas as a figure."""

    columns: int = Field(3, ge=1, le=6, description="Panels side by side, at most")
    test_rows: bool = Field(False, title="Test rows", description="Whether they are drawn, too")


class NetworkPlaneQuery(NetworkMomentQuery, FigureQuery):
    """A network's paths in their plane as a figure."""

    part: Part = part()


class NetworkMomentFigureQuery(NetworkMomentQuery, FigureQuery):
    """A moment of a network's first replica as a figure."""


class NetworkGapFigureQuery(NetworkGapQuery, FigureQuery):
    """Whether batch size generalises, as a figure."""

    columns: int = columns()


class NetworkStepsFigureQuery(NetworkStepsQuery, FigureQuery):
    """Updates to a training loss as a figure."""
