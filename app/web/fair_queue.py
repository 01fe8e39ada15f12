"""Those who wait, a line a client, served in turn: many of one do not hold up another's one."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator


class Waiter:
    """One who waits.

    Attributes:
        client: whose it is.
        begun: whether it has computed already, and goes on when it is its turn again.
        turn: done when it is its turn, or failed when it is sent away.
    """

    def __init__(self, client: str, *, begun: bool) -> None:
        self.client = client
        self.begun = begun
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class FairQueue:
    """A line a client, served in turn, one of each.

    Attributes:
        waiting: how many wait to begin.
        resting: how many have begun.
    """

    def __init__(self) -> None:
        self.waiting = self.resting = 0
        self._lines: OrderedDict[str, deque[Waiter]] = OrderedDict()  # the next client first

    def __iter__(self) -> Iterator[Waiter]:
        return (waiter for line in self._lines.values() for waiter in line)

    def lengths(self) -> dict[str, int]:
        """How many of each client there are."""
        return {client: len(line) for client, line in self._lines.items()}

    def add(self, waiter: Waiter) -> None:
        """Put it at the end of its client's line."""
        self._lines.setdefault(waiter.client, deque()).append(waiter)
        self._count(waiter, 1)

    def remove(self, waiter: Waiter) -> None:
        """Take it out, wherever it stands; nothing if it is not here."""
        line = self._lines.get(waiter.client, deque())
        if waiter in line:
            line.remove(waiter)
            self._count(waiter, -1)
            if not line:
                del self._lines[waiter.client]

    def pop(self, allowed: Callable[[Waiter], bool]) -> Waiter | None:
        """The next one that is allowed; its client is then the last to be served again."""
        waiter = next(filter(allowed, self), None)
        if waiter:
            self.remove(waiter)
            if waiter.client in self._lines:
                self._lines.move_to_end(waiter.client)
        return waiter

    def last(self, client: str) -> Waiter | None:
        """The last of a client's that has not begun."""
        line = reversed(self._lines.get(client, deque()))
        return next((waiter for waiter in line if not waiter.begun), None)

    def _count(self, waiter: Waiter, change: int) -> None:
        if waiter.begun:
            self.resting += change
        else:
            self.waiting += change
