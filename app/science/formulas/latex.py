"""Formulas as LaTeX, as a person would write them."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.science.formulas.functions import FUNCTIONS
from app.science.formulas.graph import ADD, CONSTANT, DIV, MUL, NEG, POW, SUB, SYMBOL, Node, known
from app.science.formulas.latex_numbers import fraction, latex_constant, latex_number
from app.science.formulas.products import factors

LOST = 1e-100  # what is less is lost in rounding beside any other term of a sum

# How tightly what is written holds together; letters stand close to a number.
SUM, PRODUCT, POWER, ATOM, NUMBER = range(5)
_LETTER = re.compile(r"(?:[A-Za-z]|\\[a-z]+)(?:_(?:\w|\{\w+\}))?(?:\^\{\d+\})?")
_CLOSE = re.compile(r"(?:[A-Za-z]|\\[a-z]+)(?:_\w)?(?:\^\{\d+\})?")  # what a letter may follow
_MULTIPLE = re.compile(r"\d(?:\\pi|e)$")
_OPEN_END = re.compile(r"_\w$|\\[a-z]+$")
_TALL = re.compile(r"\\t?frac|\\sqrt|\\left|\^\{[^}]*\^")


class Written(NamedTuple):
    """LaTeX without its sign."""

    text: str
    tight: int = ATOM
    negative: bool = False


def latex(formula: Node, names: Mapping[str, str]) -> str:
    r"""LaTeX of a formula.

    Products of one thing are powers, coefficients come first, and multiples of π are written so.
    Quotients above the line have a slash.

    >>> from app.science.formulas.graph import symbol
    >>> x, y = symbol("x"), symbol("y")
    >>> latex((y - x * x) * (y - x * x) / 2 + -0.1 * y / (x + 1), {"x": "x", "y": "y_i"})
    '\\tfrac{1}{2}\\,(y_i - x^{2})^{2} - 0.1\\,\\frac{y_i}{x + 1}'

    Args:
        formula: what is written.
        names: LaTeX of each of its symbols; a number is written as one.
    """
    return _Writer(names).plain(formula)


@dataclass(frozen=True)
class _Writer:
    """Writes nodes.

    Attributes:
        names: LaTeX of symbols.
        raised: whether above the line, where a quotient has a slash.
    """

    names: Mapping[str, str]
    raised: bool = False

    def plain(self, each: Node) -> str:
        """A node as it stands by itself."""
        found = self.written(each)
        return f"-{found.text}" if found.negative else found.text

    def written(self, each: Node) -> Written:
        """A node's LaTeX, its sign apart."""
        if each.op == CONSTANT:
            text = latex_constant(abs(each.value))
            return Written(text, _tight(text), each.value < 0)
        if each.op == SYMBOL:
            return Written(self.names[each.value], _tight(self.names[each.value]))
        if each.op in (ADD, SUB):
            return self._sum(each)
        if each.op in (MUL, DIV, NEG):
            return self._product(each)
        if each.op == POW:
            return self._power(each.args[0], replace(self, raised=True).plain(each.args[1]))
        return self._function(each)

    def _sum(self, each: Node) -> Written:
        """Terms one after the other; what is added is no sum in brackets."""
        terms = [(minus, self.written(term)) for minus, term in _terms(each)]
        first, *others = [term for term in terms if term[1].text != "0"] or [(False, Written("0"))]
        found = _side_by_side([first[1]], negative=first[0])
        if not others:
            return found
        text = ("-" if found.negative else "") + found.text
        for minus, term in others:
            sign = "-" if minus != term.negative else "+"
            text += f" {sign} {_held(term, PRODUCT)}"
        return Written(text, SUM)

    def _product(self, each: Node) -> Written:
        """A coefficient, and the rest over what it is divided by."""
        parts = _Parts.of(each)
        above = [self._power(base, times) for base, times in parts.above.items()]
        below = [self._power(base, times) for base, times in parts.below.items()]
        factor, divisor = parts.factor, parts.divisor
        if factor.is_integer() and divisor.is_integer():
            common = math.gcd(int(factor), int(divisor)) or 1
            factor, divisor = factor // common, divisor // common
        if factor == 0:
            return Written("0")
        first = [] if factor == 1 else [Written(latex_constant(factor), NUMBER)]
        under = [] if divisor == 1 else [Written(latex_constant(divisor), NUMBER)]
        if not (under or below):
            return _side_by_side([*first, *above], negative=parts.negative)
        if self.raised or not above:
            return self._over([*first, *above], [*under, *below], negative=parts.negative)
        if below:
            over = self._over(above, [*under, *below])
            return _side_by_side([*first, over], negative=parts.negative)
        whole = factor.is_integer() and divisor.is_integer()
        if whole and not (len(above) == 1 and above[0].tight == SUM):
            share = Written(fraction(latex_number(factor), latex_number(divisor)), NUMBER)
            return _side_by_side([share, *above], negative=parts.negative)
        return self._over([*first, *above], under, negative=parts.negative)

    def _over(
        self, above: list[Written], below: list[Written], *, negative: bool = False
    ) -> Written:
        top = _side_by_side(above or [Written("1", NUMBER)])
        bottom = _side_by_side(below)
        if self.raised:
            if bottom.tight == NUMBER:
                bottom = Written(bottom.text, _tight(bottom.text))
            return Written(f"{_held(top, PRODUCT)}/{_held(bottom, POWER)}", PRODUCT, negative)
        return Written(rf"\frac{{{top.text}}}{{{bottom.text}}}", POWER, negative)

    def _power(self, base: Node, exponent: int | str) -> Written:
        """A base to a power; a function's stands before its argument."""
        if exponent == 1:
            return self.written(base)
        template = FUNCTIONS[base.op].latex if base.op in FUNCTIONS else ""
        if isinstance(template, str) and "({" in template:
            return self._function(base, f"^{{{exponent}}}")
        inside = self.written(base)
        if inside.negative:
            inside = Written(f"-{inside.text}", SUM)
        return Written(f"{_held(inside, ATOM)}^{{{exponent}}}", POWER)

    def _function(self, each: Node, power: str = "") -> Written:
        (of,) = each.args
        template = FUNCTIONS[each.op].latex
        if not isinstance(template, str):
            return self.written(template(of))
        text = (replace(self, raised=True) if each.op == "exp" else self).plain(of)
        head, bracket, _ = template.partition("({")
        if not bracket:
            return Written(template.format(text), POWER if each.op == "exp" else ATOM)
        return Written(f"{head.format()}{power}{_bracketed(text)}", POWER)


