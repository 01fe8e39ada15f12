"""What a data set is: examples of some classes, drawn or from a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.problems.inputs import BALANCED

CLASSES = 2  # of which one can be rare
VALIDATION = 500  # rows that are generated to choose by
TEST = 1000  # rows that are generated to be judged by


class Examples(NamedTuple):
    """Inputs and the class of each.

    Attributes:
        x: shape (N, inputs).
        labels: class numbers from 0, shape (N,).
    """

    x: FloatArray
    labels: IntArray

    @property
    def size(self) -> int:
        """N."""
        return len(self.labels)

    def taken(self, rows: IntArray | slice) -> "Examples":
        """Some of them."""
        return Examples(self.x[rows], self.labels[rows])


class Split(NamedTuple):
    """Examples in three parts: to learn from, to choose by, and to be judged by."""

    train: Examples
    validation: Examples
    test: Examples


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """A data set with all that is told about it.

    Attributes:
        id: its name.
        title: name for people.
        description: what it is.
        source: where it is from.
        classes: the classes' names.
        columns: the inputs' names.
        draw: ``(rng, labels, noise)`` -> examples of these classes, shape (rows,); None of a file.
        read: () -> all rows of a file; None of what is drawn.
        rows: how many those are, and of what is drawn how many may be trained on.
        check: raises ParameterError where the file is not there; reads nothing.
        noise: default standard deviation of each coordinate about its curve or centre; None of a
            file.
        standardised: whether inputs are, by the training rows.
        learning_rates: of plain SGD where none is given, by loss.
    """

    id: str
    title: str
    description: str
    source: str
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    draw: Callable[[np.random.Generator, IntArray, float], Examples] | None = None
    read: Callable[[], Examples] | None = None
    rows: int = 2000
    check: Callable[[], None] = lambda: None
    noise: float | None = None
    standardised: bool = False
    learning_rates: Mapping[str, float] = field(
        default_factory=lambda: {"squared": 0.1, "cross-entropy": 0.1}, hash=False
    )

    @property
    def most(self) -> int:
        """Training rows there may be at most; of a file four fifths, so that some are left."""
        return self.rows if self.read is None else self.rows * 4 // 5

    def split(
        self,
        rng: np.random.Generator,
        examples: int,
        noise: float | None = None,
        label_noise: float = 0.0,
        columns: int | None = None,
        rare_share: float = BALANCED,
    ) -> Split:
        """Training, validation and test rows.

        Of a file, rows that are not trained on are halved between validation and test, and inputs
        are standardised with the training rows' means and standard deviations, where the data set
        says so.

        Args:
            rng: draws the rows, their order, and then which labels are wrong.
            examples: N, of the training rows.
            noise: None for the default; only where there is one.
            label_noise: share of the training rows that get another class's label, rounded to
                rows.
            columns: use so many of the first columns; None for all.
            rare_share: share of the rarer of two classes among the rows of each part, before any
                is mislabelled; of a file, or of three classes, ½, which is equal shares.

        Raises:
            ParameterError: more rows than `most`, a data set that is not installed, or one in
                which no class can be rare.
        """
        self.check()
        most = self.most
        if rare_share != BALANCED and not self.can_be_rare:
            allowed = Message("left out: only of two classes that are drawn can one be rare")
            raise ParameterError("rare_share", rare_share, allowed)
        if not 2 <= examples <= most:
            allowed = Message("an integer from 2 to {most}", most=most)
            raise ParameterError("examples", examples, allowed)
        if self.draw is not None:
            level = self.noise if noise is None else noise
            parts = [
                self.draw(rng, self._labels(rng, rows, rare_share), float(level or 0))
                for rows in (examples, VALIDATION, TEST)
            ]
        else:
            parts = self._cut(rng, examples)
        if columns is not None:
            parts = [Examples(part.x[:, :columns], part.labels) for part in parts]
        if self.standardised:
            centre, spread = parts[0].x.mean(axis=0), parts[0].x.std(axis=0)
            spread = np.where(spread > 0, spread, 1.0)
            parts = [Examples((part.x - centre) / spread, part.labels) for part in parts]
        return Split(self._mislabelled(rng, parts[0], label_noise), *parts[1:])

    @property
    def can_be_rare(self) -> bool:
        """Whether one of its classes can be rare: of two that are drawn."""
        return self.draw is not None and len(self.classes) == CLASSES

    def _labels(self, rng: np.random.Generator, rows: int, share: float) -> IntArray:
        if share == BALANCED:
            return balanced(rng, rows, len(self.classes))
        return rare(rng, rows, share)

    def _cut(self, rng: np.random.Generator, examples: int) -> list[Examples]:
        assert self.read is not None  # noqa: S101 - a data set is drawn or read
        rows = self.read()
        order = rng.permutation(rows.size)
        half = examples + (rows.size - examples) // 2
        return [rows.taken(part) for part in np.split(order, [examples, half])]

    def _mislabelled(
        self, rng: np.random.Generator, rows: Examples, label_noise: float
    ) -> Examples:
        wrong = rng.permutation(rows.size)[: wrong_labels(rows.size, label_noise)]
        labels = rows.labels.copy()
        classes = len(self.classes)
        labels[wrong] = (labels[wrong] + rng.integers(1, classes, size=len(wrong))) % classes
        return Examples(rows.x, labels)


def wrong_labels(rows: int, label_noise: float) -> int:
    """How many of so many rows have a wrong label."""
    return round(label_noise * rows)


def balanced(rng: np.random.Generator, rows: int, classes: int) -> IntArray:
    """Class numbers, as equal in number as can be, in random order."""
    return rng.permutation(np.arange(rows) % classes)


def rare(rng: np.random.Generator, rows: int, share: float) -> IntArray:
    """Class numbers 0 and 1, the second the share and at least one of them, in random order."""
    return rng.permutation((np.arange(rows) < max(1, round(share * rows))).astype(int))
