"""Stories of where replicas end: true over twenty seeds, by counts made anew, and only there."""

from collections import Counter

import numpy as np
import pytest

from app.science.comparison import Run
from app.words.runs import movement

from .told import SEEDS, tell, told

FULL = "B = 1,050 (full)"
# The six-hump camel's minima as Dixon and Szegö have them: the deep two, the middle, the high two.
CAMEL = [
    sign * np.array(point)
    for point in ((0.0898, -0.7126), (1.7036, -0.7961), (1.6071, 0.5687))
    for sign in (1, -1)
]
HIMMELBLAU = np.array(
    [[3.0, 2.0], [-2.805118, 3.131312], [-3.779310, -3.283186], [3.584428, -1.848126]]
)


def nearest(run: Run, minima: object) -> Counter[int]:
    """How many replicas ended nearest to each point."""
    places = np.asarray(minima)
    away = np.hypot(run.paths.w0[-1] - places[:, :1], run.paths.w1[-1] - places[:, 1:])
    return Counter(away.argmin(axis=0).tolist())


@pytest.mark.parametrize("seed", SEEDS)
def test_small_batches_escape_and_large_ones_do_not(seed: int) -> None:
    story = told("escape", seed)
    height, *counts = story.read(
        "The start is by a minimum # above the lowest. Of 20 replicas each, so many end by one of "
        f"the lowest: # at B = 1, # at B = 2, # at B = 4, # at {FULL}."
    )
    assert height == pytest.approx(1.0316 - 0.2155, abs=0.006)
    found = [nearest(run, CAMEL) for run in story.runs[0]]
    assert counts == [ended[0] + ended[1] for ended in found]
    assert counts[0] >= 18
    assert counts[2:] == [0, 0]


def test_nothing_escapes_without_noise_or_need() -> None:
    assert "At no batch size does a replica end by one" in tell("escape", noise=0)
    assert "there is nothing to escape from" in tell("escape", start="0,-0.7")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_draw_decides_the_basin(seed: int) -> None:
    story = told("basins", seed)
    small, middle, full = (
        sorted(nearest(run, HIMMELBLAU).values(), reverse=True) for run in story.runs[0]
    )
    assert story.sentence == (
        f"From one start, 20 draws: B = 8 ends by {len(small)} minima "
        f"({', '.join(map(str, small))} times); B = 32 ends by {len(middle)} minima "
        f"({', '.join(map(str, middle))} times); {FULL} always ends by the same minimum."
    )
    assert min(len(small), len(middle)) >= 2
    assert full == [20]


def test_without_noise_the_draw_decides_nothing() -> None:
    assert tell("basins", noise=0).endswith("the draw decides nothing.")
    assert "the draw decides nothing" in tell("basins", start="3.5,-1.8", batch_size=[32, "full"])


@pytest.mark.parametrize("seed", SEEDS)
def test_only_noise_leaves_a_saddle(seed: int) -> None:
    story = told("saddle", seed)
    height, *left, one, other = story.read(
        f"{FULL} creeps on # above the minima, towards where the full gradient vanishes. Noise "
        "leaves that place: of 20 replicas each, so many end below half its height: # at B = 8, "
        "# at B = 64. "
        "The draw decides the side: #, #."
    )
    *noisy, full = story.runs[0]
    assert height == 0.25  # of (x² − y² + y⁴/2)/2 at 0 above that at y = ±1
    assert abs(full.paths.w0[-1]).max() < 0.001
    assert abs(full.paths.w1[-1]).max() < 1e-9
    assert movement(full, 0) == "still moving"
    x, y = (np.array([getattr(run.paths, w)[-1] for run in noisy]) for w in ("w0", "w1"))
    losses = (x**2 - y**2 + y**4 / 2) / 2
    assert left == (losses < -0.125).sum(axis=1).tolist()
    assert min(left) >= 18
    assert {one, other} == {(y < 0).sum(), (y > 0).sum()}
    assert min(one, other) >= 5  # of 40, even by chance: once in 10⁶


def test_no_saddle_where_the_full_batch_does_not_stop_at_one() -> None:
    assert tell("saddle", start="2,0.5").endswith("comes to a minimum here, not to a saddle.")
    rests = tell("saddle", epochs=600, batch_size=[512, "full"], replicas=2)
    assert f"{FULL} stops 0.25 above the minima, where the full gradient vanishes." in rests
    assert tell("saddle", epochs=3).endswith("has not stopped here: it is still moving.")
    assert tell("saddle", noise=0).startswith("To compare, one of the batch sizes has to be")
    assert "Nor does noise leave that place." in tell(
        "saddle", noise=1e-20, batch_size=[512, "full"]
    )  # which in 300 updates nothing makes large
