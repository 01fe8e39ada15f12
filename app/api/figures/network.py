"""A network's runs, answered as Plotly figures."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.laboratory import Laboratory
from app.api.compute.network import finish
from app.api.compute.network_pictures import (
    get_boundaries,
    get_frame,
    get_section,
    held,
)
from app.api.dependencies import LaboratoryDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import (
    NetworkBoundaryQuery,
    NetworkCurvesQuery,
    NetworkMeasuredQuery,
    NetworkMomentFigureQuery,
    NetworkPlaneQuery,
)
from app.api.queries.network import NetworkQuery
from app.api.schemas.network import SHORT
from app.figures.figure import Figure
from app.figures.network.boundary import boundary_figure
from app.figures.network.curves import curves_figure
from app.figures.network.moment import moment_figure
from app.figures.network.noise import noise_figure
from app.figures.network.plane import plane_figure
from app.figures.network.sharpness import sharpness_figure
from app.science.networks.result import NetworkRuns
from app.web.disconnects import unless_gone

router = figure_router()


@router.get("/network-plane", openapi_extra=SHORT)
async def get_network_plane_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkPlaneQuery, Query()],
) -> Response:
    """The first replica's paths, in the plane that holds most of them, over the loss in it.

    With the ellipse of the followed run's next step, at its ``moment`` or its last but one.
    """
    runs = await _runs(request, laboratory, query)
    at = held(query, runs, ends=False)
    return await asyncio.to_thread(
        lambda: figure_response(
            request,
            query,
            plane_figure(
                runs,
                get_section(laboratory.cache, runs, query.part),
                query.theme,
                at.update,
                at.batch_size,
                at.optimizer,
            ),
            **at.told,
        )
    )


@router.get("/network-moment", openapi_extra=SHORT)
async def get_network_moment_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkMomentFigureQuery, Query()],
) -> Response:
    """The rows, the boundary of the followed run's first replica, and its last mini-batch lit."""
    runs = await _runs(request, laboratory, query)
    at = held(query, runs, ends=True)
    return await asyncio.to_thread(
        lambda: figure_response(
            request,
            query,
            moment_figure(
                runs,
                get_frame(laboratory.cache, query),
                query.theme,
                at.batch_size,
                at.update,
                at.optimizer,
            ),
            **at.told,
        )
    )


@router.get("/network-boundary", openapi_extra=SHORT)
async def get_network_boundary_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkBoundaryQuery, Query()],
) -> Response:
    """The boundaries of replicas on the same rows and first weights, in another order.

    So are its runs, whatever ``vary`` says.
    """
    alike = NetworkQuery(**query.model_dump(include=NetworkQuery.deciding()) | {"vary": "order"})
    runs = await _runs(request, laboratory, alike)
    return await asyncio.to_thread(
        lambda: figure_response(
            request,
            query,
            boundary_figure(
                runs,
                get_boundaries(laboratory.cache, runs),
                query.theme,
                query.columns,
                test=query.test_rows,
            ),
            vary="order",
        )
    )


@router.get("/network-curves", openapi_extra=SHORT)
async def get_network_curves_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkCurvesQuery, Query()],
) -> Response:
    """Losses and accuracies of training and test rows, over replicas."""
    return await _along(request, laboratory, query, curves_figure, measured=False)


@router.get("/network-sharpness", openapi_extra=SHORT)
async def get_network_sharpness_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkMeasuredQuery, Query()],
) -> Response:
    """The largest eigenvalue of the training loss' Hessian, and where a step is stable."""
    return await _along(request, laboratory, query, sharpness_figure, measured=True)


@router.get("/network-noise", openapi_extra=SHORT)
async def get_network_noise_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkMeasuredQuery, Query()],
) -> Response:
    """The noise scale, exact and as batches estimate it, with intervals."""
    return await _along(request, laboratory, query, noise_figure, measured=True)


async def _runs(
    request: Request, laboratory: Laboratory, query: NetworkQuery, *, measured: bool = False
) -> NetworkRuns:
    """A query's runs, unless nobody waits for them any more."""
    async with unless_gone(request.is_disconnected):
        return await finish(laboratory, query, measured=measured)


async def _along(
    request: Request,
    laboratory: Laboratory,
    query: NetworkCurvesQuery | NetworkMeasuredQuery,
    draw: Callable[[NetworkRuns, str, str], Figure],
    *,
    measured: bool,
) -> Response:
    """A figure of what goes on along the runs, drawn beside the event loop."""
    runs = await _runs(request, laboratory, query, measured=measured)
    return await asyncio.to_thread(
        lambda: figure_response(request, query, draw(runs, query.theme, query.axis))
    )
