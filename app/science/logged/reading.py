"""A log as JSON lines, read strictly: what is no log is refused with its line and the reason."""

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from app.science.errors import ParameterError
from app.science.logged import checks
from app.science.logged.checks import MOST_NUMBER, BadLineError, plain
from app.science.logged.log import (
    MOST_STEPS,
    PARTS,
    Header,
    Log,
    Steps,
    refused,
)
from app.science.logged.part_norms import seen
from app.science.message import Message
from app.science.pauses import pause

FORMAT, VERSION = "batchscape-log", 1
HEADER = {"format", "version", "framework", "optimizer", "parts", "notes", "data"}
LINE = {
    *("step", "examples", "weights", "part_norms", "mean_part_norm", "norm", "loss", "lr"),
    *("gradient_squared", "noise_trace"),
}
MOST_NOTES = 32
_LONGEST = 200_000  # characters of a line
_AT_ONCE = 256  # lines between two pauses
_FILLED = re.compile(rb"\S[^\n]*")  # a line from its first character that is no blank


class LogStep(NamedTuple):
    """A line's numbers, as `Steps` has them but for the line."""

    step: int
    examples: int
    parts: int
    mean_part_norm: float
    norm: float
    least_norm: float = 0.0
    spread: bool = True
    growing: bool = False
    tied: bool = False
    even: bool = False
    loss: float = math.nan
    lr: float = math.nan
    gradient_squared: float = math.nan
    noise_trace: float = math.nan


def read_log(content: bytes) -> Log:
    """The log in a text of JSON lines, a header and then a line a measured step.

    A norm that is NaN, infinite or null is kept as NaN; everything else is as it should be.

    Raises:
        ParameterError: it is not, with the line and the reason.
    """
    header: Header | None = None
    steps: list[LogStep] = []
    places: list[int] = []
    number, line = 1, ""
    try:
        for number, line in _lines(content):
            if header is None:
                header = _header(_object(line))
                continue
            if len(steps) == MOST_STEPS:
                reason = Message("it is one more step than the {most:,} allowed", most=MOST_STEPS)
                raise BadLineError(reason)
            if not len(steps) % _AT_ONCE:
                pause()
            steps.append(_step(_object(line), header))
            places.append(number)
    except BadLineError as error:
        raise refused(line, number, error.reason) from None
    if header is None:
        raise ParameterError("log", "", Message("a log: there is no line in it"))
    return Log(header, stacked(places, steps, number))


def stacked(lines: Iterable[int], steps: list[Any], last: int) -> Steps:
    """Rows as columns.

    Raises:
        ParameterError: there is no row.
    """
    if not steps:
        raise refused("", last, Message("no measured step follows it"))
    kinds: tuple[Any, ...] = (
        (np.int64,) * 3 + (np.float64,) * 3 + (np.bool_,) * 4 + (np.float64,) * 4
    )
    columns = (
        np.array(column, kind) for column, kind in zip(zip(*steps, strict=True), kinds, strict=True)
    )
    return Steps(np.fromiter(lines, np.int64, len(steps)), *columns)


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Those that are not blank, each with its number; none is looked at before it is asked for."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    number, end = 1, 0
    for found in _FILLED.finditer(content):
        number += content.count(b"\n", end, found.start())
        line, end = found[0], found.end()
        try:
            text = line.decode().rstrip()
        except UnicodeDecodeError:
            shown = line.decode("latin-1")
            raise refused(shown, number, Message("it is not in UTF-8")) from None
        if len(text) > _LONGEST:
            reason = Message("it has more than {most:,} characters", most=_LONGEST)
            raise refused(text, number, reason)
        yield number, text


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadLineError(Message("a name comes twice in it"))
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)


def _object(line: str) -> dict[str, Any]:
    try:
        found = _DECODER.decode(line)
    except (ValueError, RecursionError):
        raise BadLineError(Message("it is no JSON")) from None
    if not isinstance(found, dict):
        raise BadLineError(Message("it is no JSON object"))
    return found


def _header(found: dict[str, Any]) -> Header:
    if found.get("format") != FORMAT:
        raise BadLineError(Message('the first line is to say "format": "{format}"', format=FORMAT))
    if type(found.get("version")) is not int or found["version"] != VERSION:
        raise BadLineError(Message('"version" is to be {version}', version=VERSION))
    checks.known(found, HEADER)
    if found.get("parts") not in PARTS:
        names = ", ".join(PARTS)
        raise BadLineError(
            Message(
                '"parts" is to be one of {names}; gradients of successive steps are of different weights, and no parts of one batch',  # noqa: E501
                names=names,
            )
        )
    framework, optimizer = (checks.text(found, name) for name in ("framework", "optimizer"))
    notes = found.get("notes", [])
    if (
        not isinstance(notes, list)
        or len(notes) > MOST_NOTES
        or not all(isinstance(note, str) for note in notes)
    ):
        raise BadLineError(
            Message('"notes" is to be a list of at most {most} texts', most=MOST_NOTES)
        )
    data = None if found.get("data") is None else checks.integer(found, "data", 1)
    return Header(framework, optimizer, found["parts"], tuple(plain(note) for note in notes), data)


def _step(found: dict[str, Any], header: Header) -> LogStep:
    checks.known(found, LINE)
    step, sizes = checks.integer(found, "step", 0), checks.sizes(found)
    examples = sum(sizes)
    if examples > MOST_NUMBER:
        raise BadLineError(Message('"examples" are too many'))
    norm = checks.norm(found.get("norm", ""), "norm")
    more: Any = {
        name: checks.number(found, name)
        for name in ("loss", "lr", "gradient_squared", "noise_trace")
        if found.get(name) is not None
    }
    if ("part_norms" in found) == ("mean_part_norm" in found):
        raise BadLineError(Message('it is to have one of "part_norms" and "mean_part_norm"'))
    if "mean_part_norm" in found:
        if "weights" in found:
            raise BadLineError(Message('"weights" have no effect beside "mean_part_norm"'))
        mean = checks.norm(found["mean_part_norm"], "mean_part_norm")
        # Where parts are single examples, their number alone will do.
        single = header.parts == "examples" and len(sizes) == 1
        return LogStep(step, examples, examples if single else len(sizes), mean, norm, **more)
    norms = checks.listed(found, "part_norms", len(sizes))
    squares = [checks.norm(value, "part_norms") for value in norms]
    weights, even = None, False
    if "weights" in found:
        weights = [checks.weight(value) for value in checks.listed(found, "weights", len(sizes))]
        even = len(set(weights)) == 1 and len(set(sizes)) > 1
    told = seen(squares, weights or sizes)._asdict()
    return LogStep(step, examples, len(sizes), norm=norm, even=even, **told, **more)
