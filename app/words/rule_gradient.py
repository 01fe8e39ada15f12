"""The gradient that a rule takes: of a mini-batch or of its micro-batches, clipped or not."""

from collections.abc import Iterator, Sequence

from app.language.speech import gettext as _
from app.language.speech import listed
from app.science.accumulation import MEANS
from app.science.formulas.latex_numbers import latex_number
from app.science.plan import Plan
from app.science.restraint import Restraint
from app.science.sampling import BALANCED
from app.words.rule_parts import Letter, Line, Parameters

_EACH = r"\nabla l_i(\theta)"
_MEAN_OF_PART = rf"\frac{{1}}{{\vert M_j\vert}}\sum_{{i \in M_j}} {_EACH}"


def gradient_lines(plans: Sequence[Plan], restraint: Restraint) -> Iterator[Line]:
    """The gradient, and what is clipped of it: in the end, or each micro-batch's by itself."""
    if not clipped_apart(plans):
        yield Line("gradient", _gradient(plans))
        yield from _clip(restraint, "g")
        return
    means = plans[0].accumulation.kind == MEANS
    weight = r"\frac{b}{B}\," if any(map(_weighted, plans)) else ""
    share = r"\frac{1}{K}" if means else r"\frac{\vert M_j\vert}{\vert M\vert}"
    yield Line("gradient", rf"g_j = {_MEAN_OF_PART}")
    yield from _clip(restraint, "g_j")
    yield Line("gradient", rf"g = {weight}\sum_{{j=1}}^{{K}} {share}\,g_j")


def _clip(restraint: Restraint, gradient: str) -> Iterator[Line]:
    if restraint.clip is not None:
        clip = latex_number(restraint.clip)
        cut = rf"\operatorname{{min}}\left(1, \frac{{{clip}}}{{\lVert {gradient}\rVert}}\right)"
        yield Line("clip", rf"{gradient} \leftarrow {cut}\,{gradient}")


def _ragged(plan: Plan) -> bool:
    """Whether an epoch of a run has a last, smaller batch."""
    return any(epoch.sizes[0] != epoch.sizes[-1] for epoch in plan.epochs)


def _weighted(plan: Plan) -> bool:
    return any(epoch.last_weight != 1 for epoch in plan.epochs)


def _skewed(plans: Sequence[Plan]) -> bool:
    return any(plan.skewed for plan in plans)


def clipped_apart(plans: Sequence[Plan]) -> bool:
    """Whether each micro-batch is clipped by itself."""
    return any(plan.clips_each for plan in plans)


def _gradient(plans: Sequence[Plan]) -> str:
    """The mean over a mini-batch, or over its micro-batches of theirs."""
    if plans[0].workers.several:
        weight = r"\frac{b}{B}\," if any(map(_weighted, plans)) else ""
        return rf"g = {weight}{_MEAN_OF_PART}"
    if not _skewed(plans):
        return rf"g = \frac{{1}}{{{_divisor(plans)}}}\sum_{{i \in M}} {_EACH}"
    weight = r"\frac{b}{B}\," if any(map(_weighted, plans)) else ""
    return rf"g = {weight}\frac{{1}}{{K}}\sum_{{j=1}}^{{K}} {_MEAN_OF_PART}"


def gradient_letters(plans: Sequence[Plan], parameters: Parameters) -> Iterator[Letter]:
    """What the letters mean of which the gradient is made, and it."""
    if plans[0].workers.several:
        yield from _of_worker(plans, parameters)
        return
    yield from _drawn_letters(plans, parameters)
    yield from _sizes(plans)
    yield Letter("g", "", _("gradient of the mini-batch"))


def averaging_lines(plans: Sequence[Plan]) -> Iterator[Line]:
    """What becomes of workers' weights now and then."""
    workers = plans[0].workers
    if workers.several:
        total = rf"\sum_{{j=1}}^{{{workers.count}}} \theta_j"
        yield Line("averaging", rf"\theta \leftarrow \frac{{1}}{{{workers.count}}}{total}")


