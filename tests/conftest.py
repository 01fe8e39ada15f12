"""What several test modules share: the real command, started and stopped."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READY = "Batchscape is ready at "
PATIENCE = 60  # seconds until a command that says nothing is killed


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
) -> Iterator[Served]:
    """The command with these arguments, once it is ready; killed if it is not stopped before."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BATCHSCAPE_")}
    with subprocess.Popen(
        [*command, *arguments],
        cwd=cwd,
        env=environment | dict(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            assert process.stdout
            assert process.stderr
            line = process.stdout.readline()
            watchdog.cancel()
            if not line.startswith(READY):
                process.kill()
                pytest.fail(f"not ready: {line}{process.stderr.read()}")
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
def live_url() -> Iterator[str]:
    """The address of a server that runs for the whole session."""
    with serving("--port", "0") as served:
        yield served.url
