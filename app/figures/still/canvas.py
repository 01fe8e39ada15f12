"""Plotly's traces as pixels: the plane, drawn finer than it is shown."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from app.figures.figure import Part
from app.figures.rules import DASHES
from app.figures.still.palette import RGBA
from app.figures.still.shapes import SIZE, cross_corners, star_corners, units
from app.figures.still.traces import ABOVE, BUBBLE
from app.figures.theme import THEMES
from app.science.arrays import FloatArray, IntArray, Interval

BEYOND = 2.0  # planes around the plane, in which lines are drawn: far ends do not fit into pixels
MARGIN = 16  # pixels of Plotly's around points, more than any mark takes
WORDS = 80  # the same around points with words
Size = tuple[int, int]
Place = tuple[float, float]


class Canvas:
    """A plane of ``size`` pixels, in which Plotly's pixel is ``pixel`` wide."""

    def __init__(self, size: Size, pixel: float, ground: str) -> None:
        self.image = Image.new("RGB", size, ground)
        self._pixel = pixel
        self._stretch = np.array(size) / SIZE

    def fill(self, rings: Sequence[FloatArray], colour: str, line: str, width: float) -> None:
        """Fill outlines but their holes, which turn the other way, and draw a line around both."""
        found = [(_area(ring), self._places(ring)) for ring in rings]
        found.sort(key=lambda each: -abs(each[0]))
        whole = all(area * found[0][0] > 0 for area, _ in found)
        mask = self.image if whole else Image.new("L", self.image.size)
        inside, hole = (colour, colour) if whole else (255, 0)
        draw = ImageDraw.Draw(mask)
        for area, places in found:  # the largest is an outline; what lies in a hole comes after it
            draw.polygon(places, fill=inside if area * found[0][0] > 0 else hole)
        if not whole:
            self.image.paste(colour, (0, 0), mask)
        draw = ImageDraw.Draw(self.image)
        for _, places in found:
            draw.line([*places, places[0]], line, self._wide(width))

    def trace(self, trace: Part, domain: Sequence[Interval]) -> None:
        """A trace of ``scatter`` over a plane whose axes have these intervals."""
        (left, right), (bottom, top) = domain
        points = np.column_stack(
            [units(trace["x"], (left, right)), units(trace["y"], (top, bottom))]
        )
        corner, size = self._around(points, WORDS if trace["mode"] == "text" else MARGIN)
        if 0 in size:
            return
        points = points - corner / self._stretch
        layer = Image.new("RGBA", size)
        draw = ImageDraw.Draw(layer)
        opacity = float(trace.get("opacity", 1))
        if "lines" in trace["mode"]:
            if "fill" in trace:
                draw.polygon(self._places(points), _colour(trace["fillcolor"]))
            width = self._wide(trace["line"]["width"])
            strokes = [each * self._pixel for each in DASHES[trace["line"].get("dash", "solid")]]
            for places in self._lines(points):
                for part in dashed(places, strokes) if strokes else [places]:
                    draw.line(part, _colour(trace["line"]["color"]), width, joint="curve")
        if trace["mode"] == "text":
            self._texts(draw, trace, points)
        if "markers" in trace["mode"]:
            sized = np.ndim(trace["marker"]["size"]) and "opacity" not in trace["marker"]
            opacity *= BUBBLE if sized else 1
            self._marks(draw, trace["marker"], points)
        if opacity < 1:
            layer.putalpha(layer.getchannel("A").point([round(opacity * a) for a in range(256)]))
        self.image.paste(layer, tuple(corner.tolist()), layer)

    def _around(self, points: FloatArray, margin: int) -> tuple[IntArray, Size]:
        """The part of the plane that holds points and their marks: its corner and its size."""
        places, room = points * self._stretch, margin * self._pixel
        low = np.clip(places.min(axis=0) - room, 0, self.image.size).astype(np.int64)
        high = np.clip(places.max(axis=0) + room, 0, self.image.size).astype(np.int64)
        width, height = (high - low).tolist()
        return low, (width, height)

    def _texts(self, draw: ImageDraw.ImageDraw, trace: Part, points: FloatArray) -> None:
        """Words above points, on a rim; those that the font has no letters for are left out."""
        font = ImageFont.load_default(trace["textfont"]["size"] * self._pixel)
        for (x, y), text in zip(self._places(points), trace["text"], strict=True):
            if text.isascii():
                draw.text(
                    (x, y - ABOVE * self._pixel),
                    text,
                    _colour(trace["textfont"]["color"]),
                    font,
                    "ms",
                    stroke_width=round(self._pixel),
                    stroke_fill=_colour(THEMES["light"].paper),
                )

    def _marks(self, draw: ImageDraw.ImageDraw, marker: Part, points: FloatArray) -> None:
        inside = np.all((points > -SIZE) & (points < 2 * SIZE), axis=1)
        symbols = np.broadcast_to(np.asarray(marker.get("symbol", "circle")), len(points))
        sizes = np.broadcast_to(np.asarray(marker["size"], np.float64), len(points))
        edge = self._pixel * (marker.get("line", {}).get("width", 0))
        rim = _colour(marker["line"]["color"]) if edge else (0, 0, 0, 0)
        drawn = zip(
            self._places(points[inside]), symbols[inside], sizes[inside].tolist(), strict=True
        )
        for place, symbol, size in drawn:
            radius = self._pixel * size / 2
            if symbol == "circle-open":
                draw.circle(place, radius + edge / 2, outline=rim, width=round(edge))
            elif symbol == "circle":
                draw.circle(place, radius + edge / 2, rim)
                draw.circle(place, radius - edge / 2, _colour(marker["color"]))
            else:
                corners = {"star": star_corners, "x": cross_corners}[str(symbol)](radius)
                around = _moved(corners, place)
                draw.polygon(around, _colour(marker["color"]))
                if edge:
                    draw.line([*around, *around[:2]], rim, round(edge), joint="curve")

    def _lines(self, points: FloatArray) -> Iterator[list[Place]]:
        """A line through points, or what of each of its parts lies near the plane."""
        low, high = -BEYOND * SIZE, (1 + BEYOND) * SIZE
        if np.all((points >= low) & (points <= high)):
            yield self._places(points)
            return
        first, way = points[:-1], np.diff(points, axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.sort([(low - first) / way, (high - first) / way], axis=0)
        # A part that does not move across the plane is on one side of a bound, or between both.
        still, near = way == 0, (first >= low) & (first <= high)
        enter = np.where(still, np.where(near, 0, 2), ends[0]).max(axis=1).clip(0)
        leave = np.where(still, np.where(near, 1, -1), ends[1]).min(axis=1).clip(max=1)
        for i in np.flatnonzero(enter < leave):
            yield self._places(first[i] + way[i] * np.array([[enter[i]], [leave[i]]]))

    def _places(self, points: FloatArray) -> list[Place]:
        return list(map(tuple, (points * self._stretch).tolist()))

    def _wide(self, width: float) -> int:
        return max(1, round(self._pixel * width))


def dashed(places: Sequence[Place], strokes: Sequence[float]) -> Iterator[list[Place]]:
    """The strokes of a line, cut where its gaps are."""
    line = np.array(places)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    count = int(along[-1] // sum(strokes)) + 1
    ends = np.cumsum(np.tile(strokes, count))
    for first, last in zip([0.0, *ends[1:-1:2]], np.minimum(ends[::2], along[-1]), strict=True):
        inner = line[(along > first) & (along < last)]
        cut = [[np.interp(at, along, axis) for axis in line.T] for at in (first, last)]
        yield list(map(tuple, np.vstack([cut[0], *inner[None], cut[1]]).tolist()))


def _moved(corners: Iterable[Place], to: Place) -> list[Place]:
    return [(x + to[0], y + to[1]) for x, y in corners]


def _area(ring: FloatArray) -> float:
    """Twice the area in a ring, negative if it turns the other way."""
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


def _colour(colour: str) -> tuple[int, ...]:
    """Red, green, blue and opacity, of 255."""
    found = RGBA.fullmatch(colour)
    if not found:
        return (*ImageColor.getrgb(colour)[:3], 255)
    return (*ImageColor.getrgb(f"rgb({found[1]})"), round(255 * float(found[2])))
