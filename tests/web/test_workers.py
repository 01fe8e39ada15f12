"""Worker processes: started when needed, anew after one was killed, ended with the server."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

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
