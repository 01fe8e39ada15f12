"""A log of a training run: squared norms of the gradients of a batch's parts, step by step."""

from dataclasses import dataclass
from typing import NamedTuple

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.sampling import SORTED

MOST_STEPS = 100_000
MOST_PARTS = 4096  # of a step, where each has its own norm
LARGEST = 1e15  # of a squared norm; a link holds squares of those in single precision
PARTS = ("micro-batches", "ranks", "examples")
ORDERED = ("sequential", SORTED)  # notes: no chance decides who is in a batch
WITH_REPLACEMENT = "with-replacement"  # a note: no batch is a part of the data's permutation
_SHOWN = 40  # characters of a line that is refused


@dataclass(frozen=True)
class Header:
    """What the log says of the run as a whole.

    Attributes:
        framework: that trained it, in small letters, digits and hyphens; empty if not known.
        optimizer: in the same letters.
        parts: what the batches' parts are, one of `PARTS`.
        notes: what the logger saw, such as ``batch-norm``, ``dropout``, ``with-replacement`` or
            ``sorted``.
        data: N, examples in the data; None if not known.
    """

    framework: str = ""
    optimizer: str = ""
    parts: str = "micro-batches"
    notes: tuple[str, ...] = ()
    data: int | None = None


class Steps(NamedTuple):
    """The measured steps, in the log's own order, shape (K,) each.

    Attributes:
        line: where each stands in the file, from 1.
        step: its number.
        examples: c, of all parts.
        parts: m.
        mean_part_norm: Σ w_j‖g_j‖²; NaN where a norm of the step is none.
        norm: ‖ḡ‖².
        least_norm: the smallest ‖ḡ‖² that parts with these norms can have; 0 if they are not known.
        spread: whether the parts' norms differ at all, or are not known.
        growing: whether they are known, three or more, and each is larger than the one before.
        tied: whether they are known and differ, and two or more have the largest norm exactly.
        even: whether weights are equal though parts have unequal numbers of examples.
        loss, lr: NaN where not logged.
        gradient_squared, noise_trace: ‖G‖² and tr Σ of all examples there; NaN where not measured.
    """

    line: IntArray
    step: IntArray
    examples: IntArray
    parts: IntArray
    mean_part_norm: FloatArray
    norm: FloatArray
    least_norm: FloatArray
    spread: BoolArray
    growing: BoolArray
    tied: BoolArray
    even: BoolArray
    loss: FloatArray
    lr: FloatArray
    gradient_squared: FloatArray
    noise_trace: FloatArray


@dataclass(frozen=True, eq=False)
class Log:
    """A run's log."""

    header: Header
    steps: Steps


def refused(text: str, line: int, reason: Message) -> ParameterError:
    """The error of a line of a log."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    allowed = Message("a log that can be read: line {line:,}: {reason}", line=line, reason=reason)
    return ParameterError("log", shown, allowed)
