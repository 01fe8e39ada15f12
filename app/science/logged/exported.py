"""A table of two norms a step, as W&B and TensorBoard export it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.logged.log import LARGEST, MOST_STEPS, Header, Log, Steps, refused
from app.science.message import Message
from app.science.points.table import Table, numbers, read_table, shown

NEEDED = ("mean_part_norm", "norm")
OPTIONAL = ("step", "loss", "lr")
_OTHERS = (b"[", b"<")  # what JSON arrays, HTML and XML begin with, and no table of numbers


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What a table does not say of itself.

    Attributes:
        columns: names of its columns, by what they are: `NEEDED` and `OPTIONAL`; what is not named
            is the column of that name, if there is one. Without steps, rows are numbered.
        examples: c, of a step; None if not told.
        parts: m, parts of equal size; None if not told.
        squared: whether norms are squared; if not, ``mean_part_norm`` is the root of the mean
            square.
        optimizer: its name.
        data: N; None if not known.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    examples: int | None = None
    parts: int | None = None
    squared: bool = True
    optimizer: str = ""
    data: int | None = None


def read_export(content: bytes, told: Exported) -> Log:
    """The log in a table; an empty cell of a norm is a norm that is not known.

    Raises:
        ParameterError: what is no table, of which examples or parts are not told, which has no such
            column, a cell that is no number or below 0, or parts without an example.
    """
    table = _table(content)
    examples, parts = (
        _told(name, value) for name, value in (("examples", told.examples), ("parts", told.parts))
    )
    if not 2 <= parts <= examples:
        allowed = Message("an integer from 2 to the {count:,} examples", count=examples)
        raise ParameterError("parts", parts, allowed)
    if len(table.lines) > MOST_STEPS:
        reason = Message("it is one more step than the {most:,} allowed", most=MOST_STEPS)
        raise refused("", table.lines[MOST_STEPS], reason)
    if not len(table.lines):
        raise refused("", 1, Message("no measured step follows it"))
    found = {name: _column(table, name, told) for name in (*NEEDED, *OPTIONAL)}
    count = len(table.lines)
    norms = [_norms(table, found[name], name) for name in NEEDED]
    mean, norm = norms if told.squared else [each**2 for each in norms]
    blank = np.full(count, np.nan)
    steps, loss, lr = (
        blank if found[name] is None else _values(table, found[name], name) for name in OPTIONAL
    )
    at = np.arange(count) if found["step"] is None else _whole(table, steps, found["step"])
    no = np.zeros(count, dtype=np.bool_)
    return Log(
        Header("", told.optimizer, "micro-batches", (), told.data),
        Steps(
            line=np.array(table.lines, np.int64),
            step=at.astype(np.int64),
            examples=np.full(count, examples, np.int64),
            parts=np.full(count, parts, np.int64),
            mean_part_norm=mean,
            norm=norm,
            least_norm=np.zeros(count),
            spread=~no,
            growing=no,
            tied=no,
            even=no,
            loss=loss,
            lr=lr,
            gradient_squared=blank,
            noise_trace=blank,
        ),
    )


def _table(content: bytes) -> Table:
    """The table in what was sent as a log.

    Raises:
        ParameterError: of the log, as `read_table`; or it is a JSON array, a page or its like.
    """
    begin = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(_OTHERS):
        first = begin.splitlines()[0].decode(errors="replace").rstrip()
        allowed = Message(
            "a log: that is JSON lines, an object each, or a table whose first line has the names of its columns"  # noqa: E501
        )
        raise ParameterError("log", shown(first), allowed)
    try:
        return read_table(content)
    except ParameterError as error:
        raise ParameterError("log", error.value, error.allowed) from None


def _told(name: str, value: int | None) -> int:
    if value is None:
        allowed = Message("an integer of at least 2: a table does not say it")
        raise ParameterError(name, value, allowed)
    return value


def _column(table: Table, name: str, told: Exported) -> list[str] | None:
    wanted = told.columns.get(name)
    if wanted is None and name not in table.names:
        if name in NEEDED:
            names = ", ".join(table.names[:20])
            raise ParameterError(name, None, Message("one of the columns {names}", names=names))
        return None
    chosen = name if wanted is None else wanted
    if table.names.count(chosen) != 1:
        names = ", ".join(table.names[:20])
        raise ParameterError(name, chosen, Message("one of the columns {names}", names=names))
    return table.columns[table.names.index(chosen)]


def _values(table: Table, cells: list[str] | None, name: str) -> FloatArray:
    """A column's numbers; NaN where a cell is empty or says so.

    Raises:
        ParameterError: another cell is no number.
    """
    cells = cells or []
    values = numbers(cells).values
    for k in np.flatnonzero(np.isnan(values)):
        if cells[k].lower() not in ("", "nan", "inf", "-inf", "infinity", "-infinity"):
            reason = Message('"{name}" is to be a number', name=name)
            raise refused(cells[k], table.lines[k], reason)
    return values


def _norms(table: Table, cells: list[str] | None, name: str) -> FloatArray:
    values = _values(table, cells, name)
    for k in np.flatnonzero((values < 0) | (values > LARGEST))[:1]:
        reason = Message(
            '"{name}" is to be a squared norm from 0 to {most:.0e}', name=name, most=LARGEST
        )
        raise refused(str(values[k]), table.lines[k], reason)
    return values


def _whole(table: Table, values: FloatArray, cells: list[str] | None) -> FloatArray:
    bad = ~(values >= 0) | (values != np.rint(values)) | (values > 1e12)
    for k in np.flatnonzero(bad)[:1]:
        reason = Message('"{name}" is to be an integer of at least {least}', name="step", least=0)
        raise refused((cells or [])[k], table.lines[k], reason)
    return values
