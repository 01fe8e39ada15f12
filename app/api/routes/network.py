"""``/networks`` and ``/network``: small networks trained at each batch size, streamed meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from orjson import Fragment

from app.api import API
from app.api.compute.laboratory import Laboratory
from app.api.compute.network import Step, check_free, finish, trainings, watch
from app.api.dependencies import LaboratoryDependency
from app.api.errors import as_problem
from app.api.queries.base import ListQuery
from app.api.queries.network import NetworkQuery, NetworkRowsQuery, NetworkStreamQuery
from app.api.queries.parameters import check_replica
from app.api.queries.resolved import resolved
from app.api.schemas import network as schemas
from app.api.significant import rounded
from app.figures.arrays import figure_json
from app.figures.facts import drop_facts
from app.figures.network import WHILE_TRAINED
from app.figures.sizes import sized
from app.language.speech import translated
from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.curves import at_best, band, best
from app.science.networks.data import DATA_SETS
from app.science.networks.data.data_set import DataSet, Examples
from app.science.networks.losses import LOSSES
from app.science.networks.result import SizeRuns
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Scores, Training
from app.web.admission import BusyError
from app.web.disconnects import unless_gone
from app.web.errors import busy_problem
from app.web.responses import (
    Text,
    csv_response,
    documented,
    json_response,
    to_json,
    wanted,
    wanted_format,
)
from app.words.network.runs import network_summary

router = APIRouter(prefix=API, tags=["networks"])
listed = APIRouter(prefix=API, tags=["networks"])  # what trains nothing

EVENTS = "text/event-stream"
COLUMNS = (
    *("batch_size", "replica", "update", "epoch", "examples_seen", *Scores._fields),
    *("sharpness", "noise_scale"),
)
TABLE = Text("text/csv", description="A row a recorded update of each replica, in full precision")
STREAM = Text(
    EVENTS,
    description="Server-sent events: progress as more is known, then one result, or one problem",
    events=schemas.EVENTS,
)
DATA_TABLE = Text("text/csv", description="A row a data set")
ROWS_TABLE = Text("text/csv", description="A row an example: its part, inputs and y")


@listed.get("/networks", responses=documented(schemas.NetworksAnswer, DATA_TABLE))
def list_networks(request: Request, query: Annotated[ListQuery, Query()]) -> Response:
    """Data sets, losses, activations, and the bounds and defaults of a network's parameters."""
    described = [_described(each) for each in DATA_SETS.values()]
    if wanted_format(request, query.format) == "csv":
        columns = [name for name in described[0] if name not in ("classes", "columns")]
        columns.remove("learning_rate")
        return csv_response(
            request, columns, [[each[name] for name in columns] for each in described], "networks"
        )
    properties = NetworkQuery.model_json_schema()["properties"]
    return json_response(
        request,
        {
            "data": described,
            "losses": {name: loss.latex for name, loss in LOSSES.items()},
            "activations": [*ACTIVATIONS],
            "parameters": {name: properties[name] for name in sorted(NetworkQuery.deciding())},
        },
    )


@router.get(
    "/network",
    responses=documented(schemas.NetworkAnswer, TABLE, STREAM),
    openapi_extra=schemas.SHORT,
)
async def get_network(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkStreamQuery, Query()],
) -> Response:
    """A small network trained at each batch size: losses, accuracies, sharpness, noise.

    With ``Accept: text/event-stream`` it sends ``progress`` events, each with what is known so
    far (given a ``theme``, as ``figures`` too), and one ``result`` (or ``problem``); otherwise
    it waits. Numbers of curves have six significant digits; ``final`` is exact, and so is CSV.
    """
    shown_as = query.format or wanted(request, "application/json", "text/csv", EVENTS)
    if shown_as == EVENTS:
        # Refused here, it is answered with its own status.
        asked = await asyncio.to_thread(trainings, query)
        check_free(laboratory, query)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
        return EventSourceResponse(_events(laboratory, query, asked), headers=headers)
    async with unless_gone(request.is_disconnected):
        step = await finish(laboratory, query)
    if shown_as in ("csv", "text/csv"):
        rows = (row for runs in step.runs.sizes for row in _rows(runs))
        return await asyncio.to_thread(csv_response, request, COLUMNS, rows, "network")
    return await asyncio.to_thread(lambda: json_response(request, _answer(query, step)))


@listed.get(
    "/network/data",
    responses=documented(schemas.NetworkRowsAnswer, ROWS_TABLE),
    openapi_extra=schemas.SHORT,
)
def get_network_data(request: Request, query: Annotated[NetworkRowsQuery, Query()]) -> Response:
    """The rows and first weights of one replica, in full, to train it anywhere."""
    check_replica(query.replica, query.replicas)
    trainings(query)
    spec = query.spec
    split = spec.split(query.replica)
    if wanted_format(request, query.format) == "csv":
        columns = ("part", *spec.data_set.columns[: spec.inputs], "y")
        rows = (
            (name, *x, y)
            for name, part in zip(split._fields, split, strict=True)
            for x, y in zip(part.x.tolist(), _targets(spec, part), strict=True)
        )
        return csv_response(request, columns, rows, "network-data")
    layers = spec.network.layers
    return json_response(
        request,
        {
            **{
                name: {"x": part.x, "y": _targets(spec, part)}
                for name, part in zip(split._fields, split, strict=True)
            },
            "weights": layers.told(spec.weights(query.replica)),
            "layers": layers.shapes,
        },
    )


