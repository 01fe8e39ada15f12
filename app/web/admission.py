"""Admission to the processor: so many computations at once, the others in turn by client."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from contextvars import ContextVar

from app.web.disconnects import unless_gone
from app.web.fair_queue import FairQueue, Waiter

SLICE_SECONDS = 0.1  # that a computation has before it lets others, who wait, have a turn
WAIT_SECONDS = 15.0  # at most, from a request to its turn
RESTING = 16  # computations that have begun and let others go first: each holds its memory
RESTING_OF_CLIENT = 6
RETRY_SECONDS = 2  # at least, until a busy server is asked again
WEIGHT = 0.1  # of the last computation in the mean of their seconds
FIRST_GUESS = 0.05  # seconds of a computation, before there was one


class BusyError(Exception):
    """It would not be one's turn in time.

    Attributes:
        retry: whole seconds after which asking again is worth it.
    """

    def __init__(self, retry: int = RETRY_SECONDS) -> None:
        super().__init__(retry)
        self.retry = retry


class Turn:
    """A computation's right to the processor, which it holds or waits for.

    Attributes:
        waited: seconds before it began.
    """

    def __init__(self, gate: "Gate", client: str, waited: float) -> None:
        self.waited = waited
        self.client = client
        self.held = True
        self.since = gate.clock()
        self.used = 0.0  # seconds, in the slices that are over
        self._gate = gate
        self._loop = asyncio.get_running_loop()

    def rest(self) -> None:
        """Let others go first, if this has had its slice: called in the computation's thread."""
        if self._gate.clock() - self.since > SLICE_SECONDS and self._gate.waited_for:
            self._wait_for(self._gate.again(self))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What waits inside for another's result leaves its turn, which that one may need."""
        self._wait_for(self._gate.leave(self))
        try:
            yield
        finally:
            self._wait_for(self._gate.again(self))

    def _wait_for(self, step: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(step, self._loop).result()


# The turn of the request that is being answered; its threads share it.
TURN: ContextVar[Turn | None] = ContextVar("turn", default=None)


def aside() -> AbstractContextManager[None]:
    """As `Turn.aside`, of the turn that one has, if any."""
    turn = TURN.get()
    return turn.aside() if turn else nullcontext()


class Gate:
    """Lets ``threads`` computations run at once; ``queue`` more may wait.

    Clients are served in turn, and each computation only for a slice of time while others wait:
    neither many requests nor a long one of one client hold up the quick one of another. When the
    queue is full, the last of the client that has the most in it is sent away; so is who would
    wait for more than `WAIT_SECONDS`, or has.

    It belongs to one event loop; threads call only `Turn.rest` and `Turn.aside`. Nobody that has a
    turn may wait for another's result: that one may wait for the turn.

    Attributes:
        running: how many computations do so now.
        rejected: how many requests were sent away since the start.
        mean_seconds: of the processor's time that a computation takes, the last ones the most.
    """

    def __init__(
        self, threads: int, queue: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.running = self.rejected = 0
        self.mean_seconds = FIRST_GUESS
        self.clock = clock
        self._threads, self._most = threads, queue
        self._queue = FairQueue()
        self._begun: Counter[str] = Counter()  # computations of each client, resting ones too

    @property
    def waiting(self) -> int:
        """How many requests wait to begin."""
        return self._queue.waiting

    @property
    def resting(self) -> int:
        """How many computations have begun and let others go first."""
        return self._queue.resting

    @property
    def waited_for(self) -> bool:
        """Whether another would have the turn that one gives up."""
        return self.waiting + self.resting > 0

    @property
    def full(self) -> bool:
        """Whether the next to come has to wait, where nobody more may."""
        return self.running >= self._threads and self.waiting >= self._most

    def ahead(self, client: str) -> int:
        """How many computations have a turn before the next of this client, its own among them."""
        if self.running < self._threads:
            return 0
        lengths = self._queue.lengths()
        own = lengths.pop(client, 0)
        return self.running + own + sum(min(length, own + 1) for length in lengths.values())

    def expected_seconds(self, client: str) -> float:
        """About how long the next request of this client would wait to begin.

        Its own requests come before it, and of each other client a slice before each of theirs.
        """
        if self.running < self._threads:
            return 0.0
        lengths = self._queue.lengths()
        own = lengths.pop(client, 0) * self.mean_seconds
        slices = own / SLICE_SECONDS + 1
        a_slice = min(self.mean_seconds, SLICE_SECONDS)
        others = sum(
            min(length * self.mean_seconds, slices * a_slice) for length in lengths.values()
        )
        return (own + others + a_slice) / self._threads

    def retry_seconds(self, client: str) -> int:
        """After how many whole seconds a client would wait no longer than it may."""
        over = self.expected_seconds(client) - WAIT_SECONDS
        return max(RETRY_SECONDS, math.ceil(over))

    @asynccontextmanager
    async def slot(
        self,
        gone: Callable[[], Awaitable[bool]],
        client: str = "",
        patience: float = WAIT_SECONDS,
    ) -> AsyncIterator[Turn]:
        """A turn to compute, as soon as there is one.

        Args:
            gone: whether the client has left; who has need not wait.
            client: who asks.
            patience: seconds that it would wait at most.

        Raises:
            BusyError: it would wait for longer, or did, or too many wait already.
            ClientDisconnect: the client left before its turn.
        """
        came = self.clock()
        self._check(client, patience)
        try:
            async with unless_gone(gone), asyncio.timeout(patience):
                await self._turn(client, begun=False)
        except TimeoutError:
            raise self._reject(client) from None
        turn = Turn(self, client, self.clock() - came)
        try:
            yield turn
        finally:
            self._ended(client)
            self._give_up(turn)
            self.mean_seconds += WEIGHT * (turn.used - self.mean_seconds)

    async def leave(self, turn: Turn) -> None:
        """Give a turn up."""
        self._give_up(turn)

    async def again(self, turn: Turn) -> None:
        """Give a turn up, if it is held, and wait for another at the end of the client's line."""
        waiting = asyncio.ensure_future(self._turn(turn.client, begun=True))
        await asyncio.sleep(0)  # it stands in the line before its turn goes to the next
        self._give_up(turn)
        await waiting
        turn.held, turn.since = True, self.clock()

    async def _turn(self, client: str, *, begun: bool) -> None:
        waiter = Waiter(client, begun=begun)
        self._queue.add(waiter)
        self._next()
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled():  # just now: it is handed on
                if not begun:
                    self._ended(client)
                self.running -= 1
                self._next()
            raise
        finally:
            self._queue.remove(waiter)

    def _check(self, client: str, patience: float) -> None:
        """Make room for one more, or send it away."""
        if self.expected_seconds(client) > patience:
            raise self._reject(client)
        if not self.full:
            return
        # The one that has the most in the queue makes room.
        fresh = Counter(waiter.client for waiter in self._queue if not waiter.begun)
        most, length = fresh.most_common(1)[0] if fresh else (client, 0)
        last = self._queue.last(most)
        if last is None or length <= fresh[client] + 1:
            raise self._reject(client)
        last.turn.set_exception(self._reject(most))
        self._queue.remove(last)

    def _reject(self, client: str) -> BusyError:
        self.rejected += 1
        return BusyError(self.retry_seconds(client))

    def _next(self) -> None:
        """Give free turns to those who wait."""
        while self.running < self._threads:
            waiter = self._queue.pop(self._may_run)
            if waiter is None:
                return
            self.running += 1
            self._begun[waiter.client] += not waiter.begun
            waiter.turn.set_result(None)

    def _may_run(self, waiter: Waiter) -> bool:
        if waiter.turn.done():  # cancelled just now
            return False
        more = RESTING + self._threads - self._begun.total()
        more_of_client = RESTING_OF_CLIENT + self._threads - self._begun[waiter.client]
        return waiter.begun or min(more, more_of_client) > 0

    def _ended(self, client: str) -> None:
        self._begun[client] -= 1
        if not self._begun[client]:
            del self._begun[client]

    def _give_up(self, turn: Turn) -> None:
        if turn.held:
            turn.held = False
            turn.used += self.clock() - turn.since
            self.running -= 1
            self._next()
