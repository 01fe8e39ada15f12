"""A function of the science as a script holds it."""

import ast
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def plain(function: Callable[..., Any]) -> str:
    """A function's own source without its annotations, which speak of types a script lacks.

    Args:
        function: a function of numpy, of other such functions, and of nothing else.
    """
    tree = ast.parse(inspect.getsource(function))
    (defined,) = tree.body
    if not isinstance(defined, ast.FunctionDef):
        raise TypeError(f"{function} is no plain function")
    defined.returns = None
    for argument in defined.args.args:
        argument.annotation = None
    return ast.unparse(tree)
