"""How every figure is laid out: its axes, its margins, its caption."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.figures.figure import Figure, Part
from app.figures.theme import Theme
from app.words.caption import caption_words

# An axis of numbers that go over many powers of ten.
POWERS = {"type": "log", "exponentformat": "power", "nticks": 6}


def chart(
    traces: list[Part],
    theme: Theme,
    caption: str,
    *,
    margin: tuple[int, int, int, int],
    measures: Mapping[str, str],
    columns: Sequence[str] = (),
    within: object = None,
    **more: Any,
) -> Figure:
    """A figure with a caption; its margins are left, right, top and bottom, in pixels.

    ``measures`` are names, for its data, of what its axes measure: of ``x``, of ``y``, and of each
    further axis (``y2``); ``columns`` those that its data have though no trace should.
    """
    sides = dict(zip("lrtb", margin, strict=True))
    meta = {**caption_words(caption), "data": {"axes": measures, "columns": columns}}
    return Figure(traces, layout(theme, within, meta=meta, margin=sides, **more))


def layout(theme: Theme, within: object = None, **more: Any) -> dict[str, Any]:
    """What every figure's layout shares: transparent, no surprises from a default template.

    Its ``uirevision`` is made of what the axes measure, and of the domain ``within`` which they
    do: a zoom survives for as long as it means the same.
    """
    return {
        "uirevision": str([_measures(more), within]),
        "template": {},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": theme.text},
        "showlegend": False,
        "hoverlabel": {
            "font": {"family": "system-ui, sans-serif"},
            "namelength": -1,
        },  # names in full
        **more,
    }


def _measures(parts: dict[str, Any]) -> list[Any]:
    """Name, title and type of each axis."""
    axes = {name: part for name, part in parts.items() if name[1:].startswith("axis")}
    return [
        (name, part["title"]["text"], part.get("type"), part.get("ticksuffix"))
        for name, part in sorted(axes.items())
    ] + [_measures(part) for name, part in parts.items() if name == "scene"]


def axis(theme: Theme, title: str, **more: Any) -> dict[str, Any]:
    """A quiet axis, whose margin grows with its labels."""
    return {
        "automargin": True,
        "title": {"text": title, "standoff": 6, "font": {"size": 13}},
        "gridcolor": theme.faint,
        "griddash": "dot",
        "linecolor": theme.faint,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": theme.faint,
        **more,
    }
