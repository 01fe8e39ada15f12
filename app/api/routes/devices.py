"""``/devices``: a batch over several devices, and which to try first."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.queries.devices import DevicesQuery
from app.api.schemas.logged import DevicesAnswer
from app.language.speech import sentences
from app.science.accumulation import Accumulation
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.logged.advice import advise
from app.science.logged.devices import (
    Architecture,
    Terms,
    Transformer,
    epoch,
    global_batch,
    terms,
    timing,
)
from app.science.logged.packed import unpack
from app.science.logged.windows import Window
from app.science.memory import Network
from app.science.message import Message
from app.web.responses import Text, csv_response, documented, json_response, wanted_format
from app.words.epoch_plan import last_of_one
from app.words.logged import devices_said

router = APIRouter(prefix=API, tags=["logged"])

WORDS = ("last_batch_warning", "first")  # of an answer, which are no numbers
TABLE = Text("text/csv", description="A row a number: its name and its value")


@router.get("/devices", responses=documented(DevicesAnswer, TABLE))
def get_devices(request: Request, query: Annotated[DevicesQuery, Query()]) -> Response:
    """The global batch, its epochs, an estimate of its memory, and seconds by a model.

    Memory is by formula: weights, gradients and moments, and the activations of an example; of a
    transformer as Korthikanti et al. 2022 have it, without recomputation. Seconds are a line in
    the passes, t(B) = a + c ⌈B/P⌉, through two timings that the reader gives: nothing is timed
    here. With a log the batch to try first is the noise scale's, within memory and data.
    """
    window, data = _logged(query.log)
    examples = query.examples or data
    size = global_batch(query.per_device, query.devices, query.accumulation)
    cut = examples and epoch(examples, size, drop_last=query.drop_last)
    kept = _terms(query)
    answer = {
        "batch_size": size,
        "examples": examples,
        "epoch": cut and cut._asdict(),
        "memory": kept and _memory(query, kept),
        "seconds": _seconds(query, size, cut.steps if cut else None),
        "last_batch_warning": _warning(query, examples, size),
        "first": sentences(
            devices_said(
                window,
                size,
                kept and kept.largest(query.memory * 1e9) * query.devices,
                examples,
                cut.steps if cut else None,
            )
        ),
    }
    if wanted_format(request, query.format) == "csv":
        return csv_response(request, ("name", "value"), _rows(answer), "devices")
    return json_response(request, answer)


def _logged(text: str | None) -> tuple[Window | None, int | None]:
    if text is None:
        return None, None
    logged = unpack(text)
    advice = advise(logged.header, logged.windows)
    return advice.window if advice else None, logged.header.data


def _warning(query: DevicesQuery, examples: int | None, size: int) -> str | None:
    if examples is None or examples < size:
        return None
    plan = EpochPlan(examples, size, "drop" if query.drop_last else "keep")
    parts = Accumulation(query.devices * query.accumulation)  # a device's own, at a time
    return last_of_one(plan, parts=parts) or None


def _terms(query: DevicesQuery) -> Terms | None:
    model: Architecture
    if query.architecture == "none":
        return None
    if query.architecture == "dense":
        model = Network(query.inputs, query.width, query.layers, query.outputs)
    else:
        model = Transformer(
            query.width, query.layers, query.heads, query.sequence, query.vocabulary
        )
    return terms(model, query.moments, query.precision)


def _memory(query: DevicesQuery, kept: Terms) -> dict[str, int]:
    return {
        **kept._asdict(),
        "per_device": kept.fixed + query.per_device * kept.an_example,
        "largest": kept.largest(query.memory * 1e9),
    }


def _seconds(query: DevicesQuery, size: int, steps: int | None) -> dict[str, Any] | None:
    batches, seconds = query.timed_batch, query.timed_seconds
    if not batches and not seconds:
        return None
    for name, values in (("timed_batch", batches), ("timed_seconds", seconds)):
        if len(values) != 2:
            raise ParameterError(name, values, Message("two values, one a timing"))
    width = query.per_device * query.devices
    found = timing(width, (batches[0], batches[1]), (seconds[0], seconds[1]))
    an_update = found.seconds(size)
    return {
        "fixed": found.fixed,
        "a_pass": found.a_pass,
        "width": width,
        "an_update": an_update,
        "an_epoch": None if steps is None else steps * an_update,
    }


def _rows(answer: dict[str, Any]) -> list[tuple[str, float | None]]:
    rows: list[tuple[str, float | None]] = []
    for name, value in answer.items():
        if isinstance(value, dict):
            rows += [(f"{name}_{inner}", each) for inner, each in value.items()]
        elif name not in WORDS:
            rows.append((name, value))
    return rows
