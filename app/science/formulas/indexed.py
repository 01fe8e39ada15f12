"""Formulas of an update as loops over arrays by their indices, as a compiler of Python takes them.

They do what `loops` do, to the last bit, and are slow as they stand. A single path's calls the
functions of `functions.MATH`, or others that raise where those do, and its divisions raise too;
where they do, what it was given is left as it is, but for the points before.

Replicas' have numpy's arithmetic, in which inf and NaN go on, and only the operations of `EXACT`,
whose results are the same wherever they are computed: numpy's exp, sin or tanh are not those of
the standard library, and differ from machine to machine in the last bit. Such losses (logistic,
tanh neuron, sine fit, two wells, Rastrigin, Ackley) stay on arrays, where 64 replicas of batch
size 1 take 1.4 (tanh) to 2.4 times (logistic) as long as a loop of numba's written by hand.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from app.science.formulas.body import (
    NEW,
    Body,
    fixed_lines,
    in_turn,
    indented,
    renamed,
)
from app.science.formulas.compiled import built
from app.science.formulas.functions import MATH
from app.science.formulas.graph import (
    ADD,
    CONSTANT,
    DIV,
    MUL,
    NEG,
    POW,
    SUB,
    SYMBOL,
    in_order,
)
from app.science.formulas.update import RATE, WEIGHTS
from app.science.formulas.write import lines

EXACT = {CONSTANT, SYMBOL, ADD, SUB, MUL, DIV, NEG, "sqrt", "abs", "sign", "at_least_one"}


def single_loop(body: Body, functions: Mapping[str, Any] = MATH) -> Callable[..., None] | None:
    """A function that writes one path; None where it would not be as that of `loops.float_loop`.

    Args:
        body: what each update computes.
        functions: what it calls.

    Returns:
        ``descend(*rows, starts, sizes, values, given, path)``: for each input its values in each
        update, or those of the examples in turn, and then for each of ``each``; of each update
        the first example and how many it takes, which only lists of examples have; the values of
        `Update.next`, which it replaces; those of `Body.given`; the path of shape (2, updates).
    """
    after = body.after
    # A power of a negative number is complex in Python.
    parts = in_order([*body.gradient, *after.values()])
    if body.batches == "arrays" or any(part.op == POW for part in parts):
        return None
    fixed = body.fixed(after)
    if body.batches == "lists":
        taken = [
            "for i in range(starts[k], starts[k] + sizes[k]):",
            *(f"    {name} = {name}_rows[i]" for name in body.inputs),
        ]
        before = body.mean_in_turn(taken, "sizes[k]")
    else:
        before = [f"{name} = {name}_rows[k]" for name in body.inputs]
    text = [
        *(f"{name} = values[{i}]" for i, name in enumerate(body.update.next)),
        *(f"{name} = given[{i}]" for i, name in enumerate(body.given)),
        *fixed_lines(fixed),
        "for k in range(path.shape[1]):",
        *indented([f"{name} = {name}_rows[k]" for name in body.each], 1),
        *indented(before, 1),
        *indented(in_turn(lines(renamed(after), "python", fixed), after), 1),
        *(f"    path[{i}, k] = {name}" for i, name in enumerate(WEIGHTS)),
        *(f"values[{i}] = {name}" for i, name in enumerate(after)),
    ]
    rows = _arguments([*body.inputs, *body.each])
    return built(f"descend({rows}starts, sizes, values, given, path)", text, dict(functions))


def replica_loop(body: Body) -> Callable[..., None] | None:
    """A function that writes replicas' paths; None where it would not be as `loops.array_loop`'s.

    Replicas run once with each of F learning rates.

    Returns:
        ``descend(*rows, laned, shared, given, rate_rows, path)``: for each input its values, of
        shape (updates, R), and for a weight among ``each`` (updates, F); the values of
        `Update.next` that replicas have for themselves, (values, F, R), and those that they
        share, both of which it replaces; hyperparameters; learning rates, (updates or 1, F); the
        path of shape (2, updates, F, R).
    """
    after = body.after
    if body.batches != "none" or not {part.op for part in in_order(after.values())} <= EXACT:
        return None
    laned = {name: part for name, part in after.items() if name in body.update.laned}
    shared = {name: part for name, part in after.items() if name not in laned}
    weights = [name for name in body.each if name != RATE]
    inner = [
        *(f"{name} = laned[{i}, f, r]" for i, name in enumerate(laned)),
        *(f"{name} = {name}_rows[k, r]" for name in body.inputs),
        *lines(renamed(laned), "numpy"),
        *(f"laned[{i}, f, r] = {NEW}{name}" for i, name in enumerate(laned)),
        *(f"path[{i}, k, f, r] = {NEW}{name}" for i, name in enumerate(WEIGHTS)),
    ]
    text = [
        *(f"{name} = shared[{i}]" for i, name in enumerate(shared)),
        *(f"{name} = given[{i}]" for i, name in enumerate(body.update.hyperparameters)),
        "for k in range(path.shape[1]):",
        "    for f in range(path.shape[2]):",
        f"        {RATE} = rate_rows[{'k' if RATE in body.each else '0'}, f]",
        *(f"        {name} = {name}_rows[k, f]" for name in weights),
        "        for r in range(path.shape[3]):",
        *indented(inner, 3),
        *indented(lines(renamed(shared), "numpy"), 1),
        *(f"    {name} = {NEW}{name}" for name in shared),
        *(f"shared[{i}] = {name}" for i, name in enumerate(shared)),
    ]
    rows = _arguments([*body.inputs, *weights])
    return built(f"descend({rows}laned, shared, given, rate_rows, path)", text, {"np": np})


def _arguments(names: Iterable[str]) -> str:
    return "".join(f"{name}_rows, " for name in names)
