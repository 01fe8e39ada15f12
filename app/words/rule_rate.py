"""The learning rate of the typeset rule, and the hyperparameters that follow the batch size."""

from collections.abc import Sequence
from typing import NamedTuple

from app.language.speech import gettext as _
from app.language.speech import listed, translated
from app.science.optimizers import HYPERPARAMETERS
from app.science.plan import Plan
from app.science.schedules import BETA_SCALINGS, CLOCKS, LR_SCALINGS, LR_SCHEDULES, WARMUP
from app.words.latex import Symbols, latex_of_code
from app.words.numbers import batch_size_label, exactly, number
from app.words.rule_parts import Parameters

RATE = r"\varepsilon"
DIGITS = 3  # of a learning rate in words
BETA_DIGITS = 7  # of a share that is near 1
_NUMBERS = ("decay_epochs", "decay_updates", "decay_factor", "warmup")


class Rates(NamedTuple):
    """The learning rates of a batch size, of its first and its last update, and that in words."""

    batch_size: int
    first: float
    last: float
    text: str
    optimizer: str = ""


def rate_formula(parameters: Parameters) -> str:
    """ε with what it is multiplied by, of the batch size and of the epochs elapsed."""
    clock = CLOCKS[parameters["decay_unit"]]
    counted = parameters["decay_unit"] == "updates"
    symbols: Symbols = {
        "B": "B",
        "t": "u" if counted else "t",
        "u": "u",
        "share": r"\frac{u}{U}" if counted else r"\frac{t}{T}",
        "TOTAL_EPOCHS": "T",
        "TOTAL_UPDATES": "U",
        "RATE": float(parameters["learning_rate"]),
        "REFERENCE": float(parameters["reference_batch_size"]),
        **{name.upper(): float(parameters[name]) for name in _NUMBERS},
    }
    scaling = LR_SCALINGS[parameters["lr_scaling"]].code.format(ratio="B / REFERENCE")
    schedule = LR_SCHEDULES[parameters["lr_schedule"]].code
    factors = [scaling, schedule.format(period=clock.period, total=clock.total)]
    if parameters["warmup"] > 1:
        factors.append(WARMUP)
    product = " * ".join(f"({factor})" for factor in factors)
    return rf"{RATE} = {latex_of_code(f'RATE * {product}', symbols)}"


def beta_formula(name: str, beta: float, parameters: Parameters) -> str:
    """A hyperparameter at a batch size, of its value at the reference batch size."""
    power = BETA_SCALINGS[parameters["beta_scaling"]].code.format(ratio="B / REFERENCE")
    symbols: Symbols = {"B": "B", "REFERENCE": float(parameters["reference_batch_size"])}
    written = latex_of_code(f"BETA ** ({power})", {**symbols, "BETA": beta})
    return rf"{HYPERPARAMETERS[name].symbol} = {written}"


def beta_said(name: str, beta: float, plans: Sequence[Plan]) -> str:
    """What a hyperparameter is, and its value at each batch size."""
    values = (
        _(
            "{value} at {size}",
            value=number(beta**plan.beta_power, BETA_DIGITS),
            size=batch_size_label(plan.batch_size, plan.examples),
        )
        for plan in plans
    )
    return _(
        "{meaning}: {values}",
        meaning=translated(HYPERPARAMETERS[name].meaning),
        values=listed(values),
    )


def rates_of(plan: Plan) -> Rates:
    """The learning rates of a run, and that in words."""
    size = batch_size_label(plan.batch_size, plan.examples)
    first, last, most = float(plan.rates[0]), float(plan.rates[-1]), float(plan.rates.max())
    if (plan.rates == first).all():
        text = _("{size}: ε = {rate} at every update", size=size, rate=exactly(first, DIGITS))
    elif most > max(first, last):
        text = _(
            "{size}: ε = {first} at the first update, {most} at its highest, {last} at the last",
            size=size,
            first=exactly(first, DIGITS),
            most=number(most, DIGITS),
            last=number(last, DIGITS),
        )
    else:
        text = _(
            "{size}: ε = {first} at the first update, {last} at the last",
            size=size,
            first=exactly(first, DIGITS),
            last=number(last, DIGITS),
        )
    return Rates(plan.batch_size, first, last, text)
