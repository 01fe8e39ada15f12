"""``/tradeoff``: the sweep of the science, streamed, shared, cached, cancelled."""

import asyncio
import http.client
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from app.api.tradeoff_query import TradeoffQuery
from app.api.tradeoff_work import Laboratory, finish
from app.api.workers import Workers
from app.main import create_app
from app.science.tradeoff.sweep import Sweep, refinement, run_task, tasks
from app.science.tradeoff.swept import gather
from tests.conftest import PATIENCE, Served, serving

from .reading import Get, parse

SMALL = {"examples": 60, "batch_size": [1, 8, "full"], "replicas": 8, "epochs": 5, "target": 0.05}
SWEEP = Sweep(examples=60, batch_sizes=(1, 8, 60), replicas=8, epochs=5, target=0.05)
# Far more than it takes to notice that it goes on: many tasks of less than a second each.
LONG = {"batch_size": list(range(64, 80)), "epochs": 800, "replicas": 128, "target": 1e-6}
AT_WORK = 4  # seconds of processor time that starting workers alone does not take
STOPPED_WITHIN = 5  # seconds of processor time, for the tasks that were begun


def url(**query: Any) -> str:
    return "/api/v1/tradeoff?" + urlencode(query, doseq=True)


def ask(get: Get, **query: Any) -> Any:
    reply = get(url(**query))
    assert reply.status_code == 200, reply.text
    return parse(reply.text)


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((lines["event"], parse(lines["data"])))
    return found


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_it_is_the_sweep_of_the_science(get: Get, optimizer: str) -> None:
    answer = ask(get, **SMALL, optimizer=optimizer)
    sweep = Sweep(
        examples=60, batch_sizes=(1, 8, 60), replicas=8, epochs=5, target=0.05, optimizer=optimizer
    )
    trials = []
    for task in tasks(sweep):
        trials.append(run_task(task))
        if more := refinement(task, trials[-1]):
            trials.append(run_task(more))
    swept = gather(sweep, task.goal, trials)
    (found,) = answer["optimizers"]
    assert found["optimizer"] == optimizer
    assert found["target_loss"] == swept.goal.level
    assert answer["request"]["batch_size"] == [1, 8, 60]
    for batch, tuned in zip(found["batches"], swept.tuned, strict=True):
        assert batch["batch_size"] == tuned.batch_size
        assert batch["learning_rate"] == tuned.learning_rate
        assert tuple(batch["updates"].values()) == tuned.updates
        assert tuple(batch["examples"].values()) == tuned.examples
        assert list(batch["updates"]) == ["p05", "p50", "p95"]
        assert batch["reason"] == tuned.reason
        assert len(batch["tried"]) == len(tuned.tried)
    assert found["fit_refused"] == swept.refused
    if swept.fit:
        critical = found["fit"]["critical_batch_size"]
        assert tuple(critical.values()) == tuple(swept.fit.batch_size)
        assert found["fit"]["approximate"] is True


def test_the_number_of_workers_does_not_matter() -> None:
    async def run(count: int) -> Any:
        state = create_app().state
        workers = Workers(count)
        try:
            step = await finish(Laboratory(workers, state.jobs, state.cache), query)
        finally:
            workers.close()
        return [(t.batch_size, t.learning_rate, t.updates, t.examples) for t in step.swept[0].tuned]

    query = TradeoffQuery.model_validate(SMALL | {"seed": 7})
    assert asyncio.run(run(1)) == asyncio.run(run(2))


def test_the_same_url_is_answered_from_the_cache(new_get: Callable[[], Get]) -> None:
    get = new_get()
    first = get(url(**SMALL))
    begun = time.monotonic()
    again = get(url(**SMALL))
    assert time.monotonic() - begun < 1  # workers alone take longer to start
    assert again.content == first.content
    assert get(url(**SMALL), If_None_Match=first.headers["ETag"]).status_code == 304
    assert new_get()(url(**SMALL)).content == first.content


def test_events_tell_how_far_it_is_and_end_with_the_answer(new_get: Callable[[], Get]) -> None:
    get = new_get()
    reply = get(url(**SMALL, theme="dark"), Accept="text/event-stream")
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    assert reply.headers["Cache-Control"] == "no-store"
    *before, (last, result) = events(reply.text)
    assert last == "result"
    assert result == ask(get, **SMALL)
    assert before
    done = [data["done"] for name, data in before if name == "progress"]
    assert len(done) == len(before)
    assert done == sorted(done)
    assert done[0] > 0
    assert all(data["seconds_left"] >= 0 for _, data in before)
    assert {t["meta"]["role"] for t in before[-1][1]["figure"]["data"]} >= {"measured"}


def test_a_known_answer_is_one_event(get: Get) -> None:
    answer = ask(get, **SMALL)
    reply = get(url(**SMALL), Accept="text/event-stream")
    assert events(reply.text) == [("result", answer)]


