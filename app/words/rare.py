"""What batches see of a rare class, in plain words with measured numbers."""

from collections.abc import Sequence

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext
from app.science.rare import RareBatches
from app.science.sampling import BALANCED, POISSON
from app.words.caption import Caption
from app.words.numbers import batch_size_label


def rare_caption(found: Sequence[RareBatches], rare: int, examples: int, sampling: str) -> Caption:
    """How many batches of each size hold none of the rare class, and how many are expected to.

    Args:
        found: the batches of each size.
        rare: examples of the rare class.
        examples: N.
        sampling: how they are drawn.
    """
    said = listed(
        _(
            "{measured} ({label})",
            measured=_percent(each.without),
            label=batch_size_label(each.batch_size, examples),
        )
        for each in found
    )
    expected = listed(_percent(each.expected) for each in found if each.expected is not None)
    return Caption(
        ngettext(
            "{count:,} of {examples:,} examples is of the rare class: {said} of the batches hold "
            "none of it.",
            "{count:,} of {examples:,} examples are of the rare class: {said} of the batches hold "
            "none of it.",
            rare,
            examples=examples,
            said=said,
        ),
        [
            _counted([each.epochs for each in found]),
            _("Expected are {shares} ({law}, line).", shares=expected, law=_law(sampling))
            if expected
            else _(
                "In this order no chance decides what is in a batch, so no law says how many to "
                "expect."
            ),
            _("Counted and expected are an epoch's last, smaller batches, too; the line has none.")
            if expected
            and any(examples % each.batch_size for each in found)
            and sampling != POISSON
            else "",
            _(
                "An update on such a batch follows the gradients of the other class alone, or none "
                "where the batch is empty."
            )
            if sampling == POISSON and any(each.batch_size < examples for each in found)
            else _("An update on such a batch follows the gradients of the other class alone."),
            _(
                "Of the draws every second one is of the rare class, so the batches' gradient is "
                "on average that of another loss, in which both classes weigh the same."
            )
            if sampling == BALANCED and 2 * rare != examples
            else "",
        ],
    )


def _counted(epochs: Sequence[int]) -> str:
    fewest, most = min(epochs), max(epochs)
    if fewest == most:
        return ngettext(
            "Counted in {count:,} epoch (dots).", "Counted in {count:,} epochs (dots).", most
        )
    return _(
        "Counted in {fewest:,} to {most:,} epochs, by batch size (dots).", fewest=fewest, most=most
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _law(sampling: str) -> str:
    if sampling == "with-replacement":
        return _("binomial, (1 − k/N)ᴮ for k rare ones")
    if sampling == BALANCED:
        return _("both classes as likely, (1 − 1/2)ᴮ")
    if sampling == POISSON:
        return _("Poisson batches, (1 − B/N)ᵏ for k rare ones")
    return _("hypergeometric, C(N − k, B)/C(N, B) for k rare ones")
