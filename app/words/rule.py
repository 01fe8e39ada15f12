"""The update rule of a run, with its numbers in it: formulas in LaTeX, and what letters mean."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from app.language.speech import gettext as _
from app.language.speech import listed, sentences, translated
from app.science.formulas.graph import Node, substitute, symbol
from app.science.formulas.latex import latex
from app.science.formulas.latex_numbers import latex_number
from app.science.formulas.told import CORRECTED, COUNT, SLOPE
from app.science.formulas.update import RATE as RATE_NAME
from app.science.optimizers import FOLLOWING, HYPERPARAMETERS, OPTIMIZERS
from app.science.plan import Plan
from app.science.problems.surface import Surface
from app.science.rule import Rule
from app.science.schedules import LR_SCHEDULES
from app.words.numbers import number
from app.words.rule_rate import (
    DIGITS,
    RATE,
    Parameters,
    Rates,
    beta_formula,
    beta_said,
    rate_formula,
    rates_of,
)

Kind: TypeAlias = Literal["loss", "gradient", "moment", "correction", "step", "rate", "beta"]


class Line(NamedTuple):
    """A formula of the rule: which part of it, and its LaTeX."""

    kind: Kind
    latex: str


class Letter(NamedTuple):
    """A letter in the formulas: its LaTeX, its number if it has one, and what it means."""

    latex: str
    value: str
    meaning: str


class UpdateRule(NamedTuple):
    """What an update does, line by line; its letters; its rates; and what else is to be said."""

    lines: list[Line]
    letters: list[Letter]
    rates: list[Rates]
    note: str


def update_rule(surface: Surface, plans: Sequence[Plan], parameters: Parameters) -> UpdateRule:
    """The rule by which each update of a run is made.

    Args:
        surface: whose loss is descended.
        plans: one a batch size.
        parameters: every parameter of the run, resolved, by its name in the API.
    """
    rule = OPTIMIZERS[parameters["optimizer"]]
    numbers = {name: float(parameters[name]) for name in rule.hyperparameters}
    varies = (
        parameters["lr_scaling"] != "none"
        or parameters["lr_schedule"] != "constant"
        or parameters["warmup"] > 1
    )
    scaled = parameters["beta_scaling"] != "none"
    followed = {name: numbers.pop(name) for name in FOLLOWING if name in numbers and scaled}
    lines = [
        Line("loss", surface.formula),
        Line(
            "gradient", rf"g = \frac{{1}}{{{_divisor(plans)}}}\sum_{{i \in M}} \nabla l_i(\theta)"
        ),
        *_optimizer(rule, numbers, RATE if varies else float(parameters["learning_rate"])),
    ]
    if varies:
        lines.append(Line("rate", rate_formula(parameters)))
    lines += [Line("beta", beta_formula(name, beta, parameters)) for name, beta in followed.items()]
    return UpdateRule(
        lines,
        [
            Letter(r"\theta", "", _("the weights: {names}", names=_names(surface))),
            Letter("l_i", "", _("loss of example i")),
            Letter("M", "", _drawn(parameters)),
            *_sizes(plans),
            Letter("g", "", _("gradient of the mini-batch")),
            *(Letter(name, "", translated(meaning)) for name, meaning in rule.moments.items()),
            *(
                Letter(told.symbol, latex_number(numbers[name]), translated(told.meaning))
                for name, told in HYPERPARAMETERS.items()
                if name in numbers
            ),
            *(
                Letter(HYPERPARAMETERS[name].symbol, "", beta_said(name, beta, plans))
                for name, beta in followed.items()
            ),
            *_of_rate(rule, plans, parameters, varies=varies),
        ],
        [rates_of(plan) for plan in plans],
        _note(rule, plans, parameters),
    )


def _names(surface: Surface) -> str:
    return listed(map(translated, surface.parameters))


def _optimizer(rule: Rule, numbers: Mapping[str, float], rate: str | float) -> Iterator[Line]:
    """What becomes of the gradient: moments, their corrections, the step."""
    given: dict[str, str | float] = {**numbers, RATE_NAME: rate}
    # A number that changes nothing, or leaves nothing, is not seen.
    plain = {name: each for name, each in given.items() if each in (0.0, 1.0)}
    names = {
        **{name: latex_number(x) if isinstance(x, float) else x for name, x in given.items()},
        **{name: told.symbol for name, told in HYPERPARAMETERS.items() if name not in given},
        **{name: name for name in rule.moments},
        **{name: rf"\hat{{{name.removesuffix(CORRECTED)}}}" for name in rule.told.corrections},
        SLOPE: "g",
        COUNT: "k",
        "w": r"\theta",
    }

    def written(formula: Node) -> str:
        return latex(substitute(formula, plain), names)

    for name, following in rule.told.moments.items():
        yield Line("moment", rf"{name} \leftarrow {written(following)}")
    for name, corrected in rule.told.corrections.items():
        yield Line("correction", rf"{names[name]} = {written(corrected)}")
    yield Line("step", rf"\theta \leftarrow {written(symbol('w') - rule.told.subtracted)}")


def _of_rate(
    rule: Rule, plans: Sequence[Plan], parameters: Parameters, *, varies: bool
) -> Iterator[Letter]:
    """The letters of the learning rate, and of what counts the updates."""
    rate = latex_number(parameters["learning_rate"])
    yield Letter(RATE, "" if varies else rate, _("learning rate"))
    scheduled = parameters["lr_schedule"] != "constant"
    in_updates = parameters["decay_unit"] == "updates"
    if scheduled and not in_updates:
        yield Letter("t", "", _("epochs elapsed before the update"))
    if (scheduled and in_updates) or parameters["warmup"] > 1:
        yield Letter("u", "", _("updates before this one"))
    if LR_SCHEDULES[parameters["lr_schedule"]].of_whole:
        if in_updates:
            totals = dict.fromkeys(f"{plan.updates:,}" for plan in plans)
            yield Letter("U", "", _("updates of the run: {updates}", updates=listed(totals)))
        else:
            totals = dict.fromkeys(number(plan.epoch[-1], DIGITS) for plan in plans)
            yield Letter("T", "", _("epochs of the run: {epochs}", epochs=listed(totals)))
    if rule.told.counted:
        yield Letter("k", "", _("number of the update, from 1"))


def _ragged(plan: Plan) -> bool:
    """Whether an epoch of a run has a last, smaller batch."""
    return any(epoch.sizes[0] != epoch.sizes[-1] for epoch in plan.epochs)


def _weighted(plan: Plan) -> bool:
    return any(epoch.last_weight != 1 for epoch in plan.epochs)


def _divisor(plans: Sequence[Plan]) -> str:
    """What the sum of a mini-batch's gradients is divided by: a last one may be smaller."""
    kept = any(_ragged(plan) and not _weighted(plan) for plan in plans)
    return "b" if kept else "B"


