"""The update rule of a run, with its numbers in it: formulas in LaTeX, and what letters mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.language.speech import gettext as _
from app.language.speech import listed, sentences, translated
from app.science.formulas.graph import Node, substitute, symbol
from app.science.formulas.latex import latex
from app.science.formulas.latex_numbers import latex_number
from app.science.formulas.restrained import DECAY, coupled, kept
from app.science.formulas.told import CORRECTED, COUNT, SLOPE
from app.science.formulas.update import RATE as RATE_NAME
from app.science.optimizers import FOLLOWING, HYPERPARAMETERS, OPTIMIZERS
from app.science.plan import Plan
from app.science.problems.surface import Surface
from app.science.restraint import Restraint
from app.science.rule import Rule
from app.science.schedules import LR_SCHEDULES
from app.words.accumulation import accumulated
from app.words.balanced import balanced_said
from app.words.local_sgd import shared_out
from app.words.numbers import number
from app.words.rule_gradient import (
    averaging_lines,
    clipped_apart,
    gradient_letters,
    gradient_lines,
)
from app.words.rule_parts import Letter, Line, Parameters
from app.words.rule_rate import (
    DIGITS,
    RATE,
    Rates,
    beta_formula,
    beta_said,
    rate_formula,
    rates_of,
)

AT_LAST = ("averaging", "rate", "beta")  # lines that say what stands in the others


class UpdateRule(NamedTuple):
    """What an update does, line by line; its letters; its rates; and what else is to be said."""

    lines: list[Line]
    letters: list[Letter]
    rates: list[Rates]
    notes: list[str]

    @property
    def note(self) -> str:
        """What else is to be said, as one text."""
        return sentences(self.notes)


def update_rule(surface: Surface, plans: Sequence[Plan], parameters: Parameters) -> UpdateRule:
    """The rule by which each update of a run is made.

    Args:
        surface: whose loss is descended.
        plans: one a batch size.
        parameters: every parameter of the run, resolved, by its name in the API.
    """
    rule = OPTIMIZERS[parameters["optimizer"]]
    restraint = plans[0].restraint
    numbers = {name: float(parameters[name]) for name in rule.hyperparameters}
    varies = (
        parameters["lr_scaling"] != "none"
        or parameters["lr_schedule"] != "constant"
        or parameters["warmup"] > 1
    )
    rate = RATE if varies else float(parameters["learning_rate"])
    scaled = parameters["beta_scaling"] != "none"
    followed = {name: numbers.pop(name) for name in FOLLOWING if name in numbers and scaled}
    lines = [
        Line("loss", surface.formula),
        *gradient_lines(plans, restraint),
        *_optimizer(rule, numbers, restraint, rate),
        *averaging_lines(plans),
    ]
    if varies:
        lines.append(Line("rate", rate_formula(parameters)))
    lines += [Line("beta", beta_formula(name, beta, parameters)) for name, beta in followed.items()]
    return UpdateRule(
        lines,
        [
            Letter(r"\theta", "", _("the weights: {names}", names=_names(surface))),
            Letter("l_i", "", _("loss of example i")),
            *gradient_letters(plans, parameters),
            *(Letter(name, "", translated(meaning)) for name, meaning in rule.moments.items()),
            *(
                Letter(told.symbol, latex_number(numbers[name]), translated(told.meaning))
                for name, told in HYPERPARAMETERS.items()
                if name in numbers
            ),
            *_of_restraint(restraint, "g_j" if clipped_apart(plans) else "g"),
            *(
                Letter(HYPERPARAMETERS[name].symbol, "", beta_said(name, beta, plans))
                for name, beta in followed.items()
            ),
            *_of_rate(rule, plans, parameters, varies=varies),
        ],
        [rates_of(plan) for plan in plans],
        [said for said in _notes(rule, plans, parameters) if said],
    )


def beside(rules: Mapping[str, UpdateRule]) -> UpdateRule:
    """Several rules, by their names in the API: what all have is said once, before what each has.

    >>> one = UpdateRule([Line("loss", "l"), Line("step", "a")], [], [], ["Same."])
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
        [line for line in shared if line.kind not in AT_LAST]
        + own
        + [line for line in shared if line.kind in AT_LAST],
        list(letters),
        [
            rates._replace(
                text=_("{rule}, {size}", rule=titles[name], size=rates.text), optimizer=name
            )
            for name, rule in rules.items()
            for rates in rule.rates
        ],
        list(dict.fromkeys(said for rule in rules.values() for said in rule.notes)),
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


def _of_restraint(restraint: Restraint, gradient: str) -> Iterator[Letter]:
    """The letters of weight decay and clipping, whose numbers are in the formulas."""
    if restraint.clip is not None:
        meaning = _("norm over all weights; a longer gradient is clipped")
        yield Letter(rf"\lVert {gradient}\rVert", "", meaning)
    if restraint.weight_decay:
        yield Letter(r"\lambda", latex_number(restraint.weight_decay), _("weight decay"))


def _optimizer(
    rule: Rule, numbers: Mapping[str, float], restraint: Restraint, rate: str | float
) -> Iterator[Line]:
    """What becomes of the gradient: decay, moments, their corrections, the step."""
    given: dict[str, str | float] = {**numbers, RATE_NAME: rate, DECAY: restraint.weight_decay}
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

    weight, decay = symbol("w"), symbol(DECAY)
    if restraint.coupled:
        yield Line("decay", rf"g \leftarrow {written(coupled(symbol(SLOPE), weight, decay))}")
    for name, following in rule.told.moments.items():
        yield Line("moment", rf"{name} \leftarrow {written(following)}")
    for name, corrected in rule.told.corrections.items():
        yield Line("correction", rf"{names[name]} = {written(corrected)}")
    if restraint.decoupled:
        left = written(kept(symbol(RATE_NAME), decay) * weight)
        yield Line("decay", rf"\theta \leftarrow {left}")
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


def _notes(rule: Rule, plans: Sequence[Plan], parameters: Parameters) -> Iterator[str]:
    if rule.moments:
        yield _("Moments are 0 before the first update.")
    if rule.adaptive:
        yield _("Squares, roots and quotients are taken for each weight by itself.")
    yield _decay_note(rule, plans[0].restraint)
    if any(epoch.examples_used < epoch.examples for plan in plans for epoch in plan.epochs):
        yield _("A last, smaller batch makes no update.")
    yield accumulated(plans)
    yield shared_out(plans)
    yield balanced_said(plans)
    if parameters["batch_schedule"] == "double":
        yield _("The batch grows; B is the size in its epoch.")


def _decay_note(rule: Rule, restraint: Restraint) -> str:
    """What it means for a rule that decay is in its gradient, or is not."""
    if not restraint.weight_decay:
        return ""
    if rule is OPTIMIZERS["sgd"]:
        return _("In plain SGD decay is the same in the gradient and apart from it.")
    if rule.adaptive and restraint.coupled:
        return _(
            "In the gradient, decay is divided by the same root: a weight with large gradients "
            "decays less."
        )
    return ""
