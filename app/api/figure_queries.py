"""The queries that are answered as figures, and how those look."""

from typing import Any, Literal

from pydantic import Field

from app.api.noise_query import EpochSumQuery, InstrumentQuery, LastBatchQuery, NoiseQuery
from app.api.parameters import SurfaceId, Theme
from app.api.queries import DEFAULT_SURFACE, DataQuery
from app.api.run_query import RunQuery
from app.api.tradeoff_query import AnnealingQuery, EscapeQuery, FloorQuery, TradeoffQuery

View = Literal["contour", "3d"]
Axis = Literal["updates", "epochs", "examples_seen"]


def _theme() -> Any:
    return Field("light", title="Theme", description="Colours for a light or a dark background")


def _view() -> Any:
    return Field("contour", title="View", description="From above, or in three dimensions")


class SurfaceFigureQuery(DataQuery):
    """The surface as a figure."""

    surface: SurfaceId = Field(DEFAULT_SURFACE, description="Loss surface")
    theme: Theme = _theme()
    view: View = _view()


class PathsFigureQuery(RunQuery):
    """The paths as a figure."""

    theme: Theme = _theme()
    view: View = _view()
    background: bool = Field(True, description="Draw the surface under the paths")


class LossFigureQuery(RunQuery):
    """The losses as a figure."""

    theme: Theme = _theme()
    axis: Axis = Field(
        "epochs", title="Horizontal axis", description="What the losses are drawn against"
    )


class NoiseFigureQuery(NoiseQuery):
    """The noise at a point as a figure."""

    theme: Theme = _theme()


class EpochSumFigureQuery(EpochSumQuery):
    """The steps of an epoch as a figure."""

    theme: Theme = _theme()


class RunNoiseFigureQuery(RunQuery):
    """The noise along a run as a figure."""

    theme: Theme = _theme()


class InstrumentFigureQuery(InstrumentQuery):
    """An instrument as a figure."""

    theme: Theme = _theme()


class LastBatchFigureQuery(LastBatchQuery):
    """The floor of a last, smaller batch as a figure."""

    theme: Theme = _theme()


class TradeoffFigureQuery(TradeoffQuery):
    """A sweep as a figure."""

    theme: Theme = _theme()


class FloorFigureQuery(FloorQuery):
    """The noise floor as a figure."""

    theme: Theme = _theme()


class EscapeFigureQuery(EscapeQuery):
    """Two wells as a figure."""

    theme: Theme = _theme()


class AnnealingFigureQuery(AnnealingQuery):
    """A larger batch instead of a smaller learning rate, as a figure."""

    theme: Theme = _theme()
