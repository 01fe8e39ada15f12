"""Figures of micro-batches: what each example counts, and the runs that they are of."""

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import numpy as np
import pytest

from app.api.compute.runs import get_planned, get_whole_path
from app.api.queries.run import RunQuery
from app.web.cache import Cache
from tests.api.reading import numbers

Get: TypeAlias = Callable[..., httpx.Response]
SMALL = "examples=70&batch_size=26&replicas=3&epochs=3"


def rows(get: Get, query: str) -> list[dict[str, str]]:
    head, *lines = get(f"/api/v1/figures/{query}&format=csv").text.splitlines()
    return [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("accumulation-weights?examples=1050&batch_size=32", [[8] * 4, [8, 8, 8, 2]]),
        ("accumulation-weights?examples=1057&batch_size=128", [[32] * 4, [32, 1]]),
        ("accumulation-weights?examples=10&batch_size=full&accumulate=3", [[4, 4, 2]]),
        ("accumulation-tokens?tokens=10&tokens=100", [[10, 100]]),
    ],
)
def test_what_each_counts(get: Get, query: str, parts: list[list[int]]) -> None:
    found = [(int(float(row["size"])), float(row["y"])) for row in rows(get, query)]
    expected = [(b, sum(sizes) / len(sizes) / b) for sizes in parts for b in sizes]
    assert [size for size, _ in found] == [size for size, _ in expected]
    np.testing.assert_allclose([y for _, y in found], [y for _, y in expected], rtol=1e-5)


def test_both_ways_are_drawn_and_with_clip_a_third(get: Get) -> None:
    drawn = get(f"/api/v1/figures/accumulation?{SMALL}&clip=0.5").json()["data"]
    ways = {
        "size": "accumulation=size",
        "means": "accumulation=means",
        "size, each clipped": "clip_each=micro-batch",
    }
    assert [trace["name"] for trace in drawn] == list(ways)
    for trace, way in zip(drawn, ways.values(), strict=True):
        alone = get(f"/api/v1/figures/loss?{SMALL}&clip=0.5&accumulate=4&{way}").json()["data"]
        (median,) = [each for each in alone if each["meta"]["role"] == "median"]
        np.testing.assert_array_equal(numbers(trace["y"]), numbers(median["y"]))
    ends = [numbers(trace["y"])[-1] for trace in drawn]
    assert len({*ends}) == 3


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("paths?accumulation=means", "accumulation"),
        ("paths?accumulate=4&clip_each=micro-batch", "clip_each"),
        ("paths?clip=1&clip_each=micro-batch", "clip_each"),
        ("paths?accumulate=65", "accumulate"),
        ("network?accumulate=0", "accumulate"),
        ("figures/accumulation?accumulation=means", "accumulation"),
        ("figures/accumulation?accumulate=1", "accumulate"),
        ("figures/accumulation-tokens?tokens=10", "tokens"),
        ("tradeoff?accumulate=4", "accumulate"),
    ],
)
def test_what_has_no_effect_is_refused(get: Get, query: str, parameter: str) -> None:
    reply = get(f"/api/v1/{query}")
    assert reply.status_code == 422
    assert parameter in [each["parameter"] for each in reply.json()["errors"]]


def test_an_update_is_told_as_it_was_made(get: Get) -> None:
    query = "examples=70&batch_size=26&accumulate=4&accumulation=means"
    moment = get(f"/api/v1/moment?{query}&update=3").json()
    assert moment["batch"]["size"] == 18  # 70 = 26 + 26 + 18, and 18 = 7 + 7 + 4
    table = np.loadtxt(
        get("/api/v1/surfaces/least-squares/examples?examples=70&format=csv").text.splitlines(),
        delimiter=",",
        skiprows=1,
    )
    w, batch = np.array(moment["before"]), moment["batch"]["examples"]
    parts = [table[batch[i : i + 7]] for i in (0, 7, 14)]
    off = [w[0] + w[1] * part[:, 0] - part[:, 1] for part in parts]
    means = [[r.mean(), (r * p[:, 0]).mean()] for r, p in zip(off, parts, strict=True)]
    np.testing.assert_allclose(moment["gradient"], np.mean(means, axis=0), rtol=1e-12)
    np.testing.assert_allclose(moment["step"], -0.1 * np.mean(means, axis=0), rtol=1e-9)
    drawn = get(f"/api/v1/figures/moment-gradients?{query}&update=3").json()
    assert "18 = 2 × 7 + 4" in drawn["layout"]["meta"]["caption"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "to rounding that is one large batch, so these are its paths"),
        ({"accumulation": "means"}, "26 = 3 × 8 + 2"),
        ({"accumulation": "means", "batch_size": 42}, "one size here"),
        ({"clip": 1, "clip_each": "micro-batch"}, "not one large batch"),
    ],
)
def test_it_is_said_of_runs(get: Get, more: dict[str, Any], says: str) -> None:
    query = {"accumulate": 4 if more.get("batch_size") != 42 else 3, "batch_size": 32, **more}
    address = "&".join(f"{name}={value}" for name, value in query.items())
    assert says in get(f"/api/v1/paths?{address}").json()["summary"]


def test_by_size_it_is_the_large_batch_to_the_last_bit() -> None:
    kept = Cache(9)
    one, four = (
        RunQuery.model_validate({"batch_size": [32], "accumulate": pieces}) for pieces in (1, 4)
    )
    paths = [get_whole_path(kept, query, 0).theta for query in (one, four)]
    np.testing.assert_array_equal(paths[0], paths[1])
    assert get_planned(kept, four).plans[0].accumulation.pieces == 4
