"""A network's runs by several update rules beside each other: each as it is alone, told apart."""

import csv
from io import StringIO
from typing import Any

import pytest

from app.api.compute.network import key_of
from app.api.queries.network import NetworkQuery
from app.api.queries.rules import MOST_RUNS

from ..reading import Get

RUN = "examples=30&hidden=4&updates=40&replicas=2&batch_size=4&batch_size=full&vary=order"
BOTH = f"{RUN}&optimizer=sgd&optimizer=adam&beta2=0.9"
ALONE = (RUN, f"{RUN}&optimizer=adam&beta2=0.9")
OF_SEVERAL = {"optimizer", "title", "hyperparameters"}


def answer(get: Get, query: str, resource: str = "network") -> dict[str, Any]:
    reply = get(f"/api/v1/{resource}?{query}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


@pytest.fixture(scope="module")
def both(get: Get) -> dict[str, Any]:
    return answer(get, BOTH)


@pytest.fixture(scope="module")
def alone(get: Get) -> list[dict[str, Any]]:
    return [answer(get, query) for query in ALONE]


def test_each_run_is_that_of_its_rule_alone(
    both: dict[str, Any], alone: list[dict[str, Any]]
) -> None:
    own = [batch for each in alone for batch in each["batches"]]
    assert not any(OF_SEVERAL & {*batch} for batch in own)
    told = [{k: v for k, v in each.items() if k not in OF_SEVERAL} for each in both["batches"]]
    assert told == own
    assert [(each["title"], each["batch_size"]) for each in both["batches"]] == [
        *(("SGD", 4), ("SGD", 30), ("Adam", 4), ("Adam", 30))
    ]
    assert both["batches"][0]["hyperparameters"] == {}
    assert both["batches"][2]["hyperparameters"] == {"beta1": 0.9, "beta2": 0.9, "eps": 1e-8}


def test_all_of_an_answer_says_whose_it_is(
    both: dict[str, Any], alone: list[dict[str, Any]]
) -> None:
    rules = ["sgd", "sgd", "adam", "adam"]
    assert [each["optimizer"] for each in both["plane"]["paths"]] == rules
    shares = both["boundary"]["disagreement"]
    assert [each.pop("optimizer") for each in shares] == rules
    assert shares == [share for each in alone for share in each["boundary"]["disagreement"]]
    assert (both["request"]["optimizer"], both["request"]["learning_rate"]) == (
        ["sgd", "adam"],
        None,
    )
    assert [each["request"]["optimizer"] for each in alone] == ["sgd", "adam"]
    for said in ("SGD, B = 4: training loss", "Adam, B = 30 (full): training loss"):
        assert said in both["summary"]
    assert both["summary"].endswith("Learning rates: SGD 0.5, Adam 0.005.")


def test_what_is_known_of_a_rule_beside_others_is_known_of_it_alone() -> None:
    one = NetworkQuery.model_validate({"optimizer": "adam"})
    both = NetworkQuery.model_validate({"optimizer": ["sgd", "adam"]})
    assert key_of(both.alone[1]) == key_of(one) == key_of(one.alone[0])
    assert key_of(both) != key_of(both.alone[0])


def test_tables_have_a_column_of_rules_where_there_are_several(get: Get) -> None:
    table, *theirs = (get(f"/api/v1/network?{q}&format=csv").text for q in (BOTH, *ALONE))
    assert not any("optimizer" in text for text in theirs)
    named = [
        row | {"optimizer": rule}
        for rule, text in zip(("sgd", "adam"), theirs, strict=True)
        for row in csv.DictReader(StringIO(text))
    ]
    assert [*csv.DictReader(StringIO(table))] == named
    for figure in ("plane", "boundary", "curves", "sharpness", "noise"):
        drawn = get(f"/api/v1/figures/network-{figure}?{BOTH}&format=csv").text
        assert {row["optimizer"] for row in csv.DictReader(StringIO(drawn))} >= {"sgd", "adam"}


def test_the_run_that_is_followed_is_of_a_rule(get: Get) -> None:
    """At the same moment of the same run, it is the moment of that rule alone."""
    followed = answer(get, f"{BOTH}&moment=20&followed_optimizer=adam", "figures/network-moment")
    alone = answer(get, f"{ALONE[1]}&moment=20", "figures/network-moment")
    marks = [
        next(t for t in figure["data"] if t["meta"]["role"] == "boundary")
        for figure in (followed, alone)
    ]
    assert marks[0]["x"] == marks[1]["x"]
    assert followed["layout"]["meta"]["claim"].startswith("Adam, B = 4 after update 20")
    said = followed["layout"]["meta"]["parameters"]
    assert "(followed_optimizer) = adam" in said
    assert "(learning_rate) = 0.5, 0.005;" in said
    plane = answer(get, f"{BOTH}&followed_optimizer=adam", "figures/network-plane")
    (at,) = (trace for trace in plane["data"] if trace["meta"]["role"] == "moment")
    assert at["meta"]["optimizer"] == "adam"
    assert "Adam makes another one of the same gradient" in plane["layout"]["meta"]["caption"]


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("network?learning_rate=0.1", "learning_rate", "each rule has its own"),
        ("network?momentum=0.5", "momentum", "it has an effect only where"),
        (
            "network?" + "&".join(f"batch_size={b}" for b in range(1, 6)),
            "optimizer",
            f"{MOST_RUNS} runs at most: here are 2 rules × 5 batch sizes",
        ),
        ("network?updates=60000&batch_size=full&examples=900", "updates", "work budget"),
        (
            "figures/network-moment?updates=9&followed_optimizer=momentum",
            "followed_optimizer",
            "sgd, adam",
        ),
        ("network/log?updates=9", "optimizer", "one update rule: a log is of one run"),
        ("network/code/numpy?", "optimizer", "one update rule: a script is of one"),
        ("network/gap?", "optimizer", "allowed is one update rule here"),
        ("network/steps?", "optimizer", "allowed is one update rule here"),
    ],
)
def test_what_does_not_combine_is_refused_in_words(
    get: Get, query: str, parameter: str, said: str
) -> None:
    reply = get(f"/api/v1/{query}&optimizer=sgd&optimizer=adam")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert (error["parameter"], said in error["message"]) == (parameter, True), error


def test_the_work_of_rules_adds_up(get: Get) -> None:
    alone = "/api/v1/network/code/notebook?updates=30000&batch_size=full&examples=900&optimizer=sgd"
    assert get(alone).status_code == 200
    reply = get(f"{alone}&optimizer=momentum")
    assert [error["parameter"] for error in reply.json()["errors"]] == ["updates"]


def test_a_notebook_draws_all_of_them(get: Get) -> None:
    assert "optimizer=sgd&optimizer=adam" in get(f"/api/v1/network/code/notebook?{BOTH}").text


def test_rules_with_one_rate_are_no_less_told_apart(get: Get) -> None:
    """Their plans are equal: what tells runs apart is not what they were laid out by."""
    rules = "optimizer=rmsprop&optimizer=adam&learning_rate=0.01"
    both = answer(get, f"{RUN}&{rules}")
    assert both["request"]["learning_rate"] == 0.01
    assert len({path["loss"][-1] for path in both["plane"]["paths"]}) == 4
