"""A network's runs drawn: a figure a file."""

from collections.abc import Callable

from app.figures.figure import Figure
from app.figures.network.curves import curves_figure
from app.science.networks.result import NetworkRuns


def _curves(runs: NetworkRuns, theme: str) -> Figure:
    return curves_figure(runs, theme, "updates")


# What is drawn of runs that are known while others are under way, by the figures' names.
WHILE_TRAINED: dict[str, Callable[[NetworkRuns, str], Figure]] = {"network-curves": _curves}
