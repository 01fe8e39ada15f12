"""``/surfaces``: what there is, its fields on a grid, and its examples."""

from collections.abc import Mapping
from itertools import repeat
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.api import API
from app.api.compute.problems import get_field, get_problem
from app.api.dependencies import CacheDependency
from app.api.queries.base import ListQuery
from app.api.queries.parameters import SurfaceId
from app.api.queries.surfaces import DataTableQuery, GridQuery, SurfaceQuery
from app.api.schemas.surfaces import ExamplesAnswer, GridAnswer, SurfaceAnswer, SurfacesAnswer
from app.language.speech import translated
from app.science.optimizers import OPTIMIZERS, default_learning_rate
from app.science.problems import SURFACES
from app.science.problems.problem import Problem
from app.web.responses import Text, csv_response, documented, json_response, wanted_format

router = APIRouter(prefix=f"{API}/surfaces", tags=["surfaces"])

COLUMNS = (
    *("id", "family", "formula", "source", "examples", "noise", "learning_rate"),
    *("adaptive_learning_rate", "epochs", "start_w0", "start_w1"),
    *("domain_w0_low", "domain_w0_high", "domain_w1_low", "domain_w1_high"),
    *("minimum_w0", "minimum_w1", "minimum_loss"),
)
SURFACES_TABLE = Text("text/csv", description="A row a surface, with the lowest of its minima")
GRID_TABLE = Text("text/csv", description="A row a point: w0, w1, the value, and of which field")

SurfacePath = Annotated[SurfaceId, Path(alias="id", description="Surface id")]


@router.get("", responses=documented(SurfacesAnswer, SURFACES_TABLE))
def list_surfaces(
    request: Request,
    cache: CacheDependency,
    query: Annotated[ListQuery, Query()],
) -> Response:
    """Every surface with its formula, domain, minima and default settings."""
    problems = [get_problem(cache, _of(id_, {})) for id_ in SURFACES]
    if wanted_format(request, query.format) == "csv":
        return csv_response(request, COLUMNS, map(_row, problems), "surfaces")
    return json_response(request, {"surfaces": [describe(problem) for problem in problems]})


@router.get("/{id}", responses=documented(SurfaceAnswer, SURFACES_TABLE))
def get_surface(
    request: Request,
    cache: CacheDependency,
    surface: SurfacePath,
    query: Annotated[DataTableQuery, Query()],
) -> Response:
    """One surface, its minima for the examples asked for."""
    problem = get_problem(cache, _of(surface, request.query_params))
    if wanted_format(request, query.format) == "csv":
        return csv_response(request, COLUMNS, [_row(problem)], surface)
    return json_response(request, describe(problem))


@router.get("/{id}/grid", responses=documented(GridAnswer, GRID_TABLE))
def get_grid(
    request: Request,
    cache: CacheDependency,
    surface: SurfacePath,
    query: Annotated[GridQuery, Query()],
) -> Response:
    """A field over the domain: ``values[j][i]`` at ``(w0[i], w1[j])``."""
    w0, w1, values = get_field(cache, _of(surface, request.query_params), query)
    if wanted_format(request, query.format) == "csv":
        across, down = np.meshgrid(w0, w1)
        points = (across, down, values)
        rows = zip(*(each.ravel().tolist() for each in points), repeat(query.field), strict=False)
        return csv_response(request, ("w0", "w1", "value", "field"), rows, f"{surface}-grid")
    return json_response(request, {"w0": w0, "w1": w1, "field": query.field, "values": values})


TABLE = Text(
    "text/csv",
    description="The N examples, a row each, under the names in columns; none that is held out",
)


@router.get("/{id}/examples", responses=documented(ExamplesAnswer, TABLE))
def get_examples(
    request: Request,
    cache: CacheDependency,
    surface: SurfacePath,
    query: Annotated[DataTableQuery, Query()],
) -> Response:
    """The N examples at full float64 precision, as JSON or CSV."""
    problem = get_problem(cache, _of(surface, request.query_params))
    names = list(problem.surface.columns)
    if wanted_format(request, query.format) == "csv":
        return csv_response(request, names, _examples(problem), f"{surface}-examples")
    held_out = problem.held_out and {
        "places": problem.held_out.rows,
        "rows": _examples(problem.held_out.examples),
    }
    return json_response(
        request, {"columns": names, "rows": _examples(problem), "held_out": held_out}
    )


def _examples(problem: Problem) -> list[tuple[float, ...]]:
    return list(zip(*(column.tolist() for column in problem.columns), strict=True))


def _of(surface: str, given: Mapping[str, str]) -> SurfaceQuery:
    """The query of the surface that the path names, with the parameters as they were given.

    Raises:
        RequestValidationError: what a reader made where none is to be, or none where it is.
    """
    asked = {name: text for name, text in given.items() if name in SurfaceQuery.deciding()}
    try:
        return SurfaceQuery.model_validate({**asked, "surface": surface})
    except ValidationError as error:
        wrong = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from None


def _row(problem: Problem) -> tuple[Any, ...]:
    said = describe(problem)
    (w0, w1), (left, right) = said["domain"].values(), said["start"]
    lowest = next(iter(problem.minima), None)
    minimum = (*lowest.point, lowest.loss) if lowest else (None, None, None)
    return (*(said[name] for name in COLUMNS[:9]), left, right, *w0, *w1, *minimum)


def describe(problem: Problem) -> dict[str, Any]:
    """A surface's metadata as the contract has it."""
    surface = problem.surface
    return {
        "id": surface.id,
        "title": translated(surface.title),
        "family": surface.family,
        "formula": surface.formula,
        "description": translated(surface.description),
        "source": surface.source,
        "parameters": [translated(name) for name in surface.parameters],
        "domain": dict(zip(("w0", "w1"), surface.domain, strict=True)),
        "minima": [{"point": m.point, "loss": m.loss} for m in problem.minima],
        "start": surface.start,
        "learning_rate": surface.learning_rate,
        "adaptive_learning_rate": surface.adaptive_learning_rate,
        "learning_rates": {rule: default_learning_rate(surface, rule) for rule in OPTIMIZERS},
        "epochs": surface.epochs,
        "noise": problem.noise,
        "noise_unit": translated(surface.noise_unit),
        "examples": problem.size,
        "columns": surface.columns,
    }
