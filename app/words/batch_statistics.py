"""What a neuron that uses its batch's statistics shows, in plain words with numbers."""

from collections.abc import Sequence

import numpy as np

from app.language.speech import clauses, listed, ngettext, sentences
from app.language.speech import gettext as _
from app.science.normalising.best_scale import BestScale, normal_share
from app.science.normalising.mates import MateLosses
from app.science.normalising.neuron import Neuron
from app.science.normalising.running import START, Running
from app.words.caption import Caption
from app.words.epoch_plan import last_of_one
from app.words.numbers import batch_size_label, exactly, number, percent
from app.words.rounding import percent_at_most

DIGITS = 3
ROUNDED = 12  # decimal places of a weight that are no rounding


def mates_caption(
    neuron: Neuron,
    example: int,
    mates: Sequence[MateLosses],
    scales: Sequence[BestScale],
    asked: Sequence[int],
    draws: int,
) -> Caption:
    """How an example's loss depends on its batch mates, and what training tends to for it.

    Args:
        neuron: with its examples.
        example: which, from 0.
        mates: its loss at batch sizes.
        scales: γ that is best in training, at the same sizes.
        asked: those that are spoken of, 1 perhaps among them.
        draws: of each size of which not every batch was made.
    """
    said = [each for each in mates if each.batch_size in asked]
    told = [each for each in scales if each.size in asked]
    predicted = number(float(neuron.predicted_losses[example]), DIGITS)
    loss = _(
        "In prediction the loss of example {example} is {predicted}; in training it depends on "
        "who else is in the batch: {clauses}.",
        example=example,
        predicted=predicted,
        clauses=clauses(_ranges(each, neuron.size) for each in said),
    )
    return Caption(
        loss
        if said
        else _(
            "In prediction the loss of example {example} is {predicted}.",
            example=example,
            predicted=predicted,
        ),
        [
            _(
                "The weights are the same throughout, β = {shift} and γ = {scale}: an example has "
                "no loss of its own, so the loss is no finite sum over examples, and no surface "
                "of this site can be drawn of it.",
                shift=exactly(round(neuron.best.shift, ROUNDED), DIGITS),
                scale=exactly(round(neuron.best.scale, ROUNDED), DIGITS),
            ),
            _spreads([each for each in said if len(each.losses) > 1], neuron.size),
            _("Of two examples x̂ is +1 and −1: all that is left of x is which one is larger.")
            if 2 in asked
            else "",
            _tends(neuron, told),
            _parts(neuron, told),
            one_refused() if 1 in asked else "",
            _made(said or mates, draws, neuron.size),
            _(
                "Above: dots are means over batches, bars and the band 5–95 %; dashed: the "
                "prediction."
            ),
            _normal(neuron, scales),
        ],
    )


def one_refused() -> str:
    """What frameworks do with a batch of 1 in training."""
    return _(
        "PyTorch stops at a batch of 1 (“Expected more than 1 value per channel when training”); "
        "Keras goes on with x̂ = 0, so that the output is β whatever the input."
    )


def _ranges(each: MateLosses, examples: int) -> str:
    low, high = np.quantile(each.losses, (0.05, 0.95)).tolist()
    label = batch_size_label(each.batch_size, examples)
    if low == high or len(each.losses) == 1:
        return _("{loss} at {label}", loss=number(float(each.losses.mean()), DIGITS), label=label)
    return _(
        "{low} to {high} at {label}",
        low=number(low, DIGITS),
        high=number(high, DIGITS),
        label=label,
    )


def _spreads(mates: Sequence[MateLosses], examples: int) -> str:
    if not mates:
        return ""
    return _(
        "These are 5–95 % of the batches; mean and standard deviation are {clauses}.",
        clauses=listed(
            _(
                "{mean} and {spread} at {label}",
                mean=number(float(each.losses.mean()), DIGITS),
                spread=number(each.spread, DIGITS),
                label=batch_size_label(each.batch_size, examples),
            )
            for each in mates
        ),
    )


def _tends(neuron: Neuron, scales: Sequence[BestScale]) -> str:
    if not scales:
        return ""
    return _(
        "Below: the γ that is best in training by the statistics of m examples: {clauses}; in "
        "prediction it is {best}.",
        clauses=listed(
            _("{scale} at m = {size:,}", scale=number(each.scale, DIGITS), size=each.size)
            for each in scales
        ),
        best=number(neuron.best.scale, DIGITS),
    )


