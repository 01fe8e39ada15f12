"""The sweep over batch sizes against what its runs say."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.networks.gap import GapSweep, Trial, measure, tasks
from app.science.networks.gap_budgets import BUDGETS, common_loss
from app.science.networks.gap_result import GapResult, gather
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import train

SWEEP = GapSweep(
    spec=NetworkSpec(examples=40, hidden=(4,)),
    batch_sizes=(40, 8),
    learning_rates=(0.2, 0.4, 1e5),
    replicas=3,
    epochs=20,
    updates=120,
)


@pytest.fixture(scope="module")
def trials() -> list[Trial]:
    return [measure(pickle.loads(pickle.dumps(task))) for task in tasks(SWEEP)]  # noqa: S301


@pytest.fixture(scope="module")
def result(trials: list[Trial]) -> GapResult:
    return gather(SWEEP, trials[::-1])  # in any order


def test_a_trial_is_what_training_says(trials: list[Trial]) -> None:
    for trial in trials[:2]:
        alone = train(
            replace(
                SWEEP.training(trial.batch_size, trial.learning_rate, 50),
                replicas=range(2, 3), record=tuple(range(51)),
            )
        )  # fmt: skip
        kept = trial.updates <= 50
        expected = alone.scores.test_accuracy[trial.updates[kept], 0]
        np.testing.assert_allclose(trial.scores.test_accuracy[kept, 2], expected)


def test_fixed_budgets_stop_where_they_end(result: GapResult) -> None:
    for name, ends in (("epochs", {8: 100, 40: 20}), ("updates", {8: 120, 40: 120})):
        compared = result.compared[name]
        assert {e.batch_size: e.outcome.updates.tolist() for e in compared.sizes} == {
            size: [end] * 3 for size, end in ends.items()
        }


def test_rates_are_chosen_by_validation_loss(result: GapResult, trials: list[Trial]) -> None:
    for compared in result.compared.values():
        for chosen in compared.sizes:
            of_others = [
                BUDGETS[compared.budget].stop(SWEEP, trial, result.target or 0)
                for trial in trials
                if trial.batch_size == chosen.batch_size and not trial.diverged.any()
            ]
            lowest = min(float(o.validation_loss.mean()) for o in of_others if o)
            assert chosen.outcome.validation_loss.mean() == lowest
            assert chosen.at_edge == (chosen.learning_rate == 0.2)


def test_a_rate_that_diverges_is_never_chosen(result: GapResult) -> None:
    assert {t.learning_rate for t in result.trials if t.diverged.any()} == {1e5}
    only = replace(SWEEP, learning_rates=(1e5,))
    found = gather(only, [t for t in result.trials if t.learning_rate == 1e5])
    assert found.compared["updates"].missing == (8, 40)
    assert found.target is None
    assert found.slowing is None
    assert not found.alike_in_time


def test_at_equal_training_loss_it_is_equal(result: GapResult) -> None:
    assert result.target is not None
    assert result.target == common_loss(list(result.trials))
    for each in result.compared["loss"].sizes:
        np.testing.assert_allclose(each.outcome.train_loss, result.target, rtol=1e-9)
    lower = gather(replace(SWEEP, target=result.target * 0.9), result.trials)
    assert lower.compared["loss"].missing


def test_replicas_that_start_below_the_loss_are_left_out(result: GapResult) -> None:
    starts = result.trials[0].scores.train_loss[0]
    lowest, *others = np.argsort(starts)
    target = float((starts[lowest] + starts[others[0]]) / 2)
    at = gather(replace(SWEEP, target=target), result.trials)
    found = at.compared["loss"]
    assert (found.replicas, [each.batch_size for each in found.sizes]) == (2, [8, 40])
    accuracies = []
    for each in found.sizes:
        (trial,) = (
            t for t in at.trials
            if (t.batch_size, t.learning_rate) == (each.batch_size, each.learning_rate)
        )  # fmt: skip
        assert np.isnan(each.outcome.test_accuracy[lowest])
        there = []
        for r in others:
            loss, accuracy = trial.scores.train_loss[:, r], trial.scores.test_accuracy[:, r]
            k = next(k for k in range(len(loss)) if loss[k] <= target)
            there.append(np.interp(-target, -loss[[k - 1, k]], accuracy[[k - 1, k]]))
        np.testing.assert_allclose(each.outcome.test_accuracy[others], there)
        np.testing.assert_allclose(each.outcome.train_loss[others], target)
        accuracies.append(100 * np.array(there))
    (difference,) = found.differences
    assert difference.accuracy.value == pytest.approx(np.mean(accuracies[0] - accuracies[1]))
    nobody = gather(replace(SWEEP, target=2.0), result.trials).compared["loss"]
    assert (nobody.replicas, nobody.sizes, nobody.few) == (0, (), True)
    assert {c.replicas for c in at.compared.values() if c.budget != "loss"} == {3}


def test_the_best_validation_is_the_lowest(result: GapResult) -> None:
    for each in result.compared["validation"].sizes:
        trial = next(
            t for t in result.trials
            if (t.batch_size, t.learning_rate) == (each.batch_size, each.learning_rate)
        )  # fmt: skip
        np.testing.assert_array_equal(
            each.outcome.validation_loss, trial.scores.validation_loss.min(axis=0)
        )


def test_batch_sizes_count_once_all_rates_are_there(trials: list[Trial]) -> None:
    part = gather(SWEEP, trials[:4])
    assert len(part.measured) == 1
    assert not part.whole
    assert part.compared["updates"].differences == ()


def test_work_is_weighed() -> None:
    SWEEP.check_work(60)
    with pytest.raises(ParameterError, match="updates is 120"):
        SWEEP.check_work(1e-4)
    with pytest.raises(ParameterError, match="epochs is 400"):
        replace(SWEEP, epochs=400).check_work(1e-4)


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"optimizer": "lion"}, "optimizer"),
        ({"replicas": 1}, "replicas"),
        ({"learning_rates": (0.0,)}, "learning_rate"),
    ],
)
def test_what_is_not_allowed_is_named(changed: dict[str, object], parameter: str) -> None:
    with pytest.raises(ParameterError) as refused:
        replace(SWEEP, **changed)  # type: ignore[arg-type]
    assert refused.value.parameter == parameter
