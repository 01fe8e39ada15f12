"""What LaTeX means, evaluated: sums, products side by side, quotients, powers, functions."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

TOKEN = re.compile(
    r"\\left\\lfloor|\\right\\rfloor|\\left\||\\right\||"
    r"\\left|\\right|\\[a-zA-Z]+|\\[,; ]|\d+(?:\.\d+)?|[a-zA-Z]|\S"
)
SPACES = {r"\,", r"\;", r"\ ", r"\left", r"\right"}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    r"\cos": np.cos,
    r"\sin": np.sin,
    r"\tanh": np.tanh,
    r"\log": np.log,
    r"\operatorname": np.sign,
}
ENDS = {")", ",", "}", r"\right|", "+", "-", "/", r"\cdot", r"\right\rfloor", ""}


def value(latex: str, letters: Mapping[str, Any]) -> Any:
    """The value of an expression, given those of its letters, indices included as they stand."""
    reader = _Reader(latex, {"e": math.e, r"\pi": math.pi, **letters})
    found = reader.sum()
    assert reader.next == "", latex
    return found


class _Reader:
    def __init__(self, latex: str, letters: Mapping[str, Any]) -> None:
        self.parts: list[str] = [part for part in TOKEN.findall(latex) if part not in SPACES]
        self.letters = letters

    @property
    def next(self) -> str:
        return self.parts[0] if self.parts else ""

    def take(self, *expected: str) -> str:
        assert not expected or self.next in expected, (self.next, expected)
        return self.parts.pop(0)

    def sum(self) -> Any:
        total = -self.product() if self.next == "-" and self.take() else self.product()
        while self.next in ("+", "-"):
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self) -> Any:
        total = self.power()
        while self.next not in ENDS or self.next in ("/", r"\cdot"):
            if self.next == "/":
                self.take()
                total = total / self.power()
                continue
            if self.next == r"\cdot":
                self.take()
            total = total * self.power()
        return total

    def power(self) -> Any:
        base = self.atom()
        return base ** self.argument() if self.next == "^" and self.take() else base

    def argument(self) -> Any:
        """What is in braces, or one part."""
        return self.inside("{", "}") if self.next == "{" else self.atom()

    def inside(self, opening: str, closing: str) -> Any:
        self.take(opening)
        found = self.sum()
        self.take(closing)
        return found

    def atom(self) -> Any:
        part = self.next
        if part == "(":
            return self.inside("(", ")")
        if part == r"\left\lfloor":
            return np.floor(self.inside(part, r"\right\rfloor"))
        if part == r"\left|":
            return np.abs(self.inside(part, r"\right|"))
        self.take()
        if part in (r"\frac", r"\tfrac"):
            above = self.argument()
            return above / self.argument()
        if part == r"\min":
            self.take("(")
            one = self.sum()
            self.take(",")
            other = self.sum()
            self.take(")")
            return np.minimum(one, other)
        if part == r"\sqrt":
            return np.sqrt(self.argument())
        if part in FUNCTIONS:  # without brackets it takes all of the product
            if part == r"\operatorname":
                self.braces()
            exponent = self.argument() if self.next == "^" and self.take() else 1
            return FUNCTIONS[part](self.atom() if self.next == "(" else self.product()) ** exponent
        if part == r"\hat":
            part += self.braces()
        if re.fullmatch(r"\d+(?:\.\d+)?", part):
            return float(part)
        if self.next == "_":
            self.take()
            part += "_" + (self.braces() if self.next == "{" else self.take())
        return self.letters[part]

    def braces(self) -> str:
        self.take("{")
        text = ""
        while self.next != "}":
            text += self.take()
        self.take("}")
        return text
