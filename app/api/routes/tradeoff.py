"""``/tradeoff``: how far a bigger batch pays, streamed while it is measured."""

import asyncio
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.tradeoff import Step, check_free, finish, sweeps, watch
from app.api.dependencies import LaboratoryDependency
from app.api.queries.tradeoff import StreamQuery, TradeoffQuery
from app.api.schemas import tradeoff as schemas
from app.api.streams import EVENTS, drawn, event, stream_of, streamed
from app.figures.tradeoff import SWEPT
from app.language.speech import translated
from app.science.tradeoff.regimes import Regimes
from app.science.tradeoff.sweep_result import SweepResult, measured
from app.science.tradeoff.tuned import Tuned
from app.web.disconnects import unless_gone
from app.web.responses import Text, csv_response, documented, json_response, wanted
from app.words.tradeoff import tradeoff_summary

router = APIRouter(prefix=API, tags=["trade-off"])

QUANTILES = ("p05", "p50", "p95")
COLUMNS = (
    *("optimizer", "batch_size", "learning_rate", "learning_rate_at_edge"),
    *(f"{name}_{quantile}" for name in ("updates", "examples") for quantile in QUANTILES),
    "regime",
)
TABLE = Text("text/csv", description="A row a batch size of an optimizer")
STREAM = stream_of(schemas.EVENTS)


@router.get(
    "/tradeoff",
    responses=documented(schemas.TradeoffAnswer, TABLE, STREAM),
    openapi_extra=schemas.SHORT,
)
async def get_tradeoff(
    request: Request, laboratory: LaboratoryDependency, query: Annotated[StreamQuery, Query()]
) -> Response:
    """Updates and examples to a target loss at every batch size, with the learning rate tuned.

    With ``Accept: text/event-stream`` it sends ``progress`` events, each with what is known so
    far (given a ``theme``, as ``figures`` too), and one ``result`` (or ``problem``); otherwise
    it waits. The sweep runs in worker processes and ends when all who asked for it have gone;
    asked for again, it goes on with the batch sizes that were not measured yet.
    """
    shown_as = query.format or wanted(request, "application/json", "text/csv", EVENTS)
    if shown_as == EVENTS:
        asked = sweeps(query)  # refused here, it is answered with its own status
        check_free(laboratory, query)
        return streamed(watch(laboratory, query, asked), partial(_told, query))
    async with unless_gone(request.is_disconnected):
        step = await finish(laboratory, query)
    if shown_as in ("csv", "text/csv"):
        rows = [_row(swept, tuned) for swept in step.swept for tuned in swept.tuned]
        return csv_response(request, COLUMNS, rows, "tradeoff")
    return await asyncio.to_thread(lambda: json_response(request, _answer(query, step)))


def _told(query: StreamQuery, step: Step) -> bytes:
    content = _answer(query, step)
    if step.finished:
        return event("result", content)
    known, asked = measured(step.swept)
    content |= {"done": step.done, "seconds_left": step.seconds_left}
    content |= {"measured": known, "asked": asked}
    if query.theme:
        content["figures"] = {
            name: drawn(draw(step.swept, query.theme), query.size) for name, draw in SWEPT.items()
        }
        content["figure"] = content["figures"]["tradeoff-updates"]
    return event("progress", content)


def _answer(query: StreamQuery, step: Step) -> dict[str, Any]:
    sizes = list(step.swept[0].sweep.sizes)
    return {
        "request": query.model_dump(include=TradeoffQuery.deciding()) | {"batch_size": sizes},
        "summary": tradeoff_summary(step.swept),
        "optimizers": [_optimizer(swept) for swept in step.swept],
    }


def _optimizer(swept: SweepResult) -> dict[str, Any]:
    goal = swept.goal
    return {
        "optimizer": swept.sweep.optimizer,
        "lowest_loss": goal.deepest,
        "target_above": goal.lowest,
        "target_loss": goal.level,
        "batches": [_batch(tuned, swept.regimes) for tuned in swept.tuned],
        "fit": schemas.hyperbola(swept.fit),
        "fit_refused": swept.refused and translated(swept.refused),
        **_bounds(swept),
    }


def _bounds(swept: SweepResult) -> dict[str, Any]:
    """Where perfect scaling ends and the plateau begins, with their intervals.

    A regime of one batch size alone, the smallest or the largest of all, is none: null.
    """
    marks = swept.regimes
    none = {"low": None, "high": None}
    if not marks:
        return dict.fromkeys(("perfect_scaling_until", "plateau_from")) | {
            "perfect_scaling_until_interval": none, "plateau_from_interval": none,
        }  # fmt: skip
    smallest, largest = swept.reached[0].batch_size, swept.reached[-1].batch_size
    answer: dict[str, Any] = {}
    for name, bound, alone in (
        ("perfect_scaling_until", marks.perfect_until, smallest),
        ("plateau_from", marks.plateau_from, largest),
    ):
        known = {key: None if size == alone else size for key, size in bound._asdict().items()}
        answer[name] = known.pop("value")
        answer[f"{name}_interval"] = known
    return answer


def _row(swept: SweepResult, tuned: Tuned) -> tuple[Any, ...]:
    regime = swept.regimes.labels.get(tuned.batch_size) if swept.regimes else None
    about = (swept.sweep.optimizer, tuned.batch_size, tuned.learning_rate, tuned.at_edge)
    return (*about, *tuned.updates, *tuned.examples, regime)


def _batch(tuned: Tuned, marks: Regimes | None) -> dict[str, Any]:
    updates = dict(zip(QUANTILES, tuned.updates, strict=True))
    examples = dict(zip(QUANTILES, tuned.examples, strict=True))
    return {
        "batch_size": tuned.batch_size,
        "learning_rate": tuned.learning_rate,
        "learning_rate_at_edge": tuned.at_edge,
        "updates_to_target": updates,
        "examples_seen_to_target": examples,
        "updates": updates,
        "examples": examples,
        "regime": marks.labels.get(tuned.batch_size) if marks else None,
        "learning_rate_refused": tuned.reason and translated(tuned.reason),
        "tried": [asdict(rate) for rate in tuned.tried],
    }
