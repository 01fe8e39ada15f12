"""Colours: in order of batch size, told apart, and seen against what lies behind them."""

import re
from itertools import pairwise

import pytest

from app.figures.theme import THEMES, Theme

EVERY = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
N = 1050
SEEN = 3.0  # WCAG 2.2, 1.4.11: contrast of graphics
READ = 4.5  # 1.4.3: of text


def channels(colour: str) -> tuple[int, int, int]:
    if colour.startswith("#"):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    else:
        red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return red, green, blue


def luminance(colour: str) -> float:
    parts = [c / 255 for c in channels(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "rgb(255,255,255)") == pytest.approx(21)


@EVERY
def test_batch_sizes_run_from_the_first_colour_to_the_last(theme: Theme) -> None:
    assert channels(theme.batch_size(1, N)) == channels(theme.batch_sizes[0])
    assert channels(theme.batch_size(N, N)) == channels(theme.batch_sizes[-1])
    # A quarter of the way from 1 to 16 on a logarithmic scale is 2.
    steps = [theme.batch_size(2**k, 16) for k in range(5)]
    assert len(set(steps)) == 5


@EVERY
@pytest.mark.parametrize("examples", [2, 3, 100, N, 10_000])
def test_place_is_monotone(theme: Theme, examples: int) -> None:
    """Along the way from B = 1 to N each colour is further than the one before, or the same."""
    stops = [channels(colour) for colour in theme.batch_sizes]

    def place(colour: tuple[int, int, int]) -> float:
        best = (float("inf"), 0.0)
        for i, (a, b) in enumerate(pairwise(stops)):
            along = sum((y - x) * (c - x) for x, y, c in zip(a, b, colour, strict=True))
            share = min(1.0, max(0.0, along / sum((y - x) ** 2 for x, y in zip(a, b, strict=True))))
            away = sum((x + share * (y - x) - c) ** 2 for x, y, c in zip(a, b, colour, strict=True))
            best = min(best, (away, i + share))
        return best[1]

    sizes = sorted({1, examples, *(round(examples ** (k / 40)) for k in range(41))})
    places = [place(channels(theme.batch_size(size, examples))) for size in sizes]
    assert all(a <= b + 0.02 for a, b in pairwise(places))
    assert (places[0], places[-1]) == (0, len(stops) - 1)


@EVERY
def test_powers_of_two_are_told_apart(theme: Theme) -> None:
    sizes = [2**k for k in range(11)] + [N]
    assert len({theme.batch_size(size, N) for size in sizes}) == len(sizes)
    assert len({theme.batch_size(size, N) for size in range(1, N + 1)}) > 200


@EVERY
def test_every_batch_size_is_seen(theme: Theme) -> None:
    for size in range(1, N + 1):
        colour = theme.batch_size(size, N)
        for behind in (theme.paper, theme.low, theme.high):
            assert contrast(colour, behind) >= SEEN, (size, behind)


@EVERY
def test_text_is_read(theme: Theme) -> None:
    for behind in (theme.paper, theme.low, theme.high):
        assert contrast(theme.text, behind) >= READ


@EVERY
def test_batch_size_alone_has_a_hue(theme: Theme) -> None:
    for grey in (theme.text, theme.faint, theme.low, theme.high, theme.paper):
        assert max(channels(grey)) - min(channels(grey)) <= 40
    for colour in theme.batch_sizes:
        assert max(channels(colour)) - min(channels(colour)) >= 80


def test_alpha() -> None:
    theme = THEMES["light"]
    solid, faint = theme.batch_size(8, N), theme.batch_size(8, N, 0.25)
    assert solid.startswith("rgb(")
    assert faint == solid.replace("rgb(", "rgba(").replace(")", ",0.25)")


def test_of_one_example_there_is_one_colour() -> None:
    theme = THEMES["light"]
    assert theme.batch_size(1, 1) == theme.batch_size(1, 100)
