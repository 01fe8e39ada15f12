"""The same examples in other orders: the loss under each way of sampling."""

from collections.abc import Mapping

from app.figures.figure import Figure
from app.figures.learn.medians import Way, medians_figure
from app.science.comparison import Run
from app.science.sampling import SAMPLINGS
from app.words.orders import orders_caption


def orders_figure(runs: Mapping[str, Run], too_many: str | None, theme: str) -> Figure:
    """The median loss over replicas under each sampling, at one batch size.

    Args:
        runs: by their sampling.
        too_many: the sampling that is left out, its draws being too many.
        theme: of its colours.
    """
    ways = {name: Way(run, SAMPLINGS[name].dash, {"sampling": name}) for name, run in runs.items()}
    return medians_figure(ways, orders_caption(runs, too_many), theme)
