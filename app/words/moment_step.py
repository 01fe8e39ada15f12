"""The step of an update: what clipping, weight decay and the rule made of the gradient."""

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.noise.directions import angles
from app.words.numbers import exactly, number
from app.words.scene import Scene


def step_said(scene: Scene) -> str:
    """What became of the gradient, and how long and which way the step is."""
    return sentences([_cut(scene), _stepped(scene), _decayed(scene)])


def _cut(scene: Scene) -> str:
    """That the gradient was cut, and by which factor."""
    factor, clip = scene.moment.clip_factor, scene.run.plan.restraint.clip
    if clip is not None and scene.run.plan.clips_each:
        return _(
            "Before they were averaged, micro-batches' gradients longer than {clip} were clipped "
            "to it, each by itself.",
            clip=exactly(clip),
        )
    if clip is None or factor is None or factor == 1:
        return ""
    return _(
        "Longer than {clip}, it was clipped to that before the step: × {factor}.",
        clip=exactly(clip),
        factor=exactly(factor),
    )


def _decayed(scene: Scene) -> str:
    """What weight decay added, and where."""
    restraint, size = scene.run.plan.restraint, length_of(scene.moment.before)
    if scene.moment.step is None or not restraint.weight_decay:
        return ""
    if restraint.coupled:
        return _(
            "Weight decay added λθ to the gradient, {length} long.",
            length=number(restraint.coupled * size),
        )
    return _(
        "Weight decay first moved the weights by {length} towards 0.",
        length=number(scene.rate * restraint.decoupled * size),
    )


def _stepped(scene: Scene) -> str:
    step = scene.moment.step
    if step is None:
        return diverged_said()
    if not any(step):
        return _("It makes no step.")
    length = number(length_of(step))
    if scene.plain and scene.run.plan.drawn_sizes:
        return _(
            "The step is −{rate} × {count:,}/{size:,} times it, {length} long: the sum of its "
            "examples' gradients is divided by B, however many they are.",
            rate=exactly(scene.rate),
            count=len(scene.moment.examples),
            size=scene.expected,
            length=length,
        )
    if scene.plain and scene.moment.weight != 1:
        return _(
            "The step is −{rate} × {weight} times it, {length} long: a smaller batch, and so a "
            "smaller weight.",
            rate=exactly(scene.rate),
            weight=exactly(scene.moment.weight),
            length=length,
        )
    if scene.plain:
        return _(
            "The step is −{rate} times it, {length} long.", rate=exactly(scene.rate), length=length
        )
    if not any(scene.moment.gradient):
        return _("The step of {rule} is {length} long.", rule=scene.rule, length=length)
    against = -np.array(scene.moment.gradient)
    if scene.run.plan.restraint:
        return _(
            "The step of {rule} is {length} long and points {angle}° away from −g, along which "
            "plain SGD without clipping or weight decay would go {plain}.",
            rule=scene.rule,
            length=length,
            angle=degrees(angle_of(step, against)),
            plain=number(length_of(scene.plain_step)),
        )
    return _(
        "The step of {rule} is {length} long and points {angle}° away from −g, along which plain "
        "SGD would go {plain}.",
        rule=scene.rule,
        length=length,
        angle=degrees(angle_of(step, against)),
        plain=number(length_of(scene.plain_step)),
    )


def diverged_said() -> str:
    """That nothing comes after an update."""
    return _("By this step the run diverged: nothing comes after it.")


def degrees(angle: float) -> str:
    """An angle of whole degrees; of a smaller one, one digit."""
    return f"{angle:.0f}" if angle >= 1 or angle == 0 else number(angle, 1)


def angle_of(one: object, other: object) -> float:
    """Degrees between two vectors."""
    return float(angles(np.asarray(one, float), np.asarray(other, float)))


def length_of(vector: object) -> float:
    """A vector's norm."""
    return float(np.hypot(*np.asarray(vector, float)))
