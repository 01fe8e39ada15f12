"""The page that compares: its link, its repair, and what B is."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.api.queries.resolved import resolved
from app.api.queries.rules import RulesQuery
from app.pages.compare import CHANGES, REPLACED, ComparePageQuery, other
from tests.science.problems.own_points import CURVE, LINE

Get: TypeAlias = Callable[..., httpx.Response]

# Another value of each parameter, and what makes some of them count.
OTHERWISE: dict[str, list[str]] = {
    "examples": ["500"],
    "noise": ["2"],
    "data_seed": ["3"],
    "rare_share": ["0.1"],
    "surface": ["beale"],
    "formula": ["x^2 + 3*y^2"],
    "domain": ["-1,1,-2,2"],
    "model": ["w1*tanh(w0*x)"],
    "loss": ["cauchy"],
    "scale": ["2"],
    "held_out": ["0.25"],
    "points": [CURVE],
    "batch_size": ["8", "64"],
    "sampling": ["with-replacement"],
    "seed": ["1"],
    "learning_rate": ["0.05"],
    "remainder": ["drop"],
    "optimizer": ["momentum"],
    "momentum": ["0.5"],
    "beta1": ["0.5"],
    "beta2": ["0.9"],
    "alpha": ["0.9"],
    "eps": ["0.001"],
    "weight_decay": ["0.1"],
    "decay": ["decoupled"],
    "clip": ["0.5"],
    "lr_scaling": ["linear"],
    "reference_batch_size": ["16"],
    "lr_schedule": ["step"],
    "decay_epochs": ["2"],
    "decay_factor": ["0.1"],
    "batch_schedule": ["double"],
    "batch_factor": ["3"],
    "batch_epochs": ["2"],
    "accumulate": ["4"],
    "accumulation": ["means"],
    "clip_each": ["micro-batch"],
    "workers": ["2"],
    "sync_every": ["8"],
    "batch_unit": ["stages"],
    "batch_updates": ["30"],
    "batch_stages": ["3"],
    "beta_scaling": ["power"],
    "decay_unit": ["updates"],
    "decay_updates": ["40"],
    "warmup": ["9"],
    "epochs": ["3"],
    "updates": ["30"],
    "examples_seen": ["3000"],
    "start": ["0,0"],
    "replicas": ["3"],
}
COUNTS = {"decay_factor": {"lr_schedule": "step"}, "decay": {"weight_decay": "0.1"}} | {
    name: {choice: values[-1] for choice, values in RulesQuery.condition(name).items()}
    for name in CHANGES
    if RulesQuery.condition(name)
}
COUNTS["clip_each"] |= {"clip": "0.5"}
COUNTS["reference_batch_size"] = {"lr_scaling": "sqrt"}  # or another choice
# What else is found for a formula and its domain.
GIVEN = {"formula": "x*y", "noise": "1", "learning_rate": "0.1", "start": "0.5,0.5"}
COUNTS["formula"] |= {**GIVEN, "domain": "-1,1,-1,1"}
COUNTS["domain"] |= GIVEN
FITTED = {
    "surface": "model",
    "model": "w0 + w1*x",
    "points": LINE,
    "data_seed": "0",
    "learning_rate": "0.1",
    "start": "0.5,0.5",
}
for name in ("model", "loss", "scale", "points", "held_out"):
    COUNTS[name] |= {given: value for given, value in FITTED.items() if given != name}
COUNTS["points"] |= {"points": LINE}
# What else another value decides.
FOLLOWING = {"examples": ("batch_size",), "held_out": ("batch_size", "examples")}
COUNTS["model"] |= {"model": "w0 + w1*x"}


def test_every_control_is_a_parameter(get: Get) -> None:
    page = get("/compare?change=seed&b=1").text
    named = re.findall(r'<(?:input|select)[^>]*?\bname="(\w+)"', page)
    assert set(named) == RulesQuery.deciding() - {"max_points"} | {
        "axis",
        "hide",
        "lang",
        "projector",
    }
    assert set(re.findall(r'data-change="(\w+)"', page)) == set(CHANGES) == set(OTHERWISE)


@pytest.mark.parametrize("change", CHANGES)
def test_b_is_a_but_for_one_thing_and_what_follows_it(change: str) -> None:
    a: dict[str, Any] = {"replicas": 2, "seed": 5, "data_seed": 1, **COUNTS.get(change, {})}
    query = ComparePageQuery.model_validate({**a, "change": change, "b": OTHERWISE[change]})
    several = change in ("batch_size", "optimizer")
    asked = {**a, change: OTHERWISE[change] if several else OTHERWISE[change][0]}
    assert other(query) == RulesQuery.model_validate(asked)
    one, another = resolved(query, RulesQuery), resolved(other(query))
    differ = {name for name in one if one[name] != another[name]}
    free = {*REPLACED[change], *FOLLOWING.get(change, ())}
    assert change in differ
    assert differ - {change} <= free
    assert {name: one[name] for name in a if name not in free | {change}} == {
        name: another[name] for name in a if name not in free | {change}
    }


def test_other_points_say_their_own_number() -> None:
    few = "line1_3_0_3_-1_2_AAKq____AAVVW32b"
    query = ComparePageQuery.model_validate({**FITTED, "change": "points", "b": [few]})
    assert (query.examples, other(query).examples) == (40, 3)
    bowl = {**FITTED, "data_seed": "0", "change": "surface", "b": ["bowl"]}
    assert other(ComparePageQuery.model_validate(bowl)).examples == 1050


def test_what_follows_a_choice_does_not_come_along() -> None:
    whole = {"surface": "beale", "start": "1,1", "epochs": "5", "change": "surface", "b": ["bowl"]}
    assert other(ComparePageQuery.model_validate(whole)) == RulesQuery.model_validate(
        {"surface": "bowl"}
    )
    budget = {"epochs": "5", "change": "updates", "b": ["40"]}
    assert other(ComparePageQuery.model_validate(budget)) == RulesQuery.model_validate(
        {"updates": 40}
    )
    held = {"weight_decay": "0.1", "decay": "decoupled", "change": "weight_decay", "b": ["0"]}
    assert other(ComparePageQuery.model_validate(held)) == RulesQuery.model_validate({})
    plain = {"lr_schedule": "step", "decay_factor": "0.1", "change": "lr_schedule"}
    assert other(ComparePageQuery.model_validate(plain)) == RulesQuery.model_validate({})
    beta = {"optimizer": "adam", "beta_scaling": "power", "reference_batch_size": "8"}
    assert other(
        ComparePageQuery.model_validate({**beta, "change": "optimizer"})
    ) == RulesQuery.model_validate({})


@pytest.mark.parametrize(
    ("query", "rate"),
    [("", 0.05), ("?learning_rate=0.3&utm_source=x", 0.15), ("?learning_rate=never", 0.05)],
)
def test_a_link_without_a_change_gets_one(get: Get, query: str, rate: float) -> None:
    reply = get(f"/compare{query}")
    assert reply.status_code == 307
    changed = parse_qs(urlsplit(reply.headers["Location"]).query)
    assert changed["change"] == ["learning_rate"]
    assert [float(b) for b in changed["b"]] == [rate]
    assert "utm_source" not in changed


@pytest.mark.parametrize(
    ("query", "said", "left"),
    [
        ("change=learning_rate&b=-1", "learning_rate is &#39;-1&#39;", "change=learning_rate"),
        ("change=seed&b=1&b=2", "allowed is one value", "change=seed"),
        ("change=momentum&b=0.5", "it has an effect only where", "change=momentum"),
        ("change=max_points&b=5", "allowed are examples", "b=5"),
        ("change=batch_size&b=2000", "batch_size is 2000", "change=batch_size"),
        ("change=workers&b=3&epochs=5", "workers is 3, which", "change=workers&amp;epochs=5"),
        (
            "change=replicas&b=256&epochs=500",
            "within the work budget",
            "change=replicas&amp;epochs=500",
        ),
    ],
)
def test_what_b_cannot_be_is_left_out_and_said(get: Get, query: str, said: str, left: str) -> None:
    page = get(f"/compare?{query}").text
    assert said in page
    repaired = re.search(r'data-repaired="([^"]*)"', page)
    assert repaired
    assert repaired[1] == left
