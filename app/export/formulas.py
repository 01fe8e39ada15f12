"""A surface's formulas as a script holds them: the source of its very functions."""

import ast
import inspect
import re
import sys
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

HANDED_ON = ("xp", "NUMPY")  # what formulas take their functions from; scripts use a library's
# log(1 + e^-m) as the libraries write it: logaddexp takes no number beside a tensor in PyTorch, and
# rounds to float32 in Keras.
IDIOMS = {
    "torch.logaddexp(0.0, -": "-torch.nn.functional.logsigmoid(",
    "ops.logaddexp(0.0, -": "-ops.log_sigmoid(",
}


@cache
def formulas(library: str, **functions: Callable[..., Any]) -> str:
    """The source of functions and of all that they refer to, constants before functions.

    Annotations go, leading underscores too, and elementary functions become those of a library.

    >>> from app.science.problems import SURFACES
    >>> print(formulas("torch", loss=SURFACES["bowl"].loss))
    def f(x, y):
        return x * x / 2 + y * y / 4
    <BLANKLINE>
    <BLANKLINE>
    def loss(w0, w1, example):
        a0, a1 = example
        return f(w0, w1) + a0 * w0 + a1 * w1

    Args:
        library: the name of the module whose functions stand for those of numpy.
        functions: formulas, written with ``xp``, ``np`` or ``math``, by their names in the script.
    """
    constants: dict[str, None] = {}  # as ordered sets
    definitions: dict[str, None] = {}
    for name, function in functions.items():
        _collect(function, name, constants, definitions)
    text = "\n\n\n".join(["\n".join(constants)] * bool(constants) + list(definitions))
    text = re.sub(r"\b(xp|np)\.", f"{library}.", text)
    for numpy_way, own_way in IDIOMS.items():
        text = text.replace(numpy_way, own_way)
    return text


def _collect(
    function: Callable[..., Any],
    name: str,
    constants: dict[str, None],
    definitions: dict[str, None],
) -> None:
    """Add a function to those of a script, after all that it refers to."""
    assert isinstance(function, FunctionType)  # noqa: S101 - formulas are written as such
    found = inspect.getclosurevars(function)
    for used, value in {**found.globals, **found.nonlocals}.items():
        if isinstance(value, FunctionType):
            _collect(value, used.lstrip("_"), constants, definitions)
        elif used not in HANDED_ON and not isinstance(value, ModuleType):
            _collect_constant(sys.modules[function.__module__], used, constants)
    definitions[_definition(function, name)] = None


def _collect_constant(module: ModuleType, name: str, constants: dict[str, None]) -> None:
    """Add the line that sets a module's constant, after those it depends on."""
    source = inspect.getsource(module)
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            names = {n.id: type(n.ctx) for n in ast.walk(statement) if isinstance(n, ast.Name)}
            if names.get(name) is ast.Store:
                for other in (n for n, use in names.items() if use is ast.Load and n != "math"):
                    _collect_constant(module, other, constants)
                constants[source.splitlines()[statement.lineno - 1]] = None


def _definition(function: FunctionType, name: str) -> str:
    """A function without annotations; its body's text is kept, with its comments."""
    lines = inspect.cleandoc("\n" + inspect.getsource(function)).splitlines()
    (definition,) = ast.parse("\n".join(lines)).body
    assert isinstance(definition, ast.FunctionDef)  # noqa: S101 - as its source says
    arguments = [a.arg for a in definition.args.args if a.arg not in HANDED_ON]
    body = "\n".join(lines[definition.body[0].lineno - 1 :])
    body = re.sub(rf", ({'|'.join(HANDED_ON)})\)", ")", body)
    body = re.sub(r"\b_(?=[a-z])", "", body)
    return f"def {name}({', '.join(arguments)}):\n{body}"
