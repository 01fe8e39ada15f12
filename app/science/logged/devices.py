"""A batch over several devices: its size, its epochs, its memory by formula and its seconds."""

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.science.errors import ParameterError
from app.science.memory import PRECISIONS
from app.science.message import Message


class Epoch(NamedTuple):
    """How batches divide N examples.

    Attributes:
        steps: batches an epoch.
        last: examples of the last one; 0 where there is none.
        lost: examples that no batch has, of each epoch.
    """

    steps: int
    last: int
    lost: int


class Terms(NamedTuple):
    """Bytes that a device keeps.

    Attributes:
        weights, gradients, moments: of any batch; moments are the optimizer's.
        an_example: activations of an example, until its gradient is taken.
    """

    weights: int
    gradients: int
    moments: int
    an_example: int

    @property
    def fixed(self) -> int:
        """What does not grow with the batch."""
        return self.weights + self.gradients + self.moments

    def largest(self, memory: float) -> int:
        """The largest batch that fits into so many bytes, 0 if none does."""
        return max(0, int((memory - self.fixed) // self.an_example))


class Architecture(Protocol):
    """A model as far as memory goes."""

    @property
    def weights(self) -> int:
        """How many it has."""

    @property
    def kept(self) -> int:
        """Numbers kept of an example until its gradient is taken."""


@dataclass(frozen=True)
class Transformer:
    """Blocks of attention and a dense layer four times as wide, with an embedding before them.

    Attributes:
        width: h.
        layers: L.
        heads: a.
        sequence: s, tokens of an example.
        vocabulary: v, tied between embedding and output.

    Raises:
        ParameterError: one of them is below 1, or the heads do not divide the width.
    """

    width: int
    layers: int
    heads: int
    sequence: int
    vocabulary: int

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise ParameterError(name, value, "an integer of at least 1")
        if self.width % self.heads:
            allowed = Message("a divisor of the width, {width:,}", width=self.width)
            raise ParameterError("heads", self.heads, allowed)

    @property
    def weights(self) -> int:
        """L(12h² + 13h) + (v + s + 2)h: attention, dense layers, norms, embeddings of tokens and places."""  # noqa: E501
        h = self.width
        blocks = self.layers * (12 * h**2 + 13 * h)
        return blocks + (self.vocabulary + self.sequence + 2) * h

    @property
    def kept(self) -> int:
        """L s h (17 + 5as/2h) + sv: sbh(34 + 5as/h) bytes in half precision, and the logits.

        (Korthikanti et al. 2022, arXiv:2205.05198, section 4.1, without recomputation.)
        """
        h, s = self.width, self.sequence
        return self.layers * s * (34 * h + 5 * self.heads * s) // 2 + s * self.vocabulary


def global_batch(per_device: int, devices: int, accumulation: int) -> int:
    """Examples of an update."""
    return per_device * devices * accumulation


def epoch(examples: int, batch_size: int, *, drop_last: bool) -> Epoch:
    """How an epoch of N examples is cut.

    >>> epoch(50_000, 384, drop_last=True), epoch(50_000, 384, drop_last=False)
    (Epoch(steps=130, last=384, lost=80), Epoch(steps=131, last=80, lost=0))
    """
    steps, rest = divmod(examples, batch_size)
    if drop_last or not rest:
        return Epoch(steps, batch_size if steps else 0, rest)
    return Epoch(steps + 1, rest, 0)


def terms(architecture: Architecture, moments: int, precision: str) -> Terms:
    """Bytes of a device that has the whole model.

    Args:
        architecture: `Transformer` or `memory.Network`.
        moments: numbers that the optimizer keeps of a weight.
        precision: one of `PRECISIONS`, of all numbers.
    """
    size = PRECISIONS[precision]
    weights = architecture.weights * size
    return Terms(weights, weights, moments * weights, architecture.kept * size)


@dataclass(frozen=True)
class Timing:
    r"""Seconds of an update, :math:`t(B) = a + c\lceil B/P\rceil`: a labelled model.

    Attributes:
        fixed: a.
        a_pass: c.
        width: P, examples that all devices take at once.
    """

    fixed: float
    a_pass: float
    width: int

    def seconds(self, batch_size: int) -> float:
        """Of an update."""
        return self.fixed + self.a_pass * math.ceil(batch_size / self.width)


def timing(width: int, batch_sizes: tuple[int, int], seconds: tuple[float, float]) -> Timing:
    """The model through two timings.

    Raises:
        ParameterError: both take as many passes, or more of them less time, or so much more that
            nothing would be left for none.
    """
    one, two = (math.ceil(size / width) for size in batch_sizes)
    if one == two:
        allowed = Message(
            "batch sizes that take different numbers of passes, of {width:,} each", width=width
        )
        raise ParameterError("timed_batch", list(batch_sizes), allowed)
    a_pass = (seconds[1] - seconds[0]) / (two - one)
    fixed = seconds[0] - a_pass * one
    if a_pass <= 0 or fixed < -1e-9 * max(seconds):
        allowed = Message("seconds that grow with the passes, and no faster than they")
        raise ParameterError("timed_seconds", list(seconds), allowed)
    return Timing(max(fixed, 0.0), a_pass, width)
