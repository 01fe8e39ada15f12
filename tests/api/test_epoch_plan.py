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
    assert plan["variance_ratio_undefined"] is None
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


def test_a_batch_of_all_has_no_variance(get: Get) -> None:
    plan = ask(get, "examples=10&batch_size=full")
    assert plan["variance_ratio_of_last_batch"] is None
    assert plan["variance_ratio_undefined"]
