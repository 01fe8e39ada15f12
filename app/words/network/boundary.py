"""How much the order of examples alone moves a network's boundary, and where it lies."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import ngettext
from app.science.networks.boundary import Boundaries, Boundary, Disagreement
from app.science.networks.frame import Frame, classes
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.seen import Seen
from app.science.networks.spec import NetworkSpec
from app.words.caption import Caption
from app.words.network.runs import each_listed
from app.words.network.runs import label as _of
from app.words.numbers import number, percent
from app.words.run_label import run_label


def boundary_caption(
    runs: NetworkRuns, found: Boundaries, drawn: Mapping[str, int] | None = None
) -> Caption:
    """On how much of the area two runs of each batch size disagree, and what is compared.

    Args:
        runs: whose ends they are.
        found: what is compared.
        drawn: how many rows are drawn in a panel, by the part's name; None for all.
    """
    replicas = len(runs.sizes[0].trained.diverged_at)
    sized = list(zip(runs.sizes, found.sizes, strict=True))
    return Caption(
        _claim(runs, found.sizes),
        [
            _same(runs, replicas),
            *_intervals(found.sizes),
            *_losses(runs),
            *_last_batches(runs),
            *_diverged(runs, sized),
            *_single_class(runs, found.sizes),
            *_thinned(runs.spec, drawn or {}),
            frame_said(runs.spec, found.frame),
        ],
    )


def moment_caption(
    runs: NetworkRuns, seen: Seen, frame: Frame, drawn: int | None = None
) -> Caption:
    """Where a run stands after an update, and which examples that saw.

    Args:
        runs: whose first replica it is.
        seen: the update.
        frame: in which it is drawn.
        drawn: how many training rows are drawn; None for all.
    """
    label = run_label(seen.plan.batch_size, runs.spec.examples, seen.rule)
    taken, different = len(seen.examples), len(np.unique(seen.examples))
    if seen.update == 0:
        claim = _("The boundary of the first weights; nothing is learned yet.")
    elif not taken:
        claim = _(
            "{label} after update {update:,}: its boundary; no example joined this Poisson batch.",
            label=label,
            update=seen.update,
        )
    elif different == runs.spec.examples:
        claim = _(
            "{label} after update {update:,}: its boundary, moved by all {examples:,} examples.",
            label=label,
            update=seen.update,
            examples=taken,
        )
    else:
        claim = ngettext(
            "{label} after update {update:,}: its boundary, moved by the {count:,} example that "
            "is lit.",
            "{label} after update {update:,}: its boundary, moved by the {count:,} examples that "
            "are lit.",
            different,
            label=label,
            update=seen.update,
        )
    return Caption(
        claim,
        [
            _(
                "It tells {train} of the training rows rightly, {test} of the test rows; its "
                "training loss is {loss}.",
                train=percent(seen.train_accuracy),
                test=percent(seen.test_accuracy),
                loss=number(seen.train_loss, 3),
            ),
            _("Some of them were drawn more than once.") if different < taken else "",
            _("It tells one class everywhere here.")
            if len(np.unique(classes(seen.answers[:, None]))) == 1
            else "",
            *_thinned(runs.spec, {} if drawn is None else {"train": drawn}),
            frame_said(runs.spec, frame),
        ],
    )


def disagreement_said(found: Disagreement) -> str:
    """The share of the area, short enough for a panel's title."""
    if found.interval is None:
        return _("{share} %", share=number(100 * found.share))
    low, high = (number(100 * end) for end in found.interval)
    return _("{share} % ({low}–{high})", share=number(100 * found.share), low=low, high=high)


def panel_title(runs: NetworkRuns, boundary: Boundary) -> str:
    """A batch size, and on how much of the area its runs disagree."""
    label, found = _label(runs.spec, boundary), boundary.disagreement
    if found is None:
        return label
    if found.share == 0:
        return _("{label}: all runs agree", label=label)
    return _("{label}: disagree on {said}", label=label, said=disagreement_said(found))


def frame_said(spec: NetworkSpec, frame: Frame) -> str:
    """What is drawn of the inputs."""
    if not frame.whole:
        return _(
            "Drawn is the plane of the training inputs' first two principal components, with "
            "{share} of their variance; the others are at their mean. Rows are drawn where they "
            "are nearest to it, so that a boundary may part them elsewhere.",
            share=percent(frame.share),
        )
    if spec.data_set.standardised:
        return _("Inputs are in standard deviations of the training rows, about their means.")
    return ""


