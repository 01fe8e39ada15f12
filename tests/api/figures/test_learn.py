"""The figures of the guide."""

import re
from typing import Any

import numpy as np
import pytest

from app.science.sampling import SAMPLINGS
from tests.api.reading import Get, numbers


def figure(get: Get, query: str) -> Any:
    reply = get(f"/api/v1/figures/{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize(
    ("query", "sizes", "says"),
    [
        ("examples=1050&batch_size=100", {100: 1000, 50: 50}, "10 × 100 + 50 = 1,050 examples, 11"),
        ("examples=1000&batch_size=500", {500: 1000}, "2 × 500 = 1,000 examples, 2 updates"),
        ("examples=1000&batch_size=full", {1000: 1000}, "1,000 = 1,000 examples, 1 update."),
        (
            "examples=1050&batch_size=100&remainder=drop",
            {100: 1000, 0: 50},
            "1,000 examples, 10 updates. 50 examples are left out of it, drawn anew each epoch.",
        ),
    ],
)
def test_the_strip_has_a_cell_for_every_example(
    get: Get, query: str, sizes: dict[int, int], says: str
) -> None:
    drawn = figure(get, f"epoch-plan?{query}")
    cells = [np.array(numbers(t["z"])) for t in drawn["data"] if t["type"] == "heatmap"]
    assert [np.isfinite(z).sum() for z in cells] == list(sizes.values())
    updates = [
        len(np.unique(v[np.isfinite(v)]))
        for t in drawn["data"]
        if t["type"] == "heatmap" and "customdata" in t
        for v in [np.array(numbers(t["customdata"]))]
    ]
    assert updates == [-(-count // size) for size, count in sizes.items() if size]
    assert says in drawn["layout"]["meta"]["caption"]


def grouped(get: Get, query: str) -> tuple[list[Any], str]:
    reply = get(f"/api/v1/figures/epoch-plan?{query}")
    assert reply.status_code == 200
    assert len(reply.content) < 500_000  # however many examples
    drawn = reply.json()
    layers = [np.array(numbers(t["customdata"])) for t in drawn["data"] if "customdata" in t]
    return [up_to[np.isfinite(up_to)] for up_to in layers], drawn["layout"]["meta"]["caption"]


def test_what_cannot_be_drawn_one_by_one_is_grouped_and_said(get: Get) -> None:
    (whole, smaller), said = grouped(get, "examples=60000&batch_size=256")
    np.testing.assert_array_equal(whole, np.arange(1, 235))
    np.testing.assert_array_equal(smaller, [235])
    assert "A cell is a batch here" in said

    (whole, smaller), said = grouped(get, "examples=1000000000&batch_size=3")
    assert whole[-1] == 333_333_333  # to the last digit
    np.testing.assert_array_equal(smaller, [333_333_334])
    assert set(np.diff(whole[:-1])) == {33_334}
    assert "A cell is up to 33,334 batches here" in said

    (whole,), said = grouped(get, "examples=1000000000&batch_size=full")
    np.testing.assert_array_equal(whole, [1])


@pytest.mark.parametrize(
    ("sampling", "says"),
    [
        ("reshuffle", "drawn anew each epoch"),
        ("shuffle-once", "no update ever sees it"),
        ("sequential", "no update ever sees it"),
    ],
)
def test_what_is_dropped_waits_only_if_the_next_epoch_is_cut_otherwise(
    get: Get, sampling: str, says: str
) -> None:
    query = f"examples=1001&batch_size=100&remainder=drop&sampling={sampling}"
    assert says in figure(get, f"epoch-plan?{query}")["layout"]["meta"]["caption"]


@pytest.mark.parametrize(
    ("sampling", "says"),
    [
        ("reshuffle", "has 11 times"),
        ("with-replacement", "has 10 times"),
        ("sequential", None),
        ("sorted", None),
    ],
)
def test_the_last_batch_is_compared_with_another_one(
    get: Get, sampling: str, says: str | None
) -> None:
    query = f"epoch-plan?examples=101&batch_size=10&sampling={sampling}"
    caption = figure(get, query)["layout"]["meta"]["caption"]
    assert ("variance of one of 10." in caption) == (says is not None)
    assert (says or "") in caption


@pytest.mark.parametrize(("seed", "came"), [(0, 661), (1, None), (2, None)])
def test_with_replacement_it_is_drawn_how_often_each_example_came(
    get: Get, seed: int, came: int | None
) -> None:
    query = f"epoch-plan?sampling=with-replacement&batch_size=100&seed={seed}"
    drawn = figure(get, query)
    bars, marks = (numbers(trace["y"]) for trace in drawn["data"])
    distinct = len(set(np.random.default_rng([seed, 0]).integers(1050, size=1050).tolist()))
    assert came in (None, distinct)
    assert bars[1:].sum() == distinct
    assert bars.sum() == 1050
    assert (np.arange(len(bars)) * bars).sum() == 1050  # as many draws
    assert marks[0] == pytest.approx(1050 * (1 - 1 / 1050) ** 1050)
    caption = drawn["layout"]["meta"]["caption"]
    assert "10 × 100 + 50 = 1,050 draws, 11 updates" in caption
    assert f"{distinct} of 1,050 examples came, {1050 - distinct} not at all" in caption
    assert "663.9 are expected to come, 63.2 % (dashes): n draws miss" in caption
    assert "(1 − 1/N)ⁿ of the examples, 36.8 %." in caption


def test_more_examples_than_can_be_drawn_have_their_expectation(get: Get) -> None:
    drawn = figure(get, "epoch-plan?sampling=with-replacement&examples=1000000000")
    (marks,) = (numbers(trace["y"]) for trace in drawn["data"])
    assert marks.sum() == pytest.approx(1e9)
    assert "632,120,559 of 1,000,000,000" in drawn["layout"]["meta"]["caption"]


@pytest.mark.parametrize(("size", "seed"), [(1, 0), (32, 2), (700, 1)])
def test_of_poisson_batches_it_is_drawn_how_many_examples_they_have(
    get: Get, size: int, seed: int
) -> None:
    drawn = figure(get, f"epoch-plan?sampling=poisson&batch_size={size}&seed={seed}")
    rng, updates = np.random.default_rng([seed, 0]), -(-1050 // size)
    batches = [rng.random(1050) < size / 1050 for _ in range(updates)]
    sizes = [int(batch.sum()) for batch in batches]
    bars, marks = drawn["data"]
    heights, middles = numbers(bars["y"]), numbers(bars["x"])
    assert heights.sum() == updates
    width = middles[1] - middles[0]
    for k, height in zip(middles, heights, strict=True):
        assert height == sum(abs(each - k) < width / 2 for each in sizes)
    assert numbers(marks["y"]).sum() == pytest.approx(updates, rel=2e-4)
    caption = drawn["layout"]["meta"]["caption"]
    assert f"have {min(sizes):,} to {max(sizes):,} examples" in caption
    missed = 1050 - int(np.any(batches, axis=0).sum())
    assert f"{missed:,} examples are in none of them" in caption
    assert f"(1 − B/N)ᴷ, {100 * (1 - size / 1050) ** updates:.1f} %" in caption
    assert ("empty" in caption) == (0 in sizes)


def test_more_poisson_batches_than_can_be_drawn_have_their_expectation(get: Get) -> None:
    for size in (1, 100, 5 * 10**8):
        query = f"epoch-plan?sampling=poisson&examples=1000000000&batch_size={size}"
        drawn = figure(get, query)
        (marks,) = (numbers(trace["y"]) for trace in drawn["data"])
        assert marks.sum() == pytest.approx(10**9 / size, rel=0.005)
        assert len(marks) <= 61
    whole = figure(get, "epoch-plan?sampling=poisson&batch_size=full")
    assert "1,050 = 1,050 examples" in whole["layout"]["meta"]["caption"]


def test_batches_without_a_rare_class_are_counted_and_expected(get: Get) -> None:
    drawn = figure(get, "rare-class?batch_size=8&batch_size=32&seed=1")
    line, *dots = drawn["data"]
    rows = get("/api/v1/surfaces/logistic/examples?rare_share=0.05&format=csv").text.splitlines()
    labels = np.array([float(row.split(",")[2]) for row in rows[1:]])
    for size, dot in zip((8, 32), dots, strict=True):
        rng = np.random.default_rng([1, 0])
        orders = [rng.permutation(1050) for _ in range(20)]
        seen = [labels[o[i : i + size]].max() for o in orders for i in range(0, 1050, size)]
        assert numbers(dot["y"])[0] == pytest.approx(np.mean(np.array(seen) < 0))
        (exact,) = numbers(line["y"])[numbers(line["x"]) == size]
        product = np.prod([(998 - j) / (1050 - j) for j in range(size)])
        assert exact == pytest.approx(product)
    caption = drawn["layout"]["meta"]["caption"]
    assert "52 of 1,050 examples are of the rare class" in caption
    assert "Expected are 66.7 %, 19.4 % (hypergeometric" in caption
    arranged = figure(get, "rare-class?sampling=sorted")
    assert {trace["meta"]["role"] for trace in arranged["data"]} == {"readings"}
    assert "no law says how many to expect" in arranged["layout"]["meta"]["caption"]
    assert "Counted in 20 epochs (dots)." in caption
    assert "empty" not in caption


def test_a_poisson_batch_without_a_rare_class_may_be_empty(get: Get) -> None:
    caption = figure(get, "rare-class?sampling=poisson")["layout"]["meta"]["caption"]
    assert 20_000_000 // 1050**2 == 18  # numbers drawn for an epoch of 1,050 batches of 1,050
    assert "Counted in 18 to 20 epochs, by batch size (dots)." in caption
    assert "of the other class alone, or none where the batch is empty." in caption


def test_memory_does_not_ask_how_many_examples_there_are(get: Get) -> None:
    drawn = figure(get, "memory?batch_size=2048")
    sizes, memory = (numbers(drawn["data"][0][axis]) for axis in "xy")
    assert sizes[-1] == 2048
    assert memory[-1] == 2048 * (784 + 2 * 512 + 10) * 4
    assert "= 2,048 × (784 + 2 × 512 + 10) × 4 = 14.2 MiB" in drawn["layout"]["meta"]["caption"]


def test_memory_doubles_with_the_batch_and_weights_stay(get: Get) -> None:
    query = "memory?inputs=10&width=5&layers=2&outputs=3&precision=double&optimizer=adam"
    drawn = figure(get, f"{query}&batch_size=8&examples=64")
    of_batch, fixed = drawn["data"]
    np.testing.assert_array_equal(numbers(of_batch["x"]), [1, 2, 4, 8, 16, 32, 64])
    np.testing.assert_array_equal(
        numbers(of_batch["y"]), [8 * 2**k * (10 + 2 * 5 + 3) for k in range(7)]
    )
    weights = 11 * 5 + 6 * 5 + 6 * 3
    assert list(numbers(fixed["y"])) == [4 * 8 * weights] * 2
    assert f"{weights:,} weights" in drawn["layout"]["meta"]["caption"]


def test_orders_are_the_runs_under_each_sampling(get: Get) -> None:
    query = "surface=bowl&batch_size=8&replicas=3&epochs=4&examples=64&seed=2"
    drawn = figure(get, f"orders?{query}")
    assert [t["name"] for t in drawn["data"]] == [
        "reshuffle",
        "shuffle-once",
        "sequential",
        "with-replacement",
        "poisson",
    ]
    for needs_its_size in ("remainder=drop", "accumulate=2", "workers=2"):
        even = figure(get, f"orders?{query}&{needs_its_size}")
        assert "poisson" not in [t["name"] for t in even["data"]]
    sorted_too = figure(get, f"orders?{query.replace('bowl', 'logistic')}")
    assert [t["name"] for t in sorted_too["data"]] == list(SAMPLINGS)
    by_y = figure(get, f"orders?{query.replace('bowl', 'least-squares')}")
    assert [t["name"] for t in by_y["data"]] == [name for name in SAMPLINGS if name != "balanced"]
    for trace in drawn["data"]:
        alone = figure(get, f"loss?{query}&sampling={trace['name']}")
        (median,) = [t for t in alone["data"] if t["meta"]["role"] == "median"]
        np.testing.assert_array_equal(numbers(trace["y"]), numbers(median["y"]))


@pytest.mark.parametrize("surface", ["bowl", "rosenbrock"])
def test_poisson_batches_that_are_too_many_draws_are_left_out(get: Get, surface: str) -> None:
    # 300 updates, each of which draws 10,000 numbers for each of 64 replicas.
    query = f"surface={surface}&examples=10000&epochs=3&replicas=64&max_points=2"
    drawn = figure(get, f"orders?{query}&batch_size=100")
    assert "poisson" not in [trace["name"] for trace in drawn["data"]]
    assert "So many draws as poisson takes" in drawn["layout"]["meta"]["caption"]
    few = figure(get, f"orders?{query}&batch_size=1000")
    assert "poisson" in [trace["name"] for trace in few["data"]]
    assert "So many draws" not in few["layout"]["meta"]["caption"]


@pytest.mark.parametrize("rate", [0.3, 1, 1.1])
def test_an_end_is_told_of_the_replicas_that_there_are(get: Get, rate: float) -> None:
    query = f"orders?surface=least-squares&batch_size=2&replicas=6&epochs=2&learning_rate={rate}"
    caption = figure(get, query)["layout"]["meta"]["caption"]
    assert "nan" not in caption
    for sampling in SAMPLINGS:
        if sampling == "balanced":  # y is no class
            continue
        run = get(f"/api/v1/paths?{query.split('?')[1]}&sampling={sampling}").json()["paths"]
        lost = sum(path["diverged"] for path in run)
        (said,) = re.findall(rf"(?<=[ ;]){sampling}: (.*?)[;.](?: |$)", caption)
        assert ("diverged" in said) == (lost > 0)
        assert (f"({lost} of 6 diverged)" in said) == (0 < lost < 6)


def test_sequences(get: Get) -> None:
    drawn = figure(get, "sequences?tokens=50&batch_size=3&length=5")
    (cells,) = drawn["data"]
    z = np.array(numbers(cells["z"]))
    assert z.size == 3 * 16
    assert np.isfinite(z).sum() == 3 * 3 * 5
    assert len(drawn["layout"]["shapes"]) == 3
    assert "5 tokens are left over" in drawn["layout"]["meta"]["caption"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("epoch-plan?examples=10&batch_size=11", "batch_size"),
        ("accumulation-weights?examples=10&batch_size=128", "batch_size"),
        ("memory?precision=quarter", "precision"),
        ("memory?layers=0", "layers"),
        ("orders?batch_size=2000", "batch_size"),
        ("orders?replicas=65", "replicas"),
        ("sequences?tokens=3", "tokens"),
        ("sequences?length=0", "length"),
    ],
)
def test_bad_input_is_named(get: Get, query: str, parameter: str) -> None:
    reply = get(f"/api/v1/figures/{query}")
    assert reply.status_code == 422
    assert [error["parameter"] for error in reply.json()["errors"]] == [parameter]


def test_of_a_long_text_the_beginning_is_drawn(get: Get) -> None:
    reply = get("/api/v1/figures/sequences?tokens=2088628&batch_size=20&length=35")
    assert len(reply.content) < 500_000
    (cells,) = reply.json()["data"]
    np.testing.assert_array_equal(numbers(cells["customdata"])[:, 0], 1 + 104_431 * np.arange(20))
    caption = reply.json()["layout"]["meta"]["caption"]
    assert "An epoch is 2,983 updates. 528 tokens are left over." in caption
    assert "the beginning, 20 × 120 of 20 × 104,431 tokens" in caption


def test_a_text_of_one_step_is_drawn(get: Get) -> None:
    assert figure(get, "sequences?tokens=1&batch_size=1&length=1")["data"]
