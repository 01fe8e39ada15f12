"""Results drawn: a figure a file, each a function from a result to a Plotly figure."""
