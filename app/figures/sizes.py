"""How large a figure's text is: as on a desk, or as in a lecture hall."""

from typing import Any

from app.figures.figure import Figure

SIZES = {"normal": 1.0, "large": 1.7}  # times the size on a desk
HOVER = 13  # pixels: what Plotly's hover labels have where a figure states none
LONG = 20  # characters of a vertical axis' title that are broken into two lines

# What is measured in pixels: an attribute, and how the names of its parents end.
MEASURED = {
    "size": ("font", "marker"),
    "width": ("line",),
    "thickness": ("colorbar", "error_x", "error_y"),
    "standoff": ("title",),
} | dict.fromkeys("lrtb", ("margin",))


def sized(figure: Figure, size: str) -> Figure:
    """The figure itself, or one with text, lines, marks and margins of one of `SIZES`.

    A scene keeps its text, which would cover it; a long title of a vertical axis is broken.
    """
    times = SIZES[size]
    if times == 1:
        return figure
    layout = _enlarged(figure.layout, "", times)
    font = layout.setdefault("hoverlabel", {}).setdefault("font", {})
    font.setdefault("size", HOVER * times)
    if "scene" in layout:
        layout["scene"] = _with_ticks(figure.layout["scene"], figure.layout["font"]["size"])
    for name, axis in layout.items():
        if name.startswith("yaxis") and len(axis.get("title", {}).get("text") or "") > LONG:
            axis["title"]["text"] = _broken(axis["title"]["text"])
    return Figure(_enlarged(figure.data, "", times), layout)


def _enlarged(part: Any, parent: str, times: float) -> Any:
    if isinstance(part, dict):
        return {
            name: value * times
            if isinstance(value, int | float) and parent.endswith(MEASURED.get(name, ()))
            else _enlarged(value, name, times)
            for name, value in part.items()
        }
    if isinstance(part, list | tuple) and part and isinstance(part[0], dict):
        return [_enlarged(each, parent, times) for each in part]
    return part


def _with_ticks(scene: dict[str, Any], size: float) -> dict[str, Any]:
    """A scene whose ticks no longer follow the layout's font."""
    return {
        name: {**part, "tickfont": {"size": size, **part.get("tickfont", {})}}
        if name.endswith("axis")
        else part
        for name, part in scene.items()
    }


def _broken(text: str) -> str:
    """A text in two lines, parted at the space nearest to its middle.

    >>> _broken("loss above the lowest minimum")
    'loss above the<br>lowest minimum'
    """
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if not spaces or "<br>" in text:
        return text
    middle = min(spaces, key=lambda place: abs(place - len(text) // 2))
    return f"{text[:middle]}<br>{text[middle + 1 :]}"
