"""In which order examples are drawn: a registry; and what that makes of an epoch's last batch."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.message import Message

SORTED = "sorted"
POISSON = "poisson"
DRAWN = 1 << 20  # numbers drawn at once
# What examples are sorted by, shape (N,); None where they have no label.
Labels: TypeAlias = FloatArray | IntArray | None


def reshuffle(rng: np.random.Generator, n: int, _labels: Labels) -> Iterator[IntArray]:
    """A new permutation each epoch."""
    while True:
        yield rng.permutation(n)


def shuffle_once(rng: np.random.Generator, n: int, _labels: Labels) -> Iterator[IntArray]:
    """One permutation, repeated each epoch."""
    order = rng.permutation(n)
    while True:
        yield order


def sequential(_rng: np.random.Generator, n: int, _labels: Labels) -> Iterator[IntArray]:
    """The stored order, each epoch."""
    order = np.arange(n)
    while True:
        yield order


def sorted_by_label(_rng: np.random.Generator, _n: int, labels: Labels) -> Iterator[IntArray]:
    """By label, each epoch; equal ones as they are stored."""
    check_labels(SORTED, labels is not None)
    order = np.argsort(np.asarray(labels), kind="stable")
    while True:
        yield order


def check_labels(sampling: str, labelled: bool) -> None:
    """Refuse to sort examples that have no label.

    Raises:
        ParameterError: they are to be sorted.
    """
    if sampling == SORTED and not labelled:
        names = ", ".join(name for name in SAMPLINGS if name != SORTED)
        allowed = Message("one of {names}: tilts have no label to be sorted by", names=names)
        raise ParameterError("sampling", sampling, allowed)


def check_sizes(sampling: str) -> None:
    """Refuse batches whose sizes are drawn, where what is told is of batches of B examples.

    Raises:
        ParameterError: they are `POISSON` batches.
    """
    if sampling == POISSON:
        names = ", ".join(name for name in SAMPLINGS if name != POISSON)
        allowed = Message(
            "one of {names}: this is told of batches of B examples, and Poisson batches vary",
            names=names,
        )
        raise ParameterError("sampling", sampling, allowed)


def with_replacement(rng: np.random.Generator, n: int, _labels: Labels) -> Iterator[IntArray]:
    """N independent uniform draws each epoch: batches of independent examples."""
    while True:
        yield rng.integers(n, size=n)


def poisson(rng: np.random.Generator, n: int, _labels: Labels) -> Iterator[IntArray]:
    """What decides an epoch of one batch of all examples; others are drawn by `poisson_epoch`."""
    while True:
        yield poisson_epoch(rng, EpochPlan(n, n, poisson=True))


def poisson_epoch(rng: np.random.Generator, epoch: EpochPlan) -> IntArray:
    """The members of an epoch's Poisson batches, each example in each with probability B/N.

    Whoever is below B/N of N draws from [0, 1) is a member of the next batch.

    Returns:
        k · N + i for each member i of batch k, from 0, increasing.
    """
    n, rows, found = epoch.examples, max(1, DRAWN // epoch.examples), []
    for first in range(0, epoch.updates, rows):
        draws = rng.random((min(rows, epoch.updates - first), n))
        found.append(first * n + np.flatnonzero(draws < epoch.batch_size / n))
    return np.concatenate(found)


def member_counts(members: IntArray, epoch: EpochPlan) -> IntArray:
    """How many examples each batch has of an epoch as `poisson_epoch` gives it, shape (K,)."""
    return np.bincount(members // epoch.examples, minlength=epoch.updates)


class Sampling(NamedTuple):
    """A way to draw examples, with all that is told about it.

    Attributes:
        draw: (generator, N, labels) -> the order of each epoch's examples, without end.
        words: what it does, as a form has it.
        dash: of its lines, as Plotly calls it.
        batches: what a script says that its mini-batches are.
        order: an order as a script draws it, with ``rng`` of ``N`` examples; in the place of
            {labels} and {size} the script has those. Of Poisson batches, each a draw of its own,
            a batch.
        each_epoch: whether a script draws it anew each epoch.
    """

    draw: Callable[[np.random.Generator, int, Labels], Iterator[IntArray]]
    words: str
    dash: str
    batches: str
    order: str
    each_epoch: bool

    def __call__(
        self, rng: np.random.Generator, n: int, labels: Labels = None
    ) -> Iterator[IntArray]:
        """The order of each epoch's examples, without end."""
        return self.draw(rng, n, labels)


SAMPLINGS: dict[str, Sampling] = {
    "reshuffle": Sampling(
        reshuffle,
        words=Message("a new order each epoch"),
        dash="solid",
        batches="Slices of a new permutation each epoch",
        order="rng.permutation(N)",
        each_epoch=True,
    ),
    "shuffle-once": Sampling(
        shuffle_once,
        words=Message("shuffled once"),
        dash="dash",
        batches="Slices of one permutation, the same each epoch",
        order="rng.permutation(N)",
        each_epoch=False,
    ),
    "sequential": Sampling(
        sequential,
        words=Message("in the stored order"),
        dash="dot",
        batches="Slices of the stored order, the same each epoch",
        order="np.arange(N)",
        each_epoch=False,
    ),
    SORTED: Sampling(
        sorted_by_label,
        words=Message("sorted by label, else by y"),
        dash="longdash",
        batches="Slices of the examples sorted by label, the same each epoch",
        order='np.argsort({labels}, kind="stable")',
        each_epoch=False,
    ),
    "with-replacement": Sampling(
        with_replacement,
        words=Message("drawn with replacement"),
        dash="dashdot",
        batches="Slices of N independent draws each epoch",
        order="rng.integers(N, size=N)",
        each_epoch=True,
    ),
    POISSON: Sampling(
        poisson,
        words=Message("each example by a draw of its own (Poisson)"),
        dash="longdashdot",
        batches="Batches that each example joins with probability B/N, again for each batch",
        order="np.flatnonzero(rng.random(N) < {size} / N)",
        each_epoch=True,
    ),
}


def last_batch_ratio(plan: EpochPlan, sampling: str) -> float | None:
    """The `variance_ratio` of an epoch's last batch to the others.

    None also where no chance decides what is in a batch, as in the stored order.
    """
    if sampling in ("sequential", SORTED, POISSON):
        return None
    last, replacement = plan.groups[-1][0], sampling == "with-replacement"
    return variance_ratio(last, plan.batch_size, plan.examples, replacement=replacement)


def variance_ratio(size: int, reference: int, examples: int, *, replacement: bool) -> float | None:
    """Variance of a batch's mean gradient over that of a batch of the ``reference`` size.

    With replacement B/b; without, (N−b)/b · B/(N−B) (finite-population correction, Cochran
    1977). None where the reference has no variance at all (B = N without replacement).

    >>> round(variance_ratio(1, 100, 1001, replacement=False), 1)
    111.0
    """
    if replacement:
        return reference / size
    if reference == examples:
        return None
    return (examples - size) / size * reference / (examples - reference)
