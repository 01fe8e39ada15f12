"""What is said of weight decay and clipping, against numbers made anew."""

import re
from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest

from app.api.compute.runs import get_planned
from app.api.queries.run import RunQuery
from app.science.noise.instruments import INSTRUMENTS
from app.science.restraint import DECAYS, Restraint
from app.science.theory.moments import moments_refusal
from app.web.cache import Cache
from app.words.rule import UpdateRule, update_rule
from app.words.rule_parts import Kind
from tests.science.textbook import TEXTBOOK
from tests.words.latex_meaning import value

Get = Callable[..., httpx.Response]
RUN = {"examples": 40, "batch_size": [4, 40], "epochs": 3, "learning_rate": 0.05}


def ask(get: Get, path: str, **query: Any) -> Any:
    reply = get(f"/api/v1/{path}?{urlencode(RUN | query, doseq=True)}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def ruled(**query: Any) -> UpdateRule:
    planned = get_planned(Cache(50), RunQuery.model_validate(RUN | query))
    return update_rule(planned.problem.surface, planned.plans, planned.parameters)


def test_a_run_says_how_many_gradients_were_clipped(get: Get) -> None:
    found = ask(get, "paths", clip=1.5, replicas=2)
    said = found["summary"].split("Gradients longer than 1.5 were clipped to it: ")[1]
    for batch, size in zip(said.split("; "), (4, 40), strict=True):
        paths = [path for path in found["paths"] if path["batch_size"] == size]
        clipped, made = (sum(path[name] for path in paths) for name in ("clipped", "updates"))
        every = ask(get, "moment", clip=1.5, batch_size=size, count=200)["moments"]
        factors = [moment["clip_factor"] for moment in every]
        assert paths[0]["clipped"] == sum(factor < 1 for factor in factors)
        told = f"{clipped} of {made}" if clipped < made else "all"
        assert told in batch
    assert ask(get, "paths")["paths"][0]["clipped"] is None


def test_diverged_replicas_are_not_counted(get: Get) -> None:
    found = ask(get, "paths", clip=1e6, learning_rate=50)
    assert [path["clipped"] for path in found["paths"]] == [None, None]
    assert "clipped" not in found["summary"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"weight_decay": 0.1}, "L + 0.05 ‖θ‖², which is lowest at ("),
        (
            {"weight_decay": 1e-6, "surface": "logistic-separable"},
            "‖θ‖², whose minima are not those of the loss L",
        ),
        ({"weight_decay": 0.1, "decay": "decoupled"}, "away from the minima of the loss"),
        ({"weight_decay": 0.1, "surface": "bowl"}, "draws to 0, where the minimum is"),
        (
            {"weight_decay": 0.1, "surface": "logistic", "sampling": "balanced"},
            "updates go down the loss of such batches + 0.05 ‖θ‖²",
        ),
        ({"weight_decay": 0.1, "lang": "ja"}, "重み減衰"),
    ],
)
def test_where_decay_leads(get: Get, query: dict[str, Any], said: str) -> None:
    assert said in ask(get, "paths", **query)["summary"]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
@pytest.mark.parametrize("surface", ["least-squares", "ravine"])
def test_coupled_a_full_batch_ends_where_loss_and_decay_are_in_balance(
    get: Get, surface: str, optimizer: str
) -> None:
    query: dict[str, Any] = {"surface": surface, "optimizer": optimizer, "weight_decay": 0.2}
    query["batch_size"] = ["full"]
    rate: dict[str, Any] = {"learning_rate": 0.05, "epochs": 2000, "max_points": 2}
    if optimizer == "adam":
        rate |= {"lr_schedule": "cosine"}
    (path,) = ask(get, "paths", **query | rate)["paths"]
    problem = get_planned(Cache(50), RunQuery.model_validate(RUN | query)).problem
    at = np.array(path["final"]["point"])
    w0, w1 = (np.asarray(w) for w in at)
    np.testing.assert_allclose(np.array(problem.gradient(w0, w1)), -0.2 * at, atol=1e-6)


