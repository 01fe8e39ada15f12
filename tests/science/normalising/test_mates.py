"""Losses among batch mates and the best γ, against loops over every batch, and by draws."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.normalising import best_scale, mates
from app.science.normalising.batches import enumerable, every_sum
from app.science.normalising.best_scale import best_scales, normal_share
from app.science.normalising.mates import mate_losses
from app.science.normalising.neuron import Neuron, gradient, loss, neuron_of, normalised
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

SIZES = [2, 3, 5, 7, 8]


def small(seed: int = 0) -> Neuron:
    return neuron_of(build_problem(SURFACES["least-squares-raw"], 8, data_seed=seed))


def test_every_batch_is_made_once() -> None:
    neuron = small()
    for example in (0, 7):
        others = [i for i in range(8) if i != example]
        for each in mate_losses(neuron, example, SIZES, draws=30, seed=0):
            expected = []
            for chosen in combinations(others, each.batch_size - 1):
                members = [example, *chosen]
                expected.append(loss(neuron.best, neuron.x[members], neuron.y[members])[0])
            assert each.every
            np.testing.assert_allclose(np.sort(each.losses), np.sort(expected), rtol=1e-9)
            assert each.spread == pytest.approx(np.std(expected))
    with pytest.raises(ParameterError, match="0 to 7"):
        mate_losses(neuron, 8, SIZES, draws=30, seed=0)
    with pytest.raises(ParameterError, match="at least 2"):
        best_scales(neuron, [1], draws=30, seed=0)


def test_draws_are_of_the_generator_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    neuron = small()
    for module in (mates, best_scale):
        monkeypatch.setattr(module, "enumerable", lambda examples, size: size >= examples - 1)
    by_draws = mate_losses(neuron, 3, [4, 8], draws=40, seed=9)
    rng, others = np.random.default_rng(9), np.delete(np.arange(8), 3)
    for k in range(40):
        members = np.array([3, *others[rng.permutation(7)[:3]]])
        expected = loss(neuron.best, neuron.x[members], neuron.y[members])[0]
        assert by_draws[0].losses[k] == pytest.approx(expected, rel=1e-9)
    assert [each.every for each in by_draws] == [False, True]
    (found,) = best_scales(neuron, [3], draws=40, seed=9)
    rng, products, squares = np.random.default_rng(9), [], []
    for _ in range(40):
        order = rng.permutation(8)
        for start in (0, 3):
            members = order[start : start + 3]
            hat = normalised(neuron.x[members])
            products.append(np.mean(hat * neuron.y[members]))
            squares.append(np.mean(hat**2))
    assert found.scale == pytest.approx(np.mean(products) / np.mean(squares), rel=1e-9)
    assert not found.every
    assert 0 < found.error < 1


def test_the_best_weight_is_where_the_mean_over_every_batch_is_lowest() -> None:
    for seed in range(20):
        neuron = small(seed)
        for each in best_scales(neuron, SIZES, draws=30, seed=0):
            weights = neuron.best._replace(scale=each.scale)
            batches = [list(chosen) for chosen in combinations(range(8), each.size)]
            x, y = neuron.x[batches], neuron.y[batches]
            assert each.training == pytest.approx(float(loss(weights, x, y).mean()), rel=1e-9)
            slopes = [gradient(weights, a, b) for a, b in zip(x, y, strict=True)]
            np.testing.assert_allclose(np.mean(slopes, axis=0), 0, atol=1e-12)
            mean = np.mean([gradient(neuron.best, a, b).scale for a, b in zip(x, y, strict=True)])
            assert each.slope == pytest.approx(mean, rel=1e-9, abs=1e-12)
            assert each.prediction >= neuron.predicted_losses.mean() * (1 - 1e-12)
        assert each.scale == pytest.approx(neuron.best.scale)  # that of all examples


@cache
def drawn_raw(seed: int) -> Neuron:
    return neuron_of(build_problem(SURFACES["least-squares-raw"], 300, data_seed=seed))


def test_of_two_only_the_order_is_left_and_the_best_weight_grows_with_the_batch() -> None:
    for seed in range(20):
        neuron = drawn_raw(seed)
        # But for eps, which counts where two are nearly the same.
        hat = normalised(np.stack([neuron.x, neuron.x + 1]).T)
        np.testing.assert_allclose(hat, np.tile([-1, 1], (300, 1)), rtol=1e-4)
        shares = [each.scale for each in best_scales(neuron, [2, 8, 32, 300], draws=50, seed=seed)]
        assert np.all(np.diff(shares) > 0)
        assert shares[0] == pytest.approx(neuron.best.scale * normal_share(2), rel=0.1)


def test_the_first_example_of_the_guide_strays_less_in_a_large_batch() -> None:
    neuron = neuron_of(build_problem(SURFACES["least-squares-raw"], 1050))
    for seed in range(20):
        few, more, many, all_ = mate_losses(neuron, 0, [8, 32, 128, 1050], draws=200, seed=seed)
        assert few.spread > more.spread > many.spread > all_.spread == 0
        assert few.losses.mean() > more.losses.mean() > many.losses.mean()


def test_sums_over_batches_are_of_each_that_there_is() -> None:
    columns = np.random.default_rng(0).normal(size=(2, 7))
    for size in range(8):
        expected = [columns[:, list(chosen)].sum(axis=1) for chosen in combinations(range(7), size)]
        found = every_sum(columns, size)
        for one, other in zip(found, np.transpose(expected), strict=True):
            np.testing.assert_allclose(np.sort(one), np.sort(other), atol=1e-12)
    assert enumerable(1050, 2)
    assert not enumerable(1050, 4)


def test_the_share_of_normal_inputs_is_their_mean_standard_deviation() -> None:
    rng = np.random.default_rng(0)
    for size in (2, 5, 30):
        drawn = rng.normal(size=(20_000, size)).std(axis=1)
        assert abs(drawn.mean() - normal_share(size)) < 4 * drawn.std() / np.sqrt(20_000)
