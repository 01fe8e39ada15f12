"""Formulas of an update as loops: on floats, and on arrays of replicas that are used again."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from app.science.formulas.body import (
    NEW,
    Body,
    fixed_lines,
    in_turn,
    indented,
    listed,
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
    Node,
    in_order,
    symbols,
)
from app.science.formulas.update import GRADIENT, WEIGHTS
from app.science.formulas.write import expression, lines

KEPT = 128  # loops, those that were used last

# What writes an operation's result into an array that is there.
UFUNCS = {
    ADD: np.add,
    SUB: np.subtract,
    MUL: np.multiply,
    DIV: np.divide,
    POW: np.power,
    NEG: np.negative,
    **{name: getattr(np, name) for name in ("exp", "log", "log1p", "sqrt", "sin", "cos", "tanh")},
    "abs": np.absolute,
    "sign": np.sign,
}
# Beside the standard library's functions.
_NAMES = {op: f"np_{getattr(ufunc, '__name__')}" for op, ufunc in UFUNCS.items()}  # noqa: B009
_ARRAYS: dict[str, Any] = {
    "np": np,
    "np_total": np.add.reduce,
    "np_logaddexp": np.logaddexp,
    "np_maximum": np.maximum,
    **{name: UFUNCS[op] for op, name in _NAMES.items()},
}


@lru_cache(maxsize=KEPT)
def float_loop(body: Body) -> Callable[..., Any]:
    """A generator of w0 and w1 after each update, in turn, on floats.

    It ends where a formula has no finite value; what it would go on from is then NaN.

    Returns:
        ``descend(rows, values, given)``: for each input a sequence of its values in each update,
        or one of lists of examples, and then for each of ``each``; the values of `Update.next`,
        which it replaces; those of `Body.given`.
    """
    after = body.after
    fixed = body.fixed(after)
    taken = ["batch"] if body.batches == "lists" else body.inputs
    before: list[str] = []
    mean: list[str] = []
    if body.batches == "lists":
        mean = body.mean_in_turn([f"for {listed(body.inputs)} in batch:"], "len(batch)")
    elif body.batches == "arrays":
        before, mean = _mean_of_arrays(body, floats=True)
    text = [
        *_unpacked(body),
        *before,
        "try:",
        *indented(fixed_lines(fixed), 1),
        f"    for {listed([*taken, *body.each])} in zip(*rows):",
        *indented(mean, 2),
        *indented(in_turn(lines(renamed(after), "python", fixed), after), 2),
        *(f"        yield {name}" for name in WEIGHTS),
        # What `math` raises where numpy answers inf or NaN.
        "except (OverflowError, ValueError, ZeroDivisionError):",
        *(f"    {name} = nan" for name in after),
        f"values[:] = {listed(after)}",
    ]
    return built("descend(rows, values, given)", text, {**_ARRAYS, **MATH, "nan": math.nan})


@lru_cache(maxsize=KEPT)
def array_loop(body: Body) -> Callable[..., Any]:
    """A function that writes w0 and w1 after each update into a path, on arrays of replicas.

    Args:
        body: of which the batches are no lists.

    Returns:
        ``descend(rows, values, given, path)``: as those of `float_loop`, but arrays; the path of
        shape (2, updates, ...).
    """
    after = body.after
    fixed = body.fixed(after)
    own = body.update.laned | {*GRADIENT}
    text, buffers, constants = _in_place(renamed(after), own, fixed)
    before: list[str] = []
    if body.batches == "arrays":
        before, mean = _mean_of_arrays(body, floats=False)
        text = [*mean, *text]
    kept = [name for name in after if name in body.update.laned and name not in WEIGHTS]
    new = [NEW + name for name in WEIGHTS]
    filled = [*buffers, *(NEW + name for name in kept)]
    text += [
        f"{listed(WEIGHTS)} = {listed(new)}",
        *(f"{name}, {NEW}{name} = {NEW}{name}, {name}" for name in kept),
        *(f"{name} = {NEW}{name}" for name in after if name not in [*kept, *WEIGHTS]),
    ]
    whole = [
        *_unpacked(body),
        # Arrays of a number are taken half as long again as fast as numbers.
        *(f"{name} = np.asarray({name})" for name in body.given),
        *_arrays_of(constants),
        *before,
        *(f"{name} = np.asarray({expression(part, 'numpy', {})})" for part, name in fixed.items()),
        *([f"{listed(filled)} = np.empty(({len(filled)}, *path.shape[2:]))"] if filled else []),
        f"for {listed([*body.inputs, *body.each, *new])} in zip(*rows, *path):",
        *indented(text, 1),
        f"values[:] = {listed(after)}",
    ]
    return built("descend(rows, values, given, path)", whole, _ARRAYS)


def _mean_of_arrays(body: Body, *, floats: bool) -> tuple[list[str], list[str]]:
    """Lines before a loop, and in it, that make the mean gradient over the inputs' first axis.

    Args:
        body: what each update computes.
        floats: whether the mean is to be floats.
    """
    named = dict(zip(GRADIENT, body.gradient, strict=True))
    differ = {n: g for n, g in named.items() if not {*body.inputs}.isdisjoint(symbols(g))}
    every = {f"all_{name}": g for name, g in differ.items()}
    text, buffers, constants = _in_place(every, {*body.inputs}, {}, "b")
    arrays = [*every, *buffers]
    same = {n: expression(g, "numpy", {}) for n, g in named.items() if n not in differ}
    before = ["size = 0", *_arrays_of(constants)]
    return before, [
        *(f"{name} = float({g})" if floats else f"{name} = {g}" for name, g in same.items()),
        f"if len({body.inputs[0]}) != size:",
        f"    size = len({body.inputs[0]})",
        f"    arrays = np.empty(({len(arrays)}, size, *np.shape({WEIGHTS[0]})))",
        f"    slopes = arrays[:{len(every)}]",
        f"    {listed(arrays)} = arrays",
        *text,
        f"{listed(differ)} = np_total(slopes, 1){'.tolist()' if floats else ''}",
        *(f"{name} /= size" for name in differ),
    ]


def _arrays_of(constants: Mapping[float, str]) -> list[str]:
    return [f"{name} = np.asarray({value!r})" for value, name in constants.items()]


def _in_place(
    outputs: Mapping[str, Node], own: set[str], fixed: Mapping[Node, str], prefix: str = ""
) -> tuple[list[str], list[str], dict[float, str]]:
    """Lines that compute formulas into arrays that are there.

    Names of the arrays that they need besides, and of constants, are answered with them.

    Args:
        outputs: formulas by the names of the arrays that they are written into.
        own: names of values that differ from replica to replica: what is made of them fills an
            array; what is not is a number, or is made anew.
        fixed: parts that have a name.
        prefix: of names that are made.
    """
    ordered = in_order(outputs.values())
    laned: dict[Node, bool] = {}
    for each in ordered:
        laned[each] = each not in fixed and (
            each.value in own if each.op == SYMBOL else any(laned[arg] for arg in each.args)
        )
    left = Counter(arg for each in ordered for arg in each.args)
    names = {**fixed, **{each: each.value for each in ordered if each.op == SYMBOL}}
    targets = {each: name for name, each in reversed([*outputs.items()])}
    constants: dict[float, str] = {}
    free: list[str] = []
    made: list[str] = []
    text: list[str] = []
    for each in ordered:
        if each in names or each.op == CONSTANT:
            continue
        if not laned[each]:
            if each in targets or any(laned.get(user) for user in ordered if each in user.args):
                names[each] = targets.get(each, f"{prefix}v{len(names)}")
                text.append(f"{names[each]} = {expression(each, 'numpy', names)}")
            continue
        for arg in each.args:
            if arg.op == CONSTANT:
                names[arg] = constants.setdefault(arg.value, f"{prefix}k{len(constants)}")
        args = [names[arg] for arg in each.args]
        for arg in set(each.args):
            left[arg] -= each.args.count(arg)
            if left[arg] == 0 and names.get(arg) in made:
                free.append(names[arg])
        name = targets.get(each)
        if name is None:
            name = free.pop() if free else f"{prefix}t{len(made)}"
            if name not in made:
                made.append(name)
        if each.op == "softplus":
            text.append(f"np_logaddexp(0.0, {args[0]}, {name})")
        elif each.op == "at_least_one":
            text.append(f"np_maximum({args[0]}, 1.0, out={name})")
        else:
            text.append(f"{_NAMES[each.op]}({', '.join(args)}, {name})")
        names[each] = name
    for name, each in outputs.items():
        if names.get(each) != name:
            copied = f"{name}[...] = " if laned[each] else f"{name} = "
            text.append(copied + (names.get(each) or expression(each, "numpy", names)))
    return text, made, constants


def _unpacked(body: Body) -> list[str]:
    given = [f"{listed(body.given)} = given"] if body.given else []
    return [f"{listed(body.update.next)} = values", *given]
