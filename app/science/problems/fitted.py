"""A model that a reader typed, of two weights, fitted to points of the reader's own."""

from functools import lru_cache

import numpy as np

from app.science.errors import ParameterError
from app.science.formulas.formula import Formula
from app.science.formulas.graph import symbol
from app.science.formulas.parse import parse
from app.science.formulas.text import refuse
from app.science.formulas.update import WEIGHTS
from app.science.message import Message
from app.science.points.held_out import SEED, Split, split
from app.science.points.packed import unpack
from app.science.points.points import LABEL, Points
from app.science.problems.boxes import ELSE, find_box
from app.science.problems.derived import KEPT, MOST_NODES, Derived, derived, smooth
from app.science.problems.found import (
    FAINTEST,
    LARGEST,
    Box,
    Found,
    find_defaults,
    find_trouble,
)
from app.science.problems.losses import LABELLED, LOSSES
from app.science.problems.minima import SOUGHT
from app.science.problems.model import Model, curve
from app.science.problems.sample import Sample
from app.science.problems.surface import Surface
from app.science.problems.total import everywhere_finite
from app.science.problems.zero_line import zero_line

MODEL = "model"  # the surface's id, and the parameter that holds the text
TITLE = Message("Your own model and points")
EXAMPLE = "w0 + w1*x"
SCALE = 0.6  # of the Cauchy loss, unless told otherwise
SCALES = (1e-6, 1e6)
SAMPLED = (20, 200)  # points, the least and the most of which defaults are found
SAMPLED_NODES = 8000  # of all of these


@lru_cache(maxsize=KEPT)
def unpacked(points: str) -> Points:
    """The points of a text, as `unpack`."""
    return unpack(points)


@lru_cache(maxsize=KEPT)
def parted(points: str, share: float) -> Split:
    """The points of a text, a share of them held out, as `unpack` and `split`."""
    return split(unpacked(points), share)


