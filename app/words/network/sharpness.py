"""What sharpness along a network's runs shows, in words with measured numbers."""

from collections.abc import Iterator

import numpy as np

from app.language.speech import clauses, listed, sentences
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, Interval
from app.science.networks.edge import (
    AT,
    Late,
    clips,
    comes_near,
    edge,
    late,
    lowered,
    stability_line,
)
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.rule import Chosen
from app.words.caption import Caption
from app.words.network.runs import (
    by_rule,
    diverged_note,
    each_listed,
    label,
    points,
    spread_note,
)
from app.words.numbers import exactly, number, percent
from app.words.rounding import at_least, at_most
from app.words.run_label import rule_title


def sharpness_caption(runs: NetworkRuns) -> Caption:
    """Where each batch size's sharpness is late in its runs, beside the line."""
    measured = [each for each in runs.sizes if each.measured]
    known = [(each, found) for each in measured if (found := late(runs, each))]
    if not known:
        claim = _("No run has a sharpness late in it.") if measured else _("Not measured yet.")
        return Caption(claim, unmeasured(runs))
    told = clauses(_clause(each, found) for each, found in known)
    return Caption(
        _("Late in the runs the sharpness λ₁ is: {clauses}.", clauses=told),
        [
            *_line(runs),
            _late_said([found for _each, found in known]),
            *_flatter(runs, known),
            *_short_of(runs, known),
            spread_note(known[0][0].trained.weights.shape[1]),
            *unmeasured(runs),
        ],
    )


def value_said(value: float, interval: Interval | None) -> str:
    """A sharpness with its interval, rounded outwards."""
    if interval is None:
        return number(value, 3)
    low, high = interval
    return _(
        "{value} [{low} to {high}]",
        value=number(value, 3),
        low=at_least(low, 3),
        high=at_most(high, 3),
    )


def line_said(runs: NetworkRuns, *sizes: SizeRuns) -> str:
    """The line's formula, with the rule's own number, and what weight decay takes from it.

    Of all batch sizes where none is given.
    """
    return listed(dict.fromkeys(_formula(runs, each) for each in sizes or runs.sizes))


def _formula(runs: NetworkRuns, size: SizeRuns) -> str:
    said = _("{edge}/ε", edge=number(edge(runs, size) or 0.0, 3))
    return f"{said} − {exactly(less, 3)}" if (less := lowered(runs, size)) else said


def _refused(rule: Chosen) -> str:
    """Why a rule has no line."""
    return _(
        "No line for {rule}: it divides each coordinate's step by its own gradients, so that λ₁ "
        "alone does not bound a stable rate.",
        rule=rule_title(rule),
    )


def _clause(runs: SizeRuns, found: Late) -> str:
    said = {"label": label(runs), "value": value_said(found.sharpness, found.interval)}
    if found.at:
        return _("{value} at {label}, at the line", **said)
    if found.below:
        return _("{value} at {label}, below the line", **said)
    if found.above:
        return _("{value} at {label}, above the line", **said)
    return _("{value} at {label}", **said)


def _line(runs: NetworkRuns) -> Iterator[str]:
    if clips(runs):
        yield _("No line: steps of clipped gradients do not grow without bound.")
        return
    of_rules = by_rule(runs)
    for several in of_rules:
        if edge(runs, several[0]) is None:
            yield _refused(several[0].rule)
    lined = [several for several in of_rules if edge(runs, several[0]) is not None]
    if not lined:
        return
    if runs.several_rules:
        lines = listed(f"{rule_title(of[0].rule)} {line_said(runs, *of)}" for of in lined)
        if all(_level(runs, of) for of in lined):
            yield _(
                "Level, without marks, in the colour of the text and with their names: {lines}, "
                "above which steps of the full batch grow on a quadratic; it says nothing exact "
                "of smaller batches.",
                lines=lines,
            )
        else:
            yield _(
                "Thin but not faint, without marks: {lines}, above which steps of the full batch "
                "grow on a quadratic; it says nothing exact of smaller batches.",
                lines=lines,
            )
    else:
        yield _(
            "Dashed: {line}, above which steps of the full batch grow on a quadratic; it says "
            "nothing exact of smaller batches.",
            line=line_said(runs),
        )
    if any(np.ptp(each.plan.rates) for several in lined for each in several):
        yield _("It moves as the learning rate does.")
    if any(len({each.plan.learning_rate for each in several}) > 1 for several in lined):
        yield _("Each batch size has its own learning rate, and so its own line.")
    if any(len({each.plan.beta_power for each in several}) > 1 for several in lined):
        yield _("Each batch size has its own β, and so its own line.")


