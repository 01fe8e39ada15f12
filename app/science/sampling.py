"""In which order examples are drawn: a registry, and what refuses which of them."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.message import Message

SEQUENTIAL = "sequential"
SORTED = "sorted"
POISSON = "poisson"
BALANCED = "balanced"
FIXED = (SEQUENTIAL, SORTED)  # of which no seed changes the order
INDEPENDENT = ("with-replacement", BALANCED)  # whose draws know nothing of each other
DRAWN = 1 << 20  # numbers drawn at once
# What examples are sorted by, or their classes, shape (N,); None where they have no label.
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


def by_class(rng: np.random.Generator, n: int, labels: Labels) -> Iterator[IntArray]:
    """N independent draws each epoch, in which every class is as likely."""
    check_classes(BALANCED, labels is not None)
    shares = class_shares(np.asarray(labels))
    while True:
        yield rng.choice(n, size=n, p=shares)


def class_shares(labels: FloatArray | IntArray) -> FloatArray:
    """Probability of each example to be drawn where every class is as likely: 1/(K n_c).

    n_c is how many examples its class c has, K how many classes there are. As weights 1/n_c are in
    PyTorch's WeightedRandomSampler. The expected gradient of a batch is then that of the mean of
    the classes' mean losses, which is L where all n_c are the same.

    >>> class_shares(np.array([1, -1, -1, -1])) * 6
    array([3., 1., 1., 1.])
    """
    _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return np.asarray((1 / (len(counts) * counts))[which])


def check_classes(sampling: str, classified: bool, *, labelled: bool = True) -> None:
    """Refuse to draw classes alike of examples that have none, sorted though they may be by y.

    Raises:
        ParameterError: they are to be.
    """
    if sampling == BALANCED and not classified:
        names = _others(BALANCED) if labelled else _others(BALANCED, SORTED)
        allowed = Message(
            "one of {names}: these examples have no classes that could weigh the same", names=names
        )
        raise ParameterError("sampling", sampling, allowed)


def order_refusal(sampling: str) -> str | None:
    """Why an epoch's batches are not drawn at random; None if they are.

    Nothing is known of the order in which examples are stored: pasted points may well be sorted.
    """
    if sampling == SEQUENTIAL:
        return Message("In the stored order a batch is not drawn at random")
    if sampling == SORTED:
        return Message("Sorted by label, a batch is not drawn at random")
    return None


def check_theory(sampling: str) -> None:
    """Refuse batches of which a theory of B examples, whose mean gradient is G on average, is not.

    Raises:
        ParameterError: as `check_sizes` and `check_unbiased`.
    """
    check_sizes(sampling, BALANCED)
    check_unbiased(sampling, POISSON)


def check_unbiased(sampling: str, *refused: str) -> None:
    """Refuse batches whose gradient is on average not G.

    Args:
        sampling: one of `SAMPLINGS`.
        refused: others that are refused as well, and so not named.

    Raises:
        ParameterError: they are `BALANCED`.
    """
    if sampling == BALANCED:
        names = _others(BALANCED, *refused)
        allowed = Message(
            "one of {names}: what is shown holds where the gradients of batches have that of all "
            "examples as their mean; balanced batches, which weigh classes alike, have that of "
            "another loss",
            names=names,
        )
        raise ParameterError("sampling", sampling, allowed)


def check_labels(sampling: str, labelled: bool) -> None:
    """Refuse to sort examples that have no label.

    Raises:
        ParameterError: they are to be sorted.
    """
    if sampling == SORTED and not labelled:
        names = _others(SORTED, BALANCED)
        allowed = Message("one of {names}: tilts have no label to be sorted by", names=names)
        raise ParameterError("sampling", sampling, allowed)


def check_sizes(sampling: str, *refused: str) -> None:
    """Refuse batches whose sizes are drawn, where what is told is of batches of B examples.

    Args:
        sampling: one of `SAMPLINGS`.
        refused: others that are refused as well, and so not named.

    Raises:
        ParameterError: they are `POISSON` batches.
    """
    if sampling == POISSON:
        names = _others(POISSON, *refused)
        allowed = Message(
            "one of {names}: this is told of batches of B examples, and Poisson batches vary",
            names=names,
        )
        raise ParameterError("sampling", sampling, allowed)


def _others(*refused: str) -> str:
    return ", ".join(name for name in SAMPLINGS if name not in refused)


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
        before: the lines of a script that make what ``order`` takes, with its {labels}.
    """

    draw: Callable[[np.random.Generator, int, Labels], Iterator[IntArray]]
    words: str
    dash: str
    batches: str
    order: str
    each_epoch: bool
    before: tuple[str, ...] = ()

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
    SEQUENTIAL: Sampling(
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
    BALANCED: Sampling(
        by_class,
        words=Message("drawn with replacement, every class as likely"),
        dash="2px,6px",
        batches="Slices of N independent draws each epoch, in which every class is as likely",
        order="rng.choice(N, size=N, p=shares)",
        each_epoch=True,
        before=(
            "_, which, counts = np.unique({labels}, return_inverse=True, return_counts=True)",
            "# The weights of torch.utils.data.WeightedRandomSampler: 1 over how many an example's",
            "# class has, here over the number of classes too, so that they add up to 1.",
            "shares = (1 / (len(counts) * counts))[which]",
        ),
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
UNBIASED = [name for name in SAMPLINGS if name != BALANCED]  # whose mean gradient is G
OF_THEORY = [name for name in UNBIASED if name != POISSON]  # and which are of B examples
