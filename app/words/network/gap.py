"""Whether batch size generalises: a verdict of these runs, and no more than they show."""

from collections.abc import Iterator, Sequence

from app.language.speech import clauses, listed, ngettext, sentences, translated
from app.language.speech import gettext as _
from app.science.networks.gap_budgets import BUDGETS
from app.science.networks.gap_result import Compared, Difference, GapResult, SizeOutcome
from app.science.networks.paired import Mean
from app.science.sampling import FIXED
from app.words.caption import Caption
from app.words.numbers import batch_size_label, exactly, number
from app.words.rounding import at_most

UNDER = 1.25  # times the training loss of a better one, from which on a run is under-trained


def gap_summary(result: GapResult) -> str:
    """What each budget shows, and what follows from all of them."""
    if not result.measured:
        return _("Not measured yet.")
    if len(result.measured) < 2:
        return _so_far(result, _("One batch size alone is not compared with anything."))
    said = [_verdict(result, each) for each in result.compared.values()]
    return _so_far(result, sentences([*said, *_together(result)]))


def gap_caption(result: GapResult) -> Caption:
    """The claim of the figure, and how it was measured."""
    sweep = result.sweep
    if len(sweep.rates) == 1:
        how = _(
            "Means of {replicas} replicas with 95 % intervals (Student's t), every batch size at "
            "the same learning rate, {rate}.",
            replicas=sweep.replicas,
            rate=exactly(sweep.rates[0], 3),
        )
    else:
        how = _(
            "Means of {replicas} replicas with 95 % intervals (Student's t), each batch size at "
            "the rate, of those tried, with the lowest mean validation loss under that budget.",
            replicas=sweep.replicas,
        )
    paired = ngettext(
        "Differences are from the largest batch size compared, replica by replica.",
        "Differences are from the largest batch size compared, replica by replica; all intervals "
        "of a budget's {count} comparisons hold together with 95 % (Bonferroni).",
        len(sweep.sizes) - 1,
    )
    if sweep.spec.vary == "order" and sweep.sampling in FIXED:
        alone = _("Replicas are all alike, as none has another order of examples.")
    elif sweep.spec.vary == "order":
        alone = _("Replicas differ in the order of examples alone: of other rows nothing is said.")
    else:
        alone = _("Replica r has the same rows and first weights at every batch size.")
    return Caption(gap_summary(result), [how, paired, alone, *_gaps(result)])


def budget_title(result: GapResult, budget: str) -> str:
    """A budget with how much it is."""
    much = {
        "epochs": f"{result.sweep.epochs:,}",
        "updates": f"{result.sweep.updates:,}",
        "loss": number(result.target) if result.target is not None else "",
    }.get(budget, "")
    title = translated(BUDGETS[budget].title)
    return _("{title} ({much})", title=title, much=much) if much else title


def plus_minus(mean: Mean) -> str:
    """A difference in points, without its sign, and half of its interval.

    >>> plus_minus(Mean(-1.24, 0.288))
    '1.24 ± 0.29'
    """
    return f"{abs(mean.value):.2f} ± {mean.half:.2f}"


def _so_far(result: GapResult, text: str) -> str:
    if result.whole:
        return text
    return _(
        "So far, with {done} of {asked} batch sizes measured, and of these alone: {text}",
        done=len(result.measured),
        asked=len(result.sweep.sizes),
        text=text,
    )


def _verdict(result: GapResult, compared: Compared) -> str:
    title = budget_title(result, compared.budget)
    replicas = result.sweep.replicas
    if compared.few:
        found = _(
            "{count} of {replicas} replicas start at that loss or below it, so that nothing is "
            "compared",
            count=replicas - compared.replicas,
            replicas=replicas,
        )
    elif len(compared.sizes) < 2:
        found = _("fewer than two batch sizes have a rate at which every replica comes so far")
    elif compared.certain:
        found = clauses(_differing(result, compared))
    else:
        found = _(
            "no difference from {reference} larger than {bound} points",
            reference=_label(result, compared.reference.batch_size),
            bound=at_most(compared.bound),
        )
    if not compared.few and compared.replicas < replicas:
        found = _(
            "{found}, of the {count} of {replicas} replicas that start above it",
            found=found,
            count=compared.replicas,
            replicas=replicas,
        )
    return _("At {budget}: {found}.", budget=title, found=found)