@dataclass
class _Parts:
    """What a product or quotient is made of: numbers, its sign, and how often it has the rest."""

    factor: float = 1.0
    divisor: float = 1.0
    negative: bool = False
    above: Counter[Node] = field(default_factory=Counter)
    below: Counter[Node] = field(default_factory=Counter)

    @classmethod
    def of(cls, each: Node) -> "_Parts":
        found = cls()
        found._take(each, 1, over=True)
        found.negative ^= (found.factor < 0) != (found.divisor < 0)
        found.factor, found.divisor = abs(found.factor), abs(found.divisor)
        return found

    def _take(self, each: Node, times: int, *, over: bool) -> None:
        if each.op == MUL:
            for base, often in factors(each).items():
                self._take(base, times * often, over=over)
        elif each.op == DIV and times == 1:
            self._take(each.args[0], 1, over=over)
            self._take(each.args[1], 1, over=not over)
        elif each.op == NEG:
            self.negative ^= bool(times % 2)
            self._take(each.args[0], times, over=over)
        elif (number := _scaled(self.factor if over else self.divisor, each, times)) is None:
            (self.above if over else self.below)[each] += times
        elif over:
            self.factor = number
        else:
            self.divisor = number


def _scaled(number: float, by: Node, times: int) -> float | None:
    """A number times a constant's power; None where that is none, or lost."""
    value = known(by)
    if value is None:
        return None
    try:
        found = number * value**times
    except OverflowError:
        return None
    lost = found == 0 and number and value
    return found if math.isfinite(found) and not lost else None


def _terms(each: Node) -> list[tuple[bool, Node]]:
    """The terms of a sum, and whether each is subtracted; none that is lost beside the others."""
    found: list[tuple[bool, Node]] = []
    left = [(False, each)]
    while left:
        minus, term = left.pop()
        if term.op in (ADD, SUB) and not minus:
            left += [(term.op == SUB, term.args[1]), (False, term.args[0])]
        elif (value := known(term)) is None or abs(value) >= LOST:
            found.append((minus, term))
    return found


def _side_by_side(parts: Sequence[Written], *, negative: bool = False) -> Written:
    """A product: thin spaces, but where letters follow each other or a number."""
    if len(parts) == 1:
        (part,) = parts
        if negative and part.tight == SUM:
            return Written(_bracketed(part.text), negative=True)
        return part._replace(negative=part.negative != negative)
    text, before = "", None
    for part in parts:
        held = _held(part, POWER)
        text += (_between(before, held) if before else "") + held
        before = part
        negative ^= part.negative
    return Written(text, PRODUCT, negative)


def _between(before: Written, held: str) -> str:
    if held[0].isdigit():
        return r" \cdot "
    close = before.tight == NUMBER or _CLOSE.fullmatch(before.text)
    if not (close and _LETTER.fullmatch(held)):
        return r"\,"
    return " " if _OPEN_END.search(before.text) else ""


def _held(part: Written, tight: int) -> str:
    """What is written, in brackets where it holds together less tightly than it must."""
    return _bracketed(part.text) if part.tight < tight else part.text


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)" if _TALL.search(text) else f"({text})"


def _tight(text: str) -> int:
    """How tightly a letter or number holds together."""
    if r"\cdot" in text or _MULTIPLE.search(text):
        return PRODUCT
    return POWER if "^" in text or "frac" in text else ATOM
