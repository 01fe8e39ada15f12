"""What runs of a network came to, in words with measured numbers."""

from collections.abc import Iterable

import numpy as np

from app.language.speech import clauses, listed, ngettext, sentences
from app.language.speech import gettext as _
from app.science.networks.curves import FEW, at_best, at_levels, band, best, last, levels
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.sampling import BALANCED
from app.words.accumulation import accumulated
from app.words.balanced import balanced_said
from app.words.numbers import number
from app.words.restraint import Cut, restraint_note
from app.words.rule_rates import rates_beside
from app.words.run_label import run_label

UNDER = 5  # times the lowest median training loss: a run that ends above has not learned as much


def label(runs: SizeRuns) -> str:
    """The batch size for people, after its rule where there are several."""
    return run_label(runs.batch_size, runs.plan.examples, runs.rule)


def each_listed(runs: NetworkRuns, parts: Iterable[str]) -> str:
    """What is said of each run, in a list: a label with its rule has a comma itself."""
    return clauses(parts) if runs.several_rules else listed(parts)


def by_rule(runs: NetworkRuns) -> list[list[SizeRuns]]:
    """The runs of each update rule."""
    found: dict[str, list[SizeRuns]] = {}
    for each in runs.sizes:
        found.setdefault(each.rule.name, []).append(each)
    return [*found.values()]


def points(share: float) -> str:
    """An accuracy for people."""
    return _("{percent:.1f} %", percent=100 * share)


def network_summary(runs: NetworkRuns) -> str:
    """Of each batch size: training loss and test accuracy at the end and at its best."""
    if not runs.sizes:
        return ""
    replicas = runs.sizes[0].trained.weights.shape[1]
    told = clauses(_clause(each) for each in runs.sizes)
    budget = _budget(runs)
    if replicas > 1:
        budget = _("{budget} (medians of {replicas} replicas)", budget=budget, replicas=replicas)
    told = _("{budget}: {clauses}.", budget=budget, clauses=told)
    parts = accumulated(each.plan for each in runs.sizes)
    rates = rates_beside(runs.sizes)
    return sentences([told, _unlike(runs), *rates, parts, _balanced(runs), _held(runs)])


def _balanced(runs: NetworkRuns) -> str:
    """Which loss balanced batches descend; how much examples count where it is so in all splits."""
    plans = [each.plan for each in runs.sizes]
    if plans[0].sampling != BALANCED:
        return ""
    replicas = runs.sizes[0].trained.weights.shape[1]
    splits = [runs.spec.split(replica).train.labels for replica in range(replicas)]
    counts = {tuple(sorted(np.unique(each, return_counts=True)[1])) for each in splits}
    return balanced_said(plans, splits[0] if len(counts) == 1 else None)


def _held(runs: NetworkRuns) -> str:
    """What weight decay and clipping did; nothing where there is neither."""
    cuts = []
    for each in runs.sizes:
        if each.trained.clipped is not None:
            going = each.trained.diverged_at == 0
            made = each.plan.updates * int(np.count_nonzero(going))
            cuts.append(Cut(label(each), int(each.trained.clipped[going].sum()), made))
    plan = runs.sizes[0].plan
    return restraint_note(plan, cuts)


def curves_claim(runs: NetworkRuns, equal: bool) -> str:
    """Test losses in the end beside their lowest; at equal training loss those at the lowest of it.

    Args:
        runs: with at least one batch size.
        equal: whether runs are compared at equal training loss.
    """
    told = [said for each in runs.sizes if (said := _risen(each))]
    if not told:
        return _("Every replica diverged.")
    if equal and len(runs.sizes) > 1:
        return _at_equal(runs)
    return _("Test loss in the end: {clauses}.", clauses=clauses(told))


def _risen(runs: SizeRuns) -> str:
    going = runs.trained.diverged_at == 0
    if not going.any():
        return ""
    median = band(runs.trained.scores.test_loss[:, going]).median
    k = int(np.nanargmin(median))
    said = {"label": label(runs), "end": number(float(median[-1]), 3)}
    if k == len(median) - 1:
        return _("{end} at {label}, its lowest", **said)
    return _(
        "{end} at {label}, the lowest {low} at update {update:,}",
        low=number(float(median[k]), 3),
        update=int(runs.trained.updates[k]),
        **said,
    )


def _at_equal(runs: NetworkRuns) -> str:
    """At the lowest training loss to which every replica of every batch size comes."""
    wanted = levels(runs.sizes)
    reached = [
        at_levels(each.trained.scores, each.trained.scores.test_loss, wanted) for each in runs.sizes
    ]
    known = np.all([np.isfinite(each).all(axis=1) for each in reached], axis=0)
    if not known.any():
        return _("There is no training loss to which every replica comes.")
    k = int(np.flatnonzero(known)[np.argmin(wanted[known])])
    said = [
        _("{loss} at {label}", label=label(each), loss=number(float(np.median(values[k])), 3))
        for each, values in zip(runs.sizes, reached, strict=True)
    ]
    return _(
        "At a training loss of {level}, the lowest to which all come, the test loss is {said}.",
        level=number(float(wanted[k]), 3),
        said=each_listed(runs, said),
    )


