"""The cache: one computation a result, failures not kept, no more than its size."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import numpy as np
from starlette.requests import ClientDisconnect

from app.web.cache import LOOKUPS, Cache, Lookups, held_bytes

THREADS = 8


class Slow:
    """A computation that waits until it is let go, and counts how often it began."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.calls = error, 0
        self.begun, self.go, self.lock = Event(), Event(), Lock()

    def __call__(self) -> object:
        with self.lock:
            self.calls += 1
        self.begun.set()
        assert self.go.wait(30)
        if self.error:
            raise self.error
        return self


def at_once(cache: Cache, compute: Slow) -> list[object]:
    """What each of many threads gets, or the exception it meets."""
    together = Barrier(THREADS)

    def ask() -> object:
        together.wait(30)
        try:
            return cache.get("key", compute)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        asked = [pool.submit(ask) for _ in range(THREADS)]
        assert compute.begun.wait(30)
        compute.go.set()
        return [future.result(30) for future in asked]


def test_many_threads_share_one_computation() -> None:
    compute = Slow()
    assert at_once(Cache(4), compute) == [compute] * THREADS
    assert compute.calls == 1


class Key:
    """Equal to every other, and says when it is looked up while another is there."""

    def __init__(self) -> None:
        self.found = Event()

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        self.found.set()
        return True


def test_those_who_wait_get_the_failure_and_it_is_not_kept() -> None:
    cache, error, key = Cache(4), ValueError("no"), Key()
    compute, other = Slow(error), Slow()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.get, key, compute)
        assert compute.begun.wait(30)
        second = pool.submit(cache.get, Key(), other)
        assert key.found.wait(30)  # from here on the second has the first's future
        compute.go.set()
        assert first.exception(30) is error
        assert second.exception(30) is error
    assert (compute.calls, other.calls) == (1, 0)
    assert cache.get(key, lambda: "yes") == "yes"


def test_no_more_than_its_size_the_least_used_out_first() -> None:
    cache, computed = Cache(2), list[str]()

    def ask(key: str) -> str:
        return cache.get(key, lambda: computed.append(key) or key)  # type: ignore[func-returns-value]

    for key in "abacab":
        assert ask(key) == key
    # c drove out b, the one not asked for since; a stayed until b came back.
    assert computed == ["a", "b", "c", "b"]


def test_a_computation_may_ask_for_another() -> None:
    cache = Cache(2)
    assert cache.get("outer", lambda: 1 + cache.get("inner", lambda: 1)) == 2


def test_a_computation_driven_out_while_under_way_still_answers() -> None:
    cache, compute = Cache(1), Slow()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(cache.get, "slow", compute)
        assert compute.begun.wait(30)
        assert cache.get("other", lambda: 1) == 1
        compute.go.set()
        assert first.result(30) is compute


def test_results_are_dropped_for_their_bytes_too_the_oldest_first() -> None:
    cache = Cache(100, limit=3000)
    for key in range(4):
        cache.get(key, lambda: np.zeros(100))
    assert (len(cache), cache.bytes, cache.evicted) == (3, 2400, 1)
    assert cache.peek(0) is None
    cache.get(1, lambda: np.zeros(1))  # found, and so the newest
    cache.get("large", lambda: np.zeros(200))
    assert [cache.peek(key) is None for key in (1, 2, 3, "large")] == [False, True, True, False]
    assert cache.bytes == 800 + 1600


def test_a_result_larger_than_the_limit_is_handed_out_and_not_kept() -> None:
    cache = Cache(100, limit=100)
    assert len(cache.get("key", lambda: np.zeros(100))) == 100
    assert (len(cache), cache.bytes) == (0, 0)


def test_what_a_result_holds() -> None:
    class Thing:
        def __init__(self) -> None:
            self.array, self.text = np.zeros(5), "abc"
            self.inside = {"k": (np.zeros(2), [b"12"])}
            self.itself = self

    assert held_bytes(Thing()) == 40 + 3 + 16 + 2
    assert held_bytes(3) == 0


def test_found_and_computed_are_counted() -> None:
    cache = Cache(2)
    token = LOOKUPS.set(lookups := Lookups())
    try:
        for key in ("a", "b", "a"):
            cache.get(key, object)
    finally:
        LOOKUPS.reset(token)
    assert (
        (lookups.found, lookups.computed) == (1, 2) == (cache.lookups.found, cache.lookups.computed)
    )


def test_who_waits_takes_over_from_a_client_that_leaves() -> None:
    cache, key = Cache(4), Key()
    compute, other = Slow(ClientDisconnect()), Slow()
    other.go.set()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.get, key, compute)
        assert compute.begun.wait(30)
        second = pool.submit(cache.get, Key(), other)
        assert key.found.wait(30)
        compute.go.set()
        assert isinstance(first.exception(30), ClientDisconnect)
        assert second.result(30) is other
    assert (compute.calls, other.calls) == (1, 1)
