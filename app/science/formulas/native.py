"""Loops that are compiled in the background, and take over when they are ready.

Where numba is installed, the extra ``[fast]``, and the process has asked for it (`enable`), a loop
that is asked for is put in line, and one thread compiles those in line one by one. Until then, and
everywhere else, there is none, and who asks runs the same in Python, with equal results.

Hyperparameters are arguments, so a loop is one of a surface, a rule and a kind of batches. The
thread has the priority of all others: with a lower one it would be the last to run while it holds
the interpreter's lock, which all wait for.
"""

import atexit
import logging
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import find_spec
from queue import SimpleQueue
from threading import Condition, Thread
from typing import Any, TypeAlias

Loop: TypeAlias = Callable[..., None]
# What makes a loop, and of what: a function of `machine` and its arguments.
Key: TypeAlias = tuple[Any, ...]

KEPT = 128  # loops, those that were used last
WAITING = 64  # in line at most; who is turned away may ask again

_log = logging.getLogger("batchscape.native")


class Compiler:
    """A line of loops, and those that are compiled."""

    def __init__(self) -> None:
        self._made: OrderedDict[Key, Loop | None] = OrderedDict()
        self._asked: set[Key] = set()  # in line or under way
        self._line: SimpleQueue[Key | None] = SimpleQueue()
        self._changed = Condition()
        self._thread: Thread | None = None

    def enable(self) -> None:
        """Compile what is asked for from now on, if numba is installed."""
        with self._changed:
            if self._thread or not find_spec("numba"):
                return
            self._asked.clear()
            self._line = SimpleQueue()
            self._thread = Thread(target=self._run, name="compiling", daemon=True)
            self._thread.start()
        # The interpreter is not to end while LLVM is at work.
        atexit.register(self.stop)

    def ready(self, make: Callable[..., Loop | None], *of: Any) -> Loop | None:
        """The loop if it is compiled; else it is put in line.

        Args:
            make: which loop, `machine.single` or `machine.replicas`.
            of: its arguments.
        """
        if self._thread is None:
            return None
        key = (make, *of)
        with self._changed:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            if key not in self._asked and len(self._asked) < WAITING:
                self._asked.add(key)
                self._line.put(key)
        return None

    def wait(self) -> None:
        """Until all that was asked for is compiled."""
        with self._changed:
            self._changed.wait_for(lambda: self._thread is None or not self._asked)

    def stop(self) -> None:
        """Compile no more; what is under way is finished."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread:
            self._line.put(None)
            thread.join()
            atexit.unregister(self.stop)

    def _run(self) -> None:
        while (key := self._line.get()) and self._thread:
            make, *of = key
            try:
                loop = make(*of)
            except ImportError:
                _log.exception("nothing is compiled")
                with self._changed:
                    self._thread = None
                    self._changed.notify_all()
                return
            except Exception:
                # Nobody waits for it, and there is another way.
                _log.exception("a loop is not compiled")
                loop = None
            with self._changed:
                self._made[key] = loop
                if len(self._made) > KEPT:
                    self._made.popitem(last=False)
                self._asked.remove(key)
                self._changed.notify_all()


COMPILER = Compiler()  # of this process
