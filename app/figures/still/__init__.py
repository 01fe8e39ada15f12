"""The home page's picture as SVG, drawn as Plotly would, and as PNG for what links to it."""