@lru_cache(maxsize=KEPT)
def fitted(
    text: str,
    points: str,
    loss: str | None = None,
    scale: float = SCALE,
    held_out: float = 0,
) -> Surface:
    """The surface of a model and points.

    Its examples are the points that are trained on, in their order, whatever generator, number or
    noise they are asked of. Defaults are found of at most 200 of them, evenly spaced.

    Args:
        text: the model, of w0, w1 and x, or x0 and x1.
        points: packed.
        loss: one of `LOSSES`; left out, `LABELLED` for labels and squared for others.
        scale: c of the Cauchy loss.
        held_out: the share of the points that is not trained on.

    Raises:
        ParameterError: points that are not whole, or a share that they cannot spare; a text that is
            no formula, as `parse`; a loss that the points cannot have, or that is not finite on the
            domain.
    """
    parts = parted(points, held_out)
    columns = dict(parts.training.columns)
    *inputs, target = columns
    chosen = loss_of(points, loss)
    names = {name: symbol(name) for name in (*WEIGHTS, *inputs[: 2 if target == LABEL else 1])}
    predicted = smooth(parse(text, names, MODEL))
    try:
        made = derived(LOSSES[chosen](predicted, symbol(target), scale))
    except ArithmeticError:
        refuse(MODEL, text, Message("a model whose derivatives are finite"))
    if made.weight > MOST_NODES:
        allowed = Message(
            "a model whose loss and its derivatives have at most {most:,} parts, not {weight:,}",
            most=MOST_NODES,
            weight=made.weight,
        )
        refuse(MODEL, text, allowed)
    training = Sample(tuple(columns), tuple(columns.values()))
    sample = training.some(int(np.clip(SAMPLED_NODES // made.weight, *SAMPLED)))
    box = find_box((made.formula, *made.slopes, *made.curvatures), sample.mean)
    if box and find_trouble(made.formula, made.slopes, box, sample.each):
        box = None
    domain = box or ELSE
    found = _found(text, made, domain, sample)
    line = (
        zero_line(predicted, (inputs[0], inputs[1]))
        if target == LABEL
        else curve(lambda *_, **__: predicted, partial=True)
    )
    return Surface(
        id=MODEL,
        title=TITLE,
        family="data",
        description=_described(_description(chosen, parts, found, box), parts),
        source=text,
        domain=domain,
        start=found.start,
        learning_rate=found.learning_rate,
        adaptive_learning_rate=found.adaptive_learning_rate,
        noise=0.0,
        noise_unit=Message("none: the points are the reader's own"),
        epochs=20,
        examples=lambda *_: tuple(columns.values()),
        loss=Formula(lambda *_, **__: made.formula, tuple(columns), partial=True),
        model=Model(axes=_axes(inputs, target), line=line),
        partial=not everywhere_finite(made.formula, domain, training),
        cost=made.cost,
    )


def loss_of(points: str, loss: str | None) -> str:
    """The loss that is meant.

    Raises:
        ParameterError: one of labels alone, of points without.
    """
    target = list(unpacked(points).columns)[-1]
    if loss is None:
        return LABELLED if target == LABEL else next(iter(LOSSES))
    if loss == LABELLED and target != LABEL:
        others = ", ".join(name for name in LOSSES if name != LABELLED)
        wanted = Message("one of {names}, for points without labels", names=others)
        raise ParameterError("loss", loss, wanted)
    return loss


def _axes(inputs: list[str], target: str) -> tuple[str, str]:
    first, second = (*inputs, target)[:2]
    words = {
        "x": Message("input x"),
        "y": Message("target y"),
        "x0": Message("input x0"),
        "x1": Message("input x1"),
    }
    return words[first], words[second]


def _found(text: str, made: Derived, box: Box, sample: Sample) -> Found:
    """As `find_defaults`.

    Raises:
        ParameterError: a loss that is not finite on the box, or flat.
    """
    trouble = find_trouble(made.formula, made.slopes, box, sample.each)
    if trouble is not None:
        allowed = Message(
            "finite for all points where it is drawn: at w0 = {w0:.6g}, w1 = {w1:.6g}, or beside "
            "it, the loss of one or its slope has no value up to {most:g}",
            most=LARGEST,
            w0=trouble[0],
            w1=trouble[1],
        )
        refuse(MODEL, text, allowed)
    found = find_defaults(made.formula, made.slopes, made.curvatures, box, sample.mean)
    if found is None:
        allowed = Message(
            "one whose loss depends on w0 or w1: its median slope is below {least:g}",
            least=FAINTEST,
        )
        refuse(MODEL, text, allowed)
    return found


def _described(told: Message, parts: Split) -> Message:
    """What is told of training, and which points have no part in it."""
    if not len(parts.rows):
        return told
    return Message(
        "{told} Held out of training: {count:,} of {all:,} points, by the smallest values of "
        "default_rng({seed}).random({all}).",
        told=told,
        count=len(parts.rows),
        all=len(parts.rows) + parts.training.count,
        seed=SEED,
    )


def _description(loss: str, parts: Split, found: Found, box: Box | None) -> Message:
    said: dict[str, object] = {
        "count": parts.training.count,
        "loss": loss,
        "rate": found.learning_rate,
        "reason": found.rate_reason,
        "places": found.places,
        "w0": found.start[0],
        "w1": found.start[1],
        "sought": SOUGHT,
    }
    if box is None:
        return Message(
            "A model that was typed, fitted to {count:,} points, its loss {loss}. No minimum "
            "was found for the box to hold. Found: the learning rate {rate:g}, {reason}; and the "
            "start ({w0:g}, {w1:g}), the highest of {places} from which the full batch "
            "stays in the box longest. {sought}",
            **said,
        )
    return Message(
        "A model that was typed, fitted to {count:,} points, its loss {loss}. Found for it: "
        "the box, ±{side0:g} by ±{side1:g}, around the lowest minimum; the learning rate "
        "{rate:g}, {reason}; and the start ({w0:g}, {w1:g}), the highest of {places} from "
        "which the full batch stays in the box longest. {sought}",
        side0=box[0][1],
        side1=box[1][1],
        **said,
    )
