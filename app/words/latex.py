"""A schedule as a script has it, as LaTeX with numbers in the places of parameters."""

import ast
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from app.science.formulas.latex_numbers import latex_number

# What a name stands for: a symbol in LaTeX, or a number.
Symbols: TypeAlias = Mapping[str, str | float]

SUM, PRODUCT, ATOM = range(3)  # how tightly what is written holds together


class _Tex(NamedTuple):
    text: str
    tight: int = ATOM


_Term: TypeAlias = _Tex | float


def latex_of_code(expression: str, symbols: Symbols) -> str:
    r"""LaTeX of a Python expression; numbers are computed.

    Products have a thin space between their factors. Modules' functions are known by their names.

    >>> latex_of_code("RATE * (t / EPOCHS) ** 0.5", {"RATE": 0.1, "t": "t", "EPOCHS": 2.0})
    '0.1\\,\\sqrt{\\frac{t}{2}}'
    """
    return _text(ast.parse(expression, mode="eval").body, symbols)


def _text(node: ast.expr, symbols: Symbols) -> str:
    return _written(_term(node, symbols))


def _written(term: _Term, tight: int = SUM) -> str:
    """A term, in brackets where it holds together less tightly than it must."""
    if isinstance(term, float):
        text = latex_number(term)
        loose = term < 0 or r"\cdot" in text or (tight == ATOM and "^" in text)
        return rf"\left({text}\right)" if tight and loose else text
    return rf"\left({term.text}\right)" if term.tight < tight else term.text


def _term(node: ast.expr, symbols: Symbols) -> _Term:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            found = symbols[name]
            return _Tex(found) if isinstance(found, str) else float(found)
        case ast.Attribute(attr=name):
            return _Tex(rf"\{name}")
        case ast.BinOp(left=left, op=op, right=right):
            return _operation(_term(left, symbols), op, _term(right, symbols))
        case ast.Call(func=ast.Attribute(attr="sqrt"), args=[inner]):
            return _Tex(rf"\sqrt{{{_text(inner, symbols)}}}")
        case ast.Call(func=ast.Attribute(attr="floor"), args=[inner]):
            return _Tex(rf"\left\lfloor {_text(inner, symbols)} \right\rfloor")
        case ast.Call(func=ast.Attribute(attr="minimum"), args=[one, other]):
            both = ", ".join(_text(each, symbols) for each in (one, other))
            return _Tex(rf"\min\left({both}\right)")
        case ast.Call(func=ast.Attribute(attr=name), args=[inner]):
            return _Tex(rf"\{name}\left({_text(inner, symbols)}\right)")
    raise ValueError(f"no LaTeX for {ast.unparse(node)}")


def _operation(left: _Term, op: ast.operator, right: _Term) -> _Term:
    match left, op, right:
        case float(), ast.Add(), float():
            return left + right
        case float(), ast.Sub(), float():
            return left - right
        case float(), ast.Mult(), float():
            return left * right
        case float(), ast.Div(), float():
            return left / right
        case float(), ast.Pow(), float():
            return float(left**right)
        case (0.0, ast.Add(), other) | (other, ast.Add(), 0.0) | (other, ast.Sub(), 0.0):
            return other
        case (0.0, ast.Mult() | ast.Div(), _) | (_, ast.Mult(), 0.0):
            return 0.0
        case (1.0, ast.Mult(), other) | (other, ast.Mult() | ast.Div() | ast.Pow(), 1.0):
            return other
        case _, ast.Add() | ast.Sub(), _:
            sign = "+" if isinstance(op, ast.Add) else "-"
            return _Tex(f"{_written(left)} {sign} {_written(right, PRODUCT)}", SUM)
        case _, ast.Mult(), _:
            return _Tex(rf"{_written(left, PRODUCT)}\,{_written(right, PRODUCT)}", PRODUCT)
        case _, ast.Div(), _:
            return _Tex(rf"\frac{{{_written(left)}}}{{{_written(right)}}}")
        case _, ast.Pow(), 0.5:
            return _Tex(rf"\sqrt{{{_written(left)}}}")
        case _, ast.Pow(), _:
            return _Tex(f"{_written(left, ATOM)}^{{{_written(right)}}}")
    raise ValueError(f"no LaTeX for {type(op).__name__}")
