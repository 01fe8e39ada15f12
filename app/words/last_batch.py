"""What a last, smaller batch does, in plain words with measured numbers."""

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext
from app.science.floors.last_batch import LastBatch, RemainderFloors, last_batch
from app.words.caption import Caption
from app.words.epoch_plan import last_of_one
from app.words.numbers import number
from app.words.rounding import percent_at_most, with_interval


def last_batch_caption(comparison: RemainderFloors, examples: int) -> Caption:
    """The last batch's variance and kick, and the floors it leaves."""
    kept = comparison.uneven["keep"].plan
    replacement = kept.sampling == "with-replacement"
    last = last_batch(kept.epochs[0], replacement=replacement)
    if not last:
        return Caption(
            _(
                "B = {size:,} divides N = {examples:,}: no smaller batch is left over.",
                size=kept.batch_size,
                examples=examples,
            ),
            [],
        )
    return Caption(
        _claim(comparison, last),
        [
            _left_over(comparison, last),
            _("At the lowest minimum every example's gradient is 0: there is no kick there.")
            if comparison.meeting
            else "",
            last_of_one(kept.epochs[0]),
            *_floors(comparison),
        ],
    )


def _left_over(comparison: RemainderFloors, last: LastBatch) -> str:
    plan = comparison.uneven["keep"].plan
    sizes = {"examples": plan.examples, "size": plan.batch_size, "last": last.size}
    if comparison.noiseless:
        return _(
            "Of {examples:,} examples, batches of {size:,} leave a last one of {last:,}.", **sizes
        )
    return _(
        "{examples:,} examples in batches of {size:,} leave a last one of {last:,}: its "
        "gradient's variance is {ratio} times that of a batch of {size:,}; kept, its kick "
        "is {kick} times as strong.",
        ratio=number(last.variance_ratio, 3),
        kick=number(last.kick, 3),
        **sizes,
    )


def _claim(comparison: RemainderFloors, last: LastBatch) -> str:
    if comparison.noiseless:
        return ngettext(
            "All examples have the same gradient here: a last batch of {count:,} example has no "
            "variance, and no kick.",
            "All examples have the same gradient here: a last batch of {count:,} examples has no "
            "variance, and no kick.",
            last.size,
        )
    against = listed(_against(comparison))
    if not against:
        return ngettext(
            "Kept, a last batch of {count:,} example kicks {kick} times as strongly as the others.",
            "Kept, a last batch of {count:,} examples kicks {kick} times as strongly as the "
            "others.",
            last.size,
            kick=number(last.kick, 3),
        )
    return ngettext(
        "Kept, a last batch of {count:,} example kicks {kick} times as strongly as the others, and "
        "the excess loss, above the lowest minimum, ends {against}.",
        "Kept, a last batch of {count:,} examples kicks {kick} times as strongly as the others, "
        "and the excess loss, above the lowest minimum, ends {against}.",
        last.size,
        kick=number(last.kick, 3),
        against=against,
    )


def _against(comparison: RemainderFloors) -> list[str]:
    """How high the loss ends with the last batch kept: beside dropped, and beside even batches."""
    dropped, even = comparison.kept_over_dropped, comparison.even
    beside_even = comparison.ratio("keep") if even else None
    return [
        *([_("{times} times as high as with it dropped", times=number(dropped.value, 3))]
          if dropped else []),
        *([_("{times} times as high as with even batches of {size:,} at the same learning rate",
             times=number(beside_even.value, 3), size=even.plan.batch_size)]
          if even and beside_even else []),
    ]  # fmt: skip


def _floors(comparison: RemainderFloors) -> list[str]:
    reference, replicas = comparison.reference, comparison.reference.losses.shape[1]
    if all(floor.mean == 0 for floor in comparison.floors):
        return [_("At the ends of epochs no loss is above the lowest one, but for rounding.")]
    said = [_floor(comparison, rule) for rule in comparison.uneven]
    if (reference.mean or 0) <= 0:
        beside = _("Loss at the ends of epochs, above the lowest minimum: {floors}.")
    elif comparison.even:
        beside = _(
            "Excess loss at the ends of epochs, over that of even batches of {even:,}: {floors}."
        )
    else:
        beside = _(
            "Excess loss at the ends of epochs, over that with the last one left out: {floors}."
        )
    even = comparison.even
    lost = even.diverged if even else 0
    return [
        beside.format(even=reference.plan.batch_size, floors=listed(filter(None, said))),
        _("With even batches of {even:,} {lost} of {replicas} replicas diverge.",
          even=reference.plan.batch_size, lost=lost, replicas=replicas) if lost else "",
        _theory(comparison),
        _("{replicas} replicas, 95 % intervals.", replicas=replicas)
        if any(floor.mean is not None for floor in comparison.uneven.values()) else "",
        "" if all(floor.settled for floor in comparison.floors if floor.mean is not None)
        else _("Not all of them have settled within these epochs."),
    ]  # fmt: skip


def _floor(comparison: RemainderFloors, rule: str) -> str:
    floor = comparison.uneven[rule]
    if floor.mean is None:
        return _(
            "with {rule} {lost} of {replicas} replicas diverge",
            rule=rule,
            lost=floor.diverged,
            replicas=floor.losses.shape[1],
        )
    if floor is comparison.reference:
        return ""
    ratio = comparison.ratio(rule)
    if ratio is None:
        said = with_interval(floor.mean, floor.error)
        return _("{label}: {text}", label=rule, text=said)
    times, predicted = with_interval(*ratio), comparison.predicted(rule)
    if predicted is None:
        return _("{rule}: {times} times", rule=rule, times=times)
    theory = number(predicted, 3)
    return _("{rule}: {times} times (theory {theory})", rule=rule, times=times, theory=theory)


def _theory(comparison: RemainderFloors) -> str:
    """Why there is no prediction, or how far off it is where it is not exact."""
    if comparison.exact is None:
        return _("No theory: it is that of a quadratic loss, which this is not.")
    known = [(f.mean, f.predicted) for f in comparison.floors if f.mean and f.predicted]
    if comparison.exact or not known:
        return ""
    return _(
        "The theory takes the noise to be the same everywhere, which it is not here: measured "
        "floors are within {share} of it.",
        share=percent_at_most(max(abs(mean / predicted - 1) for mean, predicted in known)),
    )
