"""``/epoch-plan``: updates an epoch, and of what sizes."""

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

Get: TypeAlias = Callable[..., httpx.Response]


def ask(get: Get, query: str) -> Any:
    reply = get(f"/api/v1/epoch-plan?{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_the_example_of_the_contract(get: Get) -> None:
    plan = ask(get, "examples=1050&batch_size=100")
    assert (plan["examples"], plan["batch_size"], plan["updates_per_epoch"]) == (1050, 100, 11)
    assert plan["batches"] == [{"size": 100, "count": 10}, {"size": 50, "count": 1}]
    # (N − b)/(b (N − 1)) of a batch of b without replacement, 50 over 100.
    assert plan["variance_ratio_of_last_batch"] == pytest.approx((1000 / 50) / (950 / 100))
    assert plan["variance_ratio_refused"] is None
    asked = {"examples": 1050, "batch_size": 100, "remainder": "keep", "sampling": "reshuffle"}
    assert plan["request"] == asked
    replaced = ask(get, "examples=1050&batch_size=100&sampling=with-replacement")
    assert replaced["variance_ratio_of_last_batch"] == pytest.approx(2)


@pytest.mark.parametrize("examples", [2, 7, 96, 1050])
@pytest.mark.parametrize("remainder", ["keep", "drop", "weight"])
@pytest.mark.parametrize("size", ["1", "2", "full"])
def test_sizes_add_up(get: Get, examples: int, remainder: str, size: str) -> None:
    plan = ask(get, f"examples={examples}&batch_size={size}&remainder={remainder}")
    b = examples if size == "full" else int(size)
    used = examples // b * b if remainder == "drop" else examples
    assert plan["batch_size"] == b
    assert sum(batch["size"] * batch["count"] for batch in plan["batches"]) == used
    assert sum(batch["count"] for batch in plan["batches"]) == plan["updates_per_epoch"]
    assert plan["updates_per_epoch"] == -(-used // b)
    assert plan["last_batch_weight"] == (
        plan["last_batch_size"] / b if remainder == "weight" else 1.0
    )


@pytest.mark.parametrize(
    ("examples", "size", "updates", "last"),
    [
        (60_000, 256, 235, 96),
        (240_000, 32, 7_500, 32),
        (1_200_000, 256, 4_688, 128),
        (10**9, 1, 10**9, 1),
        (10**9, 10**9 - 1, 2, 1),
        (10**9, 3, 333_333_334, 1),
    ],
)
def test_nothing_of_the_size_of_the_data_is_made(
    get: Get, examples: int, size: int, updates: int, last: int
) -> None:
    for sampling in ("reshuffle", "with-replacement"):
        plan = ask(get, f"examples={examples}&batch_size={size}&sampling={sampling}")
        assert (plan["updates_per_epoch"], plan["last_batch_size"]) == (updates, last)
        assert len(plan["batches"]) <= 2
        correction = (examples - last) / (examples - size) if sampling == "reshuffle" else 1
        assert plan["variance_ratio_of_last_batch"] == pytest.approx(size / last * correction)
    weighted = ask(get, f"examples={examples}&batch_size={size}&remainder=weight")
    assert weighted["last_batch_weight"] == last / size


def test_with_replacement_a_third_of_the_examples_is_missed(get: Get) -> None:
    plan = ask(get, "examples=1050&batch_size=100&sampling=with-replacement")
    assert plan["distinct_examples_expected"] == pytest.approx(1050 * (1 - (1 - 1 / 1050) ** 1050))
    assert ask(get, "remainder=drop&batch_size=100")["distinct_examples_expected"] == 1000


def test_in_stored_order_a_batch_is_not_drawn(get: Get) -> None:
    plan = ask(get, "examples=1001&batch_size=100&sampling=sequential")
    assert plan["variance_ratio_of_last_batch"] is None
    assert "no chance" in plan["variance_ratio_refused"]


@pytest.mark.parametrize("query", ["examples=1000000001", "examples=1", "examples=9&batch_size=10"])
def test_what_there_is_not_is_refused(get: Get, query: str) -> None:
    reply = get(f"/api/v1/epoch-plan?{query}")
    assert reply.status_code == 422
    assert [e["parameter"] for e in reply.json()["errors"]] == [
        "batch_size" if "batch" in query else "examples"
    ]


def test_a_batch_of_all_has_no_variance(get: Get) -> None:
    plan = ask(get, "examples=10&batch_size=full")
    assert plan["variance_ratio_of_last_batch"] is None
    assert plan["variance_ratio_refused"]
