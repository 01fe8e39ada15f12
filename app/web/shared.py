"""Results that the processes of a server share: files, each made by one of them under a lock."""

import os
import pickle
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from app.version import VERSION
from app.web.admission import aside

T = TypeVar("T")

LIMIT = 256 * 2**20  # bytes of the files that are kept
LOOK_SECONDS = 0.005  # between looks at whether another process has finished
UNCOUNTED = 1 / 64  # of the limit that a process writes between counts of all files


class Shared:
    """The last results of all processes that name the same directory.

    The directory has to be theirs alone: what is read from it is unpickled. A lock ends with its
    process, so one that is killed holds up nobody.
    """

    def __init__(self, directory: Path, limit: int = LIMIT) -> None:
        self._directory = directory
        self._limit = limit
        self._uncounted = 0.0  # bytes written since the last count

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result kept for ``key``, which has to have the same repr everywhere, or a new one.

        Raises:
            Exception: whatever ``compute`` raises; then the next that asks computes.
        """
        name = blake2b(repr((VERSION, key)).encode(), digest_size=16).hexdigest()
        file = self._directory / name
        found = _read(file)
        if found is None:
            with _locked(file):
                found = _read(file)  # another has computed it meanwhile
                if found is None:
                    found = (compute(),)
                    self._write(file, found)
        result: T = found[0]
        return result

    def _write(self, file: Path, found: tuple[Any]) -> None:
        """Keep a result, and from time to time drop the oldest ones."""
        whole = file.with_suffix(".new")  # a reader never sees half of it
        self._uncounted += whole.write_bytes(pickle.dumps(found))
        whole.replace(file)
        if self._uncounted > UNCOUNTED * self._limit:
            self._uncounted = 0.0
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        kept = sorted(
            (stat.st_mtime, stat.st_size, other)
            for other in self._directory.iterdir()
            if not other.suffix and (stat := _stat(other))
        )
        held = sum(size for _, size, _ in kept)
        for _, size, oldest in kept:
            if held <= self._limit:
                break
            held -= size
            for path in (oldest, oldest.with_suffix(".lock")):
                path.unlink(missing_ok=True)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    lock = FileLock(f"{file}.lock", poll_interval=LOOK_SECONDS)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        with aside():
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:  # another process has dropped it
        return None


def _read(file: Path) -> tuple[Any] | None:
    try:
        found: tuple[Any] = pickle.loads(file.read_bytes())  # noqa: S301 - none but ours write it
        os.utime(file)  # it is now the newest
    except FileNotFoundError:
        return None
    return found
