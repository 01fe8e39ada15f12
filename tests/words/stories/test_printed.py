"""The story of the printed loss: true over twenty seeds, by numpy on the API's data."""

import re

import numpy as np
import pytest

from app.science.arrays import FloatArray
from tests.api.reading import Get

from .told import NUMBER, SEEDS, tell

N, RATE = 1050, 0.1
BY = r"B = {} by #: \+# as weights moved, ([+−]?)# by its batches"


def epoch_of(table: FloatArray, size: int, seed: int) -> list[float]:
    """What is printed of epoch 1, the mean true loss on its way, and that at its end."""
    (x, y), theta, printed, way = table, np.array([-2.0, -1.0]), 0.0, 0.0
    for batch in np.split(np.random.default_rng([seed, 0]).permutation(N), range(size, N, size)):
        off = theta[0] + theta[1] * x - y
        printed += float((off[batch] ** 2).sum()) / 2
        way += len(batch) * float((off**2).mean()) / 2
        theta = theta - RATE * np.array([off[batch].mean(), (off * x)[batch].mean()])
    return [printed / N, way / N, float(((theta[0] + theta[1] * x - y) ** 2).mean()) / 2]


@pytest.mark.parametrize("seed", SEEDS)
def test_epoch_1_prints_more_than_the_loss_at_its_end(get: Get, seed: int) -> None:
    table = np.array(get("/api/v1/surfaces/least-squares/examples").json()["rows"]).T
    sentence = tell("printed-loss", seed)
    found = re.fullmatch(
        f"B = 100 prints {NUMBER} for epoch 1, and the true loss at its end is {NUMBER}\\. What "
        "is printed is a mean over the epoch, each batch at the weights before its update\\. So "
        f"epoch 1 looks worse than its end: {BY.format(8)}; {BY.format(100)}\\.".replace(
            "#", NUMBER
        ),
        sentence,
    )
    assert found, sentence
    level, true, *told = found.groups()
    for size, (gap, moved, sign, drawn) in ((8, told[:4]), (100, told[4:])):
        printed, way, end = epoch_of(table, size, seed)
        assert float(gap) == pytest.approx(printed - end, rel=6e-3)
        assert float(moved) == pytest.approx(way - end, rel=6e-3)
        places = len(gap.partition(".")[2])
        off = float(sign.replace("−", "-") + drawn)
        assert off == pytest.approx(printed - way, abs=0.51 * 10**-places)
        assert off + float(moved) == pytest.approx(float(gap), abs=1.1 * 10**-places)
        assert way - end > (printed - end) / 2 > 0.15
    assert [float(level), float(true)] == pytest.approx([printed, end], rel=6e-3)
    assert printed - end > 5 * float(told[0])


def test_it_is_told_where_it_is_not_so() -> None:
    for seed in SEEDS:
        assert "By what batches held, more than" in tell("printed-loss", seed, start="1,2")
    assert "No epoch comes to its end" in tell("printed-loss", epochs=None, updates=5)
    assert "diverges" in tell("printed-loss", learning_rate=3, batch_size=[32])
    assert "no worse than its end: B = 8" in tell("printed-loss", sampling="sorted")
