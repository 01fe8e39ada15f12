"""Pauses of long computations, at which whoever started one may end it."""

from collections.abc import Callable
from contextvars import ContextVar

# What is called at each pause. It is the caller's context that says so, as with a cancel scope,
# for it says nothing of the result: a parameter would have to go through every function.
AT_PAUSE: ContextVar[Callable[[], None] | None] = ContextVar("at_pause", default=None)


def pause() -> None:
    """Stop between two blocks of work, some hundredths of a second each.

    Raises:
        Exception: what `AT_PAUSE` raises, to end the computation.
    """
    if at_pause := AT_PAUSE.get():
        at_pause()