def _differing(result: GapResult, compared: Compared) -> Iterator[str]:
    """The largest batch size where it is the worse one, and every other that is."""
    reference = compared.reference
    better = [each for each in compared.certain if each.accuracy.value > 0]
    if better:
        most = max(better, key=lambda each: each.accuracy.value)
        under = most.loss.certain and most.loss.value < 0
        yield _worse(
            result, reference, [(each, each.batch_size) for each in better],
            _of(compared, most) if under else None,
        )  # fmt: skip
    for each in compared.certain:
        if each.accuracy.value < 0:
            under = each.loss.certain and each.loss.value > 0
            yield _worse(
                result, _of(compared, each), [(each, reference.batch_size)],
                reference if under else None,
            )  # fmt: skip


def _worse(
    result: GapResult,
    worse: SizeOutcome,
    against: Sequence[tuple[Difference, int]],
    trained: SizeOutcome | None,
) -> str:
    """Which is worse than which, and by how much; ``trained`` is one that has learned more."""
    said = _(
        "{size} is worse, {gaps}",
        size=_label(result, worse.batch_size),
        gaps=listed(
            _(
                "by {gap} points than {other}",
                gap=plus_minus(each.accuracy),
                other=_label(result, other),
            )
            for each, other in against
        ),
    )
    if trained is None or worse.train_loss.value < UNDER * trained.train_loss.value:
        return said
    return _(
        "{said}, and it is under-trained: training loss {high} against {low}",
        said=said,
        high=exactly(worse.train_loss.value),
        low=exactly(trained.train_loss.value),
    )


def _together(result: GapResult) -> Iterator[str]:
    """What is said of all budgets, where all batch sizes are known under each."""
    best = result.compared["validation"]
    if not result.whole or len(best.sizes) < len(result.sweep.sizes):
        return
    differing = [
        translated(BUDGETS[name].title) for name, each in result.compared.items() if each.certain
    ]
    if differing and not best.certain:
        yield _(
            "So batch sizes differ at {budgets}, but not beyond chance at best validation.",
            budgets=listed(differing),
        )
    if result.alike_in_time and result.memorising_slowed:
        yield _(
            "Noise slows memorising; stop in time, and batch size makes no difference larger than "
            "{bound} points here.",
            bound=at_most(best.bound),
        )


def _gaps(result: GapResult) -> Iterator[str]:
    """Batch sizes that are missing, rates at an edge, runs that were too short."""
    known = [each for each in result.compared.values() if not each.few]
    missing = sorted({size for each in known for size in each.missing})
    if missing:
        yield _(
            "Missing where at every rate a replica diverges or does not come so far: {sizes}.",
            sizes=listed(_label(result, size) for size in missing),
        )
    edge = sorted(
        {each.batch_size for c in result.compared.values() for each in c.sizes if each.at_edge}
    )
    if edge and len(result.sweep.rates) > 1:
        yield _(
            "Open circles: the rate is the smallest or the largest of those tried, one beyond may "
            "be better ({sizes}).",
            sizes=listed(_label(result, size) for size in edge),
        )
    late = [
        each.batch_size
        for each in result.compared["validation"].sizes
        if 2 * each.late > result.sweep.replicas
    ]
    if late:
        yield _(
            "Most runs of {sizes} end before their best validation.",
            sizes=listed(_label(result, size) for size in late),
        )


def _of(compared: Compared, difference: Difference) -> SizeOutcome:
    return next(each for each in compared.sizes if each.batch_size == difference.batch_size)


def _label(result: GapResult, size: int) -> str:
    return batch_size_label(size, result.sweep.examples)
