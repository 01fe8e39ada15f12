"""Which columns of a table are the points' coordinates and labels."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.points.points import KINDS, LABEL
from app.science.points.table import Numbers, Table, numbers, refused, shown

_NAMED = 12  # columns that an error names


class Column(NamedTuple):
    """A column as it is used.

    Attributes:
        name: the table's.
        values: NaN where a cell cannot be used.
        cells: what they were read from.
        labels: the cells of −1 and 1, in a column of labels.
    """

    name: str
    values: FloatArray
    cells: list[str]
    decimal_commas: bool = False
    labels: tuple[str, str] | None = None


def columns_of(table: Table, chosen: dict[str, str]) -> dict[str, Column]:
    """The column of each role, in order; those that were not chosen are found.

    Raises:
        ParameterError: a column that is not there, or labels of more or less than two values.
    """
    of_boundary = set(chosen) & set(KINDS["boundary"]) or (not chosen and LABEL in table.names)
    roles = KINDS["boundary" if of_boundary else "line"]
    if not set(chosen) <= set(roles):
        together = Message("columns x and y of a line, or x0, x1 and label of a boundary")
        raise ParameterError(" and ".join(chosen), list(chosen.values()), together)
    indices = {role: _index(table, role, name) for role, name in chosen.items()}
    if LABEL in roles and LABEL not in indices and LABEL in table.names:
        indices[LABEL] = _index(table, LABEL, LABEL)
    read: dict[int, Numbers] = {}
    others = (k for k in range(len(table.names)) if k not in indices.values())
    for role in roles[:2]:
        if role not in indices:
            indices[role] = _first_numbers(table, others, read)
    found = {}
    for role in roles[:2]:
        index = indices[role]
        cells = table.columns[index]
        values, commas = read.get(index) or numbers(cells)
        found[role] = Column(table.names[index], values, cells, commas)
    if LABEL in roles:
        index = indices[LABEL] if LABEL in indices else _first_pair(table, indices)
        found[LABEL] = _labelled(table, index)
    return found


def _index(table: Table, role: str, name: str) -> int:
    count = table.names.count(name)
    if count == 1:
        return table.names.index(name)
    allowed = Message("one of {names}", names=listed(table.names))
    if count:
        allowed = Message("a name that one column alone has")
    raise ParameterError(role, shown(name), allowed)


def _first_numbers(table: Table, others: Iterator[int], read: dict[int, Numbers]) -> int:
    """The next column where most of the cells that are filled are numbers."""
    for index in others:
        cells = table.columns[index]
        read[index] = numbers(cells)
        if 2 * np.isfinite(read[index].values).sum() > sum(map(bool, cells)):
            return index
    raise refused(listed(table.names), Message("a table with two columns of numbers"))


def _first_pair(table: Table, taken: Mapping[str, int]) -> int:
    for index in range(len(table.names)):
        if index not in taken.values() and len(set(table.columns[index]) - {""}) == 2:
            return index
    raise refused(listed(table.names), Message("a table with a column of two values, the labels"))


def _labelled(table: Table, index: int) -> Column:
    """Two values of any text or number; the lesser one, in their order, is −1."""
    cells = ["" if cell.lower() == "nan" else cell for cell in table.columns[index]]
    name, read = table.names[index], numbers(cells).values
    filled = np.array([bool(cell) for cell in cells], bool)
    by_number = bool(np.isfinite(read[filled]).all())
    keys: list[float | str] = list(read.tolist() if by_number else cells)
    found = {key: cell for key, cell in zip(keys, cells, strict=True) if cell}
    if len(found) != 2:
        allowed = Message(
            "a column of two values: it has {count:,}, {names}",
            count=len(found),
            names=listed(list(found.values())),
        )
        raise ParameterError(LABEL, shown(name), allowed)
    low, high = sorted(found, key=float if by_number else str)
    signs = {low: -1.0, high: 1.0}
    values = np.array([signs.get(key, np.nan) for key in keys])
    return Column(name, values, cells, labels=(shown(found[low]), shown(found[high])))


def listed(names: list[str]) -> str:
    """The first of some names."""
    listed = ", ".join(shown(name) for name in names[:_NAMED])
    return f"{listed}, …" if len(names) > _NAMED else listed
