"""A formula's text as a graph, by a grammar of our own: nothing that is typed is ever run.

::

    sum      = product, { ("+" | "-"), product }
    product  = signed, { ("*" | "/"), signed }
    signed   = { "+" | "-" }, power
    power    = operand, [ ("^" | "**"), signed ]
    operand  = number | name | function, "(", sum, ")" | "(", sum, ")"

So a sign binds looser than a power, and powers associate to the right.
"""

import math
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from app.science.formulas.functions import FUNCTIONS, apply
from app.science.formulas.graph import (
    Node,
    add,
    constant,
    div,
    in_order,
    known,
    mul,
    neg,
    power,
    sub,
)
from app.science.formulas.text import TextError, Token, refuse, tokens
from app.science.message import Message

MOST_CHARACTERS = 200
MOST_NODES = 100
MOST_DEPTH = 30  # of brackets, signs and powers inside each other
MOST_EXPONENT = 16
NUMBERS = {"pi": math.pi, "e": math.e}
OPEN = [name for name, function in FUNCTIONS.items() if function.open]
MEANT = {"ln": "log", "fabs": "abs", "power": "^", "pow": "^"}

_SUMS = {"+": add, "-": sub}
_PRODUCTS = {"*": mul, "/": div}
_POWERS = {"^", "**"}


def parse(text: str, names: Mapping[str, Node], parameter: str = "formula") -> Node:
    """The graph of a text, its constants folded.

    Args:
        text: at most `MOST_CHARACTERS`.
        names: what the text may be of, and what each stands for.
        parameter: whose text it is, for the error.

    Raises:
        ParameterError: it is no formula, which tells the column, or one that is too large.

    >>> from app.science.formulas.graph import symbol
    >>> parse("-x^2 + 2*.5", {"x": symbol("x")})
    +(neg(*(x, x)), 1.0)
    """
    if len(text) > MOST_CHARACTERS:
        refuse(
            parameter,
            text,
            Message(
                "a formula of at most {most} characters, not of {count:,}",
                most=MOST_CHARACTERS,
                count=len(text),
            ),
        )
    try:
        return _Parser(text, names).formula()
    except TextError as error:
        refuse(
            parameter,
            text,
            Message(
                "a formula: at column {column}, {reason}",
                column=error.column,
                reason=error.reason,
            ),
        )