def _of_worker(plans: Sequence[Plan], parameters: Parameters) -> Iterator[Letter]:
    every = plans[0].workers.sync_every
    meaning = (
        _("weights of worker j, averaged after every update")
        if every == 1
        else _("weights of worker j, averaged after every {count:,} updates", count=every)
    )
    yield Letter(r"\theta_j", "", meaning)
    yield Letter("M", "", _drawn(plans, parameters))
    yield Letter("M_j", "", _("examples of worker j, consecutive ones of the mini-batch"))
    if any(map(_weighted, plans)):
        yield Letter("b", "", _("number of examples in the mini-batch"))
    yield Letter("B", "", _("batch size: {sizes}", sizes=listed(map(_size, plans))))
    yield Letter("g", "", _("gradient of a worker, which has moments of its own"))


def _drawn_letters(plans: Sequence[Plan], parameters: Parameters) -> Iterator[Letter]:
    """The examples of an update, or of each of its micro-batches."""
    by_size = clipped_apart(plans) and plans[0].accumulation.kind != MEANS
    if by_size or not (clipped_apart(plans) or _skewed(plans)):
        yield Letter("M", "", _drawn(plans, parameters))
    if clipped_apart(plans) or _skewed(plans):
        yield from _micro_batches(plans)
    if clipped_apart(plans):
        yield Letter("g_j", "", _("gradient of micro-batch j"))


def _micro_batches(plans: Sequence[Plan]) -> Iterator[Letter]:
    sizes = listed(
        _(
            "{micro:,} at B = {size:,}",
            micro=plan.accumulation.micro_batch(plan.batch_size),
            size=plan.batch_size,
        )
        for plan in plans
    )
    meaning = _(
        "examples of micro-batch j of the mini-batch: {sizes}, in the last one what is left",
        sizes=sizes,
    )
    yield Letter("M_j", "", meaning)
    yield Letter("K", "", _("number of micro-batches in the mini-batch"))


def _divisor(plans: Sequence[Plan]) -> str:
    """What the sum of a mini-batch's gradients is divided by: a last one may be smaller."""
    kept = any(_ragged(plan) and not _weighted(plan) for plan in plans)
    return "b" if kept else "B"


def _sizes(plans: Sequence[Plan]) -> Iterator[Letter]:
    """The batch sizes, and how many examples a mini-batch has where that may be another number."""
    sizes = listed(map(_size, plans))
    if _skewed(plans) or clipped_apart(plans):
        if any(map(_weighted, plans)):
            yield Letter("b", "", _("number of examples in the mini-batch"))
        yield Letter("B", "", _("batch size: {sizes}", sizes=sizes))
    elif _divisor(plans) == "b":
        yield Letter("b", "", _("their number: B, but {last}", last=_last(plans)))
        yield Letter("B", "", _("batch size: {sizes}", sizes=sizes))
    elif any(map(_weighted, plans)):
        meaning = _("batch size: {sizes}; a last, smaller batch is divided by it too", sizes=sizes)
        yield Letter("B", "", meaning)
    elif any(plan.drawn_sizes for plan in plans):
        yield Letter("B", "", _("batch size, their number on average: {sizes}", sizes=sizes))
    else:
        yield Letter("B", "", _("batch size, their number: {sizes}", sizes=sizes))


def _last(plans: Sequence[Plan]) -> str:
    """How many examples the last mini-batches of epochs have that are smaller."""
    if any(len(plan.segments) > 1 for plan in plans):
        return _("fewer in an epoch's last one")
    return listed(
        _(
            "{last:,} in an epoch's last one at B = {size:,}",
            last=int(plan.epochs[0].sizes[-1]),
            size=plan.batch_size,
        )
        for plan in plans
        if _ragged(plan)
    )


def _size(plan: Plan) -> str:
    first, last = plan.batch_size, plan.epochs[-1].batch_size
    return (
        f"{first:,}"
        if first == last
        else _("{first:,} growing to {last:,}", first=first, last=last)
    )


def _drawn(plans: Sequence[Plan], parameters: Parameters) -> str:
    if any(plan.drawn_sizes for plan in plans):
        return _(
            "examples of the mini-batch, each of {all:,} being one with probability B/{all:,}",
            all=plans[0].examples,
        )
    if parameters["sampling"] == BALANCED:
        return _(
            "examples of the mini-batch, one that is drawn again counted again; each draw takes "
            "an example with probability 1/(K·n), n being how many its class has, and K how many "
            "classes there are"
        )
    if parameters["sampling"] == "with-replacement":
        return _("examples of the mini-batch, one that is drawn again counted again")
    return _("examples of the mini-batch")
