"""``/figures``: the same queries, answered as Plotly figures.

``plotly.io.from_json(httpx.get(url).text).show()`` draws one in a notebook.
"""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.moments import get_sizes, get_update
from app.api.compute.problems import get_problem, get_relief
from app.api.compute.runs import get_comparison, get_window
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import (
    LossFigureQuery,
    MomentFigureQuery,
    PathsFigureQuery,
    SizesFigureQuery,
    SurfaceFigureQuery,
)
from app.api.queries.run import SizesQuery, UpdateQuery
from app.figures.figure import Figure
from app.figures.loss import loss_figure
from app.figures.moment import moment_data_figure, moment_gradients_figure
from app.figures.moment_sizes import moment_sizes_figure
from app.figures.paths import over_lines, paths_figure
from app.figures.surface import surface_figure
from app.language.speech import sentences, translated
from app.science.closeup import closeup
from app.science.comparison import Run
from app.science.moment import Moment
from app.science.noise.point import PointNoise
from app.science.optimizers import OPTIMIZERS
from app.words.runs import paths_note, shadow_note, summary
from app.words.scene import Scene
from app.words.surface import surface_caption

router = figure_router()


@router.get("/surface")
def get_surface_figure(
    request: Request, cache: CacheDependency, query: Annotated[SurfaceFigureQuery, Query()]
) -> Response:
    """The loss surface with its minima, as contours or in three dimensions.

    Of a ``part`` of the plane the grid is as fine, and the levels are of the losses there.
    """
    problem, ground = get_problem(cache, query), get_relief(cache, query, query.part)
    figure = surface_figure(problem, ground, query.theme, query.view)
    figure.say(caption=surface_caption(problem))
    return figure_response(request, query, figure)


@router.get("/paths")
def get_paths_figure(
    request: Request, cache: CacheDependency, query: Annotated[PathsFigureQuery, Query()]
) -> Response:
    """The paths, over the surface unless ``background`` is false."""
    whole, drawn = get_window(cache, query, query.window)
    ground = get_relief(cache, query)
    figure = paths_figure(drawn, ground.levels, query.theme, query.view)
    if query.background:
        under = surface_figure(whole.problem, ground, query.theme, query.view)
        surface, *minima = under.data
        surface["meta"] = {"role": "surface", "scenery": True}
        figure = Figure([surface, *over_lines(figure.data, minima)], under.layout)
    note = sentences([paths_note(drawn), shadow_note() if query.view == "3d" else ""])
    caption = sentences([summary(whole), note])
    figure.say(caption=caption, note=note, closeup=closeup(whole))
    return figure_response(request, query, figure)


@router.get("/loss")
def get_loss_figure(
    request: Request, cache: CacheDependency, query: Annotated[LossFigureQuery, Query()]
) -> Response:
    """The losses against updates, epochs or examples seen."""
    comparison = get_comparison(cache, query)
    return figure_response(request, query, loss_figure(comparison, query.theme, query.axis))


@router.get("/moment-data")
def get_moment_data_figure(
    request: Request, cache: CacheDependency, query: Annotated[MomentFigureQuery, Query()]
) -> Response:
    """The examples, the mini-batch of an update lit, the model before and after; or the tilts."""
    scene = _scene(query, *get_update(cache, query))
    return figure_response(request, query, moment_data_figure(scene, query.theme))


@router.get("/moment-gradients")
def get_moment_gradients_figure(
    request: Request, cache: CacheDependency, query: Annotated[MomentFigureQuery, Query()]
) -> Response:
    """Every example's gradient before an update, the batch's mean, the full one, and the step."""
    scene = _scene(query, *get_update(cache, query))
    return figure_response(request, query, moment_gradients_figure(scene, query.theme))


@router.get("/moment-sizes")
def get_moment_sizes_figure(
    request: Request, cache: CacheDependency, query: Annotated[SizesFigureQuery, Query()]
) -> Response:
    """Mean gradients of batches of each size, drawn at the point before an update of one run."""
    update, clouds = get_sizes(cache, query)
    scene = _scene(query, *update)
    figure = moment_sizes_figure(scene, clouds, query.theme, query.columns)
    return figure_response(request, query, figure, followed=scene.run.batch_size)


def _scene(query: UpdateQuery | SizesQuery, run: Run, moment: Moment, noise: PointNoise) -> Scene:
    return Scene(run, moment, noise, translated(OPTIMIZERS[query.optimizer].title), query.replica)
