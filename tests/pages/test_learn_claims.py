"""What the guide says, each number of it computed anew by another way than the page's."""

import html
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import httpx
import numpy as np
import pytest

from app.api.compute.runs import get_comparison, get_printed
from app.api.compute.statistics import Statistics, get_running, get_statistics
from app.api.queries.learn import OrdersQuery
from app.api.queries.run import RunQuery
from app.api.queries.statistics import MatesQuery, RunningQuery
from app.language.speech import LANGUAGES, speaking, translated
from app.pages.queries import OrderQuery
from app.science.accumulation import cut_size, is_skewed, relative_weights, shares
from app.science.epoch_plan import EpochPlan
from app.science.memory import Network, batch_bytes, fixed_bytes
from app.science.normalising.running import SHARE
from app.science.printed import lag
from app.science.problems import SURFACES
from app.science.rare import none_of
from app.science.sequences import Batching
from app.science.variance_ratio import variance_ratio
from app.web.cache import Cache

Get: TypeAlias = Callable[..., httpx.Response]


@pytest.fixture(scope="module", params=["en", "ja"])
def words(get: Get, request: pytest.FixtureRequest) -> str:
    """The page's text in a language."""
    page = get(f"/learn?lang={request.param}").text
    said = re.findall(r'data-verdict="([^"]+)"', page)
    return html.unescape(re.sub(r"<[^>]+>", " ", page) + " ".join(said))


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    """What the guide shows of batch statistics."""
    return get_statistics(Cache(64), MatesQuery.model_validate({}))


def test_a_last_batch_of_one_kicks_ten_and_a_half_times_as_hard(words: str) -> None:
    assert "10.5" in words
    assert "1,001" in words
    # The variance of a mean of b of N is S/b · (1 − b/N).
    noise = {b: math.sqrt(1 / b * (1 - b / 1001)) for b in (1, 100)}
    assert f"{noise[1] / noise[100]:.1f}" == "10.5"


def test_with_replacement_it_is_ten_times() -> None:
    ratio = variance_ratio(1, 100, 1001, replacement=True)
    assert ratio == 100
    assert math.sqrt(ratio) == 10


def test_updates_of_an_epoch_are_counted_by_cutting_it(words: str) -> None:
    assert len(range(0, 1050, 100)) == 11 == EpochPlan(1050, 100).updates
    assert len(range(0, 1050, 32)) == 33 == EpochPlan(1050, 32).updates
    assert "33" in words
    assert (1050 % 256, EpochPlan(1050, 256).sizes[-1]) == (26, 26)
    assert "26" in words


def test_the_error_of_a_mean_falls_as_the_root_of_b_and_near_n_faster() -> None:
    def error(size: int) -> float:
        ratio = variance_ratio(size, 1, 1050, replacement=False)
        assert ratio is not None
        return math.sqrt(ratio)

    for size in (2, 8, 32, 64):
        assert error(size) == pytest.approx(1 / math.sqrt(size), rel=0.04)
    for size in (525, 800, 1049):
        assert error(size) < 0.71 / math.sqrt(size)
    assert error(1050) == 0


def test_twice_the_batch_takes_twice_the_activations_and_nothing_else() -> None:
    network = Network(784, 512, 2, 10)
    assert batch_bytes(network, 64, "single") == 2 * batch_bytes(network, 32, "single")
    assert fixed_bytes(network, "sgd", "single") == 2 * 4 * network.weights  # no B in it
    assert EpochPlan(1024, 64).updates == EpochPlan(1024, 32).updates / 2


@cache
def late_loss(surface: str, batch_size: int, seed: int, sampling: str) -> float:
    """Late median loss above the minimum under a sampling, as the guide's figure has it."""
    query = OrdersQuery.model_validate({"surface": surface, "batch_size": batch_size, "seed": seed})
    (run,) = get_comparison(Cache(64), query.runs()[sampling]).runs
    return run.late.level - run.problem.minima[0].loss


def ratio(surface: str, size: int, seed: int, sampling: str) -> float:
    """Of late losses, this sampling over reshuffling."""
    one, other = (late_loss(surface, size, seed, each) for each in (sampling, "reshuffle"))
    return one / other


