"""A legend for figures that leave their page, which tells the colours of batch sizes."""

import plotly.graph_objects as go

# The roles of traces whose names are batch sizes: a figure has one of them for each size.
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
}
# At the top edge of the whole figure: right above the picture there may be words.
PLACE = {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"}
ROOM = 28  # pixels, the height of one line


def mark_legend(figure: go.Figure) -> go.Figure:
    """Choose what a legend would show, one trace a batch size; it is not shown by that."""
    if figure.layout.showlegend:
        return figure
    for trace in figure.data:
        if "showlegend" in trace:
            role = (trace.meta or {}).get("role")
            trace.showlegend = trace.name is not None and role in NAMED_FOR_A_SIZE
    return figure.update_layout(legend=PLACE)


def show_legend(figure: go.Figure) -> go.Figure:
    """Show it, where there is something to tell apart."""
    some = any(getattr(trace, "showlegend", None) for trace in figure.data)
    top = figure.layout.margin.t or 0
    # A legend of several lines pushes the picture down.
    margin = {"t": top + ROOM, "autoexpand": True} if some else {}
    return figure.update_layout(showlegend=some or figure.layout.showlegend, margin=margin)
