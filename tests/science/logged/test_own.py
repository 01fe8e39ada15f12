"""Our own network's log against its exact noise scale."""

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.errors import ParameterError
from app.science.logged.demonstration import DEMONSTRATION
from app.science.logged.flaws import derive, find
from app.science.logged.log import Log
from app.science.logged.own import log_run, written
from app.science.logged.packed import pack, summed, unpack
from app.science.logged.reading import read_log
from app.science.logged.windows import Sums, cut, estimate
from app.science.networks.gradient_noise import gradient_squares
from app.science.networks.rates import default_learning_rate
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training
from app.science.noise.fieller import ratio
from app.science.noise.parts import PartEstimates
from app.science.planning import make_plan

SPEC = NetworkSpec(data="blobs", examples=60, hidden=(6,))
UNBALANCED = NetworkSpec(data="moons", examples=60, hidden=(6,), rare_share=0.1)


def logged(
    batch_size: int, updates: int, sampling: str, rate: float = 1e-3, replica: int = 0
) -> Log:
    plan = make_plan(
        examples=60,
        batch_size=batch_size,
        budget=Budget(updates=updates),
        learning_rate=rate,
        sampling=sampling,
    )
    replicas = range(replica, replica + 1)
    spec = UNBALANCED if sampling in ("sorted", "balanced") else SPEC
    return log_run(Training(spec=spec, plan=plan, seed=1, replicas=replicas))


@pytest.mark.parametrize(
    ("batch_size", "sampling"),
    [
        *((25, "with-replacement"), (4, "reshuffle"), (20, "reshuffle"), (4, "balanced")),
    ],
)
def test_the_estimate_is_of_the_exact_noise_scale(batch_size: int, sampling: str) -> None:
    """At so small a rate that the weights stay; T and S within five standard errors."""
    log = logged(batch_size, 1000, sampling)
    exact = log.steps
    sums = cut(log)
    window = estimate(log.header, type(sums)(*(np.array([each.sum()]) for each in sums)))[0]
    trace, square = np.nanmean(exact.noise_trace), np.nanmean(exact.gradient_squared)
    k = sums.steps.sum()
    for mean, squares, total, true in (
        (window.noise_trace, sums.tt, sums.t, trace),
        (window.gradient_squared, sums.ss, sums.s, square),
    ):
        error = np.sqrt((squares.sum() / k - (total.sum() / k) ** 2) / k)
        assert abs(mean - true) < 5 * error + 1e-3 * true
    windows = estimate(log.header, sums)
    held = [w.low <= w.exact <= (w.high or np.inf) for w in windows if w.exact]
    assert len(held) == 50
    assert np.mean(held) > 0.8
    assert find(log) == ()


def test_a_full_batchs_interval_holds_its_estimate() -> None:
    """Its S is what is left of two numbers that are 800 times as large."""
    spec = NetworkSpec(data="moons", examples=50, hidden=(8,))
    rate = default_learning_rate(spec, "sgd", {})
    plan = make_plan(examples=50, batch_size=50, budget=Budget(updates=580), learning_rate=rate)
    log = log_run(Training(spec=spec, plan=plan, seed=0))
    logged = summed(log)
    single = Sums(*(each.astype(np.float32).astype(np.float64) for each in logged.sums))
    old = logged._replace(sums=single, rounding=2.0**-24).windows
    t, s = log.steps.mean_part_norm - log.steps.norm, log.steps.norm  # of all: tr Σ, ‖G‖²
    ends = logged.sums.steps.cumsum().astype(int)
    largest = 0.0
    for window, rounded, end in zip(unpack(pack(logged)).windows, old, ends.tolist(), strict=True):
        some = slice(end - window.steps, end)
        exact = ratio(PartEstimates(t[some], s[some]))
        assert window.noise_scale is not None
        assert window.noise_scale == pytest.approx(float(exact.estimate))
        assert window.exact == pytest.approx(window.noise_scale)
        assert (window.low, window.high or np.inf) == pytest.approx(
            (float(exact.low), float(exact.high)), rel=1e-4
        )
        # What single precision has rounded away makes it wider, and never too narrow.
        assert rounded.noise_scale is not None
        assert rounded.low <= min(window.low, rounded.noise_scale)
        assert (rounded.high or np.inf) >= max(window.high or np.inf, rounded.noise_scale)
        largest = max(largest, window.noise_scale)
    assert largest > 50 * 50


def test_a_sorted_run_logs_sorted_batches() -> None:
    log = logged(8, 16, "sorted", rate=1e-12)
    rows = UNBALANCED.stacked("train", range(1))
    rows, theta = rows.of(slice(0, 1)), np.stack([UNBALANCED.weights(0)])
    labels = rows.labels.ravel()
    order = sorted(range(60), key=lambda i: int(labels[i]))
    for k, found in enumerate(log.steps.norm.tolist()):
        batch = np.array(order[k % 8 * 8 : k % 8 * 8 + 8])
        squares = gradient_squares(UNBALANCED.network, theta, rows.taken(batch))
        assert found == pytest.approx(float(squares.mean[0]), rel=1e-6)


def test_it_is_written_and_read_again() -> None:
    log = logged(7, 30, "reshuffle")
    again = read_log(written(log).encode())
    assert again.header == log.header
    for one, other in zip(log.steps, again.steps, strict=True):
        assert np.array_equal(one, other, equal_nan=True)
    text = pack(summed(again))
    assert text.startswith("net2.batchscape.sgd.examples.60.0.")
    assert unpack(text).header.data == 60
    assert derive(log.header, cut(log)) == ()


def test_a_replicas_is_its_own_and_ends_where_it_diverges() -> None:
    one, other = (logged(10, 20, "reshuffle", replica=r).steps for r in (0, 1))
    assert not np.allclose(one.norm, other.norm)
    gone = logged(10, 200, "reshuffle", rate=1e4).steps
    assert 1 <= len(gone.step) < 200
    assert np.isfinite(gone.norm).all()


def test_the_demonstration_is_of_such_a_run() -> None:
    """Its first window, of so few updates that rounding has not grown."""
    spec = NetworkSpec()
    plan = make_plan(examples=200, batch_size=8, budget=Budget(updates=1600), learning_rate=0.5)
    log = log_run(Training(spec=spec, plan=plan, seed=0))
    shown = unpack(DEMONSTRATION)
    assert shown.header == log.header
    norms = log.steps.norm[: int(shown.sums.steps[0])]
    mean = log.steps.mean_part_norm[: len(norms)]
    trace = 8 * (mean - norms) / 7
    assert shown.sums.t[0] == pytest.approx(trace.sum(), rel=1e-5)
    windows = estimate(shown.header, shown.sums)
    held = [each.low <= (each.exact or 0) <= (each.high or np.inf) for each in windows]
    assert len(held) == 20
    assert sum(held) >= 16


def test_long_runs_are_thinned_and_single_examples_refused() -> None:
    assert len(logged(30, 3000, "reshuffle").steps.step) == 1000
    with pytest.raises(ParameterError, match="at least 2"):
        logged(1, 20, "reshuffle")
