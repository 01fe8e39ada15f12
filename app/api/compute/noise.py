"""From a query to the noise at a point, over the surface, of an epoch, or along runs."""

from typing import NamedTuple

import numpy as np

from app.api.compute.budgets import LOSS_BUDGET, check_losses
from app.api.compute.cached import cached, shared
from app.api.compute.problems import get_problem, get_relief
from app.api.compute.runs import get_whole_runs
from app.api.queries.noise import (
    DirectionsQuery,
    EpochSumQuery,
    MapQuery,
    NoiseQuery,
    StableRateQuery,
)
from app.api.queries.parameters import resolve_batch_sizes
from app.api.queries.run import RunQuery
from app.api.queries.surfaces import SurfaceQuery
from app.science.arrays import FloatArray
from app.science.epoch_plan import EpochPlan
from app.science.local_sgd import check_alone
from app.science.noise.adascale import SizeGains, size_gains
from app.science.noise.cloud import Cloud, draw_clouds
from app.science.noise.epoch_sum import EpochSum, epoch_sum, full_steps
from app.science.noise.instrument_logs import Log, read_logs
from app.science.noise.law import NoiseLaw, law_batch_sizes, noise_law
from app.science.noise.point import PointNoise, noise_at, typical_size
from app.science.noise.preconditioned import FeltScales, felt_scales
from app.science.noise.scale import noise_scales
from app.science.noise.scale_tracks import PAIRS, POINTS, Track, tracks
from app.science.optimizers import OPTIMIZERS
from app.science.problems.problem import Problem
from app.science.relief import Relief
from app.science.sampling import POISSON, check_theory, check_unbiased
from app.science.steps.gain import StepGains, step_gains
from app.science.steps.stable_rate import StableRates, stable_rates, stable_rates_refusal
from app.web.cache import Cache

MEASURED = 12  # about how many batch sizes the law is measured at
STEPPED = 6  # the same, of one step


class Noise(NamedTuple):
    """A point's noise, and the draws of each batch size asked for."""

    problem: Problem
    point: PointNoise
    clouds: tuple[Cloud, ...]


class Law(NamedTuple):
    """The laws at a point, and draws to hold them against: without and with replacement."""

    point: PointNoise
    batch_sizes: list[int]
    laws: tuple[NoiseLaw, NoiseLaw]
    clouds: tuple[tuple[Cloud, ...], tuple[Cloud, ...]]


@cached
def get_noise(cache: Cache, query: NoiseQuery) -> Noise:
    """The noise at a query's point.

    Raises:
        ParameterError: balanced batches, whose gradient is on average not G.
    """
    check_unbiased(query.sampling)
    problem = get_problem(cache, query)
    point = noise_at(problem, query.at or problem.surface.start)
    clouds = draw_clouds(
        point,
        resolve_batch_sizes(query.batch_size, query.examples),
        draws=query.draws,
        seed=query.seed,
        replacement=query.sampling == "with-replacement",
        poisson=query.sampling == POISSON,
    )
    return Noise(problem, point, clouds)


@cached
def get_typical_size(cache: Cache, query: SurfaceQuery) -> float:
    """How large the gradients of a surface's examples typically are."""
    return typical_size(get_problem(cache, query))


@cached
@shared
def get_noise_scales(cache: Cache, query: SurfaceQuery) -> FloatArray:
    """The noise scale at the points of a surface's relief."""
    relief = get_relief(cache, query)
    return noise_scales(get_problem(cache, query), *np.meshgrid(relief.w0, relief.w1, sparse=True))


def get_noise_map(cache: Cache, query: MapQuery) -> tuple[Problem, Relief, FloatArray, PointNoise]:
    """The noise scale at the points of a query's relief, and the noise at its own point."""
    problem = get_problem(cache, query)
    point = noise_at(problem, query.at or problem.surface.start)
    return problem, get_relief(cache, query), get_noise_scales(cache, query), point


def get_law(cache: Cache, query: NoiseQuery) -> Law:
    """The laws at a query's point, for every batch size and with either kind of draws."""
    check_theory(query.sampling)
    point = get_noise(cache, query).point
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    measured = law_batch_sizes(point.examples, asked, MEASURED).tolist()
    sizes = law_batch_sizes(point.examples, asked)
    ways = (False, True)
    laws = [noise_law(point, sizes, replacement=way) for way in ways]
    clouds = [
        draw_clouds(point, measured, draws=query.draws, seed=query.seed, replacement=way)
        for way in ways
    ]
    return Law(point, measured, (laws[0], laws[1]), (clouds[0], clouds[1]))


