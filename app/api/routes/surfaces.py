"""``/surfaces``: what there is, its fields on a grid, and its examples."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from app.api import API
from app.api.compute.problems import get_field, get_problem
from app.api.dependencies import CacheDependency
from app.api.queries.base import DataQuery, ExamplesQuery, GridQuery, ListQuery, SurfaceQuery
from app.api.queries.parameters import SurfaceId
from app.api.schemas.surfaces import ExamplesAnswer, GridAnswer, SurfaceAnswer, SurfacesAnswer
from app.language.speech import translated
from app.science.optimizers import OPTIMIZERS, default_learning_rate
from app.science.problems import SURFACES
from app.science.problems.problem import Problem
from app.web.responses import Text, csv_response, documented, json_response, wanted_format

router = APIRouter(prefix=f"{API}/surfaces", tags=["surfaces"])

SurfacePath = Annotated[SurfaceId, Path(alias="id", description="Surface id")]


@router.get("", responses=documented(SurfacesAnswer))
def list_surfaces(
    request: Request,
    cache: CacheDependency,
    query: Annotated[ListQuery, Query()],  # noqa: ARG001 - which middleware reads
) -> Response:
    """Every surface with its formula, domain, minima and default settings."""
    problems = [get_problem(cache, _of(id_, DataQuery.model_construct())) for id_ in SURFACES]
    return json_response(request, {"surfaces": [describe(problem) for problem in problems]})


@router.get("/{id}", responses=documented(SurfaceAnswer))
def get_surface(
    request: Request,
    cache: CacheDependency,
    surface: SurfacePath,
    query: Annotated[DataQuery, Query()],
) -> Response:
    """One surface, its minima for the examples asked for."""
    return json_response(request, describe(get_problem(cache, _of(surface, query))))


@router.get("/{id}/grid", responses=documented(GridAnswer))
def get_grid(
    request: Request,
    cache: CacheDependency,
    surface: SurfacePath,
    query: Annotated[GridQuery, Query()],
) -> Response:
    """A field over the domain: ``values[j][i]`` at ``(w0[i], w1[j])``."""
    w0, w1, values = get_field(cache, _of(surface, query), query)
    return json_response(request, {"w0": w0, "w1": w1, "field": query.field, "values": values})


TABLE = Text("text/csv", description="The N examples, a row each, under the names in columns")


@router.get("/{id}/examples", responses=documented(ExamplesAnswer, TABLE))
def get_examples(
    request: Request,
    cache: CacheDependency,
    surface: SurfacePath,
    query: Annotated[ExamplesQuery, Query()],
) -> Response:
    """The N examples at full float64 precision, as JSON or CSV."""
    problem = get_problem(cache, _of(surface, query))
    names = list(problem.surface.columns)
    rows = list(zip(*(column.tolist() for column in problem.columns), strict=True))
    if wanted_format(request, query.format) == "csv":
        return csv_response(request, names, rows, f"{surface}-examples")
    return json_response(request, {"columns": names, "rows": rows})


def _of(surface: str, query: DataQuery) -> SurfaceQuery:
    """The query of the surface that the path names."""
    data = query.model_dump(include=DataQuery.deciding())
    return SurfaceQuery.model_construct(surface=surface, **data)


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
