"""Batches in which every class weighs the same: their words, and what refuses them."""

import json
import re
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import urlencode

import httpx
import pytest

from app.science.sampling import SAMPLINGS

Get: TypeAlias = Callable[..., httpx.Response]
NETWORK = "examples=30&hidden=2&updates=40&replicas=2&batch_size=4&rare_share=0.1"
RARE = {"surface": "logistic", "examples": 60, "rare_share": 0.1, "sampling": "balanced"}


def test_the_rule_says_which_loss_is_descended(get: Get) -> None:
    told = get(f"/api/v1/rule?{urlencode(RARE)}").text
    assert "unless they have as many examples each" in told
    assert "probability 1/(K·n)" in told


@pytest.mark.parametrize(
    ("share", "says"),
    [(0.1, "counts up to 5 times"), (0.5, "that is drawing with replacement")],
)
@pytest.mark.parametrize("path", ["moment-gradients", "paths"])
def test_it_is_said_of_a_run(get: Get, share: float, says: str, path: str) -> None:
    query = urlencode(RARE | {"rare_share": share, "batch_size": 4, "epochs": 2})
    assert says in get(f"/api/v1/figures/{path}?{query}").text


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_batches_of_every_size_gather_about_another_gradient(get: Get, share: float) -> None:
    query = urlencode(RARE | {"rare_share": share, "batch_size": 60, "epochs": 2})
    told = get(f"/api/v1/figures/moment-sizes?{query}").text
    assert ("not about the arrow" in told) == (share == 0.1)
    assert "does not stray" not in told


@pytest.mark.parametrize(
    "path",
    [
        "noise",
        "figures/noise-cloud",
        "figures/noise-law",
        "figures/noise-along",
        "figures/instruments",
        "figures/printed-loss",
        "figures/one-step-gain",
        "figures/largest-rate",
        "figures/felt-noise-scale",
        "figures/adascale",
        "figures/epoch-sum",
        "figures/last-batch",
        "figures/tradeoff-map",
        "figures/tradeoff-range-test",
        "figures/tradeoff-annealing",
        "figures/network-gap",
        "figures/network-steps",
        "tradeoff",
    ],
)
def test_theories_of_the_loss_that_is_drawn_refuse_them(get: Get, path: str) -> None:
    surface = "" if "network" in path else "&surface=logistic"
    reply = get(f"/api/v1/{path}?sampling=balanced{surface}")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["parameter"] == "sampling"
    assert (
        "balanced batches, which weigh classes alike, have that of another loss" in error["message"]
    )


@pytest.mark.parametrize(
    ("page", "control", "left_out"),
    [
        ("noise", "sampling", {"balanced"}),
        ("tradeoff", "sampling", {"balanced", "poisson"}),
        ("learn", "plan_sampling", {"balanced"}),
        ("learn", "rare_sampling", set()),
        ("network", "sampling", set()),
        ("", "sampling", set()),
    ],
)
def test_a_page_offers_no_sampling_that_it_always_refuses(
    get: Get, page: str, control: str, left_out: set[str]
) -> None:
    (select,) = re.findall(f'<select id="{control}".*?</select>', get(f"/{page}").text, re.DOTALL)
    assert {*re.findall(r'value="([\w-]+)"', select)} == {*SAMPLINGS} - left_out
    for name in left_out:
        repaired = get(f"/{page}?surface=logistic&sampling={name}").text if page != "learn" else ""
        assert page == "learn" or f"sampling is &#39;{name}&#39;" in repaired


@pytest.mark.parametrize("path", ["epoch-plan", "figures/epoch-plan", "paths?surface=sine-fit"])
def test_what_has_no_classes_refuses_them(get: Get, path: str) -> None:
    reply = get(f"/api/v1/{path}{'&' if '?' in path else '?'}sampling=balanced")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["parameter"] == "sampling"
    assert "these examples have no classes" in error["message"]


def test_a_form_of_what_has_no_classes_does_not_offer_them(get: Get) -> None:
    parts = get("/learn").text.split("<select")[1:]
    offered = {
        name: re.findall(r'<option value="([^"]+)"', part.split("</select>")[0])
        for part in parts
        for name in ("plan_sampling", "rare_sampling")
        if f'name="{name}"' in part.split(">")[0]
    }
    assert "balanced" not in offered["plan_sampling"]
    assert {*offered["rare_sampling"]} - {*offered["plan_sampling"]} == {"balanced"}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("network", "counts up to 5 times"),
        ("network", "unless they have as many"),
        ("figures/network-noise", "not of balanced draws"),
        ("figures/network-plane", "every class weighing the same"),
    ],
)
def test_it_is_said_of_a_network(get: Get, path: str, says: str) -> None:
    noise = "&label_noise=0.2" if says.startswith("unless") else ""
    assert says in get(f"/api/v1/{path}?{NETWORK}&sampling=balanced{noise}").text


@pytest.mark.parametrize("sampling", ["sorted", "balanced"])
def test_a_network_s_log_has_the_batches_of_its_run(get: Get, sampling: str) -> None:
    query = f"{NETWORK}&sampling={sampling}"
    header, *steps = map(json.loads, get(f"/api/v1/network/log?{query}").text.splitlines())
    assert header["notes"] == (["with-replacement"] if sampling == "balanced" else ["sorted"])
    assert len(steps) >= 30