def _parts(neuron: Neuron, scales: Sequence[BestScale]) -> str:
    """What ghost batches and accumulation train."""
    parts = [each for each in scales if each.size < neuron.size]
    if not parts:
        return ""
    least = min(parts, key=lambda each: each.size)
    return _(
        "Ghost batches of m, and micro-batches of m that are accumulated, use the statistics of m: "
        "however large the batch of the update is, they train another loss than it does. With "
        "m = {size:,} a training loss of {training} is then {prediction} in prediction, where "
        "{best} could be had.",
        size=least.size,
        training=number(least.training, DIGITS),
        prediction=number(least.prediction, DIGITS),
        best=number(float(neuron.predicted_losses.mean()), DIGITS),
    )


def _made(mates: Sequence[MateLosses], draws: int, examples: int) -> str:
    every = [batch_size_label(each.batch_size, examples) for each in mates if each.every]
    if len(every) == len(mates):
        return _("Every batch there is was made.")
    return _(
        "Every batch there is was made at {every}; elsewhere {draws:,} are drawn.",
        every=listed(every),
        draws=draws,
    )


def _normal(neuron: Neuron, scales: Sequence[BestScale]) -> str:
    """How far off the theory is that holds for normal inputs."""
    best = neuron.best.scale
    if not best:
        return ""
    off = [abs(each.scale / (best * normal_share(each.size)) - 1) for each in scales]
    return _(
        "Dotted is what it is of normal inputs and a line, √(2/m) Γ(m/2)/Γ((m − 1)/2) of that in "
        "prediction; measured ones are within {share} of it.",
        share=percent_at_most(max(off)),
    )


def running_caption(runs: Sequence[Running], epochs: int, refused: bool) -> Caption:
    """What running statistics predict with, their lag, their bias, and a last batch of 1.

    Args:
        runs: one a batch size.
        epochs: of each.
        refused: whether a batch size of 1 was asked for.
    """
    whole = [each for each in runs if not each.failed]
    begun = [each for each in runs if each.updates]
    return Caption(
        _predicts(whole, epochs) if whole else _("No batch size comes through an epoch."),
        [
            _lag(begun) if begun else "",
            _bias(begun) if begun else "",
            _stopped([each for each in runs if each.failed]),
            one_refused() if refused or len(whole) < len(runs) else "",
            _("Lines: running; dots: of each batch; dashed: of all examples.") if begun else "",
        ],
    )


def _predicts(runs: Sequence[Running], epochs: int) -> str:
    return ngettext(
        "After {count:,} epoch the running statistics predict with a loss of {clauses}; the "
        "statistics of all examples with {own}.",
        "After {count:,} epochs the running statistics predict with a loss of {clauses}; the "
        "statistics of all examples with {own}.",
        epochs,
        clauses=listed(
            _(
                "{loss} at {label}",
                loss=number(each.loss(each.updates), DIGITS),
                label=_label(each),
            )
            for each in runs
        ),
        own=number(float(runs[0].neuron.predicted_losses.mean()), DIGITS),
    )


def _lag(runs: Sequence[Running]) -> str:
    share = runs[0].share
    return _(
        "They start at a mean of {mean:g} and a variance of {variance:g}, and go {share} of the "
        "way to each batch's: they lag {lag} updates behind, and of the start is left: {clauses}.",
        mean=START[0],
        variance=START[1],
        share=percent(share),
        lag=number((1 - share) / share, DIGITS),
        clauses=listed(
            _("{left} at {label}", left=percent(each.left), label=_label(each)) for each in runs
        ),
    )


def _bias(runs: Sequence[Running]) -> str:
    return _(
        "A batch's own variance is too small, (B − 1)/B of what it should be on average (here "
        "{clauses}; all examples have {all}): PyTorch's running variance makes up for that, "
        "Keras' does not.",
        clauses=listed(
            _(
                "{variance} at {label}",
                variance=number(float(each.batch_variance.mean()), DIGITS),
                label=_label(each),
            )
            for each in runs
        ),
        all=number(runs[0].neuron.variance, DIGITS),
    )


def _stopped(runs: Sequence[Running]) -> str:
    if not runs:
        return ""
    return sentences(
        [
            last_of_one(runs[0].plan),
            _(
                "Training stops: {clauses}.",
                clauses=listed(
                    _("{label} at update {update:,}", label=_label(each), update=each.updates + 1)
                    for each in runs
                ),
            ),
        ]
    )


def _label(each: Running) -> str:
    return batch_size_label(each.plan.batch_size, each.neuron.size)
