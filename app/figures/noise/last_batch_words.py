"""What a last, smaller batch does, in plain words with measured numbers."""

from app.figures.words import number
from app.language.speech import gettext as _
from app.language.speech import listed, sentences
from app.science.noise.last_batch import Comparison, last_batch


def last_batch_caption(comparison: Comparison, examples: int) -> str:
    """The last batch's variance and kick, and the floors it leaves."""
    keep = comparison.uneven["keep"].plan.epochs[0]
    last = last_batch(keep)
    if not last:
        return _(
            "B = {size:,} divides N = {examples:,}: no smaller batch is left over.",
            size=keep.batch_size,
            examples=examples,
        )
    settled = all(f.settled for f in (comparison.even, *comparison.uneven.values()))
    return sentences(
        [
            _(
                "{examples:,} examples in batches of {size:,} leave a last one of {last:,}: its "
                "gradient's variance is {ratio} times a full batch's, its kick {kick} times as "
                "strong.",
                examples=examples,
                size=keep.batch_size,
                last=last.size,
                ratio=number(last.variance_ratio, 3),
                kick=number(last.kick, 3),
            ),
            _(
                "The loss at the ends of epochs, beside that of even batches of {even:,}: "
                "{floors}.",
                even=comparison.even.plan.batch_size,
                floors=listed(_floor(comparison, rule) for rule in comparison.uneven),
            ),
            _("{replicas} replicas, 95 % intervals.", replicas=comparison.even.losses.shape[1]),
            "" if settled else _("Not all of them have settled within these epochs."),
        ]
    )


def _floor(comparison: Comparison, rule: str) -> str:
    measured, error, predicted = comparison.ratio(rule)
    if measured is None:
        return _("with {rule} it diverges", rule=rule)
    times = number(measured, 3) + (f" ± {number(error)}" if error is not None else "")
    if predicted is None:
        return _("{rule}: {times} times", rule=rule, times=times)
    theory = number(predicted, 3)
    return _("{rule}: {times} times (theory {theory})", rule=rule, times=times, theory=theory)
