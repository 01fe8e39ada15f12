"""The noise queries, answered as Plotly figures."""

from typing import Annotated

import numpy as np
from fastapi import Query, Request, Response

from app.api.compute.noise import get_noise
from app.api.compute.runs import get_problem, get_relief
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.base import DataQuery
from app.api.queries.figures import DirectionsFigureQuery, MapFigureQuery, NoiseFigureQuery
from app.api.queries.parameters import resolve_batch_sizes
from app.figures.noise.angles import angles_figure
from app.figures.noise.cloud import cloud_figure
from app.figures.noise.directions import arrow_scale, directions_figure
from app.figures.noise.law import law_figure
from app.figures.noise.map import map_figure
from app.science.noise.cloud import draw_clouds
from app.science.noise.law import law_batch_sizes, noise_law
from app.science.noise.point import noise_at
from app.science.noise.scale import noise_scales

router = figure_router()

NoiseFigure = Annotated[NoiseFigureQuery, Query()]
MEASURED = 12  # batch sizes that the law is measured at, about


@router.get("/directions")
def get_directions_figure(
    request: Request, cache: CacheDependency, query: Annotated[DirectionsFigureQuery, Query()]
) -> Response:
    """The steps −ε·g of mini-batches of each size, around that of the full batch.

    All arrows of a surface have one scale, whatever the point and the learning rate.
    """
    problem, point, clouds = get_noise(cache, query)
    surface = problem.surface
    key = ("arrow scale", surface.id, query.key(DataQuery))
    figure = directions_figure(
        surface,
        point,
        clouds,
        query.learning_rate or surface.learning_rate,
        cache.get(key, lambda: arrow_scale(problem)),
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
    _, point, _ = get_noise(cache, query)
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    measured = law_batch_sizes(point.examples, asked, MEASURED).tolist()
    ways = (False, True)
    sizes = law_batch_sizes(point.examples, asked)
    laws = [noise_law(point, sizes, replacement=way) for way in ways]
    clouds = [
        draw_clouds(point, measured, draws=query.draws, seed=query.seed, replacement=way)
        for way in ways
    ]
    figure = law_figure(point, (laws[0], laws[1]), (clouds[0], clouds[1]), query.theme)
    return figure_response(
        request, query, figure, batch_size=measured, sampling=["reshuffle", "with-replacement"]
    )


@router.get("/noise-map")
def get_noise_map_figure(
    request: Request, cache: CacheDependency, query: Annotated[MapFigureQuery, Query()]
) -> Response:
    """The noise scale over the surface: the batch size with as much noise as slope."""
    problem = get_problem(cache, query.surface, query)
    point = noise_at(problem, query.at or problem.surface.start)
    relief = get_relief(cache, query.surface, query)
    key = ("noise scales", query.surface, query.key(DataQuery))
    scale = cache.get(key, lambda: noise_scales(problem, *np.meshgrid(relief.w0, relief.w1)))
    return figure_response(
        request, query, map_figure(problem, relief, scale, point.point, query.theme)
    )