class _Parser:
    """A text on its way to a node: the tokens that are left, and how deep they stand."""

    def __init__(self, text: str, names: Mapping[str, Node]) -> None:
        self.names = names
        self.left = list(tokens(text))[::-1]
        self.depth = 0

    def peek(self) -> Token:
        return self.left[-1]

    def take(self, *signs: str) -> Token | None:
        """The next token, if it is one of these signs."""
        token = self.peek()
        return self.left.pop() if token.kind == "sign" and token.text in signs else None

    def formula(self) -> Node:
        if self.peek().kind == "end":
            allowed = [*self.names, *NUMBERS, *OPEN]
            reason = Message(
                "there is nothing yet; allowed are numbers, + - * / ^, brackets and {names}",
                names=", ".join(allowed),
            )
            raise TextError(1, reason)
        found = self.sum()
        if self.peek().kind != "end":  # what could go on was taken
            raise TextError(self.peek().column, Message("no bracket is open that ) could close"))
        return found

    def sum(self) -> Node:
        return self._chain(self.product, _SUMS)

    def product(self) -> Node:
        return self._chain(self.signed, _PRODUCTS)

    def _chain(
        self, part: Callable[[], Node], operations: Mapping[str, Callable[[Node, Node], Node]]
    ) -> Node:
        found = part()
        while sign := self.take(*operations):
            other = part()
            if sign.text == "/" and known(other) == 0:
                raise TextError(sign.column, Message("a number is divided by zero"))
            found = self._made(sign, operations[sign.text], found, other)
        return found

    def signed(self) -> Node:
        sign = self.take("+", "-")
        if sign is None:
            return self.power()
        found = self._inside(sign, self.signed)
        return neg(found) if sign.text == "-" else found

    def power(self) -> Node:
        base = self.operand()
        sign = self.take(*_POWERS)
        if sign is None:
            return base
        column = self.peek().column
        exponent = known(self._inside(sign, self.signed))
        if exponent is None or abs(exponent) > MOST_EXPONENT:
            reason = Message(
                "an exponent is a number from -{most} to {most}; e to another power is exp(…)",
                most=MOST_EXPONENT,
            )
            raise TextError(column, reason)
        return self._made(sign, lambda x: power(x, exponent), base)

    def operand(self) -> Node:
        token = self.left.pop() if self.peek().kind != "end" else self.peek()
        if token.kind == "number":
            found = self._number(token)
        elif token.kind == "name":
            found = self._named(token)
        elif token.text == "(":
            found = self._bracketed(token)
        else:
            reason = Message("a number, a name or a bracket is missing")
            raise TextError(token.column, reason)
        self._no_product(token)
        return found

    def _number(self, token: Token) -> Node:
        value = float(token.text)
        if not math.isfinite(value):
            raise TextError(
                token.column, Message("the number {text} is too large", text=token.shown)
            )
        return constant(value)

    def _named(self, token: Token) -> Node:
        name = token.text
        if name in OPEN:
            if self.peek().text != "(":
                reason = Message("{name} is a function, written {name}(…)", name=name)
                raise TextError(token.column, reason)
            inner = self._bracketed(self.left.pop())
            return self._made(token, lambda x: apply(name, x), inner)
        if name in self.names:
            return self.names[name]
        if name in NUMBERS:
            return constant(NUMBERS[name])
        allowed = [*self.names, *NUMBERS, *OPEN]
        meant = MEANT.get(name.lower()) or next(
            iter(get_close_matches(name.lower(), allowed, 1)), None
        )
        if meant is None:
            reason = Message(
                "{name} is unknown; allowed are {names}", name=token.shown, names=", ".join(allowed)
            )
        else:
            reason = Message(
                "{name} is unknown: did you mean {meant}? Allowed are {names}",
                name=token.shown,
                meant=meant,
                names=", ".join(allowed),
            )
        raise TextError(token.column, reason)

    def _bracketed(self, opening: Token) -> Node:
        found = self._inside(opening, self.sum)
        if self.take(")") is None:
            reason = Message(
                "the bracket opened at column {opened} is not closed", opened=opening.column
            )
            raise TextError(self.peek().column, reason)
        return found

    def _no_product(self, token: Token) -> None:
        """Refuse what would be a product if it had a sign."""
        follows = self.peek()
        if follows.kind in ("number", "name") or follows.text == "(":
            before = ")" if token.text == "(" or token.text in OPEN else token.shown
            reason = Message(
                "a product is written with *: {written}", written=f"{before}*{follows.shown}"
            )
            raise TextError(follows.column, reason)

    def _inside(self, token: Token, part: Callable[[], Node]) -> Node:
        """A part that stands one deeper."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            reason = Message(
                "brackets, signs and powers stand more than {most} deep inside each other",
                most=MOST_DEPTH,
            )
            raise TextError(token.column, reason)
        found = part()
        self.depth -= 1
        return found

    def _made(self, token: Token, operation: Callable[..., Node], *args: Node) -> Node:
        """A node, if numbers in it have a value and it is not too large."""
        try:
            found = operation(*args)
        except OverflowError:
            raise TextError(token.column, Message("the value is too large")) from None
        except (ValueError, ZeroDivisionError):
            reason = Message(
                "{sign} has no value at {value:g}", sign=token.text, value=known(args[0])
            )
            raise TextError(token.column, reason) from None
        if len(in_order([found])) > MOST_NODES:
            reason = Message(
                "there are more than {most} different parts, powers counted as products",
                most=MOST_NODES,
            )
            raise TextError(token.column, reason)
        return found
