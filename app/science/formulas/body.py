"""What the bodies of an update's loops are made of: formulas and lines."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from app.science.formulas.graph import Node, symbol
from app.science.formulas.update import GRADIENT, RATE, WEIGHT, Update
from app.science.formulas.write import expression, lines, unchanging

# What an update takes the mean over: nothing, a list of examples, or examples that lie along the
# first axis of arrays.
Batches: TypeAlias = Literal["none", "lists", "arrays"]

NEW = "next_"  # before the name of what a value becomes


class Body(NamedTuple):
    """What each update of a loop computes, of which the loop is made.

    Attributes:
        gradient: of one example, in `WEIGHTS` and inputs.
        inputs: names of an example's values, or of what is averaged over a batch.
        update: the rule's.
        each: of `WEIGHT` and `RATE` those that an update has for itself. Without a weight it is
            1, a rate is else the same for all.
        batches: what each update takes the mean over.
    """

    gradient: tuple[Node, Node]
    inputs: tuple[str, ...]
    update: Update
    each: tuple[str, ...]
    batches: Batches

    @property
    def given(self) -> tuple[str, ...]:
        """Names of what has one value for the whole loop."""
        return (*self.update.hyperparameters, *(() if RATE in self.each else (RATE,)))

    @property
    def after(self) -> dict[str, Node]:
        """The update's formulas, of an example's gradient or of a mean that has its name."""
        means = (symbol(GRADIENT[0]), symbol(GRADIENT[1]))
        taken = self.gradient if self.batches == "none" else means
        return self.update.of([symbol(WEIGHT) * g for g in taken] if WEIGHT in self.each else taken)

    def fixed(self, after: Mapping[str, Node]) -> dict[Node, str]:
        """Parts of such formulas that no update changes, by names that they have for the loop."""
        inputs = self.inputs if self.batches == "none" else GRADIENT
        changing = {*after, *inputs, *self.each}
        return {part: f"c{i}" for i, part in enumerate(unchanging(after.values(), changing))}

    def mean_in_turn(self, taken: Iterable[str], size: str) -> list[str]:
        """Lines that make the mean gradient over examples one by one, on floats.

        Args:
            taken: the head of a loop over examples, and what gives each's inputs their values.
            size: how many there are.
        """
        before = {part: f"m{i}" for i, part in enumerate(unchanging(self.gradient, self.inputs))}
        named = dict(zip(GRADIENT, self.gradient, strict=True))
        return [
            *fixed_lines(before),
            *(f"sum_{name} = 0.0" for name in GRADIENT),
            *taken,
            *indented(lines(named, "python", before, "b"), 1),
            *(f"    sum_{name} += {name}" for name in GRADIENT),
            *(f"{name} = sum_{name} / {size}" for name in GRADIENT),
        ]


def fixed_lines(fixed: Mapping[Node, str]) -> list[str]:
    """Lines that compute them, on floats."""
    return [f"{name} = {expression(part, 'python', {})}" for part, name in fixed.items()]


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
