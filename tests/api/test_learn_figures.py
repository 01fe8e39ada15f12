"""The figures of the guide."""

from typing import Any

import numpy as np
import pytest

from .reading import Get, numbers


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
            "1,000 examples, 10 updates. 50 examples are left out of it.",
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
    ]
    for trace in drawn["data"]:
        alone = figure(get, f"loss?{query}&sampling={trace['name']}")
        (median,) = [t for t in alone["data"] if t["meta"]["role"] == "median"]
        np.testing.assert_array_equal(numbers(trace["y"]), numbers(median["y"]))


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
        ("memory?examples=10&batch_size=11", "batch_size"),
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


def test_a_text_of_one_step_is_drawn(get: Get) -> None:
    assert figure(get, "sequences?tokens=1&batch_size=1&length=1")["data"]
