"""Colours that are of the light theme or of the dark one, as the page is."""

import re
from dataclasses import fields

from app.figures.theme import THEMES
from app.science.comparison import Comparison

RGBA = re.compile(r"rgba\((.+),([\d.]+)\)")


class Palette:
    """Names of colours in a style sheet, each of which has two values."""

    def __init__(self, pairs: dict[str, str]) -> None:
        self._pairs = pairs
        self._names: dict[tuple[str, str], str] = {}

    def __call__(self, paint: str, light: str, dark: str = "") -> str:
        """CSS that paints, as ``fill`` or ``stroke`` says, in a colour of the light theme.

        That of the dark one is told too, or one of the known pairs.
        """
        found = RGBA.fullmatch(light)
        plain = f"rgb({found[1]})" if found else light
        alpha = f";{paint}-opacity:{found[2]}" if found else ""
        pair = plain, dark or self._pairs[plain]
        return f"{paint}:var({self._names.setdefault(pair, f'--k{len(self._names)}')}){alpha}"

    def css(self, selector: str) -> str:
        """The names' values: where a browser cannot choose, those of the light theme."""
        light = ";".join(f"{name}:{one}" for (one, _), name in self._names.items())
        both = ";".join(
            f"{name}:light-dark({one},{other})" for (one, other), name in self._names.items()
        )
        chosen = f"@supports (color:light-dark(red,red)){{{selector}{{{both}}}}}"
        return f"{selector}{{{light}}}{chosen}"


def palette(comparison: Comparison) -> Palette:
    """The colours of both themes, and of a comparison's batch sizes."""
    light, dark = THEMES["light"], THEMES["dark"]
    named = {f.name for f in fields(light)} - {
        "batch_sizes",
        "low",
        "high",
        "deep_low",
        "deep_high",
    }
    sizes = [(run.batch_size, run.problem.size) for run in comparison.runs]
    return Palette(
        {getattr(light, name): getattr(dark, name) for name in sorted(named)}
        | {light.batch_size(*size): dark.batch_size(*size) for size in sizes}
    )
