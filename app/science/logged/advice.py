"""What another batch size would cost a run, at its own noise scale; an approximation."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray
from app.science.logged.flaws import adaptive
from app.science.logged.log import Header
from app.science.logged.windows import Window
from app.science.message import Message

FACTORS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # of the batch size in use
OFF = 4  # times: how far the noise scale was from the critical batch size of small networks
LINEAR = ("sgd", "momentum", "nesterov")


@dataclass(frozen=True)
class Span:
    """A number, as the noise scale has it, and between which its interval has it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Cost:
    """Another batch size beside the one in use.

    Attributes:
        factor: of the batch size in use.
        batch_size: B′.
        updates, examples: to the same loss, relative to those of the batch size in use; None where
            there is no claim about them.
        rate: the learning rate, relative; None where no rule is known to hold.
    """

    factor: float
    batch_size: float
    updates: Span | None
    examples: Span | None
    rate: Span | None


@dataclass(frozen=True)
class Advice:
    """What follows of a run's last window of which something is known.

    Attributes:
        window: that one.
        costs: of `FACTORS`.
        rule: by which the rate follows the batch size: ``linear`` far below the noise scale and
            less beyond, as `relative_rate`; ``sqrt``; or None.
        costs_refused: why there is no claim about updates and examples; None where there is.
    """

    window: Window
    costs: tuple[Cost, ...]
    rule: str | None
    costs_refused: Message | None


def advise(header: Header, windows: tuple[Window, ...]) -> Advice | None:
    """Advice from the last window that tells something; None if none does."""
    known = [each for each in windows if _tells(each)]
    if not known:
        return None
    last = known[-1]
    refusal = None
    if adaptive(header.optimizer):
        refusal = Message(
            "{optimizer} adapts its step to the gradient's size: there is no claim about a critical batch size.",  # noqa: E501
            optimizer=header.optimizer,
        )
    rule = _rule(header.optimizer)
    factors = np.array(FACTORS)
    batch_sizes = last.batch_size * factors
    updates, examples = (
        [None] * len(FACTORS) if refusal else _spans(last, factors, relative)
        for relative in (relative_updates, relative_examples)
    )
    rates: list[Span | None] = [None] * len(FACTORS)
    if rule == "linear":
        rates = _spans(last, factors, relative_rate)
    elif rule == "sqrt":
        rates = [Span(root, root, root) for root in np.sqrt(factors).tolist()]
    rows = zip(FACTORS, batch_sizes.tolist(), updates, examples, rates, strict=True)
    return Advice(last, tuple(Cost(*row) for row in rows if row[1] >= 1), rule, refusal)


def _tells(window: Window) -> bool:
    """Whether something is known of its noise scale: an estimate with an end, or 'at least'."""
    low, high = window.interval
    positive = window.noise_scale is not None and window.noise_scale > 0
    return low > 0 or (positive and high is not None)


def ends(window: Window) -> tuple[float, float, float]:
    """The noise scale and its interval, infinite where open; without an estimate, its low end."""
    low, high = window.interval
    scale = window.noise_scale
    middle = low if scale is None or scale <= 0 else scale
    return middle, min(low, middle), np.inf if high is None else max(high, middle)


def relative_updates(scale: float, batch_size: float, factors: FloatArray) -> FloatArray:
    r"""Updates to the same loss, relative to those at B (McCandlish et al. 2018, section 2.2).

    .. math:: (1 + \mathcal{B}/B') / (1 + \mathcal{B}/B)
    """
    return relative_examples(scale, batch_size, factors) / factors


def relative_examples(scale: float, batch_size: float, factors: FloatArray) -> FloatArray:
    r"""Examples to the same loss, relative to those at B.

    .. math:: (1 + B'/\mathcal{B}) / (1 + B/\mathcal{B})
    """
    if np.isinf(scale):
        return np.ones_like(factors)
    return np.asarray((scale + batch_size * factors) / (scale + batch_size))


def relative_rate(scale: float, batch_size: float, factors: FloatArray) -> FloatArray:
    r"""The best rate, relative to that at B (McCandlish et al. 2018, section 2.2).

    .. math:: (1 + \mathcal{B}/B) / (1 + \mathcal{B}/B')
    """
    return factors / relative_examples(scale, batch_size, factors)


def _spans(window: Window, factors: FloatArray, relative: object) -> list[Span | None]:
    assert callable(relative)  # noqa: S101 - one of the three above
    three = np.stack([relative(end, window.batch_size, factors) for end in ends(window)])
    return [
        Span(*row)
        for row in zip(three[0].tolist(), three.min(0).tolist(), three.max(0).tolist(), strict=True)
    ]


def _rule(optimizer: str) -> str | None:
    if adaptive(optimizer):
        return "sqrt" if "adam" in optimizer else None
    return "linear" if any(name in optimizer for name in LINEAR) else None
