"""The pages: Jinja templates filled from the request models."""

from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from app.api import API
from app.api.compute.network import trainings
from app.api.compute.noise import get_noise
from app.api.compute.tradeoff import sweeps
from app.api.dependencies import CacheDependency, LaboratoryDependency
from app.api.queries.base import BaseQuery
from app.api.queries.devices import DevicesQuery
from app.api.queries.figures import NetworkBoundaryQuery, NetworkCurvesQuery, NetworkPlaneQuery
from app.api.queries.logged import LoggedFigureQuery, NetworkLogQuery
from app.api.queries.network import NetworkMomentQuery, NetworkQuery
from app.api.queries.network_sweeps import NetworkGapQuery, NetworkStepsQuery
from app.api.queries.noise import (
    DirectionsQuery,
    EpochSumQuery,
    MapQuery,
    NoiseQuery,
    StableRateQuery,
)
from app.api.queries.run import RunQuery, SizesQuery, UpdateQuery, WholeRunQuery
from app.api.queries.surfaces import SurfaceQuery
from app.api.queries.tradeoff import TradeoffQuery
from app.api.stories import STORIES
from app.figures.loss import AXES
from app.figures.network.curves import NETWORK_AXES
from app.language.speech import translated
from app.pages.compare import REPLACED, ComparePageQuery, check_both, suggested
from app.pages.network_sweeps import late, seconds
from app.pages.operations import operations, problem_fields
from app.pages.page import busy_page, fields, page, parameters_of
from app.pages.picture import check_runs, illustrated
from app.pages.playback import PLAYBACK
from app.pages.queries import (
    GUIDE,
    LAST_BATCH,
    PRINTED,
    STATISTICS,
    HomePageQuery,
    LearnPageQuery,
    NetworkPageQuery,
    NoisePageQuery,
    SheetPageQuery,
    TradeoffPageQuery,
    YourRunPageQuery,
    bindings,
)
from app.pages.repair import repair, values_of
from app.pages.sheet import get_sheet
from app.pages.templates import templates
from app.science.budget import BUDGETS
from app.science.epoch_plan import EpochPlan
from app.science.logged.demonstration import DEMONSTRATION
from app.science.logged.packed import unpack
from app.science.noise.instruments import INSTRUMENTS
from app.web.places import NowhereError
from app.words.epoch_plan import last_of_one

router = APIRouter(include_in_schema=False)
sheets = APIRouter(include_in_schema=False)  # pages that compute something even without parameters
GROUND = " ".join(sorted(SurfaceQuery.deciding()))  # what a surface depends on
# Two budgets that are about as long for a batch of 32, so that their pictures can be compared.
COMPARED = {"epochs": 10, "updates": 330}
# Where one full step leaps across a bent valley, and an epoch of small ones stays on its side.
EPOCH_SHOWS = {"surface": "rosenbrock", "at": "1.5,0", "learning_rate": "0.02"}
# How much the API's page shows: characters of an answer, of an example and of a text in that; items
# of a list in it, and of an object that has more fields than "fields". The links have all.
EXCERPTS = {"answer": 20_000, "example": 3000, "text": 120, "list": 2, "fields": 20}
PLAYED = {"paths", "loss"}  # figures of runs, which an embedded one can play,
STILL_PARTS = {"window", "background"}  # unless these say that it is a part of the picture
# While the start is dragged: how fine the paths are, since the picture need not be finer; and what
# is asked once an answer takes longer than so many ms.
LIVE = {
    "asked": {"max_points": 500},
    "late": 150,
    "asked_late": {"max_points": 250, "max_updates": 1000},
}


@router.get("/", name="home")
def home(request: Request, cache: CacheDependency) -> Response:
    """The contour with its paths; its script reads the form's state from the URL."""
    return page(
        request,
        "home.html",
        HomePageQuery,
        lambda query: check_runs(cache, query),
        lambda query: illustrated(cache if request.state.computes else None, query),
        axes={name: translated(title) for name, title in AXES.items()},
        ground=GROUND,
        live=LIVE,
        playback=PLAYBACK,
        update=_names(UpdateQuery),
        sizes=f"{_names(SizesQuery)} columns",
    )


@router.get("/compare", name="compare")
def compare(request: Request, cache: CacheDependency) -> Response:
    """A picture twice, with one parameter changed."""
    if "change" not in request.query_params:
        given = parameters_of(request)
        model = ComparePageQuery
        whole = repair(model, given, lambda query: check_runs(cache, query)).pairs
        change = suggested(model.model_validate(values_of(model, whole)))
        return RedirectResponse(f"{request.url.path}?{urlencode([*given, *change])}", 307)
    return page(
        request,
        "compare.html",
        ComparePageQuery,
        lambda query: check_both(cache, query),
        axes={name: translated(title) for name, title in AXES.items()},
        ground=GROUND,
        playback=PLAYBACK,
        runs=_names(RunQuery),
        replaced=REPLACED,
    )


@router.get("/noise", name="noise")
def noise(request: Request, cache: CacheDependency) -> Response:
    """The gradient-noise laboratory."""
    return page(
        request,
        "noise.html",
        NoisePageQuery,
        lambda query: get_noise(cache, query),
        takes={
            "ground": GROUND,
            "noise": _names(NoiseQuery),
            "directions": _names(DirectionsQuery),
            "map": _names(MapQuery),
            "epoch_sum": _names(EpochSumQuery),
            "stable_rate": _names(StableRateQuery),
            "run": _names(WholeRunQuery),
        },
        where_it_shows=urlencode(EPOCH_SHOWS),
        instruments=INSTRUMENTS,
        bound=bindings(LAST_BATCH | PRINTED | STATISTICS),
    )


