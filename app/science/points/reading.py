"""Points out of a table: which columns, which rows, and what is to be said of them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from app.science.arrays import BoolArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.points.points import KINDS, LABEL, LEAST, Points, most
from app.science.points.roles import Column, columns_of, listed
from app.science.points.table import Table, read_table, refused, shown


class Reading(NamedTuple):
    """What was read.

    Attributes:
        points: those that are used, not yet rounded.
        columns: the table's name of each of their columns.
        names: of all of the table's columns.
        labels: the table's values for −1 and 1, of a boundary.
        rows: the table's, without names and blank lines.
        left_out: rows that lack one of the columns.
        notes: what is to be said of how it was read, a sentence each.
    """

    points: Points
    columns: dict[str, str]
    names: list[str]
    labels: tuple[str, str] | None
    rows: int
    left_out: int
    notes: list[Message]


def read_points(content: bytes, chosen: Mapping[str, str] | None = None, seed: int = 0) -> Reading:
    """The points in a text of a table (`app.science.points.table`).

    Rows whose cells are not all usable are left out. Of more rows than fit into a link (`most`) as
    many are used, ``np.sort(default_rng(seed).choice(rows, most, replace=False))`` of those left.

    Args:
        content: the text's bytes.
        chosen: the names of columns in the table by what they are here: ``x`` and ``y``, or ``x0``,
            ``x1`` and ``label``. The points are of a boundary if one of the last three is named, or
            none and the table has a column ``label``; what is not named are the first columns of
            numbers, a label the first that has two different values.
        seed: of the sampling.

    Raises:
        ParameterError: no table, a column that is not there, or points that cannot be used.
    """
    table = read_table(content)
    if len(table.lines) < 2:
        raise refused(listed(table.names), Message("a table of at least two rows"))
    columns = columns_of(table, dict(chosen or {}))
    usable = np.logical_and.reduce([~np.isnan(column.values) for column in columns.values()])
    left = np.flatnonzero(usable)
    if len(left) < LEAST:
        raise _no_rows(table, columns, usable)
    used = left
    kind = next(kind for kind, names in KINDS.items() if names == tuple(columns))
    if len(left) > most(kind):
        used = np.sort(np.random.default_rng(seed).choice(left, most(kind), replace=False))
    return Reading(
        Points({role: column.values[used] for role, column in columns.items()}),
        {role: column.name for role, column in columns.items()},
        table.names,
        columns[LABEL].labels if LABEL in columns else None,
        len(table.lines),
        len(table.lines) - len(left),
        list(_notes(table, columns, usable, len(used), seed)),
    )


def _notes(
    table: Table, columns: Mapping[str, Column], usable: BoolArray, used: int, seed: int
) -> Iterator[Message]:
    if not table.unicode:
        yield Message("The text is not UTF-8: its letters beyond ASCII are read as Latin-1.")
    if not table.named:
        yield Message("The first line has numbers: the columns are called col1, col2 and so on.")
    for column in columns.values():
        if column.decimal_commas:
            yield Message("Commas in {name} are read as decimal points.", name=shown(column.name))
    if not usable.all():
        line, name, cell = _first_unusable(table, columns, usable)
        yield Message(
            "Rows left out, because a cell is empty, no number or beyond ±1e100: {count:,}. The first is line {line:,}, with {cell!r} in {name}.",  # noqa: E501
            count=int((~usable).sum()),
            line=line,
            cell=cell,
            name=name,
        )
    if used < usable.sum():
        yield Message(
            "A link holds {used:,} of the {count:,} rows: they are drawn without replacement by default_rng({seed}), and keep their order.",  # noqa: E501
            used=used,
            count=int(usable.sum()),
            seed=seed,
        )
    if LABEL in columns:
        low, high = columns[LABEL].labels or ("", "")
        yield Message("The label {low} is −1, {high} is 1.", low=low, high=high)


def _no_rows(table: Table, columns: Mapping[str, Column], usable: BoolArray) -> ParameterError:
    line, name, cell = _first_unusable(table, columns, usable)
    allowed = Message(
        "a cell that can be used, as at least two rows need (line {line:,}, column {name})",
        line=line,
        name=name,
    )
    return ParameterError("points", cell, allowed)


def _first_unusable(
    table: Table, columns: Mapping[str, Column], usable: BoolArray
) -> tuple[int, str, str]:
    """Of the first row that is left out: its line, and the name and text of the cell at fault."""
    row = int(np.argmin(usable))
    column = next(column for column in columns.values() if np.isnan(column.values[row]))
    return table.lines[row], shown(column.name), shown(column.cells[row])
