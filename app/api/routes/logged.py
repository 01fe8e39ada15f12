"""``/logged``: a reader's own run, from its log to a link and from a link to estimates."""

from dataclasses import asdict, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.dependencies import SentLog
from app.api.queries.logged import EXAMPLE, LoggedQuery, SentLogQuery
from app.api.schemas import logged as schemas
from app.language.speech import DEFAULT_LANGUAGE, translated
from app.science.errors import ParameterError
from app.science.logged.advice import Advice, advise
from app.science.logged.checks import plain
from app.science.logged.exported import NEEDED, OPTIONAL, Exported, read_export
from app.science.logged.flaws import Found, derive
from app.science.logged.log import Log
from app.science.logged.packed import Logged, pack, summed, unpack
from app.science.logged.reading import read_log
from app.science.logged.windows import Window
from app.science.message import Message
from app.web.address import address
from app.web.bodies import LINES, LOGS, REFUSALS, described, is_sent_as
from app.web.description import example
from app.web.responses import (
    Text,
    csv_response,
    documented,
    json_response,
    not_kept,
    to_csv,
    to_json,
    wanted_format,
)
from app.words.logged import advice_said, flaw_said, noise_caption, rate_said

router = APIRouter(prefix=API, tags=["logged"])
sent = APIRouter(prefix=API, tags=["logged"])

PAGE = "/your-run"
COLUMNS = tuple(schemas.WindowAnswer.model_fields)
SUMMED = ("log", "link", "steps", "used")
PACKED = Text("text/csv", description="One row: the packed log, its link, how many steps it has")
TABLE = Text("text/csv", description="A row a window, in full precision")
BODY = described(
    description="JSON lines as the logger writes them, a header and a line a measured step; or a table with a mean squared norm of the parts and one of the whole, as W&B and TensorBoard export it",  # noqa: E501
    example='{"format": "batchscape-log", "version": 1, "framework": "pytorch", "optimizer": "sgd", "parts": "micro-batches", "notes": [], "data": 50000}\n{"step": 0, "examples": [16, 16], "part_norms": [3.1, 2.9], "norm": 1.7, "loss": 2.3, "lr": 0.1}\n',  # noqa: E501
    media_types=LOGS,
)


@sent.post(
    "/logged",
    responses=documented(schemas.PackedLogAnswer, PACKED) | REFUSALS,
    openapi_extra=BODY | example(""),
)
def pack_logged(
    request: Request, body: SentLog, query: Annotated[SentLogQuery, Query()]
) -> Response:
    """A run's log, summed up in at most 64 windows and packed into a link; nothing is kept.

    A text that begins with a brace, or is sent as JSON lines, is these; any other is a table, of
    which ``examples`` and ``parts`` are told besides, and columns chosen by name. What is wrong in
    the log is told with its line; what cannot be read is refused with its line and the reason.
    """
    log = _read(body, query, lines=is_sent_as(request, LINES))
    logged = summed(log)
    packed = pack(logged)
    spoken = {} if query.lang == DEFAULT_LANGUAGE else {"lang": query.lang}
    answer = {
        "log": packed,
        "link": f"{address(request)}{PAGE}?{urlencode({'log': packed, **spoken})}",
        "steps": len(log.steps.step),
        "used": int(logged.sums.steps.sum()),
        "warnings": _warnings((*logged.found, *derive(logged.header, logged.sums))),
    }
    if wanted_format(request, query.format) == "csv":
        rows = [[answer[name] for name in SUMMED]]
        return not_kept(to_csv(SUMMED, rows), "text/csv")
    return not_kept(to_json(answer), "application/json")


@router.get(
    "/logged",
    responses=documented(schemas.LoggedAnswer, TABLE),
    openapi_extra=example(f"log={EXAMPLE}"),
)
def get_logged(request: Request, query: Annotated[LoggedQuery, Query()]) -> Response:
    """A packed log, estimated: the noise scale along the run, what other batch sizes would cost.

    Each window's noise scale is a ratio of sums over its steps, with Fieller's 95 % interval. Where
    N is known and examples are not drawn with replacement, estimates are corrected for it. Costs
    are an approximation (McCandlish et al. 2018), of the last window that tells something.
    """
    logged = unpack(query.log)
    windows = logged.windows
    if wanted_format(request, query.format) == "csv":
        rows = (tuple(asdict(each)[name] for name in COLUMNS) for each in _whole(windows))
        return csv_response(request, COLUMNS, rows, "logged")
    return json_response(request, _answer(logged, windows))


def _read(body: bytes, query: SentLogQuery, *, lines: bool) -> Log:
    given = query.model_dump(include=SentLogQuery.deciding(), exclude_none=True)
    if lines or body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b""):
        for name, value in given.items():
            allowed = Message("left out: JSON lines say it themselves")
            raise ParameterError(name, value, allowed)
        return read_log(body)
    return read_export(
        body,
        Exported(
            columns={name: given[name] for name in (*NEEDED, *OPTIONAL) if name in given},
            examples=given.get("examples"),
            parts=given.get("parts"),
            squared=given.get("squared", True),
            optimizer=plain(given.get("optimizer", "")),
            data=given.get("data"),
        ),
    )


def _whole(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """With batch sizes as integers, if all of them are."""
    if not all(each.batch_size.is_integer() for each in windows):
        return windows
    return tuple(replace(each, batch_size=int(each.batch_size)) for each in windows)


def _answer(logged: Logged, windows: tuple[Window, ...]) -> dict[str, Any]:
    header = logged.header
    found = (*logged.found, *derive(header, logged.sums))
    advice = advise(header, windows)
    return {
        "framework": header.framework,
        "optimizer": header.optimizer,
        "parts": header.parts,
        "data": header.data,
        "summary": noise_caption(windows, found, thin=0).claim,
        "windows": [asdict(each) for each in windows],
        "warnings": _warnings(found),
        "advice": advice and _advice(advice),
    }


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "first": advice.window.first,
        "last": advice.window.last,
        "batch_size": advice.window.batch_size,
        "sentence": advice_said(advice),
        "rate": rate_said(advice),
        "rule": advice.rule,
        "costs": [asdict(each) for each in advice.costs],
        "costs_refused": advice.costs_refused and translated(advice.costs_refused),
    }


def _warnings(found: tuple[Found, ...]) -> list[dict[str, Any]]:
    return [asdict(each) | {"message": flaw_said(each)} for each in found]
