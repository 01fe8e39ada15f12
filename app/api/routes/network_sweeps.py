"""``/network/gap`` and ``/network/steps``: a network's batch sizes, each at its best rate."""

import asyncio
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.laboratory import Step
from app.api.compute.network_sweeps import (
    finish_gap,
    finish_steps,
    gap_sweep,
    steps_sweep,
    watch_gap,
    watch_steps,
)
from app.api.dependencies import LaboratoryDependency
from app.api.queries.network_sweeps import (
    NetworkGapQuery,
    NetworkGapStreamQuery,
    NetworkStepsQuery,
    NetworkStepsStreamQuery,
    NetworkSweepQuery,
)
from app.api.queries.resolved import resolved
from app.api.schemas import network_sweeps as schemas
from app.api.schemas.tradeoff import hyperbola
from app.api.streams import EVENTS, drawn, event, stream_of, streamed
from app.figures.network.gap import gap_figure
from app.figures.network.steps import steps_figure
from app.language.speech import translated
from app.science.networks.gap_result import Compared, GapResult, SizeOutcome
from app.science.networks.paired import Mean
from app.science.networks.steps_result import StepsResult
from app.science.networks.sweeping import NetworkSweep
from app.science.tradeoff.tuned import Tuned
from app.web.disconnects import unless_gone
from app.web.responses import Text, csv_response, documented, json_response, wanted
from app.words.network.gap import gap_summary
from app.words.network.steps import steps_summary

router = APIRouter(prefix=API, tags=["networks"])

QUANTILES = ("p05", "p50", "p95")
GAP_COLUMNS = (
    *("budget", "batch_size", "learning_rate", "learning_rate_at_edge", "updates", "train_loss"),
    *("validation_loss", "test_accuracy", "test_accuracy_low", "test_accuracy_high"),
    *("difference", "difference_low", "difference_high"),
)
STEPS_COLUMNS = (
    *("batch_size", "learning_rate", "learning_rate_at_edge"),
    *(f"{name}_{quantile}" for name in ("updates", "examples") for quantile in QUANTILES),
    *("noise_scale", "noise_scale_error"),
)
GAP_TABLE = Text("text/csv", description="A row a batch size under a budget; accuracies in percent")
STEPS_TABLE = Text("text/csv", description="A row a batch size")


@router.get(
    "/network/gap",
    responses=documented(schemas.GapAnswer, GAP_TABLE, stream_of(schemas.GAP_EVENTS)),
    openapi_extra=schemas.SHORT_GAP,
)
async def get_network_gap(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkGapStreamQuery, Query()],
) -> Response:
    """Does batch size generalise: test accuracy at each, under four budgets, rates tuned.

    With ``Accept: text/event-stream`` it sends ``progress`` events, each with what is known so
    far (given a ``theme``, as ``figures`` too), and one ``result`` (or ``problem``); otherwise
    it waits. The sweep runs in worker processes and ends when all who asked for it have gone;
    asked for again, it goes on where it was.
    """
    shown_as = query.format or wanted(request, "application/json", "text/csv", EVENTS)
    if shown_as == EVENTS:
        sweep = await asyncio.to_thread(gap_sweep, query)  # refused here, it has its own status
        laboratory.check_free(sweep)
        return streamed(watch_gap(laboratory, sweep), partial(_gap_told, query))
    async with unless_gone(request.is_disconnected):
        result = await finish_gap(laboratory, query)
    if shown_as in ("csv", "text/csv"):
        rows = [
            _gap_row(compared, each)
            for compared in result.compared.values()
            for each in compared.sizes
        ]
        return csv_response(request, GAP_COLUMNS, rows, "network-gap")
    return await asyncio.to_thread(lambda: json_response(request, _gap_answer(query, result)))


@router.get(
    "/network/steps",
    responses=documented(schemas.StepsAnswer, STEPS_TABLE, stream_of(schemas.STEPS_EVENTS)),
    openapi_extra=schemas.SHORT_STEPS,
)
async def get_network_steps(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkStepsStreamQuery, Query()],
) -> Response:
    """Updates to a training loss at each batch size, rates tuned, and the noise on the way.

    Streamed as ``/network/gap`` is.
    """
    shown_as = query.format or wanted(request, "application/json", "text/csv", EVENTS)
    if shown_as == EVENTS:
        sweep = await asyncio.to_thread(steps_sweep, query)
        laboratory.check_free(sweep)
        return streamed(watch_steps(laboratory, sweep), partial(_steps_told, query))
    async with unless_gone(request.is_disconnected):
        result = await finish_steps(laboratory, query)
    if shown_as in ("csv", "text/csv"):
        rows = [_steps_row(result, tuned) for tuned in result.tuned]
        return csv_response(request, STEPS_COLUMNS, rows, "network-steps")
    return await asyncio.to_thread(lambda: json_response(request, _steps_answer(query, result)))


