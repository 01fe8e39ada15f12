"""A log as JSON lines, read strictly: what is no log is refused with its line and the reason."""

import json
import math
from collections.abc import Iterable
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
    lines = _lines(content)
    if not lines:
        raise ParameterError("log", "", Message("a log: there is no line in it"))
    number, first = lines[0]
    if len(lines) - 1 > MOST_STEPS:
        reason = Message("it is one more step than the {most:,} allowed", most=MOST_STEPS)
        raise refused(lines[MOST_STEPS + 1][1], lines[MOST_STEPS + 1][0], reason)
    try:
        header = _header(_object(first))
        steps: list[LogStep] = []
        for number, first in lines[1:]:  # noqa: B007 - said where one is refused
            if not len(steps) % _AT_ONCE:
                pause()
            steps.append(_step(_object(first), header))
    except BadLineError as error:
        raise refused(first, number, error.reason) from None
    return Log(header, stacked((number for number, _text in lines[1:]), steps, number))


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


def _lines(content: bytes) -> list[tuple[int, str]]:
    """Those that are not blank, each with its number."""
    lines = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line or line.isspace():
            continue
        try:
            text = line.decode().strip()
        except UnicodeDecodeError:
            reason = Message("it is not in UTF-8")
            raise refused(line.decode("latin-1"), number, reason) from None
        if len(text) > _LONGEST:
            reason = Message("it has more than {most:,} characters", most=_LONGEST)
            raise refused(text, number, reason)
        lines.append((number, text))
    return lines


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
