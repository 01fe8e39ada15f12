"""The picture of a link, for those who meet the link elsewhere: contour, paths, batch sizes."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from app.figures.paths import over_lines, paths_figure
from app.figures.rules import strokes_of
from app.figures.still.canvas import Canvas, Size
from app.figures.still.ground import outlines
from app.figures.still.picture import step_colours
from app.figures.surface import LINES, surface_figure
from app.figures.theme import THEMES
from app.language.speech import DEFAULT_LANGUAGE, language, translated
from app.language.speech import gettext as _
from app.science.comparison import Comparison, Run
from app.science.optimizers import OPTIMIZERS
from app.science.relief import Relief
from app.words.cards import card_facts
from app.words.runs import label

WIDTH, HEIGHT = 1200, 630  # pixels, what networks show of a link
EDGE = 32  # pixels around what is drawn
PLANE = (760, HEIGHT - 2 * EDGE)  # the most that the plane takes
BESIDE = EDGE + PLANE[0] + EDGE  # where the words begin
FINER = 2  # pixels drawn for each that is shown
LARGER = 1.6  # marks and lines than on the page: the picture is shown at half its size
ROWS, ROW = (244, HEIGHT - EDGE), 84  # pixels, where a list of batch sizes is, and a row
THEME = THEMES["light"]


def picture_png(comparison: Comparison, relief: Relief) -> bytes:
    """A PNG of `WIDTH` × `HEIGHT` pixels.

    Its font has no letters but the Latin ones: in a language that is written with others it says
    no more than which colour is which.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), THEME.paper)
    plane = _plane(comparison, relief, _fitting(comparison))
    left, top = (EDGE + (most - has) // 2 for most, has in zip(PLANE, plane.size, strict=True))
    image.paste(plane, (left, top))
    draw = ImageDraw.Draw(image)
    frame = (left - 1, top - 1, left + plane.width, top + plane.height)
    draw.rectangle(frame, outline=THEME.faint)
    _say(draw, 50, 44, "Batchscape")
    if language() == DEFAULT_LANGUAGE:
        _say(draw, 122, 26, _("What does batch size do?"))
        _say(draw, 166, 21, translated(comparison.problem.surface.title))
    runs = comparison.runs
    row = min(ROW, (ROWS[1] - ROWS[0]) / len(runs))
    for i, run in enumerate(runs):
        _row(draw, run, ROWS[0] + i * row, row / ROW)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _fitting(comparison: Comparison) -> Size:
    """The plane's size: all the room, or what of it axes of one scale take."""
    (left, right), (bottom, top) = comparison.problem.surface.domain
    if not comparison.problem.surface.one_unit:
        return PLANE
    scale = min(PLANE[0] / (right - left), PLANE[1] / (top - bottom))
    return round(scale * (right - left)), round(scale * (top - bottom))


def _plane(comparison: Comparison, relief: Relief, size: Size) -> Image.Image:
    colours = [light for light, dark in step_colours(relief)]
    canvas = Canvas((size[0] * FINER, size[1] * FINER), FINER * LARGER, colours[1])
    for rings, colour in zip(outlines(relief, LINES), colours[2:], strict=False):
        canvas.fill(rings, colour, THEME.contour, 0.5)
    paths = paths_figure(comparison, relief.levels, "light", "contour")
    surface = surface_figure(comparison.problem, relief, "light", "contour")
    for trace in over_lines(paths.data, surface.data[1:]):
        canvas.trace(trace, comparison.problem.surface.domain)
    return canvas.image.reduce(FINER)


def _row(draw: ImageDraw.ImageDraw, run: Run, top: float, scale: float) -> None:
    """A batch size in its colour and, where there are letters for it, what became of it."""
    colour = THEME.batch_size(run.batch_size, run.problem.size)
    end = top + 64 * scale
    for first, last in _strokes(run, end - top):
        draw.rounded_rectangle((BESIDE, top + first, BESIDE + 8, top + last), 4, colour)
    rule = "" if run.rule.alone else f"{OPTIMIZERS[run.rule.name].title}, "
    said = label(run) if language() == DEFAULT_LANGUAGE else f"{rule}B = {run.batch_size:,}"
    _say(draw, top - 3 * scale, 31 * scale, said, colour, 24)
    if language() == DEFAULT_LANGUAGE:
        facts = card_facts(run)
        loss = _("loss") if facts["bare"] else _("excess loss")
        told = f"{loss} {facts['excess']}, {facts['movement']}"
        _say(draw, top + 38 * scale, 20 * scale, told, THEME.text, 24)


def _strokes(run: Run, length: float) -> Iterator[tuple[float, float]]:
    """Where a line of its rule's dash is not interrupted."""
    first, strokes = 0.0, [LARGER * each for each in strokes_of(run)] or [length, 0]
    while first < length:
        for stroke, gap in zip(strokes[::2], strokes[1::2], strict=True):
            if first < length:
                yield first, min(first + stroke, length)
            first += stroke + gap


def _say(
    draw: ImageDraw.ImageDraw,
    top: float,
    size: float,
    text: str,
    colour: str = THEME.text,
    right: int = 0,
) -> None:
    """A line of text, smaller if it would leave the picture."""
    font = ImageFont.load_default(size)
    room = WIDTH - EDGE - BESIDE - right
    if (needed := draw.textlength(text, font)) > room:
        font = ImageFont.load_default(size * room / needed)
    draw.text((BESIDE + right, top), text, colour, font)
