"""The loss that a sweep waits for, in plain words."""

from decimal import Decimal

from app.language.speech import gettext as _
from app.science.tradeoff.goal import Goal
from app.words.numbers import number

NOTHING = 1e-12  # a loss no larger than this is 0 but for rounding


def target_said(goal: Goal) -> str:
    """The target, and what it leaves of the start's loss above which lowest one."""
    share = number(100 * goal.share)
    digits = next((n for n in range(3, 16) if loss(goal.level, n) != loss(goal.lowest, n)), 3)
    level, lowest = loss(goal.level, digits), loss(goal.lowest, digits)
    if goal.minimum is None:
        return _(
            "The target, a loss of {level}, leaves {share} % of the start's, which has no "
            "minimum here and falls towards 0.",
            level=level,
            share=share,
        )
    if goal.local:
        return _(
            "The target, a loss of {level}, leaves {share} % of the start's height above "
            "{lowest}, the minimum that full-batch descent comes to; the lowest one is {deepest}.",
            level=level,
            share=share,
            lowest=lowest,
            deepest=loss(goal.deepest),
        )
    return _(
        "The target, a loss of {level}, leaves {share} % of the start's height above the "
        "lowest loss, {lowest}.",
        level=level,
        share=share,
        lowest=lowest,
    )


def loss(value: float, digits: int = 3) -> str:
    """A loss, to some significant digits and without an exponent.

    >>> loss(-0.2154), loss(6.06e-6), loss(1e-17)
    ('−0.215', '0.00000606', '0')
    """
    said = f"{Decimal(f'{value:.{digits}g}' if abs(value) > NOTHING else '0'):,f}"
    return said.replace("-", "−")