@cached
@shared
def get_step_gains(cache: Cache, query: DirectionsQuery) -> StepGains:
    """What one step gains at a query's point, at the batch sizes asked for and some between."""
    check_theory(query.sampling)
    problem, point, _ = get_noise(cache, query)
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    sizes = law_batch_sizes(query.examples, asked, STEPPED).tolist()
    # Of a surface whose loss takes every example, many draws of many examples are too dear.
    a_draw = 2 * len(sizes) * problem.evaluations(query.examples) * problem.surface.cost
    replacement = query.sampling == "with-replacement"
    clouds = draw_clouds(
        point,
        sizes,
        draws=max(2, min(query.draws, LOSS_BUDGET // a_draw)),
        seed=query.seed,
        replacement=replacement,
    )
    rate = query.learning_rate or problem.surface.learning_rate
    return step_gains(problem, point, clouds, rate, replacement=replacement)


@cached
@shared
def get_stable_rates(cache: Cache, query: StableRateQuery) -> StableRates | str:
    """The largest stable rates of a query's surface, or why there are none."""
    check_theory(query.sampling)
    problem = get_problem(cache, query)
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    rates = stable_rates(
        problem,
        law_batch_sizes(query.examples, asked),
        law_batch_sizes(query.examples, asked, STEPPED).tolist(),
        draws=query.draws,
        seed=query.seed,
        replacement=query.sampling == "with-replacement",
    )
    return rates or stable_rates_refusal(problem) or ""


def get_felt_scales(cache: Cache, query: NoiseQuery) -> FeltScales:
    """The noise scale that RMSprop and Adam feel at a query's point, at their default ϵ."""
    _, point, clouds = get_noise(cache, query)
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    return felt_scales(
        point,
        law_batch_sizes(query.examples, asked),
        clouds,
        replacement=query.sampling == "with-replacement",
        eps=OPTIMIZERS["adam"].hyperparameters["eps"],
    )


@cached
def get_adascale(cache: Cache, query: NoiseQuery) -> tuple[SizeGains, ...]:
    """AdaScale's gain at a query's point.

    Raises:
        ParameterError: as `size_gains`.
    """
    point = get_noise(cache, query).point
    sizes = resolve_batch_sizes(query.batch_size, query.examples)
    poisson = query.sampling == POISSON
    return size_gains(point, sizes, draws=query.draws, seed=query.seed, poisson=poisson)


def get_epoch_sums(cache: Cache, query: EpochSumQuery) -> tuple[Problem, list[EpochSum], float]:
    """An epoch's steps at each batch size, and ε; each of an epoch's K steps is made at ε/K."""
    check_theory(query.sampling)
    problem = get_problem(cache, query)
    surface = problem.surface
    rate = query.learning_rate or surface.learning_rate
    sums = [
        epoch_sum(
            problem,
            query.at or surface.start,
            batch_size=size,
            learning_rate=rate / full_steps(EpochPlan(query.examples, size, query.remainder)),
            remainder=query.remainder,
            sampling=query.sampling,
            seed=query.seed,
        )
        for size in resolve_batch_sizes(query.batch_size, query.examples)
    ]
    return problem, sums, rate


@cached
def get_logs(cache: Cache, query: RunQuery) -> tuple[Log, ...]:
    """What the instruments read along a query's runs."""
    check_theory(query.sampling)
    check_alone(query.workers)
    return read_logs(get_whole_runs(cache, query), query.optimizer, query.seed)


def get_tracks(cache: Cache, query: RunQuery) -> tuple[Track, ...]:
    """The noise along a query's runs.

    Raises:
        ParameterError: too many losses, or as `check_theory`.
    """
    check_theory(query.sampling)
    check_alone(query.workers)
    runs = get_whole_runs(cache, query)
    points = 2 * (POINTS + PAIRS) * len(runs)
    check_losses(runs[0].problem, points, "examples", query.examples)
    return tracks(runs, query.seed)