def _targets(spec: NetworkSpec, part: Examples) -> list[Any]:
    """The target itself where there is one output, else the number of the class."""
    y = spec.rows(part).y
    values: list[Any] = y[:, 0].tolist() if y.shape[1] == 1 else part.labels.tolist()
    return values


def _described(data: DataSet) -> dict[str, Any]:
    try:
        most = data.most()
    except ParameterError:
        most = None
    return {
        "id": data.id,
        "title": translated(data.title),
        "description": translated(data.description),
        "source": translated(data.source),
        "classes": data.classes,
        "columns": data.columns,
        "noise": data.noise,
        "learning_rate": dict(data.learning_rates),
        "most_examples": most,
        "installed": most is not None,
    }


async def _events(
    laboratory: Laboratory, query: NetworkStreamQuery, asked: tuple[Training, ...]
) -> AsyncIterator[bytes]:
    try:
        async for step in watch(laboratory, query, asked):
            yield await asyncio.to_thread(_told, query, step)
    except ParameterError as error:
        yield _event("problem", as_problem(error).model_dump())
    except BusyError:  # another took the last place since `check_free`
        yield _event("problem", busy_problem().model_dump())


def _told(query: NetworkStreamQuery, step: Step) -> bytes:
    content = _answer(query, step)
    if step.finished:
        return _event("result", content)
    content |= {"done": step.done, "seconds_left": step.seconds_left}
    content |= {"trained": len(step.runs.sizes), "asked": step.asked}
    if query.theme and step.runs.sizes:
        drawn = {
            name: draw(step.runs, query.theme, query.axis) for name, draw in WHILE_TRAINED.items()
        }
        content["figures"] = {
            name: Fragment(figure_json(sized(drop_facts(figure), query.size)))
            for name, figure in drawn.items()
        }
    return _event("progress", content)


def _event(name: str, content: Any) -> bytes:
    return format_sse_event(event=name, data_str=to_json(content).decode())


def _answer(query: NetworkStreamQuery, step: Step) -> dict[str, Any]:
    return {
        "request": resolved(query, NetworkQuery),
        "summary": network_summary(step.runs),
        "batches": [_batch(query.spec, runs) for runs in step.runs.sizes],
        "plane": None,
        "boundary": None,
    }


def _batch(spec: NetworkSpec, runs: SizeRuns) -> dict[str, Any]:
    plan, trained, measured = runs.plan, runs.trained, runs.measured
    updates = trained.updates
    return {
        "batch_size": runs.batch_size,
        "learning_rate": plan.learning_rate,
        "updates": plan.updates,
        "update": updates,
        "epoch": rounded(plan.epoch[updates]),
        "examples_seen": plan.examples_seen[updates],
        **{name: _spread(each) for name, each in trained.scores._asdict().items()},
        "sharpness": measured and _spread(_placed(runs, measured.sharpness)),
        "noise_scale": measured and _spread(_placed(runs, measured.noise_scale)),
        "final": [_final(spec, runs, r) for r in range(len(trained.diverged_at))],
    }


def _placed(runs: SizeRuns, values: FloatArray) -> FloatArray:
    """What is measured at some recorded updates, among them all; NaN elsewhere."""
    placed = np.full((len(runs.trained.updates), values.shape[1]), np.nan)
    placed[runs.trained.marks] = values
    return placed


def _spread(values: FloatArray) -> dict[str, Any]:
    """A quantity over replicas, (K, R)."""
    low, median, high = (rounded(each) for each in band(values))
    each = np.ascontiguousarray(rounded(values).T)
    return {"replicas": each, "median": median, "low": low, "high": high}


def _final(spec: NetworkSpec, runs: SizeRuns, r: int) -> dict[str, Any]:
    trained, scores = runs.trained, runs.trained.scores
    gone = int(trained.diverged_at[r])
    weights = spec.network.layers.told(trained.weights[-1, r])
    return {
        "replica": r,
        **{
            name: float(getattr(scores, name)[-1, r])
            for name in ("train_loss", "validation_loss", "test_loss", "test_accuracy")
        },
        "best_update": int(trained.updates[best(trained)[r]]),
        "test_accuracy_at_best": float(at_best(scores.test_accuracy, trained)[r]),
        "diverged": gone > 0,
        "diverged_at": gone or None,
        "weights": None if gone else weights,
    }


def _rows(runs: SizeRuns) -> Iterator[tuple[Any, ...]]:
    plan, trained = runs.plan, runs.trained
    updates = trained.updates.tolist()
    known = [*trained.scores]
    for each in ("sharpness", "noise_scale"):
        nothing = np.full_like(known[0], np.nan)
        known.append(_placed(runs, getattr(runs.measured, each)) if runs.measured else nothing)
    for r in range(len(trained.diverged_at)):
        for k, update in enumerate(updates):
            at = (update, plan.epoch[update], plan.examples_seen[update])
            yield (runs.batch_size, r, *at, *(float(each[k, r]) for each in known))
