"""Formulas of an update as loops: on floats, and on arrays of replicas that are used again."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

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
)
from app.science.formulas.update import GRADIENT, RATE, WEIGHTS, Update
from app.science.formulas.write import expression, lines, unchanging

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
    *,
    batches: bool = False,
    varies: bool = False,
) -> Callable[..., Any]:
    """A generator of w0 and w1 after each update, in turn, on floats.

    It ends where a formula has no finite value, and leaves the last values in ``values``.

    Args:
        gradient: of one example, in `WEIGHTS` and inputs.
        inputs: names of an example's values, or of what is averaged over a batch.
        update: the rule's.
        batches: whether each update takes the mean over a list of examples.
        varies: whether each update has a learning rate of its own; else all have one.

    Returns:
        ``descend(inputs, rate, values, hyperparameters)``: of each input a list, or a list of
        batches; the rate or a list of them; the values of `Update.next`.
    """
    after, body = _once(gradient, inputs, update, batches)
    fixed = _fixed(after, inputs, batches=batches, varies=varies)
    each = ["batch"] if batches else list(inputs)
    iterated = [("inputs" if batches else "*inputs"), *["rate"] * varies]
    text = [
        *_given(update),
        "try:",
        *(f"    {name} = {expression(part, 'python', {})}" for part, name in fixed.items()),
        f"    for {_listed(each + [RATE] * varies)} in zip({', '.join(iterated)}):",
        *_indented([*body, *lines(_renamed(after), "python", fixed), *_moved(after)], 2),
        *(f"        yield {name}" for name in WEIGHTS),
        # What `math` raises where numpy answers inf or NaN.
        "except (OverflowError, ValueError, ZeroDivisionError):",
        "    pass",
        f"values[:] = {_listed(after)}",
    ]
    return built("descend(inputs, rate, values, hyperparameters)", text, MATH)


@lru_cache(maxsize=KEPT)
def array_loop(
    gradient: tuple[Node, Node],
    inputs: tuple[str, ...],
    update: Update,
    *,
    batches: bool = False,
) -> Callable[..., Any]:
    """A function that writes w0 and w1 after each update into a path, on arrays of replicas.

    Args:
        gradient: of one example, in `WEIGHTS` and inputs.
        inputs: names of an example's values, or of what is averaged over a batch.
        update: the rule's.
        batches: whether each update takes the mean over examples, which lie along a first axis.

    Returns:
        ``descend(inputs, rates, values, hyperparameters, path)``: of each input an array, or a
        list of arrays, an update after the other; an array of rates, too; the values of
        `Update.next`, which it replaces; the path of shape (2, updates, replicas).
    """
    after = dict(update.next) if batches else update.of(gradient)
    fixed = _fixed(after, inputs, batches=batches, varies=True)
    own = update.laned | ({*GRADIENT} if batches else set())
    text, buffers, constants = _in_place(_renamed(after), own, fixed)
    inner = [
        *lines({f"each_{name}": g for name, g in zip(GRADIENT, gradient, strict=True)}, "numpy", prefix="b"),
        *(f"{name} = mean(each_{name}, len({inputs[0]}))" for name in GRADIENT),
    ]
    kept = [name for name in after if name in update.laned and name not in WEIGHTS]
    new = [NEW + name for name in WEIGHTS]
    moved = [
        f"{_listed(WEIGHTS)} = {_listed(new)}",
        *(f"{name}, {NEW}{name} = {NEW}{name}, {name}" for name in kept),
        *(f"{name} = {NEW}{name}" for name in after if name not in [*kept, *WEIGHTS]),
    ]
    body = [
        *_given(update),
        # As arrays numbers are taken half as long again as fast.
        *(f"{name} = np.asarray({name})" for name in update.hyperparameters),
        *(f"{name} = np.asarray({value!r})" for value, name in constants.items()),
        *(f"{name} = np.asarray({expression(part, 'numpy', {})})" for part, name in fixed.items()),
        f"{_listed([*buffers, *(NEW + name for name in kept)])} = np.empty("
        f"({len(buffers) + len(kept)}, *path.shape[2:]))"
        if [*buffers, *kept]
        else "",
        f"for {_listed([*inputs, RATE, *new])} in zip(*inputs, rates, *path):",
        *_indented([*(inner if batches else []), *text, *moved], 1),
        f"values[:] = {_listed(after)}",
    ]
    return built("descend(inputs, rates, values, hyperparameters, path)", body, _ARRAYS)


def _once(
    gradient: tuple[Node, Node], inputs: tuple[str, ...], update: Update, batches: bool
) -> tuple[dict[str, Node], list[str]]:
    """An update's formulas, and the lines that make its mean gradient, if it has one, on floats."""
    if not batches:
        return update.of(gradient), []
    before = {part: f"m{i}" for i, part in enumerate(unchanging(gradient, inputs))}
    summed = [f"sum_{name}" for name in GRADIENT]
    return dict(update.next), [
        *(f"{name} = {expression(part, 'python', {})}" for part, name in before.items()),
        f"{' = '.join(summed)} = 0.0",
        f"for {_listed(inputs)} in batch:",
        *_indented(
            [
                *lines(dict(zip(GRADIENT, gradient, strict=True)), "python", before, "b"),
                *(f"sum_{name} += {name}" for name in GRADIENT),
            ],
            1,
        ),
        *(f"{name} = sum_{name} / len(batch)" for name in GRADIENT),
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
    targets = {each: name for name, each in reversed(outputs.items())}
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
    after: Mapping[str, Node], inputs: tuple[str, ...], *, batches: bool, varies: bool
) -> dict[Node, str]:
    """Parts that no update changes, by the names that they have for the whole loop."""
    changing = {*after, *(GRADIENT if batches else inputs), *([RATE] * varies)}
    return {part: f"c{i}" for i, part in enumerate(unchanging(after.values(), changing))}


def _given(update: Update) -> list[str]:
    given = [f"{_listed(update.next)} = values"]
    if update.hyperparameters:
        given.append(f"{_listed(update.hyperparameters)} = hyperparameters")
    return given


def _renamed(after: Mapping[str, Node]) -> dict[str, Node]:
    return {NEW + name: each for name, each in after.items()}


def _moved(after: Iterable[str]) -> list[str]:
    return [f"{name} = {NEW}{name}" for name in after]


def _indented(text: Iterable[str], steps: int) -> list[str]:
    return [f"{'    ' * steps}{line}" for line in text]


def _listed(names: Iterable[str]) -> str:
    return "".join(f"{name}, " for name in names).strip()
