"""The update rule of a run, with its numbers in it: formulas in LaTeX, and what letters mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from app.language.speech import gettext as _
from app.language.speech import listed, sentences, translated
from app.science.formulas.graph import Node, substitute, symbol
from app.science.formulas.latex import latex
from app.science.formulas.latex_numbers import latex_number
from app.science.formulas.told import CORRECTED, COUNT, SLOPE
from app.science.formulas.update import RATE as RATE_NAME
from app.science.optimizers import HYPERPARAMETERS, OPTIMIZERS
from app.science.plan import Plan
from app.science.problems.surface import Surface
from app.science.rule import Rule
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES
from app.words.latex import Symbols, latex_of_code
from app.words.numbers import batch_size_label, number

Kind: TypeAlias = Literal["loss", "gradient", "moment", "correction", "step", "rate"]
Parameters: TypeAlias = Mapping[str, Any]

RATE = r"\varepsilon"
DIGITS = 3  # of a learning rate in words


class Line(NamedTuple):
    """A formula of the rule: which part, its LaTeX, and which of several rules has it alone."""

    kind: Kind
    latex: str
    rule: str = ""


class Letter(NamedTuple):
    """A letter in the formulas: its LaTeX, its number if it has one, and what it means."""

    latex: str
    value: str
    meaning: str


class Rates(NamedTuple):
    """The learning rates of a batch size, of its first and its last update, and that in words."""

    batch_size: int
    first: float
    last: float
    text: str
    optimizer: str = ""


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
    varies = parameters["lr_scaling"] != "none" or parameters["lr_schedule"] != "constant"
    lines = [
        Line("loss", surface.formula),
        Line(
            "gradient", rf"g = \frac{{1}}{{{_divisor(plans)}}}\sum_{{i \in M}} \nabla l_i(\theta)"
        ),
        *_optimizer(rule, numbers, RATE if varies else float(parameters["learning_rate"])),
    ]
    if varies:
        lines.append(Line("rate", _rate(parameters)))
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
            *_of_rate(rule, plans, parameters, varies=varies),
        ],
        [_rates(plan) for plan in plans],
        _note(rule, plans, parameters),
    )


def beside(rules: Mapping[str, UpdateRule]) -> UpdateRule:
    """Several rules, by their names in the API: what all have is said once, before what each has.

    >>> one = UpdateRule([Line("loss", "l"), Line("step", "a")], [], [], "Same.")
    >>> both = beside({"sgd": one, "adam": one._replace(lines=[Line("loss", "l")])})
    >>> both.lines, both.note
    ([Line(kind='loss', latex='l', rule=''), Line(kind='step', latex='a', rule='SGD')], 'Same.')
    """
    titles = {name: translated(OPTIMIZERS[name].title) for name in rules}
    shared = [
        line
        for line in next(iter(rules.values())).lines
        if all(line in rule.lines for rule in rules.values())
    ]
    own = [
        line._replace(rule=titles[name])
        for name, rule in rules.items()
        for line in rule.lines
        if line not in shared
    ]
    letters = {
        letter: None
        for name, rule in rules.items()
        for letter in _letters_of(titles[name], rule, rules.values())
    }
    return UpdateRule(
        [line for line in shared if line.kind != "rate"]
        + own
        + [line for line in shared if line.kind == "rate"],
        list(letters),
        [
            rates._replace(
                text=_("{rule}, {size}", rule=titles[name], size=rates.text), optimizer=name
            )
            for name, rule in rules.items()
            for rates in rule.rates
        ],
        sentences(dict.fromkeys(rule.note for rule in rules.values())),
    )


def _letters_of(title: str, rule: UpdateRule, rules: Iterable[UpdateRule]) -> Iterator[Letter]:
    """A rule's letters; one that has another number in another rule says whose it is."""
    for letter in rule.letters:
        same = {each for other in rules for each in other.letters if each.latex == letter.latex}
        meaning = letter.meaning
        if len({each.value for each in same}) > 1:
            meaning = _("{meaning} ({rule})", meaning=meaning, rule=title)
        yield letter._replace(meaning=meaning)


def _names(surface: Surface) -> str:
    return listed(map(translated, surface.parameters))


def _optimizer(rule: Rule, numbers: Mapping[str, float], rate: str | float) -> Iterator[Line]:
    """What becomes of the gradient: moments, their corrections, the step."""
    given: dict[str, str | float] = {**numbers, RATE_NAME: rate}
    # A number that changes nothing, or leaves nothing, is not seen.
    plain = {name: each for name, each in given.items() if each in (0.0, 1.0)}
    names = {
        **{name: latex_number(x) if isinstance(x, float) else x for name, x in given.items()},
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


def _rate(parameters: Parameters) -> str:
    """ε with what it is multiplied by, of the batch size and of the epochs elapsed."""
    symbols: Symbols = {
        "B": "B",
        "t": "t",
        "TOTAL_EPOCHS": "T",
        "RATE": float(parameters["learning_rate"]),
        "REFERENCE": float(parameters["reference_batch_size"]),
        **{name.upper(): float(parameters[name]) for name in ("decay_epochs", "decay_factor")},
    }
    scaling = LR_SCALINGS[parameters["lr_scaling"]].code.format(ratio="B / REFERENCE")
    schedule = LR_SCHEDULES[parameters["lr_schedule"]].code
    return rf"{RATE} = {latex_of_code(f'RATE * ({scaling}) * ({schedule})', symbols)}"


def _of_rate(
    rule: Rule, plans: Sequence[Plan], parameters: Parameters, *, varies: bool
) -> Iterator[Letter]:
    """The letters of the learning rate, and of what counts the updates."""
    rate = latex_number(parameters["learning_rate"])
    yield Letter(RATE, "" if varies else rate, _("learning rate"))
    if parameters["lr_schedule"] != "constant":
        yield Letter("t", "", _("epochs elapsed before the update"))
    if "TOTAL_EPOCHS" in LR_SCHEDULES[parameters["lr_schedule"]].code:
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


def _rates(plan: Plan) -> Rates:
    size = batch_size_label(plan.batch_size, plan.examples)
    first, last = float(plan.rates[0]), float(plan.rates[-1])
    if (plan.rates == first).all():
        text = _("{size}: ε = {rate} at every update", size=size, rate=number(first, DIGITS))
    else:
        text = _(
            "{size}: ε = {first} at the first update, {last} at the last",
            size=size,
            first=number(first, DIGITS),
            last=number(last, DIGITS),
        )
    return Rates(plan.batch_size, first, last, text)


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
