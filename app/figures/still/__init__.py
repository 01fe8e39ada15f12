"""The home page's picture as SVG, which the server draws as Plotly would."""