def diverged_note(runs: NetworkRuns) -> str:
    """How many replicas diverged, where any did."""
    gone = [
        _("{count} of {replicas} at {label}", count=count, replicas=replicas, label=label(each))
        for each in runs.sizes
        if (count := int(np.count_nonzero(each.trained.diverged_at)))
        and (replicas := len(each.trained.diverged_at))
    ]
    if not gone:
        return ""
    return _("Diverged, so that their lines end: {replicas}.", replicas=each_listed(runs, gone))


def nowhere_note(count: int) -> str:
    """How many values a logarithmic axis has no place for."""
    return ngettext(
        "{count:,} value of 0 or less has no place on the axis.",
        "{count:,} values of 0 or less have no place on the axis.",
        count,
    )


def curves_note(replicas: int, *, rules: bool = False) -> str:
    """What lines, bands and marks are, of several update rules or of one."""
    lines = (
        _("Thin lines are training rows, thick ones test rows; the dash is the update rule.")
        if rules
        else _("Solid lines are training rows, dashed ones test rows.")
    )
    marks = _("A circle marks where the median validation loss was lowest.")
    return sentences([lines, spread_note(replicas), marks])


def spread_note(replicas: int) -> str:
    """What lines and bands over replicas are; nothing of a single one."""
    if replicas == 1:
        return ""
    if replicas <= FEW:
        return _(
            "Lines are medians of {replicas:,} replicas, bands go from the least to the most.",
            replicas=replicas,
        )
    return _("Lines are medians of {replicas:,} replicas, bands their 5–95 %.", replicas=replicas)


def levels_note(replicas: int, *, rules: bool = False) -> str:
    """The same where runs are compared at equal training loss."""
    where = _(
        "Each run where its training loss was first as low as the axis says: to the right it has "
        "learned more."
    )
    return sentences([where, curves_note(replicas, rules=rules)])


def _budget(runs: NetworkRuns) -> str:
    plans = [each.plan for each in runs.sizes]
    updates, epochs = {plan.updates for plan in plans}, {float(plan.epoch[-1]) for plan in plans}
    if len(updates) == 1:
        return ngettext(
            "After {count:,} update each", "After {count:,} updates each", updates.pop()
        )
    if len(epochs) == 1:
        count = epochs.pop()
        return ngettext(
            "After {epochs} epoch each",
            "After {epochs} epochs each",
            count,
            epochs=number(count, 4),
        )
    return _("After about {examples:,} examples each", examples=int(plans[0].examples_seen[-1]))


def _clause(runs: SizeRuns) -> str:
    trained = runs.trained
    going = trained.diverged_at == 0
    replicas = len(going)
    gone = replicas - int(np.count_nonzero(going))
    if gone == replicas:
        return ngettext(
            "{label}: diverged at update {update:,}",
            "{label}: all {count} replicas diverged, the first at update {update:,}",
            replicas, label=label(runs), update=int(trained.diverged_at.min()),
        )  # fmt: skip
    scores = trained.scores
    said = _(
        "{label}: training loss {loss}, test accuracy {accuracy} (at its best validation loss "
        "{best}, at update {update:,})",
        label=label(runs),
        loss=number(float(np.median(last(scores.train_loss)[going]))),
        accuracy=points(float(np.median(last(scores.test_accuracy)[going]))),
        best=points(float(np.median(at_best(scores.test_accuracy, trained)[going]))),
        update=int(np.median(trained.updates[best(trained)[going]])),
    )
    if gone:
        return _("{said}, {gone} of {replicas} diverged", said=said, gone=gone, replicas=replicas)
    return said


def _unlike(runs: NetworkRuns) -> str:
    """That training losses differ so much that accuracies compare unlike things."""
    ends = [float(band(each.trained.scores.train_loss).median[-1]) for each in runs.sizes]
    known = [(end, each) for end, each in zip(ends, runs.sizes, strict=True) if np.isfinite(end)]
    if len(known) < 2:
        return ""
    lowest, least = min(known, key=lambda pair: pair[0])
    highest, most = max(known, key=lambda pair: pair[0])
    if highest <= UNDER * lowest:
        return ""
    said = {"most": label(most), "least": label(least), "times": number(highest / lowest)}
    if runs.several_rules:
        return _(
            "They have not learned equally much: the training loss of {most} is {times} times "
            "that of {least}, so that their accuracies at the end compare more than batch sizes "
            "and rules.",
            **said,
        )
    return _(
        "They have not learned equally much: the training loss of {most} is {times} times that of "
        "{least}, so that their accuracies at the end compare more than batch sizes.",
        **said,
    )
