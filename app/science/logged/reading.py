"""A log as JSON lines, read strictly: what is no log is refused with its line and the reason."""

import json
import math
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from app.science.errors import ParameterError
from app.science.logged.log import (
    LARGEST,
    MOST_PARTS,
    MOST_STEPS,
    PARTS,
    Header,
    Log,
    Steps,
    refused,
)
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
_MOST_NUMBER = 10**12  # of a step, or of examples in a batch or the data
_AT_ONCE = 256  # lines between two pauses
_OTHER = re.compile("[^a-z0-9]+")


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
    even: bool = False
    loss: float = math.nan
    lr: float = math.nan
    gradient_squared: float = math.nan
    noise_trace: float = math.nan


class _BadLineError(Exception):
    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


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
    except _BadLineError as error:
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
        (np.int64,) * 3 + (np.float64,) * 3 + (np.bool_,) * 3 + (np.float64,) * 4
    )
    columns = (
        np.array(column, kind) for column, kind in zip(zip(*steps, strict=True), kinds, strict=True)
    )
    return Steps(np.fromiter(lines, np.int64, len(steps)), *columns)


def plain(name: str) -> str:
    """A name in small letters, digits and hyphens, at most 24 of them.

    >>> plain("torch.optim.AdamW")
    'torch-optim-adamw'
    """
    return _OTHER.sub("-", name.lower()).strip("-")[:24].strip("-")


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
        raise _BadLineError(Message("a name comes twice in it"))
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)


def _object(line: str) -> dict[str, Any]:
    try:
        found = _DECODER.decode(line)
    except (ValueError, RecursionError):
        raise _BadLineError(Message("it is no JSON")) from None
    if not isinstance(found, dict):
        raise _BadLineError(Message("it is no JSON object"))
    return found


def _header(found: dict[str, Any]) -> Header:
    if found.get("format") != FORMAT:
        raise _BadLineError(Message('the first line is to say "format": "{format}"', format=FORMAT))
    if type(found.get("version")) is not int or found["version"] != VERSION:
        raise _BadLineError(Message('"version" is to be {version}', version=VERSION))
    _known(found, HEADER)
    if found.get("parts") not in PARTS:
        names = ", ".join(PARTS)
        raise _BadLineError(
            Message(
                '"parts" is to be one of {names}; gradients of successive steps are of different weights, and no parts of one batch',  # noqa: E501
                names=names,
            )
        )
    framework, optimizer = (_text(found, name) for name in ("framework", "optimizer"))
    notes = found.get("notes", [])
    if (
        not isinstance(notes, list)
        or len(notes) > MOST_NOTES
        or not all(isinstance(note, str) for note in notes)
    ):
        raise _BadLineError(
            Message('"notes" is to be a list of at most {most} texts', most=MOST_NOTES)
        )
    data = None if found.get("data") is None else _integer(found, "data", 1)
    return Header(framework, optimizer, found["parts"], tuple(plain(note) for note in notes), data)


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise _BadLineError(Message('"{name}" is to be a text', name=name))
    return plain(value or "")


def _step(found: dict[str, Any], header: Header) -> LogStep:
    _known(found, LINE)
    step, sizes = _integer(found, "step", 0), _sizes(found)
    examples = sum(sizes)
    if examples > _MOST_NUMBER:
        raise _BadLineError(Message('"examples" are too many'))
    norm = _norm(found.get("norm", ""), "norm")
    more: Any = {
        name: _number(found, name)
        for name in ("loss", "lr", "gradient_squared", "noise_trace")
        if found.get(name) is not None
    }
    if ("part_norms" in found) == ("mean_part_norm" in found):
        raise _BadLineError(Message('it is to have one of "part_norms" and "mean_part_norm"'))
    if "mean_part_norm" in found:
        if "weights" in found:
            raise _BadLineError(Message('"weights" have no effect beside "mean_part_norm"'))
        mean = _norm(found["mean_part_norm"], "mean_part_norm")
        # Where parts are single examples, their number alone will do.
        single = header.parts == "examples" and len(sizes) == 1
        return LogStep(step, examples, examples if single else len(sizes), mean, norm, **more)
    norms = _list(found, "part_norms", len(sizes))
    squares = [_norm(value, "part_norms") for value in norms]
    shares = [size / examples for size in sizes]
    even = False
    if "weights" in found:
        weights = [_weight(value) for value in _list(found, "weights", len(sizes))]
        even = len(set(weights)) == 1 and len(set(sizes)) > 1
        total = sum(weights)
        shares = [weight / total for weight in weights]
    mean = sum(share * square for share, square in zip(shares, squares, strict=True))
    # The largest part's pull, less that of all others against it.
    pulls = [share * math.sqrt(square) for share, square in zip(shares, squares, strict=True)]
    least = max(0.0, 2 * max(pulls) - sum(pulls)) ** 2
    spread = len(squares) < 2 or min(squares) < max(squares)
    growing = len(squares) > 2 and all(a < b for a, b in pairwise(squares))
    numbers = (step, examples, len(sizes), mean, norm)
    return LogStep(*numbers, least, spread, growing, even, **more)


def _known(found: dict[str, Any], names: set[str]) -> None:
    if unknown := sorted(found.keys() - names):
        known = ", ".join(sorted(names))
        raise _BadLineError(
            Message('"{name}" is none of {known}', name=unknown[0][:24], known=known)
        )


def _sizes(found: dict[str, Any]) -> list[int]:
    sizes = found.get("examples")
    if not isinstance(sizes, list) or not 1 <= len(sizes) <= MOST_PARTS:
        raise _BadLineError(
            Message(
                '"examples" is to be a list, the examples of each part, of at most {most:,}',
                most=MOST_PARTS,
            )
        )
    for size in sizes:
        if type(size) is not int or not 1 <= size <= _MOST_NUMBER:
            raise _BadLineError(Message('"examples" are to be integers of at least 1'))
    return sizes


def _list(found: dict[str, Any], name: str, count: int) -> list[Any]:
    values = found[name]
    if not isinstance(values, list) or len(values) != count:
        raise _BadLineError(
            Message(
                '"{name}" is to be a list as long as "examples", of {count:,}',
                name=name,
                count=count,
            )
        )
    return values


def _integer(found: dict[str, Any], name: str, least: int) -> int:
    value = found.get(name)
    if type(value) is not int or not least <= value <= _MOST_NUMBER:
        raise _BadLineError(
            Message('"{name}" is to be an integer of at least {least}', name=name, least=least)
        )
    return value


def _number(found: dict[str, Any], name: str) -> float:
    value = found[name]
    if type(value) not in (int, float) or abs(value) > LARGEST:
        # Infinite ones and NaN are what a diverged run has: they are no reason to refuse it.
        if type(value) is float and not math.isfinite(value):
            return math.nan
        raise _BadLineError(
            Message('"{name}" is to be a number between ±{most:.0e}', name=name, most=LARGEST)
        )
    return float(value)


def _norm(value: Any, name: str) -> float:
    if value is None or (type(value) is float and not math.isfinite(value)):
        return math.nan
    if type(value) not in (int, float):
        raise _BadLineError(Message('"{name}" is to be a number', name=name))
    if value < 0:
        raise _BadLineError(Message('"{name}" is below 0, which no squared norm is', name=name))
    if value > LARGEST:
        raise _BadLineError(
            Message(
                '"{name}" is above {most:.0e}: is a loss scale not divided out?',
                name=name,
                most=LARGEST,
            )
        )
    return float(value)


def _weight(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= _MOST_NUMBER:
        raise _BadLineError(Message('"weights" are to be numbers above 0'))
    return float(value)
