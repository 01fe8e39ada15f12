"""The story of workers in valleys of their own: true over twenty seeds, by numbers made anew."""

import numpy as np
import pytest

from .told import ROUNDED, SEEDS, tell, told

# Of Himmelblau's function: f(w) = (w0² + w1 − 11)² + (w0 + w1² − 7)²; the data only tilt it.
MINIMA = ((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848127))


def himmelblau(w0: float, w1: float) -> float:
    return (w0**2 + w1 - 11) ** 2 + (w0 + w1**2 - 7) ** 2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mean_of_valleys_is_in_none_of_them(seed: int) -> None:
    story = told("workers-apart", seed)
    workers, valleys, drift, loss, one = story.read(
        "The # workers of B = 32 came to # different minima, # from their mean. That mean is in "
        "none of them: its loss is # above the lowest, where one worker with the whole batch ends "
        "# above it."
    )
    (run,), (single,) = story.runs
    assert run.paths.apart is not None
    ends = run.paths.apart.theta[:, -1].T
    nearest = {int(np.argmin([np.hypot(*(end - np.array(at))) for at in MINIMA])) for end in ends}
    mean = ends.mean(axis=0)
    assert (workers, valleys) == (4, len(nearest))
    assert drift == pytest.approx(np.sqrt(((ends - mean) ** 2).sum() / 4), rel=ROUNDED)
    assert loss == pytest.approx(himmelblau(*mean), rel=ROUNDED)
    last = [float(w[-1, 0]) for w in (single.paths.w0, single.paths.w1)]
    assert one == pytest.approx(himmelblau(*last), rel=ROUNDED, abs=1e-3)
    assert loss > 20 * one
    # None of the workers is as high as their mean.
    assert max(himmelblau(*end) for end in ends) < loss


def test_it_is_told_where_it_is_not_so() -> None:
    assert "goes the way of one batch" in tell("workers-apart", sync_every=1)
    assert "nobody to part from" in tell("workers-apart", workers=None, sync_every=None)
    assert "all by one minimum" in tell("workers-apart", surface="least-squares")
    assert "nothing to compare" in tell("workers-apart", learning_rate=1)