def mean_log_ratio(surface: str, size: int, sampling: str) -> float:
    """Over five seeds: standard error about .1–.35."""
    return float(np.mean([math.log(ratio(surface, size, seed, sampling)) for seed in range(5)]))


@pytest.mark.parametrize("surface", ["bowl", "ravine", "least-squares"])
@pytest.mark.parametrize("size", [150, 350])
def test_one_shuffle_does_about_as_well_where_batches_are_even(surface: str, size: int) -> None:
    assert 1050 % size == 0
    assert abs(mean_log_ratio(surface, size, "shuffle-once")) < math.log(2)


def test_it_does_not_where_a_small_batch_is_always_the_same() -> None:
    # 16 times at seed 0; over seeds the logarithm has mean 2.6 and standard error .33.
    assert mean_log_ratio("ravine", 256, "shuffle-once") > math.log(3)


@pytest.mark.parametrize("seed", range(5))
def test_sorted_by_y_it_is_far_worse_and_by_class_it_is_not(seed: int) -> None:
    assert ratio("least-squares", 32, seed, "sorted") > 10  # above the lowest: the excess loss
    assert ratio("logistic", 32, seed, "sorted") < 2


def test_what_is_ten_times_as_high_is_the_excess_loss(words: str) -> None:
    said = (
        "excess loss, that above the lowest one, more than ten",
        "超過損失（最小の損失との差）は10倍以上",
    )
    assert any(re.sub(r"\s", "", each) in re.sub(r"\s", "", words) for each in said)


def test_of_as_many_draws_386_do_not_come(words: str) -> None:
    assert "386" in words
    draws = np.random.default_rng(1).integers(1050, size=(400, 1050))
    missed = [1050 - len(set(one)) for one in draws.tolist()]
    # Their standard deviation is about 10, so the mean's standard error .5.
    assert np.mean(missed) == pytest.approx(386.1, abs=2.5)


def test_independent_draws_leave_more_noise() -> None:
    fields = OrderQuery.model_fields  # where the guide's figure begins
    surface, size = fields["surface"].default, fields["batch_size"].default
    assert mean_log_ratio(surface, size, "with-replacement") > math.log(1.3)


def test_the_smallest_batch_makes_the_most_updates_and_is_behind_at_as_many() -> None:
    by_updates = get_comparison(
        Cache(64), RunQuery.model_validate({"updates": 330, "replicas": 20})
    ).runs
    late = [run.late.level - run.problem.minima[0].loss for run in by_updates]
    assert [run.batch_size for run in by_updates] == [1, 32, 1050]
    assert late == sorted(late, reverse=True)
    by_epochs = get_comparison(Cache(64), RunQuery.model_validate({"epochs": 10})).runs
    updates = [run.plan.updates for run in by_epochs]
    assert updates == sorted(updates, reverse=True) == [10_500, 330, 10]


def test_at_the_critical_size_half_of_the_updates_may_still_be_saved() -> None:
    fewest, least = 40.0, 2560.0  # any S_min and E_min of (S/S_min − 1)(E/E_min − 1) = 1

    def updates(size: float) -> float:
        # E = S B: S = S_min + E_min / B.
        s = fewest + least / size
        assert (s / fewest - 1) * (s * size / least - 1) == pytest.approx(1)
        return s

    critical = least / fewest
    assert updates(critical) == 2 * fewest
    assert updates(critical) * critical == 2 * least
    assert updates(1e9) / updates(critical) == pytest.approx(0.5)


def test_rows_are_counted_not_time_steps(words: str) -> None:
    batching = Batching(240, 4, 12)
    assert batching.token_numbers(batching.batch_size, batching.length).shape == (4, 12)
    assert "12" in words


def test_the_surfaces_it_names_are_there(words: str) -> None:
    names = []
    for language in LANGUAGES:
        with speaking(language):
            names.append(translated(SURFACES["ravine"].title).lower())
    assert any(name in words.lower() for name in names)


