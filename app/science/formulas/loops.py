"""Formulas of an update as loops: on floats, and on arrays of replicas that are used again."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np

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
    symbol,
    symbols,
)
from app.science.formulas.update import GRADIENT, RATE, WEIGHT, WEIGHTS, Update
from app.science.formulas.write import expression, lines, unchanging

# What an update takes the mean over: nothing, a list of examples, or examples that lie along the
# first axis of arrays.
Batches: TypeAlias = Literal["none", "lists", "arrays"]

KEPT = 128  # loops, those that were used last
NEW = "next_"  # before the name of what a value becomes

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
_NAMES = {op: getattr(ufunc, "__name__") for op, ufunc in UFUNCS.items()}  # noqa: B009
_ARRAYS: dict[str, Any] = {
    "np": np,
    "mean": lambda values, size: np.add.reduce(values, axis=0) / size,
    "logaddexp": np.logaddexp,
    **{name: UFUNCS[op] for op, name in _NAMES.items()},
}


@lru_cache(maxsize=KEPT)
def float_loop(
    gradient: tuple[Node, Node],
    inputs: tuple[str, ...],
    update: Update,
    each: tuple[str, ...],
    batches: Batches,
) -> Callable[..., Any]:
    """A generator of w0 and w1 after each update, in turn, on floats.

    It ends where a formula has no finite value.

    Args:
        gradient: of one example, in `WEIGHTS` and inputs.
        inputs: names of an example's values, or of what is averaged over a batch.
        update: the rule's.
        each: of `WEIGHT` and `RATE` those that an update has for itself. Without a weight it is
            1, a rate is else the same for all.
        batches: what each update takes the mean over.

    Returns:
        ``descend(rows, values, given)``: for each input a sequence of its values in each update,
        or one of lists of examples, and then for each of ``each``; the values of `Update.next`,
        which it replaces; those of `given_names`.
    """
    after = _after(gradient, update, each, batches)
    fixed = _fixed(after, inputs, each, batches)
    taken = ["batch"] if batches == "lists" else inputs
    body = {"none": lambda *_: [], "lists": _mean_of_list, "arrays": _mean_of_arrays}[batches]
    text = [
        *_unpacked(update, each),
        "try:",
        *(f"    {name} = {expression(part, 'python', {})}" for part, name in fixed.items()),
        f"    for {_listed([*taken, *each])} in zip(*rows):",
        *_indented(body(gradient, inputs), 2),
        *([f"        {name} = float({name})" for name in GRADIENT] if batches == "arrays" else []),
        *_indented(_in_turn(lines(_renamed(after), "python", fixed), after), 2),
        *(f"        yield {name}" for name in WEIGHTS),
        # What `math` raises where numpy answers inf or NaN.
        "except (OverflowError, ValueError, ZeroDivisionError):",
        "    pass",
        f"values[:] = {_listed(after)}",
    ]
    return built("descend(rows, values, given)", text, {**_ARRAYS, **MATH})


@lru_cache(maxsize=KEPT)
def array_loop(
    gradient: tuple[Node, Node],
    inputs: tuple[str, ...],
    update: Update,
    each: tuple[str, ...],
    batches: Batches,
) -> Callable[..., Any]:
    """A function that writes w0 and w1 after each update into a path, on arrays of replicas.

    Args:
        gradient, inputs, update, each, batches: as those of `float_loop`, lists excepted.

    Returns:
        ``descend(rows, values, given, path)``: as those of `float_loop`, but arrays; the path of
        shape (2, updates, ...).
    """
    after = _after(gradient, update, each, batches)
    fixed = _fixed(after, inputs, each, batches)
    own = update.laned | {*GRADIENT}
    text, buffers, constants = _in_place(_renamed(after), own, fixed)
    if batches == "arrays":
        text = [*_mean_of_arrays(gradient, inputs), *text]
    kept = [name for name in after if name in update.laned and name not in WEIGHTS]
    new = [NEW + name for name in WEIGHTS]
    filled = [*buffers, *(NEW + name for name in kept)]
    text += [
        f"{_listed(WEIGHTS)} = {_listed(new)}",
        *(f"{name}, {NEW}{name} = {NEW}{name}, {name}" for name in kept),
        *(f"{name} = {NEW}{name}" for name in after if name not in [*kept, *WEIGHTS]),
    ]
    body = [
        *_unpacked(update, each),
        # Arrays of a number are taken half as long again as fast as numbers.
        *(f"{name} = np.asarray({name})" for name in given_names(update, each)),
        *(f"{name} = np.asarray({value!r})" for value, name in constants.items()),
        *(f"{name} = np.asarray({expression(part, 'numpy', {})})" for part, name in fixed.items()),
        *([f"{_listed(filled)} = np.empty(({len(filled)}, *path.shape[2:]))"] if filled else []),
        f"for {_listed([*inputs, *each, *new])} in zip(*rows, *path):",
        *_indented(text, 1),
        f"values[:] = {_listed(after)}",
    ]
    return built("descend(rows, values, given, path)", body, _ARRAYS)


def given_names(update: Update, each: tuple[str, ...]) -> tuple[str, ...]:
    """What has one value for a whole loop."""
    return (*update.hyperparameters, *(() if RATE in each else (RATE,)))


def _after(
    gradient: tuple[Node, Node], update: Update, each: tuple[str, ...], batches: Batches
) -> dict[str, Node]:
    """An update's formulas, of an example's gradient or of a mean that has its name."""
    taken = gradient if batches == "none" else (symbol(GRADIENT[0]), symbol(GRADIENT[1]))
    return update.of([symbol(WEIGHT) * g for g in taken] if WEIGHT in each else taken)


def _mean_of_list(gradient: tuple[Node, Node], inputs: tuple[str, ...]) -> list[str]:
    """Lines that make the mean gradient over a list of examples, on floats."""
    before = {part: f"m{i}" for i, part in enumerate(unchanging(gradient, inputs))}
    named = dict(zip(GRADIENT, gradient, strict=True))
    return [
        *(f"{name} = {expression(part, 'python', {})}" for part, name in before.items()),
        *(f"sum_{name} = 0.0" for name in GRADIENT),
        f"for {_listed(inputs)} in batch:",
        *_indented(lines(named, "python", before, "b"), 1),
        *(f"    sum_{name} += {name}" for name in GRADIENT),
        *(f"{name} = sum_{name} / len(batch)" for name in GRADIENT),
    ]


def _mean_of_arrays(gradient: tuple[Node, Node], inputs: tuple[str, ...]) -> list[str]:
    """Lines that make the mean gradient over the first axis of the inputs."""
    named = dict(zip(GRADIENT, gradient, strict=True))
    differ = [name for name, g in named.items() if not {*inputs}.isdisjoint(symbols(g))]
    return [
        *lines(named, "numpy", prefix="b"),
        *(f"{name} = mean({name}, len({inputs[0]}))" for name in differ),
    ]


def _in_place(
    outputs: Mapping[str, Node], own: set[str], fixed: Mapping[Node, str]
) -> tuple[list[str], list[str], dict[float, str]]:
    """Lines that compute formulas into arrays that are there.

    Names of the arrays that they need besides, and of constants, are answered with them.

    Args:
        outputs: formulas by the names of the arrays that they are written into.
        own: names of values that differ from replica to replica: what is made of them fills an
            array; what is not is a number, or is made anew.
        fixed: parts that have a name.
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
                names[each] = targets.get(each, f"v{len(names)}")
                text.append(f"{names[each]} = {expression(each, 'numpy', names)}")
            continue
        for arg in each.args:
            if arg.op == CONSTANT:
                names[arg] = constants.setdefault(arg.value, f"k{len(constants)}")
        args = [names[arg] for arg in each.args]
        for arg in set(each.args):
            left[arg] -= each.args.count(arg)
            if left[arg] == 0 and names.get(arg) in made:
                free.append(names[arg])
        name = targets.get(each)
        if name is None:
            name = free.pop() if free else f"t{len(made)}"
            if name not in made:
                made.append(name)
        if each.op == "softplus":
            text.append(f"logaddexp(0.0, {args[0]}, {name})")
        else:
            text.append(f"{_NAMES[each.op]}({', '.join(args)}, {name})")
        names[each] = name
    for name, each in outputs.items():
        if names.get(each) != name:
            copied = f"{name}[...] = " if laned[each] else f"{name} = "
            text.append(copied + (names.get(each) or expression(each, "numpy", names)))
    return text, made, constants


