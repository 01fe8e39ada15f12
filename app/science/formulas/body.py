"""What the bodies of an update's loops are made of: formulas and lines."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from app.science.formulas.graph import Node, symbol, symbols
from app.science.formulas.update import GRADIENT, RATE, WEIGHT, Update
from app.science.formulas.write import expression, lines, unchanging

# What an update takes the mean over: nothing, a list of examples, or examples that lie along the
# first axis of arrays.
Batches: TypeAlias = Literal["none", "lists", "arrays"]

NEW = "next_"  # before the name of what a value becomes


def given_names(update: Update, each: tuple[str, ...]) -> tuple[str, ...]:
    """What has one value for a whole loop."""
    return (*update.hyperparameters, *(() if RATE in each else (RATE,)))


def formulas_after(
    gradient: tuple[Node, Node], update: Update, each: tuple[str, ...], batches: Batches
) -> dict[str, Node]:
    """An update's formulas, of an example's gradient or of a mean that has its name."""
    taken = gradient if batches == "none" else (symbol(GRADIENT[0]), symbol(GRADIENT[1]))
    return update.of([symbol(WEIGHT) * g for g in taken] if WEIGHT in each else taken)


def fixed_parts(
    after: Mapping[str, Node], inputs: tuple[str, ...], each: tuple[str, ...], batches: Batches
) -> dict[Node, str]:
    """Parts that no update changes, by the names that they have for the whole loop."""
    changing = {*after, *(inputs if batches == "none" else GRADIENT), *each}
    return {part: f"c{i}" for i, part in enumerate(unchanging(after.values(), changing))}


def fixed_lines(fixed: Mapping[Node, str]) -> list[str]:
    """Lines that compute them, on floats."""
    return [f"{name} = {expression(part, 'python', {})}" for part, name in fixed.items()]


def mean_in_turn(
    gradient: tuple[Node, Node], inputs: tuple[str, ...], taken: Iterable[str], size: str
) -> list[str]:
    """Lines that make the mean gradient over examples one by one, on floats.

    Args:
        gradient, inputs: of an example.
        taken: the head of a loop over examples, and what gives each's inputs their values.
        size: how many there are.
    """
    before = {part: f"m{i}" for i, part in enumerate(unchanging(gradient, inputs))}
    named = dict(zip(GRADIENT, gradient, strict=True))
    return [
        *fixed_lines(before),
        *(f"sum_{name} = 0.0" for name in GRADIENT),
        *taken,
        *indented(lines(named, "python", before, "b"), 1),
        *(f"    sum_{name} += {name}" for name in GRADIENT),
        *(f"{name} = sum_{name} / {size}" for name in GRADIENT),
    ]


def mean_of_arrays(gradient: tuple[Node, Node], inputs: tuple[str, ...]) -> list[str]:
    """Lines that make the mean gradient over the first axis of the inputs."""
    named = dict(zip(GRADIENT, gradient, strict=True))
    differ = [name for name, g in named.items() if not {*inputs}.isdisjoint(symbols(g))]
    return [
        *lines(named, "numpy", prefix="b"),
        *(f"{name} = mean({name}, len({inputs[0]}))" for name in differ),
    ]


def renamed(after: Mapping[str, Node]) -> dict[str, Node]:
    """Formulas by the names of the new values."""
    return {NEW + name: each for name, each in after.items()}


def in_turn(text: list[str], after: Iterable[str]) -> list[str]:
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


def indented(text: Iterable[str], steps: int) -> list[str]:
    """Lines so many steps further in."""
    return [f"{'    ' * steps}{line}" for line in text]


def listed(names: Iterable[str]) -> str:
    """Names as a tuple is written."""
    return "".join(f"{name}, " for name in names).strip()