def test_what_batch_statistics_leave_of_a_feature(words: str, statistics: Statistics) -> None:
    shares = {each.size: each.scale / statistics.neuron.best.scale for each in statistics.scales}
    assert [f"{shares[size]:.2f}" for size in (2, 8, 32)] == ["0.57", "0.90", "0.98"]
    assert all(said in words for said in ("0.57", "0.90", "0.98"))
    query = RunningQuery.model_validate({"batch_size": ["full"]})
    full = get_running(Cache(64), query)[-1]
    assert (full.updates, f"{full.left:.0%}") == (3, "73%")
    assert full.loss(3) > 5 * full.neuron.predicted_losses.mean()
    assert "73 %" in words
    lags = [(1 - share) / share for share in (SHARE, 0.01)]
    assert [f"{each:.0f}" for each in lags] == ["9", "99"]
    assert EpochPlan(1001, 100).updates == 11
    assert EpochPlan(1001, 100).ends_in_one


def test_a_small_batch_strays_further_than_a_large_one_and_no_more_is_said(
    words: str, statistics: Statistics
) -> None:
    alone = statistics.neuron.predicted_losses[0]
    away = {each.batch_size: abs(each.losses - alone).mean() for each in statistics.mates}
    assert min(away[2], away[4]) > 5 * away[32] > 5 * away[1050]
    assert "The smaller the batch, the further" not in words
    assert "バッチが小さいほど、このサンプル" not in words


def test_of_balanced_batches_one_in_256_holds_none_but_for_the_last(words: str) -> None:
    assert none_of(1050, 52, np.array([8]), "balanced")[0] == 1 / 256
    assert EpochPlan(1050, 8).sizes[-1] == 2
    assert none_of(1050, 52, np.array([2]), "balanced")[0] == 1 / 4
    said = ("last, smaller one left aside, one in 256", "端数のバッチを除けば、サイズ8のバッチ")
    assert any(each in words for each in said)


def test_what_keras_prints_of_epoch_1(words: str) -> None:
    (printed,) = get_printed(Cache(64), RunQuery.model_validate({"batch_size": [100], "epochs": 6}))
    first = printed.epochs[0]
    assert f"{first.weighted:.2f} {first.end:.2f} {first.unweighted:.2f}" == "4.55 1.42 4.43"
    assert all(said in words for said in ("4.55", "1.42", "4.43"))
    assert first.last_counts == 2
    assert f"{lag(0.9):.6g}" == "9"


def test_a_last_micro_batch_of_one_makes_up_half_of_the_update(words: str) -> None:
    assert "1,056" in words
    whole, last = divmod(1057, 128)
    assert (whole, last) == (8, 33)
    assert cut_size(33, 32).tolist() == [32, 1]
    assert shares(33, 32)[1].share == 1 / 2
    assert not any(is_skewed(size, 32) for size in (128, 1056 % 128))
    assert relative_weights(np.array([10, 100])) @ [1, -10] == pytest.approx(0)
    assert 16 * 4 * 2 == 128


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_sums_of_gradients_are_the_linear_rule(optimizer: str) -> None:
    given = {"examples": 40, "batch_size": [8], "learning_rate": 0.002, "optimizer": optimizer}
    scaled = {"lr_scaling": "linear", "reference_batch_size": 1}
    (run,) = get_comparison(Cache(9), RunQuery.model_validate(given | scaled | {"epochs": 3})).runs
    problem, rng, w = run.problem, np.random.default_rng([0, 0]), np.array([-2.0, -1.0])
    v, path, beta = np.zeros(2), [w], 0.9 if optimizer == "momentum" else 0.0
    for order in [rng.permutation(40) for _ in range(3)]:
        for batch in np.split(order, 5):
            v = beta * v + 8 * problem.batch_gradient(w, batch)
            w = w - 0.002 * v
            path.append(w)
    np.testing.assert_allclose(run.paths.theta[:, :, 0].T, path, rtol=1e-12, atol=1e-12)


OTHERWISE: list[dict[str, Any]] = [
    {"batch_size": [8]},
    {},
    {"workers": 4, "sync_every": 16},
]


@pytest.mark.parametrize("surface", ["least-squares", "logistic", "two-wells", "sine-fit"])
def test_the_mean_of_workers_wanders_about_as_one_large_batch(surface: str) -> None:
    query: dict[str, Any] = {"surface": surface, "batch_size": [32], "remainder": "drop"}
    query |= {"updates": 320, "replicas": 8}
    small, one, several = (
        get_comparison(Cache(8), RunQuery(**query | more)).runs[0].late.spread for more in OTHERWISE
    )
    assert several / one == pytest.approx(1, abs=0.15)
    assert small / one == pytest.approx(2, rel=0.3)  # four times the variance