def _level(runs: NetworkRuns, sizes: list[SizeRuns]) -> bool:
    """Whether a rule has one line for all batch sizes, of one height."""
    lines = (stability_line(runs, each, each.trained.updates) for each in sizes)
    return len({float(at) for line in lines if line is not None for at in line}) == 1


def _late_said(found: list[Late]) -> str:
    fewest, most = (pick(each.replicas for each in found) for pick in (min, max))
    if most == 1:
        return _(
            "That is the median over the last quarter of the run. One replica has no interval, "
            "and so it is not said where it is beside a line."
        )
    said = {
        "replicas": f"{fewest}–{most}" if fewest < most else f"{most}",
        "share": percent(AT),
    }
    alone = _("Where one replica is left there is no interval.") if fewest == 1 else ""
    if all(each.of_line is None for each in found):
        text = _(
            "That is each replica's median over the last quarter of the run: the mean of "
            "{replicas} replicas with its 95 % interval.",
            replicas=said["replicas"],
        )
        return sentences([text, alone])
    text = _(
        "That is each replica's median over the last quarter of the run: the mean of {replicas} "
        "replicas with its 95 % interval: at the line if all of that is within {share} of it, "
        "above or below if all is further away; in between nothing is said.",
        **said,
    )
    return sentences([text, alone])


def _flatter(runs: NetworkRuns, known: list[tuple[SizeRuns, Late]]) -> Iterator[str]:
    """That sizes which differ in sharpness are not ranked by it."""
    if len(known) < 2:
        return
    if runs.spec.loss == "cross-entropy":
        losses = each_listed(
            runs,
            (
                _("{value} at {label}", label=label(each), value=number(loss, 3))
                for each, _found in known
                if np.isfinite(loss := _last(each.trained.scores.train_loss))
            ),
        )
        if runs.several_rules:
            yield _(
                "With cross-entropy λ₁ depends on how far the training loss has fallen, so that "
                "runs compare at equal training loss only; in the end that is: {losses}.",
                losses=losses,
            )
            return
        yield _(
            "With cross-entropy λ₁ depends on how far the training loss has fallen, so that batch "
            "sizes compare at equal training loss only; in the end that is: {losses}.",
            losses=losses,
        )
        return
    flattest = min(known, key=lambda pair: pair[1].sharpness)
    sharpest = max(known, key=lambda pair: pair[1].sharpness)
    ends = flattest[1].interval, sharpest[1].interval
    if ends[0] is None or ends[1] is None or ends[0][1] >= ends[1][0]:
        return
    yield _(
        "That flatter is better does not follow: test accuracy ends at {flat} with the flattest, "
        "{flattest}, and at {sharp} with the sharpest, {sharpest}.",
        flattest=label(flattest[0]),
        sharpest=label(sharpest[0]),
        flat=points(_last(flattest[0].trained.scores.test_accuracy)),
        sharp=points(_last(sharpest[0].trained.scores.test_accuracy)),
    )


def _short_of(runs: NetworkRuns, known: list[tuple[SizeRuns, Late]]) -> Iterator[str]:
    still = [(each, found) for each, found in known if each.plan.deterministic]
    near = {each.rule.name for each, _found in still if comes_near(runs, each)}
    short = {each.rule.name: each.rule for each, found in still if found.below}
    titles = [rule_title(rule) for name, rule in short.items() if name not in near]
    if not titles:
        return
    if runs.several_rules:
        yield _(
            "Even the full batch of {rules} is below its line: sharpness has not grown that far "
            "at its learning rate in so many updates.",
            rules=listed(titles),
        )
        return
    yield _(
        "Even the full batch is below the line: sharpness has not grown that far at this "
        "learning rate in so many updates."
    )


def unmeasured(runs: NetworkRuns) -> Iterator[str]:
    """Sizes that are not measured yet, and replicas that diverged."""
    waiting = [label(each) for each in runs.sizes if not each.measured]
    if waiting and len(waiting) < len(runs.sizes):
        yield _("Not measured yet: {sizes}.", sizes=each_listed(runs, waiting))
    gone = diverged_note(runs)
    if gone:
        yield gone


def _last(values: FloatArray) -> float:
    """Median over the replicas that are left at the end."""
    known = values[-1][np.isfinite(values[-1])]
    return float(np.median(known)) if known.size else float("nan")
