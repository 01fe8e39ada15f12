"""Several update rules beside each other: each as it is alone, and told apart."""

import csv
from io import StringIO
from typing import Any

import pytest

from app.api.queries.rules import MOST_RUNS

from ..reading import Get

RUN = "examples=60&epochs=2&batch_size=8&batch_size=full"
BOTH = f"{RUN}&optimizer=sgd&optimizer=adam&beta2=0.9"
ALONE = (RUN, f"{RUN}&optimizer=adam&beta2=0.9")


def paths(get: Get, query: str) -> dict[str, Any]:
    answer = get(f"/api/v1/paths?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_each_path_is_that_of_its_rule_alone(get: Get) -> None:
    both = paths(get, BOTH)
    alone = [paths(get, query) for query in ALONE]
    assert both["paths"] == [path for each in alone for path in each["paths"]]
    assert [(path["optimizer"], path["batch_size"]) for path in both["paths"]] == [
        *(("sgd", 8), ("sgd", 60)),
        *(("adam", 8), ("adam", 60)),
    ]
    assert both["paths"][0]["hyperparameters"] == {}
    assert both["paths"][2]["hyperparameters"] == {"beta1": 0.9, "beta2": 0.9, "eps": 1e-8}


def test_what_was_asked_is_told_and_may_be_asked_again(get: Get) -> None:
    both, (one, _other) = paths(get, BOTH), [paths(get, query) for query in ALONE]
    assert both["request"]["optimizer"] == ["sgd", "adam"]
    assert both["request"]["learning_rate"] is None
    assert one["request"]["optimizer"] == "sgd"
    assert one["request"]["learning_rate"] == one["paths"][0]["learning_rate"]
    assert paths(get, f"{RUN}&optimizer=adam&optimizer=adam&beta2=0.9") == paths(get, ALONE[1])


def test_words_name_rule_and_size(get: Get) -> None:
    summary = paths(get, BOTH)["summary"]
    for said in ("SGD (batch size 8) made", "Adam (full batch) made"):
        assert said in summary
    assert summary.endswith("Learning rates: SGD 0.1, Adam 0.15.")
    heavy = paths(get, f"{RUN}&optimizer=sgd&optimizer=momentum&learning_rate=0.02")
    assert heavy["request"]["learning_rate"] == 0.02
    assert heavy["summary"].endswith(
        "Learning rates: SGD 0.02, Momentum 0.02. Momentum's steps add up to those of a rate of "
        "ε/(1 − β): Momentum 0.2."
    )
    scaled = paths(get, f"{RUN}&optimizer=sgd&optimizer=momentum&momentum=0&lr_scaling=linear")
    assert "Learning rates: SGD 0.025 to 0.188, Momentum 0.025 to 0.188." in scaled["summary"]


@pytest.mark.parametrize(
    ("query", "rates", "added_up"),
    [
        ("lr_schedule=step&decay_factor=.1&decay_epochs=1", "0.01 to 0.1", "0.1 to 1"),
        ("warmup=10&learning_rate=.2", "0.02 to 0.2", "0.2 to 2"),
        # 0.9⁴ at four times the reference batch size.
        ("beta_scaling=power&reference_batch_size=2", "0.1", "0.291"),
        (
            "batch_schedule=double&batch_epochs=1&lr_scaling=linear&reference_batch_size=8",
            "0.1 to 0.2",
            "1 to 2",
        ),
        # Before the second epoch all is lost, and no rate has fallen.
        ("learning_rate=100&lr_schedule=step&decay_factor=.1&decay_epochs=1", "100", "1,000"),
    ],
)
def test_rates_are_told_of_the_updates_that_runs_made(
    get: Get, query: str, rates: str, added_up: str
) -> None:
    asked = f"examples=80&epochs=2&batch_size=8&surface=bowl&{query}"
    said = paths(get, f"{asked}&optimizer=sgd&optimizer=momentum")["summary"]
    along = " along the runs" if "to" in rates else ""
    assert f"Learning rates{along}: SGD {rates}, Momentum {rates}." in said
    assert f"a rate of ε/(1 − β): Momentum {added_up}." in said


def test_the_table_has_a_column_of_rules_where_there_are_several(get: Get) -> None:
    both = list(csv.DictReader(StringIO(get(f"/api/v1/paths?{BOTH}&format=csv").text)))
    alone = [get(f"/api/v1/paths?{query}&format=csv").text for query in ALONE]
    assert not any("optimizer" in text for text in alone)
    tables = [list(csv.DictReader(StringIO(text))) for text in alone]
    named = [
        row | {"optimizer": rule}
        for rule, rows in zip(("sgd", "adam"), tables, strict=True)
        for row in rows
    ]
    assert both == named
    drawn = get(f"/api/v1/figures/paths?{BOTH}&format=csv").text
    assert {row["optimizer"] for row in csv.DictReader(StringIO(drawn))} >= {"sgd", "adam"}


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        (
            "optimizer=sgd&optimizer=adam&learning_rate=0.1",
            "learning_rate",
            "each rule has its own",
        ),
        ("optimizer=sgd&optimizer=adam&momentum=0.5", "momentum", "it has an effect only where"),
        ("optimizer=sgd,adam", "optimizer", "optimizer=sgd&optimizer=adam"),
        (
            "optimizer=sgd&optimizer=adam&" + "&".join(f"batch_size={b}" for b in range(1, 6)),
            "optimizer",
            f"{MOST_RUNS} runs at most: here are 2 rules × 5 batch sizes",
        ),
        ("optimizer=sgd&optimizer=adam&epochs=9000&batch_size=1", "epochs", "work budget"),
    ],
)
def test_what_does_not_combine_is_refused_in_words(
    get: Get, query: str, parameter: str, said: str
) -> None:
    answer = get(f"/api/v1/paths?{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], said in error["message"]) == (parameter, True), error


@pytest.mark.parametrize(
    "resource",
    [
        *("moment", "code/numpy", "figures/moment-data", "figures/moment-sizes"),
        *("figures/turning", "figures/noise-along", "figures/printed-loss"),
    ],
)
def test_one_rule_alone_is_asked_of_what_is_of_one(get: Get, resource: str) -> None:
    answer = get(f"/api/v1/{resource}?optimizer=sgd&optimizer=adam")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == ["optimizer"]


def test_a_notebook_draws_all_of_them(get: Get) -> None:
    assert "optimizer=sgd&optimizer=adam" in get(f"/api/v1/code/notebook?{BOTH}").text


def test_the_rules_are_typeset_one_after_another(get: Get) -> None:
    both, *alone = (get(f"/api/v1/rule?{query}").json() for query in (BOTH, *ALONE))
    lines = [(line["latex"], line["rule"]) for line in both["lines"]]
    shared = [line["latex"] for line in alone[0]["lines"] if line in alone[1]["lines"]]
    assert [latex for latex, rule in lines if rule is None] == shared
    for title, one in zip(("SGD", "Adam"), alone, strict=True):
        own = [line["latex"] for line in one["lines"] if line["latex"] not in shared]
        assert [latex for latex, rule in lines if rule == title] == own
    rates = [(each["optimizer"], each["batch_size"], each["first"]) for each in both["rates"]]
    assert rates == [("sgd", 8, 0.1), ("sgd", 60, 0.1), ("adam", 8, 0.15), ("adam", 60, 0.15)]
    told = {letter["latex"]: letter["meaning"] for letter in both["letters"]}
    assert told[r"\varepsilon = 0.15"] == "learning rate (Adam)"
    table = csv.DictReader(StringIO(get(f"/api/v1/rule?{BOTH}&format=csv").text))
    assert [row["optimizer"] for row in table] == ["sgd", "sgd", "adam", "adam"]
