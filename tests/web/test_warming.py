"""What is computed in the background before anyone asks."""

import threading
from collections.abc import Iterator

from app.web.warming import Warming
from tests.conftest import PATIENCE


def test_every_piece_is_taken_and_the_thread_ends() -> None:
    taken, done = [], threading.Event()

    def pieces() -> Iterator[int]:
        for number in range(3):
            taken.append(number)
            yield number
        done.set()

    warming = Warming(pieces(), lambda: False)
    warming.start()
    assert done.wait(PATIENCE)
    warming.stop()
    assert taken == [0, 1, 2]
    assert "warming" not in {thread.name for thread in threading.enumerate()}


def test_nothing_is_taken_while_requests_come_and_it_stops_all_the_same() -> None:
    looked = threading.Semaphore(0)

    def busy() -> bool:
        looked.release()
        return True

    pieces = iter([1])
    warming = Warming(pieces, busy)
    warming.start()
    for _ in range(3):
        assert looked.acquire(timeout=PATIENCE)
    warming.stop()
    assert list(pieces) == [1]


def test_what_was_never_started_can_be_stopped() -> None:
    Warming(iter([]), lambda: False).stop()
