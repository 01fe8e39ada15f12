"""What a training loop prints, beside what is true, in plain words with measured numbers."""

import math
from collections.abc import Iterable, Sequence

from app.language.speech import clauses, ngettext, sentences
from app.language.speech import gettext as _
from app.science.accumulation import MEANS
from app.science.printed import Epoch, Printed, lag
from app.words.caption import Caption
from app.words.diverged import until_divergence
from app.words.epoch_plan import last_of_one
from app.words.numbers import SMALL, number, percent, told_apart
from app.words.runs import label

DIGITS = 3
ROUNDED = 9  # decimal places of a lag that are no rounding
HALF = 0.5  # of a difference, from which on one of two parts is called its reason
JAGGED = 2.0  # times as far as the true loss do batches stray where the draw makes a curve jagged


def printed_caption(printed: Sequence[Printed], smoothing: float, outside: float) -> Caption:
    """What epoch 1 printed and why, what makes the curve jagged, what the last batch counts.

    Args:
        printed: a run a batch size.
        smoothing: weight of the past in the exponential mean that is drawn; 0 where none is.
        outside: share of the batches' losses that lie outside the picture.
    """
    return Caption(
        _(
            "The training loss printed for epoch 1, and the true one at its end: {clauses}.",
            clauses=clauses(map(_first, printed)),
        ),
        [
            looks_worse(printed),
            jagged(printed),
            last_batch_counts(printed),
            last_of_one(*(each.run.plan for each in printed)),
            _(
                "Line: the true loss; dots: what each epoch prints, weighted by batch size as "
                "Keras does; open: every batch alike, as total / len(loader) does; dotted: that "
                "mean as it runs; pale: the loss of each batch."
            ),
            in_micro_batches(printed),
            _smoothed(printed, smoothing) if smoothing else "",
            _("Outside the picture lie {share} of the batches' losses.", share=percent(outside))
            if outside
            else "",
        ],
    )


def _first(each: Printed) -> str:
    if not each.epochs:
        return (
            _("{size} diverges before an epoch ends", size=label(each.run))
            if each.diverged
            else _("{size} ends no epoch", size=label(each.run))
        )
    epoch = each.epochs[0]
    said = _(
        "{size} {printed} and {true}",
        size=label(each.run),
        printed=number(epoch.weighted, DIGITS),
        true=number(epoch.end, DIGITS),
    )
    return until_divergence(said, each.run)


def because_of_the_way(epoch: Epoch) -> bool:
    """Whether an epoch looks worse than its end mostly since weights moved on meanwhile."""
    gap = epoch.weighted - epoch.end
    return gap > 0 and epoch.on_the_way - epoch.end >= HALF * gap


def looks_worse(printed: Sequence[Printed]) -> str:
    """Why epoch 1 looks worse than it is, and where that is not so."""
    whole = [each for each in printed if each.epochs]
    on_the_way = [each for each in whole if because_of_the_way(each.epochs[0])]
    by_chance: list[Printed] = []
    no_worse: list[Printed] = []
    for each in whole:
        if each not in on_the_way:
            worse = each.epochs[0].weighted > each.epochs[0].end
            (by_chance if worse else no_worse).append(each)
    return sentences(
        [
            _(
                "What is printed is a mean over the epoch, each batch at the weights before its "
                "update. So epoch 1 looks worse than its end: {clauses}.",
                clauses=clauses(map(_by, on_the_way)),
            )
            if on_the_way
            else "",
            _(
                "By what batches held, more than by the weights: {clauses}.",
                clauses=clauses(map(_by, by_chance)),
            )
            if by_chance
            else "",
            _("Epoch 1 looks no worse than its end: {sizes}.", sizes=_sizes(no_worse))
            if no_worse
            else "",
        ]
    )


def _by(each: Printed) -> str:
    epoch = each.epochs[0]
    gap = epoch.weighted - epoch.end
    parts = epoch.on_the_way - epoch.end, epoch.weighted - epoch.on_the_way
    largest = max(gap, *map(abs, parts))
    if not SMALL <= largest < math.inf:
        return _("{size} by {gap}", size=label(each.run), gap=number(gap, DIGITS))
    places = max(0, DIGITS - math.floor(math.log10(largest)))
    way, drawn = (_signed(part, places) for part in parts)
    return _(
        "{size} by {gap}: {way} as weights moved, {drawn} by its batches",
        size=label(each.run),
        gap=f"{gap:,.{places}f}",
        way=way,
        drawn=drawn,
    )


def _signed(part: float, places: int) -> str:
    """With its sign and so many decimals, so that it can be added up; 0 where it rounds to that.

    >>> _signed(-0.00839, 3), _signed(3.1426, 3), _signed(-4e-16, 3)
    ('−0.008', '+3.143', '0')
    """
    if round(part, places) == 0:
        return "0"
    return f"{part:+,.{places}f}".replace("-", "−")


