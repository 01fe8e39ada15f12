"""``/network/gap`` and ``/network/steps``: the sweeps of the science, whole, as CSV, streamed."""

from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import TypeAdapter

from app.api.compute.network_sweeps import gap_sweep
from app.api.queries.network_sweeps import NetworkGapQuery
from app.api.schemas.network_sweeps import GAP_EVENTS, STEPS_EVENTS, GapAnswer, StepsAnswer
from app.science.networks.gap import measure, tasks
from app.science.networks.gap_result import gather
from app.words.network.gap import gap_summary
from tests.api.reading import NETWORK_GAP as GAP
from tests.api.reading import NETWORK_STEPS as STEPS
from tests.api.reading import Get, parse


def ask(get: Get, name: str, accept: str = "application/json", **query: Any) -> Any:
    return get(f"/api/v1/{name}?{urlencode(query, doseq=True)}", accept=accept)


def events(text: str) -> list[dict[str, Any]]:
    blocks = [dict(line.split(": ", 1) for line in b.splitlines()) for b in text.split("\n\n") if b]
    return [{"event": each["event"], "data": parse(each["data"])} for each in blocks]


def test_the_gap_is_that_of_the_science(get: Get) -> None:
    answer = parse(ask(get, "network/gap", **GAP).text)
    GapAnswer.model_validate(answer)
    sweep = gap_sweep(NetworkGapQuery.model_validate(GAP))
    result = gather(sweep, [measure(task) for task in tasks(sweep)])
    assert answer["summary"] == gap_summary(result)
    assert answer["request"]["batch_size"] == [8, 40]
    for told, compared in zip(answer["budgets"], result.compared.values(), strict=True):
        assert [each["learning_rate"] for each in told["batches"]] == [
            each.learning_rate for each in compared.sizes
        ]


def test_steps_are_answered_as_described(get: Get) -> None:
    answer = parse(ask(get, "network/steps", **STEPS).text)
    StepsAnswer.model_validate(answer)
    assert [each["batch_size"] for each in answer["batches"]] == [2, 8, 40]


@pytest.mark.parametrize(
    ("name", "query", "kinds"),
    [("network/gap", GAP, GAP_EVENTS), ("network/steps", STEPS, STEPS_EVENTS)],
)
def test_what_is_streamed_ends_with_the_answer(
    get: Get, name: str, query: dict[str, Any], kinds: Any
) -> None:
    fresh = {**query, "seed": 1}
    sent = events(ask(get, name, "text/event-stream", **fresh, theme="light").text)
    progress, result, _problem = (TypeAdapter(kind) for kind in kinds)
    for each in sent[:-1]:
        progress.validate_python(each)
        assert name.replace("/", "-") in each["data"]["figures"]
    result.validate_python(sent[-1])
    assert sent[-1]["data"] == parse(ask(get, name, **fresh).text)


@pytest.mark.parametrize(("name", "query"), [("gap", GAP), ("steps", STEPS)])
def test_tables_and_figures(get: Get, name: str, query: dict[str, Any]) -> None:
    table = ask(get, f"network/{name}", "text/csv", **query).text.splitlines()
    assert table[0].startswith(("budget,batch_size", "batch_size,learning_rate"))
    assert len(table) >= 4
    for language in ("en", "ja"):
        figure = parse(ask(get, f"figures/network-{name}", **query, lang=language).text)
        assert figure["data"]
        assert figure["layout"]["meta"]["caption"]


@pytest.mark.parametrize(
    ("name", "query", "parameter"),
    [
        ("gap", {"batch_size": [8]}, "batch_size"),
        ("gap", {"updates": 20_000, "examples": 2000, "hidden": "64,64,64"}, "updates"),
        ("gap", {"epochs": 1000, "batch_size": [1, 2, 4], "replicas": 32}, "epochs"),
        ("steps", {"updates": 100_000, "examples": 2000}, "updates"),
        ("steps", {"learning_rate": 0}, "learning_rate"),
        ("gap", {"examples": 2000, "data": "penguins", "updates": 10, "epochs": 1}, "examples"),
    ],
)
def test_what_is_refused_names_the_parameter(
    get: Get, name: str, query: dict[str, Any], parameter: str
) -> None:
    for accept in ("application/json", "text/event-stream"):
        reply = ask(get, f"network/{name}", accept, **query)
        assert reply.status_code == 422
        assert [each["parameter"] for each in parse(reply.text)["errors"]] == [parameter]


def test_sizes_above_the_examples_are_left_out_by_default() -> None:
    query = NetworkGapQuery.model_validate({"examples": 20})
    assert gap_sweep(query).sizes == (2, 8, 20)


@pytest.mark.parametrize("name", ["gap", "steps"])
def test_what_is_asked_by_default_is_not_refused(get: Get, name: str) -> None:
    reply = get(f"/api/v1/network/{name}", "HEAD", accept="text/event-stream")
    assert reply.status_code == 200