def _gap_told(query: NetworkGapStreamQuery, step: Step[GapResult]) -> bytes:
    content = _gap_answer(query, step.swept)
    if step.finished:
        return event("result", content)
    content |= _progress(step) | {"measured": len(step.swept.measured)}
    if query.theme:
        figure = gap_figure(step.swept, query.theme, query.columns)
        content["figures"] = {"network-gap": drawn(figure, query.size)}
    return event("progress", content)


def _steps_told(query: NetworkStepsStreamQuery, step: Step[StepsResult]) -> bytes:
    content = _steps_answer(query, step.swept)
    if step.finished:
        return event("result", content)
    content |= _progress(step) | {"measured": len(step.swept.tuned)}
    if query.theme:
        figure = steps_figure(step.swept, query.theme)
        content["figures"] = {"network-steps": drawn(figure, query.size)}
    return event("progress", content)


def _progress(step: Step[Any]) -> dict[str, Any]:
    asked = len(step.swept.sweep.sizes)
    return {"done": step.done, "seconds_left": step.seconds_left, "asked": asked}


def _request(
    query: NetworkSweepQuery, model: type[NetworkSweepQuery], sweep: NetworkSweep
) -> dict[str, Any]:
    """Every parameter, none of them left out but for ``target``."""
    own = {"batch_size": [*sweep.sizes], "learning_rate": [*sweep.rates]}
    return resolved(query, model) | own


def _gap_answer(query: NetworkGapQuery, result: GapResult) -> dict[str, Any]:
    return {
        "request": _request(query, NetworkGapQuery, result.sweep),
        "summary": gap_summary(result),
        "train_loss_compared_at": result.target,
        "memorising": result.slowing and _interval(result.slowing),
        "budgets": [_compared(each) for each in result.compared.values()],
    }


def _compared(compared: Compared) -> dict[str, Any]:
    known = len(compared.sizes) > 1
    differences = {each.batch_size: _interval(each.accuracy) for each in compared.differences}
    return {
        "budget": compared.budget,
        "reference": compared.reference.batch_size if known else None,
        "differ": [each.batch_size for each in compared.certain],
        "largest_difference": compared.bound if known else None,
        "missing": compared.missing,
        "replicas_compared": compared.replicas,
        "batches": [
            {
                "batch_size": each.batch_size,
                "learning_rate": each.learning_rate,
                "learning_rate_at_edge": each.at_edge,
                "updates": each.updates,
                "at_end": each.late,
                "train_loss": _interval(each.train_loss),
                "validation_loss": each.validation_loss,
                "test_accuracy": _interval(each.accuracy),
                "difference": differences.get(each.batch_size),
                "replicas": [float(100 * value) for value in each.outcome.test_accuracy],
            }
            for each in compared.sizes
        ],
    }


def _interval(mean: Mean) -> dict[str, float]:
    return {"value": mean.value, "low": mean.low, "high": mean.high}


def _gap_row(compared: Compared, each: SizeOutcome) -> tuple[Any, ...]:
    found = [d.accuracy for d in compared.differences if d.batch_size == each.batch_size]
    gap = (found[0].value, found[0].low, found[0].high) if found else (None, None, None)
    accuracy = each.accuracy
    return (
        *(compared.budget, each.batch_size, each.learning_rate, each.at_edge),
        *(each.updates, each.train_loss.value, each.validation_loss),
        *(accuracy.value, accuracy.low, accuracy.high, *gap),
    )


def _steps_answer(query: NetworkStepsQuery, result: StepsResult) -> dict[str, Any]:
    return {
        "request": _request(query, NetworkStepsQuery, result.sweep)
        | {"target": result.sweep.level},
        "summary": steps_summary(result),
        "replicas_compared": result.replicas,
        "batches": [_steps_batch(result, tuned) for tuned in result.tuned],
        "fit": hyperbola(result.fit),
        "fit_refused": result.refused and translated(result.refused),
        "noise_scale_factor": result.factor,
    }


def _steps_batch(result: StepsResult, tuned: Tuned) -> dict[str, Any]:
    noise = result.noise.get(tuned.batch_size)
    return {
        "batch_size": tuned.batch_size,
        "learning_rate": tuned.learning_rate,
        "learning_rate_at_edge": tuned.at_edge,
        "updates": dict(zip(QUANTILES, tuned.updates, strict=True)),
        "examples": dict(zip(QUANTILES, tuned.examples, strict=True)),
        "noise_scale": noise and noise._asdict(),
        "learning_rate_refused": tuned.reason and translated(tuned.reason),
        "tried": [asdict(rate) for rate in tuned.tried],
    }


def _steps_row(result: StepsResult, tuned: Tuned) -> tuple[Any, ...]:
    noise = result.noise.get(tuned.batch_size)
    about = (tuned.batch_size, tuned.learning_rate, tuned.at_edge)
    return (*about, *tuned.updates, *tuned.examples, *(noise or (None, None)))
