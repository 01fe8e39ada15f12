"""Formulas as functions of numbers and of arrays."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from textwrap import indent
from typing import Any

import numpy as np

from app.science.formulas.functions import MATH
from app.science.formulas.graph import Node
from app.science.formulas.write import Library, lines

KEPT = 512  # functions, those that were used last
NAMESPACES: dict[Library, dict[str, Any]] = {"python": MATH, "numpy": {"np": np}}


@lru_cache(maxsize=KEPT)
def function(
    arguments: tuple[str, ...], outputs: tuple[Node, ...], library: Library = "numpy"
) -> Callable[..., tuple[Any, ...]]:
    """A function of numbers, or elementwise of arrays, that computes formulas.

    Args:
        arguments: the formulas' symbols.
        outputs: the formulas.
        library: ``python`` for floats alone, ``numpy`` for arrays and floats.
    """
    named = {f"out{i}": output for i, output in enumerate(outputs)}
    body = [*lines(named, library), f"return {', '.join(named)},"]
    return built(f"f({', '.join(arguments)})", body, NAMESPACES[library])


@cache
def computed(code: str, arguments: str) -> Callable[..., Any]:
    """The function of these arguments that a script's expression, one of ours, computes."""
    return built(f"computed({arguments})", [f"return {code}"], {"np": np})


def built(head: str, body: Sequence[str], names: dict[str, Any]) -> Callable[..., Any]:
    """The function of this head and body, in which names stand for values.

    The text holds what `lines` writes and names of ours, and nothing of what a reader typed. It is
    kept as ``source``.
    """
    source = f"def {head}:\n{indent(chr(10).join(body), '    ')}\n"
    found: dict[str, Any] = dict(names)
    exec(compile(source, "<formula>", "exec"), found)  # noqa: S102 - see above
    made: Callable[..., Any] = found[head.partition("(")[0]]
    made.source = source  # type: ignore[attr-defined]
    return made
