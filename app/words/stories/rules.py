"""A story of what noise does to the steps of several update rules."""

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.comparison import Comparison, Run
from app.science.optimizers import OPTIMIZERS
from app.words.numbers import batch_size_label, percent
from app.words.run_label import rule_title
from app.words.stories.shared import came_to, lost

HELD = 0.1  # of the way: less is said to be about as far


def rules_and_noise(comparison: Comparison) -> str:
    """How far each rule came in as many updates, with its smallest batch and with its largest."""
    runs = comparison.runs
    if any(map(lost, runs)):
        return _(
            "There is no way to compare: {end}.",
            end=came_to(next(run for run in runs if lost(run))),
        )
    if len({run.plan.updates for run in runs}) > 1:
        return _("The runs make different numbers of updates here.")
    rules = dict.fromkeys(run.rule.name for run in runs)
    return sentences(
        [
            _(
                "Of the way to the minimum, in the same {count:,} updates, on average over "
                "{replicas:,} replicas:",
                count=runs[0].plan.updates,
                replicas=runs[0].replicas,
            ),
            *(_of_rule([run for run in runs if run.rule.name == name]) for name in rules),
        ]
    )


def _of_rule(runs: list[Run]) -> str:
    small, large = (choose(runs, key=lambda run: run.batch_size) for choose in (min, max))
    way = way_of(small), way_of(large)
    said = {
        "rule": rule_title(small.rule),
        "small": _size(small),
        "one": percent(way[0]),
        "large": _size(large),
        "other": percent(way[1]),
    }
    apart = way[1] - way[0]
    if not OPTIMIZERS[small.rule.name].adaptive:
        if abs(apart) >= HELD:
            return _(
                "{rule} has come {one} with {small} and {other} with {large}: that is chance, for "
                "noise cancels in the mean step.",
                **said,
            )
        return _(
            "{rule} has come {one} with {small} and {other} with {large}, about as far: noise "
            "cancels in the mean step.",
            **said,
        )
    if apart < HELD:
        return _(
            "{rule} has come {one} with {small} and {other} with {large}, about as far.", **said
        )
    return _(
        "{rule} has come {one} with {small} and {other} with {large}: it divides a step by the "
        "size of the gradients so far, and takes their noise for size.",
        **said,
    )


def _size(run: Run) -> str:
    return batch_size_label(run.batch_size, run.problem.size)


def way_of(run: Run) -> float:
    """The share of the straight way from the start to a minimum that replicas came, on average.

    It is that of the mean of their last points, so that what strays to the sides does not count.
    """
    start = np.array(run.late.start)
    minima = np.array([minimum.point for minimum in run.problem.minima])
    way = minima[int(np.hypot(*(minima - start).T).argmin())] - start
    w0, w1, _loss = run.ends
    return float((np.array([w0.mean(), w1.mean()]) - start) @ way / (way @ way))
