"""Results that are computed before anyone asks for them, in the background."""

from collections.abc import Callable, Iterator
from threading import Event, Thread

BREATH = 0.01  # seconds between two pieces, in which requests get their turn


class Warming:
    """A thread that takes one piece after another, and none while requests come.

    A piece that is under way is finished, since a request may wait for its result: pieces are to
    be short.
    """

    def __init__(self, pieces: Iterator[object], busy: Callable[[], bool]) -> None:
        """``pieces`` computes at every step; ``busy`` says whether requests come."""
        self._pieces, self._busy = pieces, busy
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="warming", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the piece that is under way."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(BREATH):
            if not self._busy() and next(self._pieces, self) is self:
                return
