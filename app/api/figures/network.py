"""A network's runs, answered as Plotly figures."""

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.network import finish
from app.api.compute.network_pictures import (
    finish_alike,
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
from app.api.schemas.network import SHORT
from app.figures.network.boundary import boundary_figure
from app.figures.network.curves import curves_figure
from app.figures.network.moment import moment_figure
from app.figures.network.noise import noise_figure
from app.figures.network.plane import plane_figure
from app.figures.network.sharpness import sharpness_figure
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
    async with unless_gone(request.is_disconnected):
        runs = await finish(laboratory, query, measured=False)
    size, update = held(query, runs, ends=False)
    return await asyncio.to_thread(
        lambda: figure_response(
            request,
            query,
            plane_figure(
                runs, get_section(laboratory.cache, runs, query.part), query.theme, update, size
            ),
            followed=size,
            moment=update,
        )
    )


@router.get("/network-moment", openapi_extra=SHORT)
async def get_network_moment_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkMomentFigureQuery, Query()],
) -> Response:
    """The rows, the boundary of the followed run's first replica, and its last mini-batch lit."""
    async with unless_gone(request.is_disconnected):
        runs = await finish(laboratory, query, measured=False)
    size, update = held(query, runs, ends=True)
    return await asyncio.to_thread(
        lambda: figure_response(
            request,
            query,
            moment_figure(runs, get_frame(laboratory.cache, query), query.theme, size, update),
            followed=size,
            moment=update,
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
    async with unless_gone(request.is_disconnected):
        runs = await finish_alike(laboratory, query)
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
    async with unless_gone(request.is_disconnected):
        runs = await finish(laboratory, query, measured=False)
    return await asyncio.to_thread(
        lambda: figure_response(request, query, curves_figure(runs, query.theme, query.axis))
    )


@router.get("/network-sharpness", openapi_extra=SHORT)
async def get_network_sharpness_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkMeasuredQuery, Query()],
) -> Response:
    """The largest eigenvalue of the training loss' Hessian, and where a step is stable."""
    async with unless_gone(request.is_disconnected):
        runs = await finish(laboratory, query)
    return await asyncio.to_thread(
        lambda: figure_response(request, query, sharpness_figure(runs, query.theme, query.axis))
    )


@router.get("/network-noise", openapi_extra=SHORT)
async def get_network_noise_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkMeasuredQuery, Query()],
) -> Response:
    """The noise scale, exact and as batches estimate it, with intervals."""
    async with unless_gone(request.is_disconnected):
        runs = await finish(laboratory, query)
    return await asyncio.to_thread(
        lambda: figure_response(request, query, noise_figure(runs, query.theme, query.axis))
    )
