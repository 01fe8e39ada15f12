"""Running statistics against torch.nn.BatchNorm1d, their lag, and a last batch of 1."""

import numpy as np
import pytest

from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.normalising.neuron import neuron_of
from app.science.normalising.running import running
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

RAW = neuron_of(build_problem(SURFACES["least-squares-raw"], 50))


@pytest.mark.parametrize("share", [0.1, 1.0])
def test_they_are_torchs(share: float) -> None:
    torch = pytest.importorskip("torch")
    found = running(RAW, EpochPlan(50, 8), epochs=2, seed=3, share=share)
    norm = torch.nn.BatchNorm1d(1, momentum=share, dtype=torch.float64)
    rng, update = np.random.default_rng([3, 0]), 0
    for _ in range(2):
        order = rng.permutation(50)
        for start in range(0, 50, 8):
            batch = RAW.x[order[start : start + 8]]
            norm(torch.tensor(batch)[:, None])
            update += 1
            assert found.mean[update] == pytest.approx(norm.running_mean.item(), rel=1e-9)
            assert found.variance[update] == pytest.approx(norm.running_var.item(), rel=1e-9)
            assert found.batch_variance[update - 1] == pytest.approx(batch.var(), rel=1e-12)
    assert found.updates == update == 14
    assert found.left == pytest.approx((1 - share) ** 14)
    assert not found.failed
    expected = RAW.losses(RAW.best, found.mean[14], found.variance[14]).mean()
    assert found.loss(14) == pytest.approx(expected)


def test_a_last_batch_of_1_ends_them_unless_it_is_dropped() -> None:
    found = running(RAW, EpochPlan(50, 7), epochs=3, seed=0)
    assert (found.failed, found.updates) == (True, 7)
    dropped = running(RAW, EpochPlan(50, 7, "drop"), epochs=3, seed=0)
    assert (dropped.failed, dropped.updates) == (False, 21)
    np.testing.assert_array_equal(found.mean, dropped.mean[:8])


def test_the_batches_variance_is_too_small_by_what_is_said_and_the_running_one_is_not() -> None:
    found = running(RAW, EpochPlan(50, 5), epochs=400, seed=0, share=0.001)
    unbiased = RAW.x.var(ddof=1)
    assert found.batch_variance.mean() == pytest.approx(0.8 * unbiased, rel=0.02)
    late = found.variance[-1] - found.left  # of the start, 1
    assert late / (1 - found.left) == pytest.approx(unbiased, rel=0.05)
    with pytest.raises(ParameterError, match="at most 20,000 updates"):
        running(RAW, EpochPlan(50, 2), epochs=1000, seed=0)
