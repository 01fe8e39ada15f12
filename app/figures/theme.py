"""Colours. Batch size alone has a hue; everything else is grey."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """The colours of one background.

    Attributes:
        text: of labels and ticks.
        faint: of grid lines and contour lines.
        low, high: of the surface at its lowest and its highest.
        paper: the page behind, under markers' outlines.
        batch_sizes: from B = 1 (warm, noisy) to the full batch (blue, still); told apart in hue
            and, for those who do not see hues, by the order of the labels.
    """

    text: str
    faint: str
    low: str
    high: str
    paper: str
    batch_sizes: tuple[str, ...]

    def batch_size(self, size: int, examples: int, alpha: float = 1.0) -> str:
        """The colour of a batch size: its place between 1 and N on a logarithmic scale."""
        place = math.log(size) / (math.log(examples) or 1.0) * (len(self.batch_sizes) - 1)
        left = min(int(place), len(self.batch_sizes) - 2)
        a, b = (_channels(self.batch_sizes[i]) for i in (left, left + 1))
        share = place - left
        rgb = ",".join(str(round(x + (y - x) * share)) for x, y in zip(a, b, strict=True))
        return f"rgb({rgb})" if alpha == 1 else f"rgba({rgb},{alpha:g})"


THEMES: dict[str, Theme] = {
    "light": Theme(
        text="#3a4452",
        faint="#a9b2bf",
        low="#d3d9e2",
        high="#fbfcfd",
        paper="#ffffff",
        batch_sizes=("#d9480f", "#c2186a", "#7326c9", "#1551d6"),
    ),
    "dark": Theme(
        text="#c6cfdb",
        faint="#4b5767",
        low="#303a48",
        high="#12161c",
        paper="#12161c",
        batch_sizes=("#ff922b", "#f4699f", "#b28bff", "#4fb0ff"),
    ),
}


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
