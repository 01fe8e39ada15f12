"""A sweep in worker processes ends with its client or the server, and outlives a worker."""

import http.client
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.reading import Get
from tests.api.routes.test_tradeoff import SMALL, ask, events, url
from tests.conftest import PATIENCE, Served, serving

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")

# Far more than it takes to notice that it goes on: many tasks of less than a second each.
LONG = {"batch_size": list(range(64, 80)), "epochs": 100, "replicas": 128, "target": 1e-6}
AT_WORK = 1  # seconds of processor time that no request but a sweep takes
SEEDS = count()  # what a sweep has measured is kept: each is a new one
MOST_DONE = 0.75  # of a sweep that ends when the tasks that were begun do


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A server that the tests share, its workers started; the last of them ends it."""
    with serving("--port", "0") as one:
        assert httpx.get(one.url + url(**SMALL), timeout=PATIENCE).status_code == 200
        yield one


@contextmanager
def sweeping(served: Any, accept: str) -> Iterator[int]:
    """A client that waits for a long sweep, on which workers are busy already; its seed."""
    seed = next(SEEDS)
    before = busy(served.process.pid)
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    connection.request("GET", url(**LONG, seed=seed), headers={"Accept": accept})
    until = time.monotonic() + PATIENCE
    while busy(served.process.pid) - before < AT_WORK:
        assert time.monotonic() < until
        time.sleep(0.05)
    try:
        yield seed
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


def share_done(served: Any, seed: int) -> float:
    """How much of a sweep has been measured, as its first event says when it is asked for again."""
    asked = served.url + url(**LONG, seed=seed)
    with httpx.stream(
        "GET", asked, headers={"Accept": "text/event-stream"}, timeout=PATIENCE
    ) as reply:
        text = ""
        for part in reply.iter_text():
            text += part
            if "\n\n" in text:
                break
    (_, progress), *_ = events(text.partition("\n\n")[0])
    done: float = progress["done"]
    return done


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_the_work_stops_when_the_client_goes(served: Any, accept: str) -> None:
    with sweeping(served, accept) as seed:
        # It answers all the while.
        assert httpx.get(f"{served.url}/healthz", timeout=PATIENCE).status_code == 200
    wait_idle(served.process.pid)
    assert share_done(served, seed) < MOST_DONE


def test_the_work_stops_when_only_the_head_was_asked_for(served: Any) -> None:
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:  # which stays connected
        seed = next(SEEDS)
        reply = client.head(url(**LONG, seed=seed), headers={"Accept": "text/event-stream"})
        assert reply.status_code == 200
        assert reply.headers["Content-Type"].startswith("text/event-stream")
        wait_idle(served.process.pid)
        assert share_done(served, seed) < MOST_DONE


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


def test_sigterm_ends_a_sweep_and_its_workers(served: Any) -> None:
    with sweeping(served, "text/event-stream"):
        workers = children(served.process.pid)
        assert workers
        code, _, _ = served.stop(15)
    assert code == 0
    until = time.monotonic() + PATIENCE
    while any(map(alive, workers)):
        assert time.monotonic() < until
        time.sleep(0.05)
