"""What the plane of a network's paths shows, and what it does not."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.language.speech import clauses, translated
from app.language.speech import gettext as _
from app.science.message import Message
from app.science.networks.plane import within
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.scatter import Scatter
from app.science.networks.section import Flattened, Section
from app.science.sampling import BALANCED
from app.words.caption import Caption
from app.words.network.runs import each_listed, label
from app.words.numbers import exactly, number, percent, told_apart
from app.words.rounding import at_most
from app.words.run_label import rule_title

LOSSES = {"train": Message("training loss"), "test": Message("test loss")}


def plane_caption(
    runs: NetworkRuns, section: Section, scatter: Scatter | None = None, seen: bool = True
) -> Caption:
    """Where each path ends, how much of it the plane holds, and how far the ground misleads.

    Args:
        runs: whose first replicas are drawn.
        section: the plane with its losses.
        scatter: of the step whose ellipse is drawn, if one is asked for.
        seen: whether that ellipse is large enough to be told from a point.
    """
    pairs = list(zip(runs.sizes, section.paths, strict=True))
    steady = [(size, path) for size, path in pairs if size in within(runs)]
    return Caption(
        _ends(runs, section, pairs),
        [
            *_diverged(runs, pairs),
            *_held(section, steady),
            *_misleading(section, steady),
            *(_ellipse(runs, scatter, seen) if scatter else ()),
        ],
    )


def _ends(runs: NetworkRuns, section: Section, pairs: Sequence[tuple[SizeRuns, Flattened]]) -> str:
    ended = [(size, path) for size, path in pairs if size.trained.diverged_at[0] == 0]
    if not ended:
        return _("Every run that is drawn diverged.")
    if section.plane.rank == 0:
        return _("Nothing moves: every recorded weight is the start's.")
    said = [
        _("{loss} at {label}", loss=number(float(path.loss[-1]), 3), label=label(size))
        for size, path in ended
    ]
    return _(
        "In the end the {loss} is {said}, of one replica each.",
        loss=translated(LOSSES[section.part]),
        said=each_listed(runs, said),
    )


def _diverged(runs: NetworkRuns, pairs: Sequence[tuple[SizeRuns, Flattened]]) -> Iterator[str]:
    lost = [size for size, _path in pairs if size.trained.diverged_at[0]]
    if not lost:
        return
    said = each_listed(
        runs,
        (
            _(
                "{label} at update {update:,}",
                label=label(size),
                update=int(size.trained.diverged_at[0]),
            )
            for size in lost
        ),
    )
    yield (
        _("Diverged: {said}; drawn is what was recorded before.", said=said)
        if len(lost) == len(pairs)
        else _(
            "Diverged: {said}; the plane is that of the others, and paths that diverge may leave "
            "the picture.",
            said=said,
        )
    )


def _held(section: Section, steady: Sequence[tuple[SizeRuns, Flattened]]) -> Iterator[str]:
    plane = section.plane
    if plane.rank == 0:
        yield _("Both axes are arbitrary.")
        return
    if plane.rank == 1:
        yield _("All recorded weights lie on one line; the other axis is arbitrary.")
        return
    yield _(
        "The plane of the first two principal components holds {share} of the variance of all "
        "recorded weights.",
        share=percent(plane.share),
    )
    first = label(steady[0][0])
    if len(steady) == 1:
        yield _(
            "With many weights a random walk recorded at the updates of {label} would have {share} "
            "in a plane of its own.",
            label=first,
            share=percent(plane.walk_share),
        )
        return
    yield _(
        "With many weights a random walk recorded at the updates of {label} would have {alone} in "
        "a plane of its own, {count} from one start, one for each run, together {together}.",
        label=first,
        alone=percent(plane.walk_share),
        count=len(steady),
        together=percent(plane.walks_share),
    )


def _misleading(section: Section, steady: Sequence[tuple[SizeRuns, Flattened]]) -> Iterator[str]:
    """How far the ends are off the plane, and what the ground shows there."""
    if section.plane.rank < 2:
        return
    reach = max(float(np.ptp(path.coordinates, axis=0).max()) for _size, path in steady)
    said = [_off(size, path) for size, path in steady]
    yield _(
        "Labels are true losses, the ground is the loss within the plane. Ends are off it "
        "(paths reach over {reach} in it): {clauses}.",
        reach=number(reach),
        clauses=clauses(said),
    )
    apart = max(float(np.abs(path.loss - path.flat_loss).max()) for _size, path in steady)
    yield _(
        "Along the paths the ground differs from the true loss by up to {most}.",
        most=at_most(apart),
    )


def _off(size: SizeRuns, path: Flattened) -> str:
    flat, loss = told_apart(float(path.flat_loss[-1]), float(path.loss[-1]), 3)
    said = {"label": label(size), "distance": number(float(path.distance[-1]))}
    if flat == loss:
        return _(
            "{label} by {distance}, and the ground there has {loss} as well", loss=loss, **said
        )
    return _(
        "{label} by {distance}, and the ground there has {flat} instead of {loss}",
        flat=flat,
        loss=loss,
        **said,
    )


def _ellipse(runs: NetworkRuns, scatter: Scatter, seen: bool) -> Iterator[str]:
    size = runs.of(scatter.batch_size, scatter.optimizer)
    named = {"label": label(size), "update": scatter.update}
    if not np.any(scatter.covariance):
        yield _(
            "After update {update:,} of {label} the next step is the same whatever is drawn: "
            "no ellipse.",
            **named,
        )
        return
    if scatter.clipped:
        yield _(
            "After update {update:,} of {label} a mini-batch's gradient may be longer than {clip}, "
            "to which it is clipped. No ellipse would show that, and none is drawn.",
            clip=exactly(size.plan.restraint.clip or 0.0),
            **named,
        )
        return
    yield _(
        "Ellipse, at its true size: 95 % of Gaussian noise that has the covariance of where a "
        "random mini-batch of {examples:,} would lead after update {update:,} of {label}, "
        "at ε = {rate}.",
        examples=scatter.size,
        rate=exactly(scatter.rate, 3),
        **named,
    )
    if size.plan.drawn_sizes:
        yield _("A Poisson batch has so many on average; its gradient is their sum over B.")
    if size.plan.sampling == BALANCED:
        yield _("Its middle is a step along the mean gradient with every class weighing the same.")
    if not seen:
        yield _("It is smaller than its mark.")
    if size.rule.name != "sgd":
        yield _(
            "That is a step of plain SGD; {optimizer} makes another one of the same gradient.",
            optimizer=rule_title(size.rule),
        )
