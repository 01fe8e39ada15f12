"""A figure as a page that opens offline: Plotly, the figure and its words in one file."""

from html import escape

import plotly.graph_objects as go

from app.language.speech import language

STYLE = """
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; }
figure { margin: 0; } .plot { height: 70vh; } small { color: #566170; }
"""


def figure_page(figure: go.Figure) -> str:
    """HTML with everything that it needs inside."""
    words = figure.layout.meta
    plot = figure.to_html(
        include_plotlyjs=True,
        full_html=False,
        default_height="70vh",
        div_id="figure",  # else a random one
        config={"responsive": True},
    )
    paper = "#ffffff" if _dark(figure.layout.font.color) else "#12161c"
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Batchscape – {escape(words['name'])}</title><style>{STYLE}"
        f"body {{ background: {paper}; color: {figure.layout.font.color}; }}</style></head><body>"
        f"<figure>{plot}<figcaption><p>{escape(words.get('caption', ''))}</p>"
        f"<p><small>Batchscape · {escape(words['name'])} · {escape(words['parameters'])}</small>"
        "</p></figcaption></figure></body></html>\n"
    )


def _dark(colour: str) -> bool:
    """Whether a colour of text belongs on light paper."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return sum(channels) < 3 * 128