@router.get("/tradeoff", name="tradeoff")
def tradeoff(request: Request, laboratory: LaboratoryDependency) -> Response:  # noqa: ARG001
    """The trade-off laboratory."""
    return page(
        request,
        "tradeoff.html",
        TradeoffPageQuery,
        sweeps,
        takes={
            "ground": GROUND,
            "sweep": _names(TradeoffQuery),
            "run": f"{GROUND} seed start",
            "floor": f"{GROUND} seed",
            "map": f"{GROUND} sampling seed start",
            "escape": "seed",
        },
        fields_of_runs=fields(RunQuery),
        budgets=COMPARED,
    )


@router.get("/network", name="network")
def network(request: Request) -> Response:
    """A small network, trained by the same batches."""
    return page(
        request,
        "network.html",
        NetworkPageQuery,
        trainings,
        takes={
            "network": _names(NetworkQuery),
            "plane": _names(NetworkPlaneQuery),
            "moment": _names(NetworkMomentQuery),
            "boundary": _names(NetworkBoundaryQuery),
            "curves": _names(NetworkCurvesQuery),
            "log": _names(NetworkLogQuery),
            "gap": f"{_shared(NetworkGapQuery, NetworkQuery)} columns",
            "steps": _shared(NetworkStepsQuery, NetworkQuery),
        },
        axes={name: translated(title) for name, title in NETWORK_AXES.items()},
        playback=PLAYBACK,
        late=late(),
        seconds=seconds(),
    )


@router.get("/your-run", name="your_run")
def your_run(request: Request) -> Response:
    """A reader's own run: its noise scale, and what another batch size would cost."""
    return page(
        request,
        "your_run.html",
        YourRunPageQuery,
        lambda query: query.log and unpack(query.log),
        takes={"log": _names(LoggedFigureQuery), "devices": _names(DevicesQuery)},
        demonstration=DEMONSTRATION,
    )


@router.get("/learn", name="learn")
def learn(request: Request) -> Response:
    """The guide: questions, predictions, live figures."""
    return page(
        request,
        "learn.html",
        LearnPageQuery,
        lambda _: None,
        bound=bindings(GUIDE),
        updates=EpochPlan(1050, 100).updates,
        last_of_one=last_of_one(EpochPlan(1001, 100)),
    )


@sheets.get("/sheet/{story}", name="sheet")
def sheet(request: Request, cache: CacheDependency, story: str) -> Response:
    """A story for a class, on one page of paper."""
    if story not in STORIES:
        raise NowhereError(f"/sheet/{name}" for name in STORIES)
    if not request.state.computes:
        return busy_page(request)
    home = str(request.url_for("home"))
    return page(
        request,
        "sheet.html",
        SheetPageQuery,
        lambda _: None,
        lambda query: {"sheet": get_sheet(cache, story, query, home)},
        story=STORIES[story],
    )


async def get_openapi(request: Request) -> dict[str, Any]:
    """The API's own description."""
    # It is made on the event loop, as /openapi.json is: FastAPI makes it once, without a lock.
    described: dict[str, Any] = request.app.openapi()
    return described


OpenAPIDependency = Annotated[dict[str, Any], Depends(get_openapi)]


@router.get("/embed/{figure}", name="embed")
def embed(request: Request, figure: str, openapi: OpenAPIDependency) -> Response:
    """One live figure and its caption, for another page's frame."""
    if f"{API}/figures/{figure}" not in openapi["paths"]:
        drawn = (path for path in openapi["paths"] if path.startswith(f"{API}/figures/"))
        raise NowhereError(f"/embed/{path.rpartition('/')[2]}" for path in drawn)
    plays = figure in PLAYED and not STILL_PARTS & {*request.query_params}
    context = {
        "figure": figure,
        "runs": _names(RunQuery) if plays else "",
        "ground": GROUND,
        "axis": HomePageQuery.model_fields["axis"].default,
        "playback": PLAYBACK,
    }
    return templates.TemplateResponse(request, "embed.html", context)


@router.get("/docs", name="docs")
def docs(request: Request, openapi: OpenAPIDependency) -> Response:
    """What the API can be asked, and what it answers."""
    return page(
        request,
        "docs.html",
        BaseQuery,
        lambda _: None,
        groups=partial(operations, openapi),  # called only when the page is rendered
        problem=partial(problem_fields, openapi),
        shown=EXCERPTS,
    )


@router.get("/favicon.ico", name="favicon")
def favicon(request: Request) -> Response:
    """Where the icon is: browsers ask here for that of an answer that is no page."""
    return RedirectResponse(request.url_for("static", path="img/icon.svg").path, 308)


def _shared(model: type[BaseQuery], other: type[BaseQuery]) -> str:
    """Parameters that mean the same in both: a sweep has sizes, rates and budgets of its own."""
    apart = {"batch_size", "learning_rate", "replicas", *BUDGETS}
    return " ".join(sorted((model.deciding() & other.deciding()) - apart))


def _names(model: type[BaseQuery]) -> str:
    return " ".join(sorted(model.handed_on()))
