"""Whether the process answers, whether it goes on to, and what it has done."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.dependencies import GateDependency, client_of
from app.api.schemas.health import AliveAnswer, HealthAnswer, QueueAnswer
from app.version import VERSION
from app.web.errors import PROBLEMS, problem_response, stopping_problem
from app.web.responses import Text, documented

router = APIRouter(tags=["health"], responses={status: PROBLEMS[status] for status in (413, 414)})
METRICS = Text("text/plain", description="Counters and gauges in Prometheus' format, a line each")

# All are async, and so answered on the event loop, however many computations wait.


@router.get("/healthz", response_model=HealthAnswer)
async def get_health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok", "version": VERSION}


@router.get("/livez", response_model=AliveAnswer)
async def get_liveness() -> dict[str, str]:
    """The process answers: else it should be started anew."""
    return {"status": "ok"}


@router.get("/readyz", responses={200: {"model": AliveAnswer}, 503: PROBLEMS[503]})
async def get_readiness(request: Request) -> Response:
    """It takes requests; 503 once it is being stopped. A full queue is no reason: it empties."""
    if request.app.state.stopping:
        return problem_response(stopping_problem())
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get("/queue", response_model=QueueAnswer)
async def get_queue(request: Request, response: Response, gate: GateDependency) -> dict[str, float]:
    """What the client's next request would have before it, for a page that waits to tell."""
    response.headers["Cache-Control"] = "no-store"
    client = client_of(request)
    seconds = round(gate.expected_seconds(client), 1)
    return {"ahead": gate.ahead(client), "seconds": seconds}


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: documented(None, METRICS)[200]},
)
async def get_metrics(request: Request) -> Response:
    """What this process has done, for Prometheus; each of several tells of itself alone."""
    return Response(
        generate_latest(request.app.state.monitor.registry), media_type=CONTENT_TYPE_LATEST
    )