def jagged(printed: Sequence[Printed]) -> str:
    """Whether it is what batches hold or the training that makes the curve jagged."""
    several = [each for each in printed if each.epochs and len(each.epochs[-1].sizes) > 1]
    still = [each for each in several if each.epochs[-1].drawn == 0]
    same = [each for each in still if each.epochs[-1].moved > 0]
    drawn = [each for each in several if by_the_draw(each.epochs[-1])]
    moved = [each for each in several if each not in still and each not in drawn]
    return sentences(
        [
            _(
                "A jagged curve comes from which examples its batches hold, and is no fault of "
                "training: in the last epoch batches stray {clauses} (standard deviations).",
                clauses=clauses(map(_strays, drawn)),
            )
            if drawn
            else "",
            _(
                "It is not only which examples batches hold, the true loss itself still moves in "
                "the last epoch: batches stray {clauses} (standard deviations).",
                clauses=clauses(map(_strays, moved)),
            )
            if moved
            else "",
            _(
                "In the last epoch no batch strays from the true loss, which itself moves "
                "{clauses} (standard deviations).",
                clauses=clauses(map(_moves, same)),
            )
            if same
            else "",
        ]
    )


def by_the_draw(epoch: Epoch) -> bool:
    """Whether batches stray from the true loss much further than that strays itself."""
    return epoch.drawn > 0 and epoch.drawn >= JAGGED * epoch.moved


def _strays(each: Printed) -> str:
    epoch = each.epochs[-1]
    return _(
        "{drawn} from the true loss at {size}, and that itself {moved}",
        size=label(each.run),
        drawn=number(epoch.drawn, DIGITS),
        moved=number(epoch.moved, DIGITS),
    )


def _moves(each: Printed) -> str:
    moved = number(each.epochs[-1].moved, DIGITS)
    return _("by {moved} at {size}", moved=moved, size=label(each.run))


def last_batch_counts(printed: Sequence[Printed]) -> str:
    """What a smaller last batch counts where each batch counts alike."""
    ragged = [each for each in printed if each.epochs and each.epochs[0].last_counts > 1]
    skewed = [each for each in ragged if each.run.plan.skewed]
    small = [each for each in ragged if each not in skewed]
    return sentences(
        [
            _(
                "Where every batch counts alike, an example of a smaller last batch counts more: "
                "{clauses}.",
                clauses=clauses(map(_counts, small)),
            )
            if small
            else "",
            _(
                "Where every batch and in it every micro-batch counts alike, an epoch's last "
                "example counts more than its first: {clauses}.",
                clauses=clauses(map(_counts, skewed)),
            )
            if skewed
            else "",
        ]
    )


def _counts(each: Printed) -> str:
    epoch = each.epochs[0]
    unweighted, weighted = told_apart(epoch.unweighted, epoch.weighted, DIGITS)
    said = {"size": label(each.run), "times": number(epoch.last_counts, DIGITS)}
    if unweighted == weighted:
        return _(
            "{times} times at {size}, and epoch 1 prints {loss} either way", loss=weighted, **said
        )
    return _(
        "{times} times at {size}, and epoch 1 prints {unweighted} in place of {weighted}",
        unweighted=unweighted,
        weighted=weighted,
        **said,
    )


def in_micro_batches(printed: Sequence[Printed]) -> str:
    """What the loss of a batch in micro-batches is; nothing where each is taken at once."""
    accumulation = printed[0].run.plan.accumulation
    if accumulation.pieces == 1:
        return ""
    if accumulation.kind != MEANS:
        return _("The loss of a batch is the mean of its micro-batches' losses, each by its size.")
    return _(
        "The loss of a batch is the mean of its micro-batches' losses, all alike, as a loop "
        "prints it that divides each by their number; weighted by size, each counts by its own."
    )


def _smoothed(printed: Sequence[Printed], weight: float) -> str:
    updates = lag(weight)
    return ngettext(
        "The thin line is the exponential mean of the batches' losses, {weight} of it the past: "
        "it lags {updates} update behind, in epochs {clauses}.",
        "The thin line is the exponential mean of the batches' losses, {weight} of it the past: "
        "it lags {updates} updates behind, in epochs {clauses}.",
        round(updates, ROUNDED),
        weight=f"{weight:g}",
        updates=number(updates, DIGITS),
        clauses=clauses(_lags(each, updates) for each in printed),
    )


def _lags(each: Printed, updates: float) -> str:
    """How many epochs so many updates are, in the first one and the last: a batch may grow."""
    epochs = each.run.plan.epochs
    first, last = (number(updates / epoch.updates, DIGITS) for epoch in (epochs[0], epochs[-1]))
    if first == last:
        return _("{epochs} at {size}", size=label(each.run), epochs=first)
    return _(
        "{first} at {size} in the first epoch and {last} in the last",
        size=label(each.run),
        first=first,
        last=last,
    )


def _sizes(printed: Iterable[Printed]) -> str:
    return clauses(label(each.run) for each in printed)
