"""Poisson batches where they are not covered, and what they do not combine with."""

from collections.abc import Callable
from typing import TypeAlias

import httpx
import numpy as np
import pytest

from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.numbers import number

Get: TypeAlias = Callable[..., httpx.Response]
NETWORK = "examples=12&hidden=2&updates=20&replicas=2&batch_size=4"


@pytest.mark.parametrize(
    "path",
    [
        "figures/noise-law",
        "figures/noise-along",
        "figures/instruments",
        "figures/printed-loss",
        "figures/one-step-gain",
        "figures/largest-rate",
        "figures/epoch-sum",
        "figures/last-batch",
        "figures/tradeoff-map",
        "figures/tradeoff-annealing",
        "figures/network-gap",
        "figures/network-steps",
        "tradeoff",
        f"network/log?{NETWORK}",
    ],
)
def test_what_is_told_of_batches_of_one_size_refuses_them(get: Get, path: str) -> None:
    reply = get(f"/api/v1/{path}{'&' if '?' in path else '?'}sampling=poisson")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["parameter"] == "sampling"
    assert "Poisson batches vary" in error["message"]


@pytest.mark.parametrize(
    ("given", "parameter"), [("remainder=drop", "remainder"), ("examples_seen=99", "examples_seen")]
)
@pytest.mark.parametrize("path", ["paths?examples=40", f"network?{NETWORK}"])
def test_sizes_that_are_drawn_have_no_remainder_and_no_budget_in_examples(
    get: Get, path: str, given: str, parameter: str
) -> None:
    asked = f"{path}&sampling=poisson&{given}".replace("updates=20&", "")
    reply = get(f"/api/v1/{asked}")
    assert reply.status_code == 422
    assert [error["parameter"] for error in reply.json()["errors"]] == [parameter]


def test_examples_seen_are_those_of_each_replica(get: Get) -> None:
    query = "examples=40&batch_size=8&epochs=2&replicas=3&sampling=poisson"
    paths = get(f"/api/v1/paths?{query}").json()["paths"]
    seen = [path["points"]["examples_seen"] for path in paths]
    assert [each[-1] for each in seen] == [path["examples_seen"] for path in paths]
    assert len({*map(tuple, seen)}) == 3
    rows = get(f"/api/v1/paths?{query}&format=csv").text.splitlines()
    column = rows[0].split(",").index("examples_seen")
    told = [int(row.split(",")[column]) for row in rows[1:]]
    assert told == [n for each in seen for n in each]


def test_a_network_counts_what_each_replica_has_seen(get: Get) -> None:
    query = f"{NETWORK}&sampling=poisson"
    (batch,) = get(f"/api/v1/network?{query}").json()["batches"]
    rows = get(f"/api/v1/network?{query}&format=csv").text.splitlines()
    header = rows[0].split(",")
    told = [
        (int(r[1]), int(r[header.index("examples_seen")]))
        for r in map(str.split, rows[1:], [","] * 99)
    ]
    each = [[n for replica, n in told if replica == k] for k in (0, 1)]
    assert each[0] != each[1]
    assert batch["examples_seen"] == [round(sum(both) / 2) for both in zip(*each, strict=True)]


def test_noise_scales_and_gains_at_a_point_are_those_of_sizes_that_are_drawn(get: Get) -> None:
    query = "surface=ravine&examples=64&batch_size=8&draws=100"
    noise = noise_at(build_problem(SURFACES["ravine"], 64), SURFACES["ravine"].start)
    spread, square = noise.gradients.var(axis=1), noise.gradients.mean(axis=1) ** 2
    more = (1 / 8 - 1 / 64) * (spread + square)  # of a batch's gradient, in each coordinate
    p = 1 / (np.sqrt(square + more) + 1e-8)
    felt = float(p**2 @ spread / (p**2 @ square))
    gain = float((square + more).sum() / (square + more / 32).sum())
    for name, said in (("felt-noise-scale", number(felt)), ("adascale", number(gain, 3))):
        reply = get(f"/api/v1/figures/{name}?{query}&sampling=poisson").json()
        assert f" {said} with batch size 8" in reply["layout"]["meta"]["claim"]
        assert "(sampling) = poisson" in reply["layout"]["meta"]["parameters"]
