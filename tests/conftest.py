"""What several test modules share: the application asked, and the real command started."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import httpx
import pytest

from app.main import create_app

ROOT = Path(__file__).parents[1]
READY = "Batchscape is ready at "
PATIENCE = 120  # seconds until a command that says nothing is killed

gc.disable()  # while thousands of tests are collected


def pytest_collection_finish() -> None:
    """What has been collected stays: garbage is looked for in what is made from now on."""
    gc.freeze()
    gc.enable()


@dataclass(frozen=True)
class Served:
    """A command that has said it is ready."""

    process: subprocess.Popen[str]
    url: str

    def stop(self, number: int) -> tuple[int, str, str]:
        """Send a signal; the exit code, and what else it wrote to stdout and stderr."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


Serve = Callable[..., Served]


@contextmanager
def serving(
    *arguments: str,
    command: Sequence[str] = (sys.executable, "-m", "app"),
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    stderr: IO[bytes] | int = subprocess.PIPE,
) -> Iterator[Served]:
    """The command with these arguments, once it is ready; killed if it is not stopped before."""
    # Its settings are the test's, and the next one finds what this one has compiled.
    without = ("BATCHSCAPE_", "PYTHONDONTWRITEBYTECODE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(without)}
    with subprocess.Popen(
        [*command, *arguments],
        cwd=cwd,
        env=environment | {"BATCHSCAPE_WARM": "false"} | dict(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        start_new_session=True,
    ) as process:
        # Its workers too: as long as one holds stdout, reading from it does not end.
        kill = partial(os.killpg, process.pid, signal.SIGKILL)
        watchdog = threading.Timer(PATIENCE, kill)
        watchdog.start()
        try:
            assert process.stdout
            line = process.stdout.readline()
            watchdog.cancel()
            if not line.startswith(READY):
                kill()
                pytest.fail(f"not ready: {line}{process.stderr.read() if process.stderr else ''}")
            yield Served(process, line.removeprefix(READY).strip())
        finally:
            watchdog.cancel()
            if process.poll() is None:
                process.terminate()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts the command: `serving`, ended with the test."""
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(serving(*args, **kwargs))


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server that runs for the whole session, and the file of its log."""
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as output, serving("--port", "0", stderr=output) as served:
        yield served.url, log


def client() -> Callable[..., httpx.Response]:
    """``get(url, header=…)`` of a new application; with another method, ``content`` is sent.

    It asks for bodies as they are: to compress each and unpack it again would take its time.
    """
    app = create_app()
    plain = {"Accept-Encoding": "identity"}

    def get(
        url: str, method: str = "GET", content: bytes | None = None, **headers: str
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://test", headers=plain
            ) as asking:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await asking.request(method, url, headers=named, content=content)

        return asyncio.run(ask())

    return get


@pytest.fixture(scope="session")
def get() -> Callable[..., httpx.Response]:
    """Asks one application: its cache lasts the session."""
    return client()


@pytest.fixture
def new_get() -> Callable[[], Callable[..., httpx.Response]]:
    """Makes a ``get`` of another, new application."""
    return client