def _fixed(
    after: Mapping[str, Node], inputs: tuple[str, ...], each: tuple[str, ...], batches: Batches
) -> dict[Node, str]:
    """Parts that no update changes, by the names that they have for the whole loop."""
    changing = {*after, *(inputs if batches == "none" else GRADIENT), *each}
    return {part: f"c{i}" for i, part in enumerate(unchanging(after.values(), changing))}


def _unpacked(update: Update, each: tuple[str, ...]) -> list[str]:
    names = given_names(update, each)
    return [f"{_listed(update.next)} = values", *([f"{_listed(names)} = given"] if names else [])]


def _renamed(after: Mapping[str, Node]) -> dict[str, Node]:
    return {NEW + name: each for name, each in after.items()}


def _in_turn(text: list[str], after: Iterable[str]) -> list[str]:
    """Lines in which what has a new value takes it at once where no later line needs the old."""
    text = list(text)
    for name in after:
        (made,) = (k for k, line in enumerate(text) if line.startswith(f"{NEW}{name} ="))
        old = re.compile(rf"\b{name}\b")
        if any(old.search(line) for line in text[made + 1 :]):
            text.append(f"{name} = {NEW}{name}")
        else:
            new = re.compile(rf"\b{NEW}{name}\b")
            text[made:] = [new.sub(name, line) for line in text[made:]]
    return text


def _indented(text: Iterable[str], steps: int) -> list[str]:
    return [f"{'    ' * steps}{line}" for line in text]


def _listed(names: Iterable[str]) -> str:
    return "".join(f"{name}, " for name in names).strip()
