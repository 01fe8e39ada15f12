"""The command, started for a measurement, and what its processes hold."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx


class Server(NamedTuple):
    """A running command."""

    url: str
    pid: int

    def megabytes(self) -> float:
        """Resident memory of the process and of all that it started."""
        return sum(map(_resident, _family(self.pid))) / 1024

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        lines = httpx.get(f"{self.url}/metrics").text.splitlines()
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in lines
            if line.startswith((f"batchscape_{name} ", f"batchscape_{name}{{"))
        )


@contextmanager
def served(*options: str, cwd: Path | None = None) -> Iterator[Server]:
    """The command on a free port, ended with SIGTERM, which it has to survive with 0.

    Of another checkout, if that is the working directory ``cwd``.

    Raises:
        RuntimeError: it did not end well.
    """
    command = [sys.executable, "-m", "app", "--port", "0", *options]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, text=True, cwd=cwd
    ) as process:
        try:
            url = process.stdout.readline().split()[-1]  # type: ignore[union-attr]
            yield Server(url, process.pid)
        finally:
            process.terminate()
            ended = process.wait(30)
    if ended:
        raise RuntimeError(f"the command ended with {ended}")


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) if lines else 0