def _same(runs: NetworkRuns, replicas: int) -> str:
    count = (
        ngettext(
            "{count:,} replica a batch size and rule",
            "{count:,} replicas a batch size and rule",
            replicas,
        )
        if runs.several_rules
        else ngettext("{count:,} replica a batch size", "{count:,} replicas a batch size", replicas)
    )
    if all(each.plan.ordered_alike for each in runs.sizes):
        return _(
            "{replicas}: same rows, same first weights, same order of examples, so that they are "
            "all alike.",
            replicas=count,
        )
    return _(
        "{replicas}: same rows, same first weights, another order of examples.", replicas=count
    )


def _claim(runs: NetworkRuns, sizes: Sequence[Boundary]) -> str:
    spec = runs.spec
    told = [(each, each.disagreement) for each in sizes if each.disagreement]
    if not told:
        if runs.several_rules:
            return _("There are no two runs of a batch size and rule to compare.")
        return _("There are no two runs of a batch size to compare.")
    (first, share), *others = told
    begun = (
        _("Two runs of {label} agree everywhere", label=_label(spec, first))
        if share.share == 0
        else _(
            "Two runs of {label} disagree on {said} of the area",
            label=_label(spec, first),
            said=disagreement_said(share),
        )
    )
    rest = [
        _("of {label} nowhere", label=_label(spec, each))
        if share.share == 0
        else _("of {label} on {said}", label=_label(spec, each), said=disagreement_said(share))
        for each, share in others
    ]
    if share.share == 0 and rest:
        begun = _("Two runs of {label} disagree nowhere", label=_label(spec, first))
    return _("{clauses}.", clauses=each_listed(runs, [begun, *rest]))


def _intervals(sizes: Sequence[Boundary]) -> Iterator[str]:
    if any(each.disagreement and each.disagreement.interval for each in sizes):
        yield _(
            "Shares are means over all pairs, of the area drawn; in brackets their 95 % interval "
            "over replicas (jackknife)."
        )
    elif any(each.disagreement and each.disagreement.share for each in sizes):
        yield _("Shares are of the area drawn; two replicas give no interval.")


def _losses(runs: NetworkRuns) -> Iterator[str]:
    """They are not equally far: what that does is in the shares, too."""
    ended = [
        (size, size.trained.scores.train_loss[-1][size.trained.diverged_at == 0])
        for size in runs.sizes
    ]
    said = [
        _("{loss} at {label}", loss=number(float(np.median(losses)), 3), label=_of(size))
        for size, losses in ended
        if len(losses)
    ]
    if said:
        yield _("Their training losses in the end (medians): {said}.", said=each_listed(runs, said))


def _last_batches(runs: NetworkRuns) -> Iterator[str]:
    """Runs that end on a smaller batch at its full step."""
    small = [
        (size, int(size.plan.sizes[-1]))
        for size in runs.sizes
        if size.plan.sizes[-1] < size.plan.epochs[-1].batch_size and size.plan.weights[-1] == 1
    ]
    for size, last in small:
        yield ngettext(
            "Runs of {label} end on a last batch of {count:,} example, taken as a full step: its "
            "noise is in what is drawn.",
            "Runs of {label} end on a last batch of {count:,} examples, taken as a full step: its "
            "noise is in what is drawn.",
            last,
            label=_of(size),
        )


def _diverged(runs: NetworkRuns, sized: Sequence[tuple[SizeRuns, Boundary]]) -> Iterator[str]:
    spec = runs.spec
    lost = [
        _("{count:,} of {label}", count=each.diverged, label=_label(spec, each))
        for _size, each in sized
        if each.diverged
    ]
    if lost:
        yield _("Diverged, and not drawn: {said}.", said=each_listed(runs, lost))


def _single_class(runs: NetworkRuns, sizes: Sequence[Boundary]) -> Iterator[str]:
    spec, told = runs.spec, []
    for each in sizes:
        if not len(each.replicas):
            continue
        said = classes(each.answers).reshape(len(each.replicas), -1)
        single = int(np.count_nonzero(said.min(axis=1) == said.max(axis=1)))
        if single:
            told.append(_("{count:,} of {label}", count=single, label=_label(spec, each)))
    if told:
        yield _(
            "Without a boundary, as they tell one class everywhere: {said}.",
            said=each_listed(runs, told),
        )


def _thinned(spec: NetworkSpec, drawn: Mapping[str, int]) -> Iterator[str]:
    split = spec.split(0)
    for name, count in drawn.items():
        size = getattr(split, name).size
        if count < size:
            yield _(
                "{shown:,} of {examples:,} {rows} are drawn.",
                shown=count,
                examples=size,
                rows=_("training rows") if name == "train" else _("test rows"),
            )


def _label(spec: NetworkSpec, boundary: Boundary) -> str:
    return run_label(boundary.batch_size, spec.examples, boundary.rule)
