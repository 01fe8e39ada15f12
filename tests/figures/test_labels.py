"""Labels beside points: none covers another one, a point, or the edge."""

import numpy as np
import pytest

from app.figures.tradeoff.labels import DOT, FRAMES, HIGH, NEAR, WIDE, place_labels

FRONT = np.geomspace(1, 1000, 11)
SIZES = [f"{2**k:,}" for k in range(11)]


def front(critical: float, noise: float, seed: int) -> np.ndarray:
    """A hyperbola's points as they lie in the frame, each a little off."""
    rng = np.random.default_rng(seed)
    updates = (1 + critical / FRONT) * np.exp(rng.normal(0, noise, len(FRONT)))
    points = np.log(np.column_stack([updates, FRONT * updates]))
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray(0.12 + 0.76 * (points - low) / (high - low))


@pytest.mark.parametrize("critical", [0.5, 10.0, 100.0])
def test_no_label_covers_another_or_a_point(critical: float) -> None:
    half = np.array([[WIDE * len(text) / 2, HIGH / 2] for text in SIZES])
    for seed in range(5):
        points = front(critical, 0.1, seed)
        places = place_labels(points, SIZES, np.empty((0, 2)))
        for frame in FRAMES:
            dots = points * frame
            middles = dots + [place[:2] for place in places]
            for k, place in enumerate(places):
                assert np.all(middles[k] - half[k] >= 0)
                assert np.all(middles[k] + half[k] <= frame)
                aside = np.abs(middles - middles[k]) >= half + half[k]
                assert np.all(aside.any(axis=1) | (np.arange(len(points)) == k))
                assert np.all((np.abs(dots - middles[k]) >= half[k] + DOT).any(axis=1))
                # One that is far from its point has a line to it.
                gap = np.hypot(*np.maximum(np.abs(middles[k] - dots[k]) - half[k], 0))
                assert place.led or gap <= max(NEAR) + 1e-9


def test_an_empty_label_takes_no_room() -> None:
    points = np.array([[0.5, 0.5], [0.5, 0.52]])
    alone, _ = place_labels(points, ["B = 1", ""], np.empty((0, 2)))
    assert not alone.led
