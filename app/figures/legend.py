"""A legend for figures that leave their page, which tells the colours of batch sizes."""

from typing import Any

import plotly.graph_objects as go

# The roles of traces whose names are batch sizes: a figure has one of them for each size. A way is
# the clearest part of a path, and told instead of it.
NAMED_FOR_A_SIZE = {
    "arrows",
    "batch",
    "draws",
    "median",
    "noise scale",
    "path",
    "readings",
    "running median",
    "spread",
    "way",
}
# At the top edge of the whole figure: right above the picture there may be words.
PLACE = {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"}
ROOM = 28  # pixels, the height of one line


def mark_legend(figure: go.Figure) -> go.Figure:
    """Choose what a legend would show, one trace a batch size; it is not shown by that."""
    if figure.layout.showlegend:
        return figure
    ways = [trace.name for trace in figure.data if _role(trace) == "way"]
    names = [trace.name for trace in figure.data if _role(trace) == "path"]
    for trace in figure.data:
        if "showlegend" in trace:
            role = _role(trace)
            named = trace.name is not None and role in NAMED_FOR_A_SIZE
            trace.showlegend = named and not (role == "path" and trace.name in ways)
            if role in ("path", "way"):
                trace.legendrank = names.index(trace.name) + 1  # the order of the batch sizes
    return figure.update_layout(legend=PLACE)


def _role(trace: Any) -> str | None:
    role: str | None = (trace.meta or {}).get("role")
    return role


def show_legend(figure: go.Figure) -> go.Figure:
    """Show it, where there is something to tell apart."""
    some = any(getattr(trace, "showlegend", None) for trace in figure.data)
    top = figure.layout.margin.t or 0
    # A legend of several lines pushes the picture down.
    margin = {"t": top + ROOM, "autoexpand": True} if some else {}
    return figure.update_layout(showlegend=some or figure.layout.showlegend, margin=margin)
