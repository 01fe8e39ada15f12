"""A legend for figures that leave their page, which tells the colours of batch sizes."""

import re

import plotly.graph_objects as go

# As `batch_size_label` has it in any language, and nothing more.
LABEL = re.compile(r"B = [\d,]+( ?[(（][^()（）]+[)）])?")
# At the figure's edge: beside the picture's there may be words.
PLACE = {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"}
ROOM = 28  # pixels of its line


def mark_legend(figure: go.Figure) -> go.Figure:
    """Choose what a legend would show, one trace a batch size; it is not shown by that."""
    if figure.layout.showlegend:
        return figure
    seen: set[str] = set()
    for trace in figure.data:
        name = str(trace.name)
        if "showlegend" in trace:
            trace.showlegend = bool(LABEL.fullmatch(name)) and name not in seen
        seen.add(name)
    return figure.update_layout(legend=PLACE)


def show_legend(figure: go.Figure) -> go.Figure:
    """Show it, where there is something to tell apart."""
    some = any(getattr(trace, "showlegend", None) for trace in figure.data)
    top = figure.layout.margin.t or 0
    # Where several lines of it are needed, they push the figure down.
    margin = {"t": top + ROOM, "autoexpand": True} if some else {}
    return figure.update_layout(showlegend=some or figure.layout.showlegend, margin=margin)
