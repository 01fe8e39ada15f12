"""Tables as text, as spreadsheets and programs write them: what is a column, a name, a number.

Rules instead of guesses, so that the same text is always read alike:

- UTF-8, or UTF-16 with its mark; what is neither is read as Latin-1.
- The separator is a tab, a semicolon, a comma or a bar, the first of these that the first ten lines
  hold outside of quotes, else spaces; Excel's ``sep=;`` in the first line says it itself.
- The first line has the names if none of its cells is a number.
- Commas are decimal points in a column that has them and no point.
"""

import csv
import re
from array import array
from collections.abc import Iterator
from io import StringIO
from itertools import chain, islice
from typing import NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.pauses import pause
from app.science.points.points import LARGEST

COLUMNS = 1000  # at most
_SEPARATORS = "\t;,|"
_LOOKED_AT = 10  # lines, for the separator
_AT_ONCE = 256  # rows: so few that the garbage collector is not called for them
_SHOWN = 40  # characters of a cell or line that is refused
_QUOTED = re.compile(r'"[^"\n]*"')


Lines: TypeAlias = "array[int]"


class Table(NamedTuple):
    """A table's cells, as text.

    Attributes:
        names: of the columns; ``col1``, ``col2`` … where the first line has none.
        columns: their cells, without the spaces around them, in the lines that are not blank, but
            for the names; empty where a line is short.
        lines: where each row ends, counted from 1.
        named: whether the first line has names.
        unicode: whether the text is UTF-8 or UTF-16.
    """

    names: list[str]
    columns: list[list[str]]
    lines: Lines
    named: bool
    unicode: bool


class Numbers(NamedTuple):
    """A column's numbers, NaN where a cell is none or is beyond ±`LARGEST`."""

    values: FloatArray
    decimal_commas: bool


def read_table(content: bytes) -> Table:
    """The table in a text.

    Raises:
        ParameterError: what is no text, has one column alone, more than `COLUMNS`, a row longer
            than the first, or a quote that is not closed.
    """
    text, unicode = _decoded(content)
    parsed = _parsed(text)
    number, first = next(parsed, (1, []))
    while len(first) > 2 and not first[-1].strip():
        first.pop()
    if len(first) < 2:
        raise refused(",".join(first), Message("a table of at least two columns"))
    if len(first) > COLUMNS:
        raise refused(first[0], Message("a table of at most {most:,} columns", most=COLUMNS))
    named = not any(map(_is_number, first))
    names = [(named and cell.strip()) or f"col{k}" for k, cell in enumerate(first, 1)]
    rows = parsed if named else chain([(number, first)], parsed)
    columns, lines = _columns(rows, len(names))
    return Table(names, columns, lines, named, unicode)


def numbers(cells: list[str]) -> Numbers:
    """The numbers of a column's cells; a number is written in ASCII, as Python has it."""
    joined = "".join(cells)
    commas = "," in joined and "." not in joined
    if commas:
        cells = [cell.replace(",", ".") for cell in cells]
    if not joined.isascii() or "_" in joined:
        cells = [cell if cell.isascii() and "_" not in cell else "" for cell in cells]
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        known = {cell: _number(cell) for cell in set(cells)}
        values = np.fromiter(map(known.__getitem__, cells), np.float64, len(cells))
    values[np.abs(values) > LARGEST] = np.nan
    return Numbers(values, commas and bool(np.isfinite(values).any()))


def refused(what: str, allowed: Message) -> ParameterError:
    """The error of a table or a part of it."""
    return ParameterError("points", shown(what), allowed)


def shown(text: str) -> str:
    """The beginning of a text that may be long."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _decoded(content: bytes) -> tuple[str, bool]:
    try:
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text, unicode = content.decode("utf-16" if utf16 else "utf-8-sig"), True
    except UnicodeDecodeError:
        text, unicode = content.decode("latin-1"), False
    if "\0" in text:
        raise refused(text.partition("\0")[0], Message("text: it has a zero byte in it"))
    return text, unicode


def _parsed(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of the line where it ends."""
    source = StringIO(text, newline="")  # whose lines end as the csv module takes them
    skipped = 0
    first = source.readline()
    if told := re.fullmatch(rf'"?sep=([{_SEPARATORS}])"?\s*', first):
        separator, skipped = told[1], 1
    else:
        source.seek(0)
        separator = _separator(source)
        source.seek(0)
    reader = csv.reader(source, delimiter=separator, skipinitialspace=True, strict=True)
    end = 0  # of the row before
    try:
        for row in reader:
            end = reader.line_num
            if row and "".join(row).strip():
                yield end + skipped, row
    except csv.Error:
        allowed = Message(
            "a table: in line {line:,} a quote is not closed, is followed by text or is too long",
            line=end + skipped + 1,
        )
        raise refused('"', allowed) from None


def _columns(rows: Iterator[tuple[int, list[str]]], width: int) -> tuple[list[list[str]], Lines]:
    """The cells of each column, and the lines where the rows end."""
    columns: list[list[str]] = [[] for _ in range(width)]
    lines: Lines = array("L")
    while part := list(islice(rows, _AT_ONCE)):
        pause()
        for line, row in part:
            if len(row) != width:
                _fit(row, line, width)
        for column, cells in zip(columns, zip(*(row for _, row in part), strict=True), strict=True):
            column.extend(map(str.strip, cells))
        lines.extend(line for line, _ in part)
    return columns, lines


def _fit(row: list[str], line: int, width: int) -> None:
    """Lengthen a short row by empty cells; cut those off a long one."""
    if any(map(str.strip, row[width:])):
        allowed = Message(
            "a row of at most {width:,} cells, as the first has, but of {cells:,} (line {line:,})",
            width=width,
            cells=len(row),
            line=line,
        )
        raise refused(",".join(row), allowed)
    del row[width:]
    row.extend([""] * (width - len(row)))


def _separator(source: StringIO) -> str:
    looked_at = "".join(islice(filter(str.strip, source), _LOOKED_AT))
    bare = _QUOTED.sub("", looked_at)
    return next((each for each in _SEPARATORS if each in bare), " ")


def _is_number(cell: str) -> bool:
    return not np.isnan(_number(cell.strip().replace(",", "."))) or cell.strip().lower() == "nan"


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan
