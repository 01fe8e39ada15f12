"""The extra ``[fast]``: whether this process takes loops that are compiled, as a server would."""

from collections.abc import Callable
from importlib.util import find_spec

from app.science.formulas import native
from app.science.formulas.native import COMPILER, Compiler

INSTALLED = find_spec("numba") is not None
_NONE = Compiler()  # never enabled


def take_compiled(yes: bool) -> None:
    """Take those that there are, or none."""
    # To start and stop its thread would cost the call that is timed next.
    native.COMPILER = COMPILER if yes else _NONE


def compile_loops(call: Callable[[], object]) -> None:
    """Have what a call runs compiled."""
    COMPILER.enable()
    take_compiled(True)
    call()
    COMPILER.wait()
