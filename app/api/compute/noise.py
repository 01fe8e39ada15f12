"""From a noise query to its draws, cached."""

from typing import NamedTuple

from app.api.compute.runs import get_problem
from app.api.queries.noise import NoiseQuery
from app.api.queries.parameters import resolve_batch_sizes
from app.science.noise.cloud import Cloud, draw_clouds
from app.science.noise.point import PointNoise, noise_at
from app.science.problems.problem import Problem
from app.web.cache import Cache


class Noise(NamedTuple):
    """A point's noise, and the draws of each batch size asked for."""

    problem: Problem
    point: PointNoise
    clouds: tuple[Cloud, ...]


def get_noise(cache: Cache, query: NoiseQuery) -> Noise:
    """What a query asks to be measured."""
    return cache.get(("noise", query.key(NoiseQuery)), lambda: _measure(cache, query))


def _measure(cache: Cache, query: NoiseQuery) -> Noise:
    problem = get_problem(cache, query.surface, query)
    point = noise_at(problem, query.at or problem.surface.start)
    clouds = draw_clouds(
        point,
        resolve_batch_sizes(query.batch_size, query.examples),
        draws=query.draws,
        seed=query.seed,
        replacement=query.sampling == "with-replacement",
    )
    return Noise(problem, point, clouds)
