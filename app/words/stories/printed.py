"""A story of the loss that is printed for an epoch, which is not that of its end."""

from collections.abc import Sequence

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.printed import Printed
from app.words.numbers import number
from app.words.printed import DIGITS, looks_worse
from app.words.runs import label


def printed_and_true(printed: Sequence[Printed]) -> str:
    """What epoch 1 prints where that is furthest from the loss at its end, and why it is so."""
    whole = [each for each in printed if each.epochs]
    if not whole and all(each.diverged for each in printed):
        return _("Training diverges here before an epoch comes to its end.")
    if not whole:
        return _("No epoch comes to its end here, so none is printed.")
    furthest = max(whole, key=lambda each: abs(each.epochs[0].weighted - each.epochs[0].end))
    epoch = furthest.epochs[0]
    levels = _(
        "{size} prints {printed} for epoch 1, and the true loss at its end is {true}.",
        size=label(furthest.run),
        printed=number(epoch.weighted, DIGITS),
        true=number(epoch.end, DIGITS),
    )
    return sentences([levels, looks_worse(printed)])