def test_a_moment_says_by_which_factor(get: Get) -> None:
    query = {"clip": 0.5, "weight_decay": 0.2, "batch_size": 4, "update": 3, "remainder": "weight"}
    for decay in DECAYS:
        moment = ask(get, "moment", **query, decay=decay)
        g, before = np.array(moment["gradient"]), np.array(moment["before"])
        factor = 0.5 / np.linalg.norm(g)
        assert moment["clip_factor"] == pytest.approx(factor)
        added = -0.05 * 0.2 * before
        np.testing.assert_allclose(moment["step"], -0.05 * factor * g + added, rtol=1e-9)
        figure = ask(get, "figures/moment-gradients", **query, decay=decay)
        caption = figure["layout"]["meta"]["caption"]
        (told,) = re.findall(r"clipped to that before the step: × ([\d.]+)\.", caption)
        assert float(told) == pytest.approx(factor, rel=0.06)
        length = np.linalg.norm(before) * (0.2 if decay == "coupled" else 0.01)
        (told,) = re.findall(
            r"(?:to the gradient, |moved the weights by )([\d.]+) (?:long|towards)", caption
        )
        assert float(told) == pytest.approx(length, rel=0.06)


@pytest.mark.parametrize("decay", DECAYS)
@pytest.mark.parametrize("optimizer", TEXTBOOK)
def test_the_typeset_rule_makes_the_steps(optimizer: str, decay: str) -> None:
    rule = ruled(optimizer=optimizer, learning_rate=0.07, weight_decay=0.3, decay=decay, clip=0.5)
    held, made = Restraint(0.3, decay, 0.5), TEXTBOOK[optimizer]()
    theta = np.array([1.5, -2.0])
    letters: dict[str, Any] = {r"\theta": theta, "m": 0.0, "s": 0.0, "v": 0.0}
    for k, g in enumerate(np.random.default_rng(3).standard_normal((9, 2)), start=1):
        letters |= {"k": k}
        for kind, latex, _rule in rule.lines:
            if kind == "clip":
                cut = r"\operatorname{min}\left(1, \frac{0.5}{\lVert g\rVert}\right)"
                assert latex == rf"g \leftarrow {cut}\,g"
                letters["g"] = g * min(1, 0.5 / np.linalg.norm(g))
            elif kind in ("decay", "moment", "correction", "step"):
                left, right = re.split(r" (?:=|\\leftarrow) ", latex, maxsplit=1)
                letters[re.sub("[{}]", "", left)] = value(right, letters)
        theta = held.kept(0.07) * theta + made(held.held(theta, g), 0.07)
        np.testing.assert_allclose(letters[r"\theta"], theta, rtol=1e-9)
    explained = {letter.latex: letter.value for letter in rule.letters}
    assert explained[r"\lambda"] == "0.3"
    assert r"\lVert g\rVert" in explained
    assert ("the same in the gradient" in rule.note) == (optimizer == "sgd")


def test_every_line_of_a_rule_has_a_name_on_the_page(get: Get) -> None:
    assert {*re.findall(r'<span data-kind="(\w+)"', get("/").text)} == {*get_args(Kind)}


def test_theories_without_them_are_refused() -> None:
    for held in ({"weight_decay": 0.1}, {"clip": 1.0}):
        asked = {"surface": "bowl", "sampling": "with-replacement"} | held
        planned = get_planned(Cache(50), RunQuery.model_validate(RUN | asked))
        plan = planned.plans[0]
        assert "without weight decay" in str(moments_refusal(planned.problem, plan, "sgd"))
        for name in ("cabs", "early-stopping"):
            refused = INSTRUMENTS[name].refusal(planned.problem, plan, "sgd")
            assert "with weight decay or clipping" in str(refused)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("decay=decoupled", "decay"),
        ("weight_decay=0&decay=decoupled", "decay"),
        ("weight_decay=-1", "weight_decay"),
        ("weight_decay=1&decay=both", "decay"),
        ("clip=0", "clip"),
        ("clip=inf", "clip"),
    ],
)
@pytest.mark.parametrize("path", ["paths", "network"])
def test_what_is_refused(get: Get, path: str, query: str, parameter: str) -> None:
    reply = get(f"/api/v1/{path}?{query}")
    assert reply.status_code == 422
    assert [error["parameter"] for error in reply.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    "path", ["tradeoff", "figures/one-step-gain", "figures/tradeoff-floor", "figures/largest-rate"]
)
def test_sweeps_of_surfaces_and_theories_take_none(get: Get, path: str) -> None:
    reply = get(f"/api/v1/{path}?clip=1")
    assert reply.status_code == 422
    assert [error["parameter"] for error in reply.json()["errors"]] == ["clip"]
