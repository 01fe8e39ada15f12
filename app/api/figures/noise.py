"""The noise queries, answered as Plotly figures."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.noise import get_law, get_noise, get_noise_map, get_typical_size
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import DirectionsFigureQuery, MapFigureQuery, NoiseFigureQuery
from app.figures.noise.angles import angles_figure
from app.figures.noise.cloud import cloud_figure
from app.figures.noise.directions import directions_figure
from app.figures.noise.law import law_figure
from app.figures.noise.map import map_figure

router = figure_router()

NoiseFigure = Annotated[NoiseFigureQuery, Query()]


@router.get("/directions")
def get_directions_figure(
    request: Request, cache: CacheDependency, query: Annotated[DirectionsFigureQuery, Query()]
) -> Response:
    """The steps −ε·g of mini-batches of each size, around that of the full batch.

    All arrows of a surface have one scale, whatever the point and the learning rate.
    """
    problem, point, clouds = get_noise(cache, query)
    surface = problem.surface
    figure = directions_figure(
        surface,
        point,
        clouds,
        query.learning_rate or surface.learning_rate,
        get_typical_size(cache, query),
        query.theme,
    )
    return figure_response(request, query, figure)


@router.get("/angles")
def get_angles_figure(request: Request, cache: CacheDependency, query: NoiseFigure) -> Response:
    """The distribution of the angle between a mini-batch's gradient and the full one."""
    _, point, clouds = get_noise(cache, query)
    return figure_response(request, query, angles_figure(point, clouds, query.theme))


@router.get("/noise-cloud")
def get_noise_cloud_figure(
    request: Request, cache: CacheDependency, query: NoiseFigure
) -> Response:
    """Mini-batch gradients with their predicted and measured 95 % ellipses."""
    problem, point, clouds = get_noise(cache, query)
    return figure_response(
        request, query, cloud_figure(problem.surface, point, clouds, query.theme)
    )


@router.get("/noise-law")
def get_noise_law_figure(request: Request, cache: CacheDependency, query: NoiseFigure) -> Response:
    """Variance of the mini-batch gradient, and its cosine to the full one, against batch size."""
    law = get_law(cache, query)
    return figure_response(
        request,
        query,
        law_figure(law.point, law.laws, law.clouds, query.theme),
        batch_size=law.batch_sizes,
        sampling=["reshuffle", "with-replacement"],
    )


@router.get("/noise-map")
def get_noise_map_figure(
    request: Request, cache: CacheDependency, query: Annotated[MapFigureQuery, Query()]
) -> Response:
    """The noise scale over the surface: the batch size with as much noise as slope."""
    problem, relief, scale, point = get_noise_map(cache, query)
    return figure_response(
        request, query, map_figure(problem, relief, scale, point.point, query.theme)
    )
