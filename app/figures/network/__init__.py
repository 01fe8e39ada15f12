"""A network's runs drawn: a figure a file."""

from collections.abc import Callable

from app.figures.figure import Figure
from app.figures.network.curves import curves_figure
from app.science.networks.result import NetworkRuns

# What is drawn of runs that are known while others are under way, by the figures' names;
# each takes a theme and a horizontal axis.
WHILE_TRAINED: dict[str, Callable[[NetworkRuns, str, str], Figure]] = {
    "network-curves": curves_figure
}
