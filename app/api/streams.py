"""Answers that are streamed while they are computed: server-sent events, and one end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeVar

from fastapi import Response
from fastapi.sse import EventSourceResponse, format_sse_event
from orjson import Fragment

from app.api.errors import as_problem
from app.figures.arrays import figure_json
from app.figures.facts import drop_facts
from app.figures.figure import Figure
from app.figures.sizes import sized
from app.science.errors import ParameterError
from app.web.admission import BusyError
from app.web.errors import busy_problem, unreachable_problem
from app.web.responses import Text, to_json
from app.web.workers import UnreachableError

EVENTS = "text/event-stream"

Step = TypeVar("Step")


def stream_of(events: Sequence[Any]) -> Text:
    """What is documented of a stream, by the schemas of its events."""
    return Text(
        EVENTS,
        description="Server-sent events: progress as more is known, then one result, "
        "or one problem",
        events=tuple(events),
    )


def streamed(steps: AsyncIterator[Step], told: Callable[[Step], bytes]) -> Response:
    """An event a step, made beside the event loop; ``problem`` where the steps raise one."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
    return EventSourceResponse(_events(steps, told), headers=headers)


def event(name: str, content: Any) -> bytes:
    """An event as it is sent."""
    return format_sse_event(event=name, data_str=to_json(content).decode())


def drawn(figure: Figure, size: str) -> Fragment:
    """A figure as a part of an event."""
    return Fragment(figure_json(sized(drop_facts(figure), size)))


async def _events(
    steps: AsyncIterator[Step], told: Callable[[Step], bytes]
) -> AsyncIterator[bytes]:
    try:
        async for step in steps:
            yield await asyncio.to_thread(told, step)
    except ParameterError as error:
        yield event("problem", as_problem(error).model_dump())
    except BusyError:  # another took the last place since it was looked at
        yield event("problem", busy_problem().model_dump())
    except UnreachableError as error:
        yield event("problem", unreachable_problem(error).model_dump())
