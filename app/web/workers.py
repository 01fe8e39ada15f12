"""Worker processes for long work: this machine's, or a Dask cluster's."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Lock
from typing import Any, TypeVar

PATIENCE = "10s"  # with a scheduler that does not answer

T = TypeVar("T")


class UnreachableError(Exception):
    """The Dask scheduler does not answer.

    Attributes:
        address: its own.
    """

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Workers:
    """An executor that is started when it is first needed, and anew when it is broken.

    Attributes:
        count: how many tasks run at once.
    """

    def __init__(self, count: int | None = None, dask: str | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self._dask = dask
        self._executor: Executor | None = None
        self._client: Any = None  # of Dask, which has no types
        self._lock = Lock()

    @property
    def ready(self) -> bool:
        """Whether tasks are taken at once: this machine's workers need not be asked for."""
        return self._executor is not None or self._dask is None

    def start(self) -> None:
        """Ask a scheduler for its workers, which may take as long as `PATIENCE`.

        Raises:
            UnreachableError: the Dask scheduler does not answer.
        """
        with self._lock:
            if self._executor is None:
                self._executor = self._start()

    def submit(self, function: Callable[..., T], *args: Any) -> Future[T]:
        """Have ``function(*args)`` computed by a worker."""
        with self._lock:
            if self._executor is None:
                self._executor = self._start()
            try:
                return self._executor.submit(function, *args)
            except BrokenProcessPool:  # a worker was killed
                self._executor = self._start()
                return self._executor.submit(function, *args)

    def close(self) -> None:
        """End the workers; what they have not finished is dropped."""
        with self._lock:
            if self._executor:
                self._executor.shutdown(wait=False, cancel_futures=True)
            if isinstance(self._executor, ProcessPoolExecutor):
                # Else they would finish their tasks first, which nobody reads any more.
                for worker in multiprocessing.active_children():
                    worker.terminate()
            self._executor = None
            if self._client:
                self._client.close()
            self._client = None

    def _start(self) -> Executor:
        if self._dask:
            import distributed  # the extra [cluster]

            try:
                self._client = distributed.Client(  # type: ignore[no-untyped-call]
                    self._dask, timeout=PATIENCE
                )
            except OSError as error:
                raise UnreachableError(self._dask) from error
            executor: Executor = self._client.get_executor()
            return executor
        # A worker a core: threads of their own would wait for each other.
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        # Not forked: this process has threads.
        context = multiprocessing.get_context("spawn")
        try:
            return ProcessPoolExecutor(
                self.count, mp_context=context, initializer=_ignore_interrupt
            )
        except (ImportError, NotImplementedError, OSError):
            # Processes need a /dev/shm to write to. Threads do not, but take turns: it is slower.
            return ThreadPoolExecutor(self.count)


def _ignore_interrupt() -> None:
    """Ctrl-C is for the server, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
