"""A batch taken in micro-batches, whose gradients are accumulated before the update."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError, check_one_of
from app.science.message import Message

SIZE, MEANS = "size", "means"
# How the micro-batches' mean gradients are averaged, in words; `shares` applies it.
ACCUMULATIONS: dict[str, str] = {
    SIZE: Message("by size: one large batch"),
    MEANS: Message("all alike: a mean of means"),
}
UPDATE, MICRO_BATCH = "update", "micro-batch"
# Which gradients are clipped, in words.
CLIPPED: dict[str, str] = {
    UPDATE: Message("the update's, once"),
    MICRO_BATCH: Message("each micro-batch's, before they are averaged"),
}


@dataclass(frozen=True)
class Accumulation:
    """In how many micro-batches an update takes its examples, and how it averages them.

    >>> Accumulation(4, "means").micro_batch(32), Accumulation(3, "means").micro_batch(10)
    (8, 4)

    Attributes:
        pieces: k, at least 1.
        kind: one of `ACCUMULATIONS`.
        clip_each: one of `CLIPPED`.

    Raises:
        ParameterError: a value outside what its description says.
    """

    pieces: int = 1
    kind: str = SIZE
    clip_each: str = UPDATE

    def __post_init__(self) -> None:
        if self.pieces < 1:
            raise ParameterError("accumulate", self.pieces, "an integer of at least 1")
        check_one_of("accumulation", self.kind, ACCUMULATIONS)
        check_one_of("clip_each", self.clip_each, CLIPPED)

    def micro_batch(self, batch_size: int) -> int:
        """m = ⌈B/k⌉, examples of a micro-batch; the last of an update may have fewer."""
        return -(-batch_size // self.pieces)

    def leaves_one(self, size: int, batch_size: int) -> bool:
        """Whether an update of ``size`` examples has a micro-batch of one of them.

        >>> [Accumulation(4).leaves_one(*sizes) for sizes in ((33, 128), (32, 128), (3, 4))]
        [True, False, True]
        """
        return size > 1 and self.pieces > 1 and (size - 1) % self.micro_batch(batch_size) == 0

    def averaged_alike(self, batch_size: int) -> int | None:
        """m where micro-batches are averaged alike; None where the mean is over all examples."""
        return self.micro_batch(batch_size) if self.kind == MEANS and self.pieces > 1 else None

    def parts(self, size: int, micro_batch: int) -> tuple["Share", ...]:
        """Each micro-batch of an update, and what its mean gradient is multiplied by.

        >>> [each.share for each in Accumulation(4, "means").parts(26, 8)]
        [0.25, 0.25, 0.25, 0.25]
        """
        sizes = cut_size(size, micro_batch).tolist()
        return tuple(
            Share(
                slice(k * micro_batch, k * micro_batch + part),
                1 / len(sizes) if self.kind == MEANS else part / size,
            )
            for k, part in enumerate(sizes)
        )


ONE_BATCH = Accumulation()


class Share(NamedTuple):
    """Consecutive examples of an update, and what their mean gradient is multiplied by."""

    examples: slice
    share: float

    @property
    def length(self) -> int:
        """How many examples it has."""
        return int(self.examples.stop - self.examples.start)


def is_skewed(size: int, micro_batch: int | None) -> bool:
    """Whether a mean of the means of micro-batches weighs an update's examples unequally."""
    return micro_batch is not None and size > micro_batch and size % micro_batch != 0


def shares(size: int, micro_batch: int | None) -> tuple[Share, ...]:
    """An update's examples in parts, within which all weigh the same.

    The full micro-batches are one part, whose mean is the mean of theirs; a shorter last one is
    another.

    >>> [(each.examples.stop, each.share) for each in shares(26, 8)]
    [(24, 0.75), (26, 0.25)]
    >>> shares(26, None)
    (Share(examples=slice(0, 26, None), share=1.0),)
    """
    if micro_batch is None or not is_skewed(size, micro_batch):
        return (Share(slice(0, size), 1.0),)
    full = size // micro_batch
    whole = full * micro_batch
    return Share(slice(0, whole), full / (full + 1)), Share(slice(whole, size), 1 / (full + 1))


def averaged(mean: Callable[[slice], FloatArray], parts: Iterable[Share]) -> FloatArray:
    """The mean over an update's examples, or over its micro-batches of theirs.

    >>> averaged(lambda some: np.arange(3.0)[some].mean(), shares(3, 2)).item()
    1.25

    Args:
        mean: over some consecutive examples of the update.
        parts: which, and what each counts.
    """
    first, *others = (share * mean(some) for some, share in parts)
    return np.asarray(sum(others, start=first))


def effective_size(size: int, micro_batch: int | None) -> float:
    """How many examples of equal weight have a mean with as much noise as an update's.

    1/Σ w², w what each of them weighs (Kish 1965): b where they weigh the same.

    >>> effective_size(32, 8), round(effective_size(26, 8), 1)
    (32.0, 18.3)
    """
    if not is_skewed(size, micro_batch):
        return float(size)
    parts = shares(size, micro_batch)
    return float(1 / sum(part.share**2 / part.length for part in parts))


def cut_size(size: int, micro_batch: int) -> IntArray:
    """Examples of each micro-batch of an update: full ones, then what is left.

    >>> cut_size(26, 8).tolist()
    [8, 8, 8, 2]
    """
    return np.minimum(micro_batch, size - np.arange(0, size, micro_batch))


def relative_weights(parts: IntArray) -> FloatArray:
    """What an example of each micro-batch counts in a mean of means, times that of the large batch.

    b/(k b_j), for k micro-batches of b_j examples, b in all; averaged by size it is 1.

    >>> relative_weights(np.array([10, 100])).tolist()
    [5.5, 0.55]
    """
    return np.asarray(parts.sum() / (len(parts) * parts))
