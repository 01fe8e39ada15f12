"""A legend, which tells the colours of batch sizes where nothing else beside a figure does."""

from collections.abc import Iterable, Iterator

from app.figures.figure import Figure, Part, scatter
from app.figures.theme import Theme
from app.words.numbers import batch_size_label

# The roles of traces whose names are batch sizes: a figure has one of them for each size. A way is
# the clearest part of a path, and told instead of it.
NAMED_FOR_A_SIZE = {
    "adascale",
    "arrows",
    "batch",
    "boundary",
    "draws",
    "kept mean",
    "key",
    "median",
    "noise scale",
    "path",
    "readings",
    "running median",
    "spread",
    "true loss",
    "way",
}
# Those where update rules are told apart, too: colours and dashes, not each of their pairs.
NAMED_FOR_EACH = {"key", "rule key"}
# At the top edge of the whole figure: right above the picture there may be words.
PLACE = {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"}
ROOM = 28  # pixels, the height of one line


def keys(sizes: Iterable[int], examples: int, theme: Theme) -> Iterator[Part]:
    """Traces that draw nothing: names for a legend of points that differ in colour alone."""
    for size in sorted({*sizes}):
        yield scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker={"size": 9, "color": theme.batch_size(size, examples)},
            name=batch_size_label(size, examples),
            hoverinfo="skip",
            meta={"role": "key", "batch_size": size, "scenery": True},
        )


def mark_legend(figure: Figure) -> Figure:
    """Choose what a legend would show, one trace a batch size; it is not shown by that."""
    if figure.layout["showlegend"]:
        return figure
    ruled = any(_role(trace) == "rule key" for trace in figure.data)
    named = NAMED_FOR_EACH if ruled else NAMED_FOR_A_SIZE
    ways = [trace["name"] for trace in figure.data if _role(trace) == "way"]
    names = [trace["name"] for trace in figure.data if _role(trace) == "path"]
    traces = []
    for trace in figure.data:
        name, role = trace.get("name"), _role(trace)
        shown = name is not None and role in named
        marked: Part = {"showlegend": shown and not (role == "path" and name in ways)}
        if role in ("path", "way"):
            marked["legendrank"] = names.index(name) + 1  # the order of the batch sizes
        traces.append(trace | marked)
    return Figure(traces, figure.layout | {"legend": PLACE})


def _role(trace: Part) -> str:
    role: str = trace["meta"]["role"]
    return role


def show_legend(figure: Figure) -> Figure:
    """Show it, where there is something to tell apart."""
    some = any(trace.get("showlegend") for trace in figure.data)
    margin = figure.layout["margin"]
    if some:  # a legend of several lines pushes the picture down
        margin = margin | {"t": margin["t"] + ROOM, "autoexpand": True}
    shown = some or figure.layout["showlegend"]
    return Figure(figure.data, figure.layout | {"showlegend": shown, "margin": margin})
