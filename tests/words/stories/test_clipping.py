"""The story of clipped gradients: true over twenty seeds, by numbers made anew."""

import math

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.comparison import Run

from .told import SEEDS, Told, alone, tell, told


def norms_before(run: Run, seed: int, replica: int, some: int) -> FloatArray:
    """Norms of some batches' mean gradients where the updates made of them began, written anew."""
    plan = run.plan
    rng = np.random.default_rng([seed, replica])
    orders = np.concatenate([rng.permutation(1050) for _ in plan.epochs])
    ends = np.cumsum(plan.sizes)
    points = run.paths.theta[:, :, replica]
    norms = []
    for k in np.linspace(0, plan.updates - 1, some).astype(int):
        rows = orders[ends[k] - plan.sizes[k] : ends[k]]
        columns = [column[rows] for column in run.problem.columns]
        w0, w1 = points[:, k]
        parts = [np.mean(p) for p in run.problem.surface.loss.gradient(w0, w1, columns)]
        norms.append(math.hypot(*map(float, parts)))
    return np.array(norms)


def off(run: Run) -> float:
    """From the minimum, where the mean gradient vanishes, to the mean of the last tenth."""
    last = run.paths.theta[:, -(run.plan.updates // 10) :]
    return float(np.hypot(*(last.mean(axis=(1, 2)) - run.problem.minima[0].point)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_smaller_the_batch_the_further_off(seed: int) -> None:
    story: Told = told("clipped-gradients", seed)
    *numbers, small_off, small, eight_off, eight, large_off, large = story.read(
        "Gradients longer than 0.2 are clipped: # % at B = 1, # % at B = 8, # % at B = 64. "
        "Late weights are, on average, this far from the minimum: # at B = 1 (# unclipped); # at "
        "B = 8 (# unclipped); # at B = 64 (# unclipped). The mean of clipped gradients is not the "
        "full gradient: the smaller the batch, the further off it leads."
    )
    assert numbers[0] > numbers[1] > numbers[2]
    assert small_off > 5 * small
    assert eight_off > 2 * eight
    assert abs(large_off - large) < 0.01
    for run, percent in zip(story.runs[0], numbers, strict=True):
        assert run.paths.clipped is not None
        share = run.paths.clipped.sum() / (run.replicas * run.plan.updates)
        assert percent == pytest.approx(100 * share, abs=0.51)
        assert all(other.paths.clipped is None for other in story.runs[1])


def test_its_numbers_are_those_of_all_updates() -> None:
    story = alone("clipped-gradients", 3)
    *_shares, small_off, small, eight_off, _eight, _large, _other = story.read(
        "Gradients longer than 0.2 are clipped: # % at B = 1, # % at B = 8, # % at B = 64. "
        "Late weights are, on average, this far from the minimum: # at B = 1 (# unclipped); # at "
        "B = 8 (# unclipped); # at B = 64 (# unclipped). The mean of clipped gradients is not the "
        "full gradient: the smaller the batch, the further off it leads."
    )
    clipped, whole = story.runs
    for told_off, run in ((small_off, clipped[0]), (small, whole[0]), (eight_off, clipped[1])):
        assert told_off == pytest.approx(off(run), rel=0.1)
    for run in clipped[1:]:
        assert run.paths.clipped is not None
        every = norms_before(run, 3, 0, run.plan.updates)
        assert run.paths.clipped[0] == np.count_nonzero(every > 0.2)


def test_it_is_told_where_it_is_not_so() -> None:
    assert tell("clipped-gradients", clip=None) == "No gradient is clipped here."
    little = tell("clipped-gradients", clip=2, replicas=1)
    assert little.endswith("Clipping does not move them here.")
    alone = tell("clipped-gradients", batch_size=[1], replicas=1)
    assert alone.endswith("full gradient, and leads elsewhere.")
    thrown = tell("clipped-gradients", learning_rate=100, clip=100, replicas=1)
    assert thrown.startswith("There is no mean of late weights to compare: clipped, B = 1 diverges")
