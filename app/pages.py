"""The pages: Jinja templates filled from the request models."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader

from app.api.figure_queries import LossFigureQuery, PathsFigureQuery
from app.api.noise_query import EpochSumQuery, LastBatchQuery, NoiseQuery
from app.api.queries import DataQuery, Query
from app.api.run_query import RunQuery
from app.api.tradeoff_query import TradeoffQuery
from app.figures.loss import AXES
from app.language.speech import LANGUAGES, gettext, language, ngettext, translated
from app.resources import TEMPLATES
from app.science.noise.instruments import INSTRUMENTS
from app.science.problems import SURFACES

router = APIRouter(include_in_schema=False)
SURFACE_FIELDS = ["surface", *sorted(DataQuery.deciding())]  # what a surface depends on
# About as long for a batch of 32, so that the three pictures can be compared.
BUDGETS = {"epochs": 10, "updates": 330, "examples_seen": 10_500}
EXPLAINED = {
    "epochs": "Every batch size goes through the examples as often; small ones make more updates.",
    "updates": "Every batch size makes as many steps; large ones look at more examples.",
    "examples_seen": "Every batch size looks at as many examples, whole epochs or not.",
}
LIVE_POINTS = 500  # of a path while its start is dragged: the picture need not be finer

templates = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
)
templates.env.policies["ext.i18n.trimmed"] = True
templates.env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
templates.env.globals |= {"languages": LANGUAGES, "language": language}
templates.env.filters["translated"] = translated


@router.get("/", name="home")
def home(request: Request) -> Response:
    """The contour with its paths; its script reads the form's state from the URL."""
    return templates.TemplateResponse(
        request,
        "home.html",
        {
            "fields": fields(RunQuery),
            "looks": _looks(),
            "axes": AXES,
            "ground": SURFACE_FIELDS,
            "surface_titles": _surface_titles(),
            "live_points": LIVE_POINTS,
        },
    )


@router.get("/noise", name="noise")
def noise(request: Request) -> Response:
    """The gradient-noise laboratory."""
    return templates.TemplateResponse(
        request,
        "noise.html",
        {
            "fields": fields(RunQuery) | fields(NoiseQuery),
            "surface_titles": _surface_titles(),
            "takes": {
                "ground": " ".join(SURFACE_FIELDS),
                "noise": _names(NoiseQuery),
                "map": " ".join([*SURFACE_FIELDS, "at"]),
                "epoch_sum": _names(EpochSumQuery),
                "run": _names(RunQuery),
                "last_batch": "surface noise data_seed learning_rate sampling seed",
            },
            "instruments": INSTRUMENTS,
            "last_batch": fields(LastBatchQuery),
        },
    )


@router.get("/tradeoff", name="tradeoff")
def tradeoff(request: Request) -> Response:
    """The trade-off laboratory."""
    return templates.TemplateResponse(
        request,
        "tradeoff.html",
        {
            "fields": fields(TradeoffQuery),
            "surface_titles": _surface_titles(),
            "takes": {
                "ground": " ".join(SURFACE_FIELDS),
                "sweep": _names(TradeoffQuery),
                "run": " ".join([*SURFACE_FIELDS, "seed", "start"]),
                "floor": " ".join([*SURFACE_FIELDS, "seed"]),
                "escape": "seed",
            },
            "fields_of_runs": fields(RunQuery),
            "budgets": BUDGETS,
            "explained": EXPLAINED,
        },
    )


@router.get("/docs", name="docs")
def docs(request: Request) -> Response:
    """Interactive documentation of the API, without a CDN."""
    return templates.TemplateResponse(request, "docs.html")


def fields(model: type[Query]) -> dict[str, dict[str, Any]]:
    """Each parameter's JSON schema, an optional one's flattened, for a form control."""
    properties: dict[str, dict[str, Any]] = model.model_json_schema()["properties"]
    return {name: _flat(schema) for name, schema in properties.items()}


def _names(model: type[Query]) -> str:
    return " ".join(sorted(model.deciding()))


def _looks() -> dict[str, dict[str, Any]]:
    """The parameters that say how the page shows a run."""
    return {
        "axis": fields(LossFigureQuery)["axis"],
        "view": fields(PathsFigureQuery)["view"],
    }


def _surface_titles() -> dict[str, str]:
    return {surface.id: surface.title for surface in SURFACES.values()}


def _flat(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in schema.get("anyOf", []) if kind.get("type") != "null"]
    return {**kinds[0], **schema} if len(kinds) == 1 else schema
