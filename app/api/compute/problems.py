"""The finite sum that a query asks of, and its loss over the domain."""

import numpy as np

from app.api.compute.budgets import check_losses
from app.api.compute.cached import cached
from app.api.queries.surfaces import GridQuery, SurfaceQuery
from app.science.arrays import FloatArray, Interval
from app.science.noise.fields import FIELDS
from app.science.problems.problem import Problem
from app.science.relief import RESOLUTION, Relief, relief
from app.web.cache import Cache


@cached
def get_problem(cache: Cache, query: SurfaceQuery) -> Problem:  # noqa: ARG001 - by `cached`
    """A query's surface with its examples drawn."""
    return query.spec.build()


@cached
def get_relief(
    cache: Cache, query: SurfaceQuery, part: tuple[Interval, Interval] | None = None
) -> Relief:
    """The loss over the surface's domain, as it is drawn, or over a part of the plane.

    Raises:
        ParameterError: too many losses.
    """
    problem = get_problem(cache, query)
    check_losses(problem, RESOLUTION**2, "examples", query.examples)
    return relief(problem, part)


def get_field(
    cache: Cache, surface: SurfaceQuery, query: GridQuery
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """w0, w1 and the field that is asked for, ``values[j][i]`` at ``(w0[i], w1[j])``.

    Raises:
        ParameterError: too many losses.
    """
    problem = get_problem(cache, surface)
    check_losses(problem, query.resolution**2, "resolution", query.resolution)
    w0, w1 = (np.linspace(lo, hi, query.resolution) for lo, hi in problem.surface.domain)
    return w0, w1, FIELDS[query.field](problem, *np.meshgrid(w0, w1, sparse=True))
