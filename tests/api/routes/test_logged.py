"""A log in, a link out; a link in, estimates out."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
import pytest

from app.api.queries.logged import EXAMPLE
from app.science.logged.packed import unpack
from tests.api.reading import NETWORK
from tests.science.logged.hostile import HOSTILE
from tests.science.logged.links import LOGS, MISTAKEN, NAMELESS, NOTHING, PLAIN
from tests.science.logged.made import drawn, text

Get: TypeAlias = Callable[..., httpx.Response]

URL = "/api/v1/logged"
NDJSON = "application/x-ndjson"
TABLE = b"Step,small,large\n" + b"".join(b"%d,%d,2.5\n" % (k, 4 + k % 3) for k in range(30))


def post(get: Get, content: bytes, kind: str = NDJSON, **query: Any) -> httpx.Response:
    return get(f"{URL}?{urlencode(query)}", "POST", content, content_type=kind)


def test_a_log_is_packed_into_a_link_that_tells_of_it(get: Get) -> None:
    reply = post(get, text(drawn(60), notes=[], data=50_000), lang="ja")
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-store"
    said = reply.json()
    assert (said["log"], said["steps"], said["used"], said["warnings"]) == (PLAIN, 60, 60, [])
    assert said["link"] == f"http://test/your-run?log={PLAIN}&lang=ja"
    assert len(get(f"{URL}?log={said['log']}").json()["windows"]) == 3


def test_what_is_wrong_is_told_with_its_line_and_by_the_link_without(get: Get) -> None:
    said = post(get, text(MISTAKEN, notes=["dropout"])).json()
    order = next(each for each in said["warnings"] if each["id"] == "order")
    assert (order["steps"], order["line"]) == (24, 3)
    assert "24 steps, first in line 3" in order["message"]
    again = get(f"{URL}?log={said['log']}").json()["warnings"]
    assert [each["id"] for each in again] == [each["id"] for each in said["warnings"]]
    assert again[0]["line"] is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_log_is_refused_with_line_and_reason(get: Get, name: str) -> None:
    content, line, _reason = HOSTILE[name]
    reply = post(get, content, lang="ja")
    assert (reply.status_code, reply.headers["Content-Type"]) == (422, "application/problem+json")
    (error,) = reply.json()["errors"]
    assert error["parameter"] == "log"
    assert str(line) in error["message"] or not line


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[]", "it is no JSON object"),
        (b"null", "it is no JSON object"),
        (b"step,norm\n1,2\n", "it is no JSON"),
        (b"\x00\xff", "it is not in UTF-8"),
        (b"", "there is no line in it"),
    ],
)
def test_what_is_sent_as_lines_and_is_none_is_told_so(
    get: Get, content: bytes, reason: str
) -> None:
    (error,) = post(get, content, f"{NDJSON}; charset=utf-8").json()["errors"]
    assert error["parameter"] == "log"
    assert reason in error["message"]


@pytest.mark.parametrize("kind", [NDJSON, "text/plain", "text/csv"])
def test_it_is_sent_as_lines_or_as_text(get: Get, kind: str) -> None:
    assert post(get, text(drawn(3)), kind).status_code == 200
    refused = post(get, b"", "application/json")
    assert refused.status_code == 415
    assert NDJSON in refused.headers["Accept"]


def test_a_table_is_read_by_chosen_columns(get: Get) -> None:
    told = {"step": "Step", "mean_part_norm": "small", "norm": "large", "examples": 64, "parts": 4}
    said = post(get, TABLE, "text/csv", **told).json()
    assert said["used"] == 30
    for changed, parameter in (
        ({"norm": "nothing"}, "norm"),
        ({"parts": 100}, "parts"),
        ({"examples": None}, "examples"),
    ):
        asked = {k: v for k, v in (told | changed).items() if v is not None}
        reply = post(get, TABLE, "text/csv", **asked)
        assert reply.status_code == 422
        assert [each["parameter"] for each in reply.json()["errors"]] == [parameter]
    refused = post(get, text(drawn(3)), parts=2)
    assert [each["parameter"] for each in refused.json()["errors"]] == ["parts"]


@pytest.mark.parametrize("log", LOGS)
def test_a_log_is_estimated_alike_wherever_it_is_asked(get: Get, log: str) -> None:
    said = get(f"{URL}?log={log}").json()
    found = unpack(log)
    assert [each["steps"] for each in said["windows"]] == found.sums.steps.tolist()
    assert said["data"] == found.header.data
    table = get(f"{URL}.csv?log={log}").text.splitlines()
    assert len(table) == 1 + len(said["windows"])
    figure = get(f"/api/v1/figures/logged-noise?log={log}").json()
    assert figure["layout"]["meta"]["caption"].startswith(said["summary"])
    advice = get(f"/api/v1/figures/logged-advice?log={log}").json()
    if said["advice"]:
        assert advice["layout"]["meta"]["claim"] == said["advice"]["sentence"]


@pytest.mark.parametrize(
    ("log", "said"),
    [(NOTHING, "1 window of 1 measured step;"), (PLAIN, "3 windows of at least 20")],
)
def test_one_step_is_no_steps(get: Get, log: str, said: str) -> None:
    caption = get(f"/api/v1/figures/logged-noise?log={log}").json()["layout"]["meta"]["caption"]
    assert said in caption


def test_the_sentence_has_the_numbers(get: Get) -> None:
    advice = get(f"{URL}?log={PLAIN}").json()["advice"]
    cost = next(each for each in advice["costs"] if each["factor"] == 2)
    assert advice["sentence"] == (
        f"Twice the batch: {cost['examples']['value']:.2f} × ({cost['examples']['low']:.2f}–"
        f"{cost['examples']['high']:.2f}) the examples, {cost['updates']['value']:.2f} × the "
        "updates."
    )


@pytest.mark.parametrize("log", ["", "x", EXAMPLE[:-1], EXAMPLE + "A", "log1.....0.", "A" * 6000])
def test_any_other_text_is_a_problem_that_names_it(get: Get, log: str) -> None:
    for path in (URL, "/api/v1/figures/logged-noise", "/api/v1/figures/logged-advice"):
        reply = get(f"{path}?log={log}")
        assert reply.status_code == 422
        assert [each["parameter"] for each in reply.json()["errors"]] == ["log"]


def test_a_networks_own_log_holds_its_exact_noise_scale(get: Get) -> None:
    asked = {**NETWORK, "learning_rate": 0.05, "updates": 400, "batch_size": [8, "full"]}
    url = f"/api/v1/network/log?{urlencode(asked | {'replica': 1}, doseq=True)}"
    reply = get(url)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith(NDJSON)
    header, *lines = map(json.loads, reply.text.splitlines())
    assert (header["data"], header["parts"], len(lines)) == (40, "examples", 400)
    assert "ETag" in reply.headers
    said = get(f"{URL}?log={post(get, reply.content).json()['log']}").json()
    assert said["warnings"] == []
    windows = said["windows"]
    held = [each["low"] <= each["exact"] <= (each["high"] or 1e99) for each in windows]
    assert len(held) == 20
    assert sum(held) >= 14
    full = get(f"{url}&followed=full").text.splitlines()[1]
    assert json.loads(full)["examples"] == [40]


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"batch_size": 1}, "batch_size"), ({"followed": 9}, "followed"),
        ({"replica": 3}, "replica"), ({"followed": 0}, "followed"),
        ({"learning_rate": 100, "updates": 1, "batch_size": 1}, "batch_size"),
    ],
)  # fmt: skip
def test_of_no_run_there_is_no_log(get: Get, changed: dict[str, Any], parameter: str) -> None:
    asked = {**NETWORK, "learning_rate": 0.1, "updates": 20, "batch_size": 8} | changed
    reply = get(f"/api/v1/network/log?{urlencode(asked, doseq=True)}")
    assert reply.status_code == 422
    assert [each["parameter"] for each in reply.json()["errors"]] == [parameter]


def devices(get: Get, **query: Any) -> Any:
    reply = get(f"/api/v1/devices?{urlencode(query, doseq=True)}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_devices_make_a_batch_its_epochs_and_its_seconds(get: Get) -> None:
    asked: dict[str, Any] = {"per_device": 16, "devices": 4, "accumulation": 2}
    said = devices(get, **asked, examples=1000, drop_last=True)
    assert said["batch_size"] == 128
    assert said["epoch"] == {"steps": 7, "last": 128, "lost": 104}
    timed = devices(get, **asked, log=PLAIN, timed_batch=[64, 128], timed_seconds=[0.3, 0.5])
    assert timed["examples"] == 50_000
    assert timed["seconds"]["an_update"] == pytest.approx(0.5)
    assert timed["seconds"]["an_epoch"] == pytest.approx(0.5 * 391)
    assert "first" in timed["first"]
    model = devices(
        get, architecture="dense", inputs=10, width=8, layers=1, outputs=2, memory=0.001
    )
    assert model["memory"]["weights"] == 4 * (11 * 8 + 9 * 2)
    assert "not even one example" not in model["first"]
    assert model["memory"]["largest"] == (1e6 - 16 * (11 * 8 + 9 * 2)) // (4 * 20)


def test_a_run_without_an_update_and_a_memory_without_a_batch_are_told_of(get: Get) -> None:
    none = devices(get, per_device=64, examples=10, drop_last=True)
    assert none["epoch"]["steps"] == 0
    assert "a batch of 64 is more than the data's 10 examples, and the last" in none["first"]
    one = devices(get, per_device=2, examples=1, drop_last=True)["first"]
    assert "a batch of 2 is more than the data's 1 example, and the last" in one
    for kept in ({"examples": 10}, {"examples": 64, "drop_last": True}, {"drop_last": True}):
        assert "No update" not in devices(get, per_device=64, **kept)["first"]
    for more in ({}, {"log": PLAIN}):
        small = devices(get, architecture="transformer", memory=0.001, **more)
        assert small["memory"]["largest"] == 0
        assert "not even one example fits" in small["first"]
        assert "Try a batch" not in small["first"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("per_device=0", "per_device"),
        ("memory=8", "memory"),
        ("architecture=dense&heads=2", "heads"),
        ("architecture=transformer&heads=7", "heads"),
        ("timed_batch=1", "timed_batch"),
        ("timed_batch=1&timed_batch=64", "timed_seconds"),
        ("timed_batch=1&timed_batch=2&timed_seconds=1&timed_seconds=2", "timed_batch"),
        ("log=x", "log"),
    ],
)
def test_what_has_no_effect_or_no_sense_is_refused(get: Get, query: str, parameter: str) -> None:
    reply = get(f"/api/v1/devices?{query}")
    assert reply.status_code == 422
    assert parameter in [each["parameter"] for each in reply.json()["errors"]]


def test_without_parameters_of_an_optimizer_nothing_is_claimed(get: Get) -> None:
    said = get(f"{URL}?log={NAMELESS}").json()["advice"]
    assert said["rule"] is None
    assert said["rate"].startswith("For this optimizer")