def test_a_target_out_of_reach_is_words(get: Get) -> None:
    query = SMALL | {"epochs": 1, "batch_size": "full", "target": 0.001, "learning_rate": 0.01}
    answer = ask(get, **query)
    ((batch,),) = (found["batches"] for found in answer["optimizers"])
    assert batch["learning_rate"] is None
    assert batch["regime"] is None
    assert batch["updates"] == {"p05": None, "p50": None, "p95": None}
    assert "within 1 epoch" in batch["reason"]
    assert "No batch size reaches the target" in answer["summary"]


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ({"target": 0}, "target", "1e-06 or more"),
        ({"target": 0.95}, "target", "0.9"),
        ({"batch_size": 61}, "batch_size", "from 1 to 60"),
        ({"learning_rate": -1}, "learning_rate", "1e-06 or more"),
        ({"optimizer": "lion"}, "optimizer", "sgd"),
        ({"replicas": 2}, "replicas", "4"),
        ({"start": "1,2,3"}, "start", "two finite numbers"),
        ({"start": "1e9,0"}, "start", "from"),
        ({"momentum": 0.9}, "momentum", "not a parameter here"),
        (
            {"examples": 10_000, "epochs": 1000, "batch_size": 1, "replicas": 128},
            "epochs",
            "at most",
        ),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_bad_input_is_named(
    get: Get, query: dict[str, Any], parameter: str, allowed: str, accept: str
) -> None:
    reply = get(url(**SMALL | query), Accept=accept)
    if reply.headers["Content-Type"].startswith("text/event-stream"):  # seen once under way
        ((name, problem),) = events(reply.text)
        assert name == "problem"
    else:
        assert reply.status_code == 422
        problem = reply.json()
    (error,) = problem["errors"]
    assert error["parameter"].split(".")[0] == parameter
    assert allowed in error["message"]


@pytest.mark.parametrize("accept", ["text/event-stream;q=0", "application/json, */*;q=0.1"])
def test_a_stream_is_for_those_who_would_rather_have_it(get: Get, accept: str) -> None:
    assert get(url(**SMALL), Accept=accept).headers["Content-Type"] == "application/json"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A server that the tests share; the one that ends it has its own."""
    with serving("--port", "0") as one:
        yield one


@contextmanager
def sweeping(served: Any, accept: str) -> Iterator[None]:
    """A client that waits for a long sweep, on which workers are busy already."""
    before = busy(served.process.pid)
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    connection.request("GET", url(**LONG), headers={"Accept": accept})
    until = time.monotonic() + PATIENCE
    while busy(served.process.pid) - before < AT_WORK:
        assert time.monotonic() < until
        time.sleep(0.05)
    try:
        yield
    finally:
        connection.close()


def busy(pid: int) -> float:
    """Seconds of processor time that a process and its children have used."""
    total = 0.0
    for one in (pid, *children(pid)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in listed.read_text().split()] if listed.exists() else []
    return [grandchild for child in found for grandchild in (child, *children(child))]


def alive(pid: int) -> bool:
    """Whether a process runs: one that has ended may wait for its end to be noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_idle(pid: int) -> None:
    """Until nothing is computed for a while."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        before = busy(pid)
        time.sleep(0.5)
        if busy(pid) - before < 0.1:
            return
    pytest.fail("the server goes on working")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_the_work_stops_when_the_client_goes(served: Any, accept: str) -> None:
    with sweeping(served, accept):
        assert (
            httpx.get(f"{served.url}/healthz", timeout=PATIENCE).status_code == 200
        )  # answers all the while
    begun = busy(served.process.pid)
    wait_idle(served.process.pid)
    assert busy(served.process.pid) - begun < STOPPED_WITHIN


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_the_work_stops_when_only_the_head_was_asked_for(served: Any) -> None:
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:  # which stays connected
        reply = client.head(url(**LONG), headers={"Accept": "text/event-stream"})
        assert reply.status_code == 200
        assert reply.headers["Content-Type"].startswith("text/event-stream")
        begun = busy(served.process.pid)
        wait_idle(served.process.pid)
        assert busy(served.process.pid) - begun < STOPPED_WITHIN


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_a_killed_worker_changes_nothing(served: Any, get: Get) -> None:
    query = SMALL | {"surface": "tanh-neuron", "replicas": 32, "epochs": 40, "target": 0.01}
    with httpx.stream(
        "GET", served.url + url(**query), headers={"Accept": "text/event-stream"}, timeout=PATIENCE
    ) as reply:
        text = reply.iter_text()
        said = next(text)
        killed = max(children(served.process.pid))
        os.kill(killed, 9)
        said += "".join(text)
    assert events(said)[-1] == ("result", ask(get, **query))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_sigterm_ends_a_sweep_and_its_workers(serve: Callable[..., Any]) -> None:
    served = serve("--port", "0")
    with sweeping(served, "text/event-stream"):
        workers = children(served.process.pid)
        assert workers
        code, _, _ = served.stop(15)
    assert code == 0
    until = time.monotonic() + PATIENCE
    while any(map(alive, workers)):
        assert time.monotonic() < until
        time.sleep(0.05)
