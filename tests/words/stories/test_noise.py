"""Stories of noise floors: true over twenty seeds, by numbers computed anew, and only there."""

import numpy as np
import pytest

from app.api.compute.runs import get_planned
from app.api.queries.run import RunQuery
from app.science.comparison import Run
from app.web.cache import Cache

from .told import ROUNDED, SEEDS, bowl, diverged, late, tell, told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_floor_falls_with_the_batch_and_the_full_batch_has_none(seed: int) -> None:
    story = told("noise-floor", seed)
    one, some, full = story.runs[0]
    levels = story.read(
        "Noise holds the loss up, and more updates bring it no lower: B = 1 wanders # above the "
        "lowest loss; B = 32 wanders # above the lowest loss. With 32 times the examples in a "
        "batch the floor is # times lower. Without noise, B = 1,050 (full) came to less than "
        "0.0001 above it."
    )
    anew = [late(one), late(some), late(one) / late(some)]
    assert levels == pytest.approx(anew, rel=ROUNDED)
    assert bowl(full.paths.w0, full.paths.w1)[-1, 0] < 0.0001


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_more_updates_bring_a_floor_no_lower(seed: int) -> None:
    longer = RunQuery.model_validate(
        {"surface": "bowl", "learning_rate": 0.2, "epochs": 180, "batch_size": [1], "seed": seed}
    )
    (run,) = get_planned(Cache(64), longer).compute(None).runs
    assert late(run) == pytest.approx(late(told("noise-floor", seed).runs[0][0]), rel=0.2)


def test_without_noise_there_is_no_floor() -> None:
    assert tell("noise-floor", noise=0).startswith("Noise holds up none of them: B = 1 comes to 0 ")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_batch_that_grows_ends_where_a_divided_rate_does(seed: int) -> None:
    story = told("growing-batch", seed)
    (grown,), (divided,) = story.runs
    *ends, updates, many = story.read(
        "At one rate, batches grown from 6 to 150 examples end # above the lowest loss; batches "
        "kept at 6, the rate divided as often instead, # above it (means of 64 replicas). Much the "
        "same floor, and it took # updates in place of #."
    )
    anew = [bowl(run.paths.w0[-1], run.paths.w1[-1]).mean() for run in (grown, divided)]
    assert ends == pytest.approx(anew, rel=ROUNDED)
    assert max(anew) <= 2 * min(anew)
    assert np.unique(grown.plan.rates).tolist() == [0.2]
    assert updates == sum(10 * 1050 // size for size in (6, 30, 150)) == grown.paths.updates[-1]
    assert many == 30 * 1050 // 6 == divided.paths.updates[-1]


def test_a_batch_that_is_constant_does_not_grow() -> None:
    constant = tell("growing-batch", batch_schedule=None, batch_factor=None, batch_epochs=None)
    assert constant.startswith("The batch does not grow here: B = 6 comes to ")


def test_a_last_batch_that_is_small_spoils_it() -> None:
    # Batches of 4, 16, 64 and 256: the last one of an epoch has 26 examples.
    shifted = tell("growing-batch", batch_size=[4], batch_factor=4, epochs=40)
    assert shifted.endswith("The two do not end alike here.")


@pytest.mark.parametrize("seed", SEEDS)
def test_momentum_has_the_floor_of_ten_times_the_rate(seed: int) -> None:
    story = told("momentum-floor", seed)
    ((heavy,), (plain,), (faster,)) = story.runs
    *levels, factor, fast = story.read(
        "With momentum, B = 8 is left # above the lowest loss; without it, at the same learning "
        "rate, #: # times lower. At # times the rate plain SGD is left with #, much the same as "
        "with momentum."
    )
    anew = [late(heavy), late(plain), late(heavy) / late(plain)]
    assert levels == pytest.approx(anew, rel=ROUNDED)
    assert fast == pytest.approx(late(faster), rel=ROUNDED)
    assert factor == 10
    assert 5 < anew[2] < 20  # 1/(1 − β) is 10


def test_without_momentum_it_raises_no_floor() -> None:
    assert "momentum raises no floor here" in tell("momentum-floor", optimizer="sgd")
    assert "which is another floor" in tell("momentum-floor", learning_rate=0.05)
    assert "no floor to compare" in tell("momentum-floor", learning_rate=50)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_last_batch_of_one_kicks(seed: int) -> None:
    story = told("last-batch", seed)
    uneven, even = story.runs[0]
    times, after, before, *calm = story.read(
        "Of 1,025 examples, batches of 128 leave a last one of 1. The step on it makes the loss "
        "above the lowest # times as large, # after # (means). Batches of 41 leave none over: # "
        "before an epoch's last update, # after it."
    )
    kicked, quiet = around(uneven), around(even)
    assert [before, after] == pytest.approx(kicked, rel=ROUNDED)
    assert times == pytest.approx(kicked[1] / kicked[0], rel=ROUNDED)
    assert calm == pytest.approx(quiet, rel=ROUNDED)
    assert times > 2
    assert quiet[1] < kicked[0]  # of batches a third as large


def around(run: Run) -> list[float]:
    """Mean loss before and after the last update of each epoch, epochs 21 to 40."""
    assert diverged(run) == 0
    loss = bowl(run.paths.w0, run.paths.w1)
    each = -(-1025 // run.batch_size)
    return [float(loss[21 * each - back :: each].mean()) for back in (1, 0)]


def test_what_is_left_over_counts_less_or_is_nothing() -> None:
    assert "The step on it does no harm" in tell("last-batch", remainder="weight")
    assert tell("last-batch", examples=41 * 128) == "No last batch is smaller than the others here."
    assert tell("last-batch", remainder="drop") == "No last batch is smaller than the others here."