def _sizes(plans: Sequence[Plan]) -> Iterator[Letter]:
    """The batch sizes, and how many examples a mini-batch has where that may be another number."""
    sizes = listed(map(_size, plans))
    if _divisor(plans) == "b":
        yield Letter("b", "", _("their number: B, but {last}", last=_last(plans)))
        yield Letter("B", "", _("batch size: {sizes}", sizes=sizes))
    elif any(map(_weighted, plans)):
        meaning = _("batch size: {sizes}; a last, smaller batch is divided by it too", sizes=sizes)
        yield Letter("B", "", meaning)
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


def _drawn(parameters: Parameters) -> str:
    if parameters["sampling"] == "with-replacement":
        return _("examples of the mini-batch, one that is drawn again counted again")
    return _("examples of the mini-batch")


def _note(rule: Rule, plans: Sequence[Plan], parameters: Parameters) -> str:
    dropped = any(epoch.examples_used < epoch.examples for plan in plans for epoch in plan.epochs)
    return sentences(
        [
            _("Moments are 0 before the first update.") if rule.moments else "",
            _("Squares, roots and quotients are taken for each weight by itself.")
            if rule.adaptive
            else "",
            _("A last, smaller batch makes no update.") if dropped else "",
            _("The batch grows; B is the size in its epoch.")
            if parameters["batch_schedule"] == "double"
            else "",
        ]
    )
