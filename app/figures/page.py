"""A figure as a page that opens offline: Plotly, the figure and its words in one file."""

from html import escape
from json import dumps, loads

import plotly.io

from app.figures.arrays import figure_json
from app.figures.figure import Figure
from app.figures.locale import plotly_locale
from app.figures.theme import THEMES
from app.language.speech import language

STYLE = """
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; }
figure { margin: 0; } .plot { height: 70vh; } small { opacity: .8; }
"""


def figure_page(figure: Figure, theme: str) -> str:
    """HTML with everything that it needs inside, in one of `THEMES`."""
    words, colours = figure.layout["meta"], THEMES[theme]
    plot = plotly.io.to_html(
        loads(figure_json(figure)),
        validate=False,
        include_plotlyjs=True,
        full_html=False,
        default_height="70vh",
        div_id="figure",  # else a random one
        config={
            "responsive": True,
            "displaylogo": False,
            "showSendToCloud": False,  # nothing leaves the reader's machine
            "locale": language(),
        },
    )
    locales = dumps([plotly_locale()], ensure_ascii=False)
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Batchscape – {escape(words['name'])}</title><style>{STYLE}"
        f"body {{ background: {colours.paper}; color: {colours.text}; }}</style></head><body>"
        f"<script>window.PlotlyLocales = {locales}</script>"
        f"<figure>{plot}<figcaption><p>{escape(words.get('caption', ''))}</p>"
        f"<p><small>Batchscape · {escape(words['name'])} · {escape(words['parameters'])}</small>"
        "</p></figcaption></figure></body></html>\n"
    )
