"""What one update of a run saw, and what came of it, in plain words with measured numbers."""

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import ngettext, sentences
from app.science.moment import Moment
from app.science.sampling import BALANCED
from app.words.accumulation import means_counted
from app.words.balanced import balanced_said
from app.words.held_out import data_sentence
from app.words.moment_step import angle_of, degrees, diverged_said, length_of, step_said
from app.words.numbers import SMALL, number
from app.words.scene import Scene

DIGITS = 3  # of a loss


def data_caption(scene: Scene, *, before: bool | None, after: bool | None, shown: int) -> str:
    """What is lit, and where the model stands before the update and after it.

    Args:
        scene: the update.
        before, after: whether the model is in the picture then; None where there is none.
        shown: how many examples are drawn.
    """
    moment, n = scene.moment, scene.run.problem.size
    if not len(moment.examples):
        lit = _("No example is lit: this Poisson batch has none.")
    elif scene.whole:
        lit = _("Lit: the batch, which is all {examples:,} examples.", examples=n)
    else:
        lit = ngettext(
            "Lit: the batch, {count:,} example of {examples:,}.",
            "Lit: the batch, {count:,} of {examples:,} examples.",
            len(scene.drawn),
            examples=n,
        )
    fitted = scene.run.problem.surface.family == "data"
    loss = number(moment.loss, DIGITS)
    return sentences(
        [
            lit,
            _repeated(scene),
            _model(scene, before, after) if fitted else _tilt(scene),
            _("The loss before the update is {loss} over all examples.", loss=loss)
            if moment.loss_of_batch is None
            else _(
                "The loss before the update is {loss} over all examples, {batch} over the batch.",
                loss=loss,
                batch=number(moment.loss_of_batch, DIGITS),
            ),
            _left_out(shown, n),
            data_sentence(scene.run.problem),
        ]
    )


def gradients_caption(scene: Scene, outside: int, shown: int) -> str:
    """How far the batch's gradient is from the full one, and what the rule made of it."""
    return sentences(
        [
            _direction(scene),
            balanced_said([scene.run.plan], scene.run.problem.labels),
            means_counted(scene.micro_batches),
            step_said(scene),
            _result(scene.moment),
            outside_said(outside),
            _left_out(shown, scene.run.problem.size),
        ]
    )


def _repeated(scene: Scene) -> str:
    again = len(scene.moment.examples) - len(scene.drawn)
    if not again:
        return ""
    return ngettext(
        "{count:,} more draw took one of them again.",
        "{count:,} more draws took some of them again.",
        again,
    )


def _model(scene: Scene, before: bool | None, after: bool | None) -> str:
    lines = {
        (True, True): _("Thick: the model before the update; thin, in colour: after it."),
        (True, False): _(
            "Thick: the model before the update; after it, it lies outside the picture."
        ),
        (False, True): _(
            "In colour: the model after the update; before it, it lies outside the picture."
        ),
        (False, False): _("The model lies outside the picture, before the update and after it."),
        (True, None): _("Thick: the model before the update."),
        (False, None): _("The model before the update lies outside the picture."),
        (None, True): _("In colour: the model after the update; weights of 0 before it have none."),
        (None, False): _(
            "Weights of 0 before the update have no model; after it, it lies outside the picture."
        ),
        (None, None): _("Weights of 0 have no model."),
    }
    model = scene.run.problem.surface.model
    side = model.normal and (before or after)
    undrawn = _("Where the model is 0 is not drawn, as it is linear in neither input.")
    return sentences(
        [
            lines[before, after] if model.line else undrawn,
            _("The arrow points to the side that it takes for +.") if side else "",
            diverged_said() if scene.moment.after is None else "",
        ]
    )


def _tilt(scene: Scene) -> str:
    if scene.exact:
        return _("A dot is an example's tilt. Those of all examples add up to 0.")
    if not len(scene.moment.examples):
        return _("A dot is an example's tilt.")
    return _(
        "A dot is an example's tilt, the arrow the batch's mean tilt, {length} long: what its "
        "gradient has beyond the full one.",
        length=number(length_of(np.subtract(scene.moment.gradient, scene.moment.full_gradient))),
    )


def _direction(scene: Scene) -> str:
    moment, noise = scene.moment, scene.noise
    place = {
        "update": moment.update,
        "number": moment.number,
        "of": moment.of,
        "epoch": moment.epoch,
    }
    if scene.exact and noise.stationary:
        return _(
            "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: the batch is all "
            "examples, and their mean gradient is 0, as at every stationary point.",
            **place,
        )
    if scene.exact:
        return _(
            "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: the batch is all "
            "examples, so its gradient is the full gradient itself, 0° away.",
            **place,
        )
    if not len(moment.examples):
        return _(
            "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: no example joined "
            "this Poisson batch, so its gradient is 0.",
            **place,
        )
    if not any(moment.gradient):
        return _(
            "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: this batch's "
            "gradient is 0 and points nowhere.",
            **place,
        )
    if noise.stationary and scene.run.plan.sampling == BALANCED:
        return _(
            "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: the full gradient "
            "is 0 here, and this batch's {length} long.",
            length=number(length_of(moment.gradient)),
            **place,
        )
    if noise.stationary:
        return _(
            "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: the full gradient "
            "is 0 here, so this batch's, {length} long, is noise and nothing else.",
            length=number(length_of(moment.gradient)),
            **place,
        )
    return ngettext(
        "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: the gradient of this "
        "batch of {count:,} example points {angle}° away from the full gradient and is {ratio} "
        "times as long.",
        "Update {update:,}, batch {number:,} of {of:,} in epoch {epoch:,}: the gradient of this "
        "batch of {count:,} examples points {angle}° away from the full gradient and is {ratio} "
        "times as long.",
        len(moment.examples),
        angle=degrees(angle_of(moment.gradient, moment.full_gradient)),
        ratio=number(length_of(moment.gradient) / length_of(moment.full_gradient)),
        **place,
    )


def _result(moment: Moment) -> str:
    if moment.loss_after is None:
        return ""
    before, after = number(moment.loss, DIGITS), number(moment.loss_after, DIGITS)
    if before == after and 0 < moment.loss < SMALL:
        return _("The loss stays {loss}.", loss=before)
    if before == after:
        return _("To {digits} digits the loss stays {loss}.", digits=DIGITS, loss=before)
    return _("It took the loss from {before} to {after}.", before=before, after=after)


def outside_said(outside: int) -> str:
    """How many examples the picture leaves out, if any."""
    return (
        ngettext(
            "{count:,} example lies outside the picture.",
            "{count:,} examples lie outside the picture.",
            outside,
        )
        if outside
        else ""
    )


def _left_out(shown: int, examples: int) -> str:
    if shown == examples:
        return ""
    return _("{shown:,} of {examples:,} examples are drawn.", shown=shown, examples=examples)
