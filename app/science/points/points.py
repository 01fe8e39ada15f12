"""Points in a plane, by the names of their columns."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.message import Message

BITS = 12  # of a coordinate
STEPS = 2**BITS - 1  # between the smallest and the largest number of a column
LABEL = "label"
# The columns of each kind: two coordinates, and for a boundary the label −1 or 1 of its side.
KINDS = {"line": ("x", "y"), "boundary": ("x0", "x1", LABEL)}
LEAST = 2  # points
LARGEST = 1e100  # of a coordinate, whose square is then finite too
_CHARACTERS = 7600  # of a link's 8,192; the rest of its parameters need some
# So wide is a column, in units of its last place, that all of its steps are different numbers.
_PLACES = 4 * (STEPS + 1)


@dataclass(frozen=True, eq=False)
class Points:
    """Points that can be packed.

    Attributes:
        columns: float64 arrays ``[points]`` by name, those of one of `KINDS`.

    Raises:
        ParameterError: other columns than these, too many points (`most`), a coordinate beyond
            `LARGEST` or a column of such that is constant to rounding, a label that is neither −1
            nor 1, or all labels alike.
    """

    columns: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        names = tuple(self.columns)
        if names not in KINDS.values() or len({len(each) for each in self.columns.values()}) > 1:
            allowed = Message("columns of equal length, x and y or x0, x1 and label")
            raise ParameterError("points", names, allowed)
        if self.count > most(self.kind):
            allowed = Message("at most {most:,} points", most=most(self.kind))
            raise ParameterError("points", self.count, allowed)
        for name in self.coordinates:
            _check_coordinate(name, self.columns[name])
        if LABEL in self.columns and set(self.columns[LABEL].tolist()) != {-1.0, 1.0}:
            found = sorted(set(self.columns[LABEL].tolist()))[:3]
            raise ParameterError(LABEL, found, "labels −1 and 1, each of at least one point")

    @property
    def kind(self) -> str:
        """Which of `KINDS`."""
        return next(kind for kind, names in KINDS.items() if names == tuple(self.columns))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(next(iter(self.columns.values())))

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The names of the two columns that are no labels."""
        return tuple(name for name in self.columns if name != LABEL)

    @property
    def resolution(self) -> dict[str, float]:
        """The step that each coordinate is rounded to; it moves by half of that at most."""
        return {name: float(np.ptp(self.columns[name])) / STEPS for name in self.coordinates}


def most(kind: str) -> int:
    """How many points of a kind fit into a link.

    >>> most("line"), most("boundary")
    (1900, 1824)
    """
    return _CHARACTERS * 6 // sum(1 if name == LABEL else BITS for name in KINDS[kind])


def _check_coordinate(name: str, values: FloatArray) -> None:
    beyond = values[~(np.abs(values) <= LARGEST)]
    if beyond.size:
        allowed = Message("a number from −{most:g} to {most:g}", most=LARGEST)
        raise ParameterError(name, float(beyond[0]), allowed)
    if not values.size:
        raise ParameterError(name, [], "a column of at least two different numbers")
    low, high = float(values.min()), float(values.max())
    if high - low < _PLACES * np.spacing(max(-low, high)):
        raise ParameterError(name, low, "a column of numbers that differ by more than rounding")
