"""The story of Poisson batches: true over twenty seeds, by numbers made anew."""

import numpy as np
import pytest

from .told import SEEDS, bowl, tell, told

EXAMPLES, SIZE, UPDATES = 1050, 8, 12


@pytest.mark.parametrize("seed", SEEDS)
def test_poisson_batches_have_noise_where_all_examples_agree(seed: int) -> None:
    fewest, largest, other, least, most = told("poisson-batches", seed).read(
        "Poisson batches of B = 8 have # to # examples here, and the sum of their gradients is "
        "always divided by B. Shuffled, every replica of B = 8 ends # above the lowest loss; of "
        "Poisson batches they end from # to # above it."
    )
    ends, sizes = [], []
    for replica in range(20):
        rng = np.random.default_rng([seed, replica])
        point = np.array([-3.0, 2.5])
        for _ in range(UPDATES):
            sizes.append(int(np.count_nonzero(rng.random(EXAMPLES) < SIZE / EXAMPLES)))
            point = point - 0.1 * sizes[-1] / SIZE * point * [1, 0.5]
        ends.append(float(bowl(*point)))
    assert (fewest, largest) == (min(sizes), max(sizes))
    assert [least, most] == pytest.approx([min(ends), max(ends)], rel=0.006)
    plain = np.array([-3.0, 2.5]) * [0.9**UPDATES, 0.95**UPDATES]
    assert other == pytest.approx(bowl(*plain), rel=0.006)
    assert most > 1.3 * least


def test_it_is_told_where_it_is_not_so() -> None:
    assert "Shuffled, replicas of B = 8 end from" in tell("poisson-batches", noise=2)
    assert "nothing to compare" in tell("poisson-batches", learning_rate=60)
    none = "There is no Poisson batch here that varies in size."
    assert tell("poisson-batches", sampling="reshuffle") == none
    assert tell("poisson-batches", batch_size=["full"]) == none
