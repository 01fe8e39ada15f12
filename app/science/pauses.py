"""Pauses of long computations, at which whoever started one may end it."""

from collections.abc import Callable
from contextvars import ContextVar

# What is called at each pause. It changes no result, so it is set by the caller's context, as a
# cancel scope is: as a parameter it would have to go through every function.
AT_PAUSE: ContextVar[Callable[[], None] | None] = ContextVar("at_pause", default=None)


def pause() -> None:
    """Stop between two blocks of a computation, some hundredths of a second each.

    Raises:
        Exception: what `AT_PAUSE` raises, to end the computation.
    """
    if at_pause := AT_PAUSE.get():
        at_pause()
