"""Colours. Batch size alone has a hue; everything else is grey."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """The colours of one background.

    Attributes:
        text: of labels and ticks.
        faint: of grid lines.
        contour: of contour lines.
        low, high: of the surface at its lowest and its highest.
        deep_low, deep_high: the same in three dimensions, where light falls on it and the page is
            behind it.
        paper: the page behind, under markers' outlines.
        batch_sizes: from B = 1 (warm, noisy) to the full batch (blue, still); told apart in hue
            and, for those who do not see hues, by the order of the labels.
    """

    text: str
    faint: str
    contour: str
    low: str
    high: str
    deep_low: str
    deep_high: str
    paper: str
    batch_sizes: tuple[str, ...]

    def batch_size(self, size: int, examples: int, alpha: float = 1.0) -> str:
        """The colour of a batch size: its place between 1 and N on a logarithmic scale."""
        place = math.log(size) / (math.log(examples) or 1.0) * (len(self.batch_sizes) - 1)
        left = min(int(place), len(self.batch_sizes) - 2)
        rgb = between(self.batch_sizes[left], self.batch_sizes[left + 1], place - left)
        return rgb if alpha == 1 else rgb.replace("rgb(", "rgba(").replace(")", f",{alpha:g})")


def between(one: str, other: str, share: float) -> str:
    """The colour a share of the way from one to the other."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return f"rgb({','.join(str(round(x + (y - x) * share)) for x, y in pairs)})"


THEMES: dict[str, Theme] = {
    "light": Theme(
        text="#3a4452",
        faint="#a9b2bf",
        contour="#8391a3",
        low="#c3cbd6",
        high="#ffffff",
        deep_low="#aab6c5",
        deep_high="#eef1f5",
        paper="#ffffff",
        batch_sizes=("#c84008", "#c2186a", "#7326c9", "#1551d6"),
    ),
    "dark": Theme(
        text="#c6cfdb",
        faint="#4b5767",
        contour="#66748a",
        low="#3f4a5b",
        high="#0e1217",
        deep_low="#55637a",
        deep_high="#232b36",
        paper="#12161c",
        batch_sizes=("#ff922b", "#f4699f", "#b28bff", "#4fb0ff"),
    ),
}


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
