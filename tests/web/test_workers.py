"""Worker processes: started when needed, anew after one was killed, ended with the server."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from app.web.workers import Workers

PATIENCE = 120  # seconds


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(1)
    yield made
    made.close()


def test_a_worker_is_another_process(workers: Workers) -> None:
    assert workers.submit(os.getpid).result(PATIENCE) != os.getpid()


def test_a_killed_worker_is_replaced(workers: Workers) -> None:
    first = workers.submit(os.getpid).result(PATIENCE)
    lost = workers.submit(time.sleep, PATIENCE)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(Exception, match="terminated abruptly"):
        lost.result(PATIENCE)
    assert workers.submit(os.getpid).result(PATIENCE) not in (first, os.getpid())


def test_errors_come_back(workers: Workers) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        workers.submit(int, "x").result(PATIENCE)


def test_without_semaphores_threads_work(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refuse)
    assert workers.submit(os.getpid).result(PATIENCE) == os.getpid()


def test_closing_ends_them(workers: Workers) -> None:
    worker = workers.submit(os.getpid).result(PATIENCE)
    workers.close()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("the worker is still there")


@pytest.fixture
def dead_scheduler(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of one that nobody listens to, which Dask says without the time it takes."""

    def refuse(address: str, *, timeout: str) -> None:
        with pytest.raises(RuntimeError):  # or the event loop would wait with it
            asyncio.get_running_loop()
        raise TimeoutError(f"{address} after {timeout}")

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=refuse))
    return "tcp://127.0.0.1:1"


@pytest.mark.parametrize(("lang", "said"), [("en", "does not answer"), ("ja", "応答しません")])
def test_a_scheduler_that_does_not_answer_is_named(
    dead_scheduler: str, lang: str, said: str
) -> None:
    app = create_app(Settings(dask=dead_scheduler))
    url = f"/api/v1/tradeoff?examples=32&replicas=4&epochs=4&batch_size=4&lang={lang}"

    async def ask(accept: str) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(url, headers={"Accept": accept})

    whole, streamed = (asyncio.run(ask(kind)) for kind in ("*/*", "text/event-stream"))
    assert (whole.status_code, whole.headers["Cache-Control"]) == (503, "no-store")
    problem = whole.json()
    assert dead_scheduler in problem["detail"]
    assert said in problem["detail"]
    assert "event: problem" in streamed.text
    assert json.loads(streamed.text.partition("data: ")[2].splitlines()[0]) == problem
