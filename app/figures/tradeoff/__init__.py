"""The trade-off between updates and examples drawn: a figure a file."""

from collections.abc import Callable

from app.figures.figure import Figure
from app.figures.tradeoff.pareto import pareto_figure
from app.figures.tradeoff.rates import rates_figure
from app.figures.tradeoff.scaling import examples_figure, updates_figure
from app.science.tradeoff.sweep_result import SweepResult

# The figures of a sweep, by name: each is made of the results of its optimizers, in a theme.
SWEPT: dict[str, Callable[[tuple[SweepResult, ...], str], Figure]] = {
    "tradeoff-updates": updates_figure,
    "tradeoff-examples": examples_figure,
    "tradeoff-pareto": pareto_figure,
    "tradeoff-rates": rates_figure,
}
