"""Updates to a training loss against batch size, in words with measured numbers."""

from collections.abc import Iterator

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences, translated
from app.science.networks.steps import WAIT
from app.science.networks.steps_result import StepsResult
from app.science.tradeoff.passage import RESOLUTION
from app.words.caption import Caption
from app.words.numbers import batch_size_label, number, percent
from app.words.rounding import at_most, percent_at_most
from app.words.tradeoff import interval


def steps_summary(result: StepsResult) -> str:
    """From how many to how few updates, the fit, and what the noise foretold."""
    said = sentences(_found(result))
    if result.whole:
        return said
    if not said:
        return _("Not measured yet.")
    return _(
        "So far, with {done} of {asked} batch sizes measured, and of these alone: {text}",
        done=len(result.tuned),
        asked=len(result.sweep.sizes),
        text=said,
    )


def steps_caption(result: StepsResult) -> Caption:
    """The claim of the figure, and how it was measured."""
    return Caption(steps_summary(result), [*_how(result), *_left_out(result)])


def _how(result: StepsResult) -> Iterator[str]:
    sweep, replicas = result.sweep, result.replicas
    if not replicas:
        return
    yield ngettext(
        "One replica, each batch size at the rate, of those tried, at which it is the first at a "
        "training loss of {target}.",
        "Median of {count} replicas with their 5–95 %, each batch size at the rate, of those "
        "tried, whose median replica is the first at a training loss of {target}.",
        replicas,
        target=number(sweep.level, 3),
    )
    if replicas < sweep.replicas:
        yield ngettext(
            "{count} of {replicas} replicas starts at that loss or below it, and is left out.",
            "{count} of {replicas} replicas start at that loss or below it, and are left out.",
            sweep.replicas - replicas,
            replicas=sweep.replicas,
        )
    yield _(
        "There the loss is looked at after every update; to choose the rate after each of the "
        "first {each}, and then {share} apart.",
        each=round(1 / RESOLUTION),
        share=percent(RESOLUTION),
    )


def _found(result: StepsResult) -> Iterator[str]:
    target = number(result.sweep.level, 3)
    reached = result.reached
    if result.tuned and not result.replicas:
        yield _(
            "Every replica starts at a training loss of {target} or below it: no batch size takes "
            "an update to come down to it.",
            target=target,
        )
        return
    if not reached and not result.whole:
        if result.tuned:
            yield _(
                "No rate tried brings {sizes} to a training loss of {target} within {updates:,} "
                "updates.",
                sizes=listed(
                    batch_size_label(each.batch_size, result.sweep.examples)
                    for each in result.tuned
                ),
                target=target,
                updates=result.sweep.updates,
            )
        return
    if not reached:
        yield _(
            "No batch size comes to a training loss of {target} within {updates:,} updates at any "
            "rate tried.",
            target=target,
            updates=result.sweep.updates,
        )
        return
    yield _(
        "To a training loss of {target} it takes {updates}.",
        target=target,
        updates=listed(
            ngettext(
                "{count:,} update at {label}",
                "{count:,} updates at {label}",
                each.updates[1] or 0,
                label=batch_size_label(each.batch_size, result.sweep.examples),
            )
            for each in ([reached[0], reached[-1]] if len(reached) > 1 else reached)
        ),
    )
    if result.fit is None:
        return
    yield _(
        "A hyperbola within {share} of every point puts the critical batch size at {size}.",
        share=percent_at_most(result.fit.deviation),
        size=interval(result.fit.batch_size),
    )
    if result.factor is not None:
        scales = [each.value for each in result.noise.values()]
        yield _(
            "The noise scale on the way, {low} to {high} from batch size to batch size, is that "
            "within a factor of {factor}: no more than its order of magnitude.",
            low=number(min(scales)),
            high=number(max(scales)),
            factor=at_most(result.factor),
        )


def _left_out(result: StepsResult) -> Iterator[str]:
    if not result.replicas:
        return
    late = [each for each in result.tuned if each.best is None]
    for each in late:
        yield _(
            "{label}: {reason}.",
            label=batch_size_label(each.batch_size, result.sweep.examples),
            reason=translated(each.reason or ""),
        )
    if any(each.updates[2] is None for each in result.reached):
        yield _(
            "Arrows: fewer than 95 % of the replicas arrive within {wait} times the best median.",
            wait=WAIT,
        )
    edge = [f"{each.batch_size:,}" for each in result.reached if each.at_edge]
    if edge:
        yield _(
            "Open circles: the rate is the smallest or the largest of those tried, one beyond may "
            "be better ({sizes}).",
            sizes=listed(f"B = {size}" for size in edge),
        )
    if result.refused and result.reached:
        yield _("No fit: {reason}.", reason=translated(result.refused))
    if result.noise:
        yield _(
            "Squares: the noise scale on the way, mean tr Σ over mean ‖G‖², with 95 % intervals."
        )
