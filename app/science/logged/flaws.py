"""What is wrong in a log, or limits what may be said of it: found here, never mended in silence."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import BoolArray
from app.science.logged.log import ORDERED, Header, Log
from app.science.logged.windows import LEAST_STEPS, Sums, cut, dependence, single
from app.science.message import Message

ROUNDING = 1e-4  # of a squared norm that was summed in single precision
LARGE = 1e8  # a median squared norm above it is a loss scale's rather than a gradient's
CAPPED = 0.05  # share of the steps whose norm is exactly the largest one: it was cut there
CLAMPED = 0.01  # share of the steps whose estimate of ‖G‖² is 0
CLEARLY = 5  # standard errors
OFTEN = 0.9  # share of the steps
ADAPTIVE = ("adam", "rmsprop", "adagrad", "adadelta", "lamb", "lion", "novograd", "adafactor")
NORMALISED = ("batch-norm", "batchnorm")


@dataclass(frozen=True)
class Found:
    """A flaw.

    Attributes:
        id: one of `FLAWS`.
        steps: in how many steps; None where that is not known, or it is of the run as a whole.
        line: of the log, where it is first seen; None likewise.
    """

    id: str
    steps: int | None = None
    line: int | None = None


# In the order of the bits that a link has for them: new ones come last.
FLAWS: dict[str, Message] = {
    "not-a-number": Message("A norm is NaN, infinite or missing: such steps are left out."),
    "one-part": Message(
        "Batches come in one part only, which tells nothing of the noise: such steps are left out."
    ),
    "order": Message("Steps are out of order, or come twice: they were sorted by their numbers."),
    "no-variance": Message(
        "All parts of a batch have the same norm, and so has their mean: most likely gradients were read after they had been averaged over ranks, or are one and the same."  # noqa: E501
    ),
    "clamped": Message(
        "A norm, or what parts differ by, is exactly 0: single estimates below 0 are to stay as they are; clamping them makes the mean too large."  # noqa: E501
    ),
    "impossible": Message(
        "The norm of the mean is not one that parts with these norms can have: norms were cut or scaled differently, averaged over shards instead of summed, or weights are not the ones that were averaged by."  # noqa: E501
    ),
    "clipped": Message(
        "Many steps have exactly the largest norm: it was read after clipping, and the estimates are wrong."  # noqa: E501
    ),
    "accumulated": Message(
        "Norms grow from part to part within nearly every step: they are of the accumulated gradient instead of each part's own."  # noqa: E501
    ),
    "loss-scale": Message(
        "Norms are very large: a loss scale may not be divided out (of a squared norm, its square)."
    ),
    "equal-weights": Message(
        "Parts with unequal numbers of examples have equal weights: their mean is not the batch's gradient."  # noqa: E501
    ),
    "normalised": Message(
        "The model has batch normalisation: an example's gradient depends on the others of its part, and the noise scale on the parts' size."  # noqa: E501
    ),
    "dropout": Message("The model has dropout: its own noise is a part of what is estimated."),
    "too-small": Message(
        "The mean's norm is clearly smaller than the noise between the parts alone makes it: norms were scaled differently (of a loss scale its square is divided out), parts are of different weights, or batches are a good part of data whose size is not said."  # noqa: E501
    ),
    "ordered": Message(
        "Batches were taken in the stored order or sorted by label, not drawn at random: what parts differ by within a batch is not the noise between batches."  # noqa: E501
    ),
}
# Seen in a link's windows themselves.
DERIVED: dict[str, Message] = {
    "few-steps": Message(
        "A window has fewer than {least} measured steps: its interval is wide, and holds the true value less often than it says.",  # noqa: E501
        least=LEAST_STEPS,
    ),
    "dependent": Message(
        "Steps depend on each other: the interval over single steps is too narrow; the one from means over blocks of 8 stands beside it."  # noqa: E501
    ),
    "adaptive": Message(
        "The optimizer adapts its step to the gradient's size: there is no claim about what another batch size would cost."  # noqa: E501
    ),
    "unknown-data": Message(
        "How many examples the data have is not known: estimates are as of endless data, and too large where batches are a good part of an epoch."  # noqa: E501
    ),
}


def find(log: Log) -> tuple[Found, ...]:
    """What the steps and the header show that their sums do not, in the order of `FLAWS`."""
    steps = log.steps
    spread = steps.mean_part_norm - steps.norm
    close = ROUNDING * steps.norm
    several = (steps.parts > 1) & np.isfinite(spread)
    exact = several & (spread == 0) & (steps.norm > 0)
    alike = several & (np.abs(spread) <= close) & ~exact
    alike |= exact & ~steps.spread
    same = several & (alike | exact)
    all_alike = several.any() and same[several].mean() > OFTEN
    zero = several & ((steps.norm == 0) | (steps.mean_part_norm == 0) | exact)
    off = several & ((spread < -close) | (steps.norm < steps.least_norm * (1 - 10 * ROUNDING)))
    # An estimate of ‖G‖² of 0; of those that are not clamped one in ten thousand comes as close.
    no_signal = several & ~same & (np.abs(single(steps).squared_norm) <= close)
    zero |= _often(no_signal, several, CLAMPED)
    notes = set(log.header.notes)
    places: dict[str, BoolArray] = {
        "not-a-number": ~np.isfinite(spread),
        "one-part": (steps.parts == 1),
        "order": np.concatenate([[False], np.diff(steps.step) <= 0]),
        "no-variance": same if all_alike else np.zeros_like(same),
        "clamped": np.zeros_like(zero) if all_alike else zero,
        "impossible": off,
        "clipped": _capped(log) | _often(several & steps.tied, several, CAPPED),
        "accumulated": _often(several & steps.growing, several, OFTEN),
        "loss-scale": several & (steps.norm > LARGE),
        "equal-weights": steps.even,
    }
    found = [
        Found(name, int(there.sum()), int(steps.line[there][0]))
        for name, there in places.items()
        if there.any()
    ]
    if notes & {*NORMALISED}:
        found.append(Found("normalised"))
    if any(note.startswith("dropout") for note in notes):
        found.append(Found("dropout"))
    if _too_small(log.header, cut(log)):
        found.append(Found("too-small"))
    if notes & {*ORDERED}:
        found.append(Found("ordered"))
    return tuple(found)


def derive(header: Header, sums: Sums) -> tuple[Found, ...]:
    """What the header and the windows' sums show, in the order of `DERIVED`."""
    seen = {
        "few-steps": bool((sums.steps < LEAST_STEPS).any()),
        "dependent": dependence(sums) is not None,
        "adaptive": adaptive(header.optimizer),
        "unknown-data": header.data is None and "with-replacement" not in header.notes,
    }
    return tuple(Found(name) for name, there in seen.items() if there)


