"""The noise queries, answered as Plotly figures."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.noise import (
    get_adascale,
    get_felt_scales,
    get_law,
    get_noise,
    get_noise_map,
    get_stable_rates,
    get_step_gains,
    get_typical_size,
)
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import (
    DirectionsFigureQuery,
    MapFigureQuery,
    NoiseFigureQuery,
    StableRateFigureQuery,
)
from app.api.queries.parameters import resolve_batch_sizes
from app.figures.noise.adascale import adascale_figure
from app.figures.noise.angles import angles_figure
from app.figures.noise.cloud import cloud_figure
from app.figures.noise.directions import directions_figure
from app.figures.noise.felt_scale import felt_figure
from app.figures.noise.law import law_figure
from app.figures.noise.map import map_figure
from app.figures.noise.stable_rate import stable_figure, stable_refused_figure
from app.figures.noise.step_gain import gain_figure
from app.science.noise.law import law_batch_sizes
from app.science.sampling import POISSON

router = figure_router()

NoiseFigure = Annotated[NoiseFigureQuery, Query()]
StepFigure = Annotated[DirectionsFigureQuery, Query()]


@router.get("/directions")
def get_directions_figure(request: Request, cache: CacheDependency, query: StepFigure) -> Response:
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


@router.get("/felt-noise-scale")
def get_felt_noise_scale_figure(
    request: Request, cache: CacheDependency, query: NoiseFigure
) -> Response:
    """The noise scale that RMSprop and Adam feel at a point, tr PΣP/‖PG‖², beside the plain one.

    P = 1/(√ŝ + eps) with ŝ at its mean while a rule stays at the point, E g_B², exactly.
    """
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    figure = felt_figure(get_felt_scales(cache, query), asked, query.theme)
    return figure_response(request, query, figure)


@router.get("/adascale")
def get_adascale_figure(request: Request, cache: CacheDependency, query: NoiseFigure) -> Response:
    """AdaScale's gain of S independent batches for one at a point (Johnson et al. 2020).

    For plain SGD: (σ² + μ²)/(σ²/S + μ²), between 1 and S, with the σ² of Poisson batches where
    ``sampling`` says so, else that of independent draws; ``balanced`` is refused.
    """
    gains = get_adascale(cache, query)
    point = get_noise(cache, query).point
    figure = adascale_figure(point, gains, query.draws, query.theme)
    independent = POISSON if query.sampling == POISSON else "with-replacement"
    return figure_response(request, query, figure, sampling=independent)


@router.get("/one-step-gain")
def get_one_step_gain_figure(
    request: Request, cache: CacheDependency, query: StepFigure
) -> Response:
    """By how much one step lowers the loss on average, at ε and at the best rate of each size.

    Measured on mini-batches, beside theory to second order (McCandlish et al. 2018), which is
    exact on quadratic losses and left out where no rate is best.
    """
    gains = get_step_gains(cache, query)
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    figure = gain_figure(gains, law_batch_sizes(query.examples, asked), asked, query.theme)
    return figure_response(request, query, figure, batch_size=gains.batch_sizes, draws=gains.draws)


@router.get("/largest-rate")
def get_largest_rate_figure(
    request: Request, cache: CacheDependency, query: Annotated[StableRateFigureQuery, Query()]
) -> Response:
    """The largest learning rate that is stable in the mean square, against batch size.

    Defined where every example's loss is quadratic; elsewhere the figure says so.
    """
    rates = get_stable_rates(cache, query)
    if isinstance(rates, str):
        return figure_response(request, query, stable_refused_figure(rates, query.theme))
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    rate = query.learning_rate or query.spec.recipe.learning_rate
    figure = stable_figure(rates, asked, rate, query.theme)
    return figure_response(request, query, figure, batch_size=list(rates.measured))
