"""Perfect scaling, diminishing returns, plateau (Shallue et al. 2018, arXiv:1811.03600)."""

from collections.abc import Sequence
from typing import NamedTuple

from app.science.tradeoff.tuned import Tuned

TOLERANCE = 0.25  # what may be lost of perfect scaling, or still be gained on the plateau


class Regimes(NamedTuple):
    """Where one ends and the next begins, as measured; between the two returns diminish.

    Attributes:
        perfect_until: the largest batch size up to which every one takes no more examples than
            the smallest one, plus `TOLERANCE`: updates fall in proportion. None if the second
            batch size takes more already.
        plateau_from: the smallest batch size from which on every one takes no more updates than
            the largest one, plus `TOLERANCE`. None if the last but one takes more.
    """

    perfect_until: int | None
    plateau_from: int | None

    def regime(self, batch_size: int) -> str:
        """``perfect``, ``diminishing`` or ``plateau``."""
        if self.perfect_until is not None and batch_size <= self.perfect_until:
            return "perfect"
        if self.plateau_from is not None and batch_size >= self.plateau_from:
            return "plateau"
        return "diminishing"


def regimes(tuned: Sequence[Tuned]) -> Regimes:
    """Classify a sweep's batch sizes, increasing; those that do not reach the target left out.

    A batch size in both, as when few and close ones were tried, is in neither.
    """
    used = [(p.batch_size, p.updates[1], p.examples[1]) for p in tuned if p.updates[1] is not None]
    sizes = [size for size, _, _ in used]
    perfect = _lead([examples or 0 for _, _, examples in used])
    plateau = _lead([updates or 0 for _, updates, _ in reversed(used)])
    if perfect + plateau > len(used):
        return Regimes(None, None)
    return Regimes(sizes[perfect - 1] if perfect else None, sizes[-plateau] if plateau else None)


def _lead(values: Sequence[int]) -> int:
    """How many of the first values are no larger than the very first, plus `TOLERANCE`.

    0 if it is alone in that.
    """
    larger = [k for k, value in enumerate(values) if value > (1 + TOLERANCE) * values[0]]
    count = larger[0] if larger else len(values)
    return count if count > 1 else 0