def adaptive(optimizer: str) -> bool:
    """Whether an optimizer adapts its step to the size of the gradient, as its name says."""
    return any(name in optimizer for name in ADAPTIVE)


def flags_of(found: tuple[Found, ...]) -> int:
    """Their bits."""
    places = {name: k for k, name in enumerate(FLAWS)}
    return sum(1 << places[each.id] for each in found)


def flagged(flags: int) -> tuple[Found, ...]:
    """The flaws of some bits."""
    return tuple(Found(name) for k, name in enumerate(FLAWS) if flags >> k & 1)


def _often(some: BoolArray, among: BoolArray, share: float) -> BoolArray:
    """Some of the steps if they are more than a share of those, and more than one; else none."""
    return some if some.sum() > max(1, share * among.sum()) else np.zeros_like(some)


def _too_small(header: Header, sums: Sums) -> bool:
    """Whether the mean of S over all steps is `CLEARLY` standard errors below 0."""
    k = sums.steps.sum()
    if k < LEAST_STEPS:
        return False
    share = 0 if header.data is None else 1 / header.data
    mean = (sums.s + share * sums.t).sum() / k
    square = (sums.ss + 2 * share * sums.st + share**2 * sums.tt).sum() / k
    return bool(mean < -CLEARLY * np.sqrt(max(square - mean**2, 0) / k))


def _capped(log: Log) -> BoolArray:
    norm = np.nan_to_num(log.steps.norm)
    largest = norm.max()
    at_it = norm >= largest * (1 - ROUNDING)
    many = largest > 0 and at_it.sum() > max(2, CAPPED * len(norm))
    if at_it.all():  # a full batch that hardly moves is not cut: its parts stay as they are, too
        parts = np.nan_to_num(log.steps.mean_part_norm)
        many = many and parts.min() < parts.max() * (1 - ROUNDING)
    return at_it if many else np.zeros_like(at_it)
