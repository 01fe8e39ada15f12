"""What there is to translate: an extraction method for Babel.

::

    pybabel extract -F pyproject.toml --no-location --sort-output -o messages.pot .
    pybabel update --no-wrap -i messages.pot -o app/language/catalogues/ja.po -l ja

It reads the calls `gettext`, `ngettext`, `Message` and `ParameterError`, the words that registries
and request models hold (`WORDS`), which are translated where they are shown, and the docstrings of
the API's routes, which its page shows.
"""

import ast
from collections.abc import Iterator
from typing import IO, Any, TypeGuard

from app.language.speech import paragraphs

# The arguments of a call that are messages.
CALLS = {
    "gettext": (0,),
    "_": (0,),
    "ngettext": (0, 1),
    "Message": (0,),
    "ParameterError": (2,),
}
WORDS = {
    "_surface": {"title", "description", "noise_unit", "parameters"},
    "Surface": {"title", "description", "noise_unit", "parameters"},
    "landscape": {"title", "description", "noise_unit", "parameters"},
    "Model": {"axes"},
    "Instrument": {"title", "meaning", "quantity", "verdict", "reading", "undefined"},
    "Story": {"title", "question", "turn"},
    "Term": {"term", "sentence"},
    "Field": {"title", "description"},
    "_count": {"title", "description"},
    "Hyperparameter": {"title", "meaning", "description"},
    "Path": {"description"},
    "Text": {"description"},
    "problem": {"description"},
    "described": {"description"},
    "APIRouter": {"tags"},
}

# A text in a variable is found where the variable is set.
ELSEWHERE = (ast.Name, ast.Attribute, ast.Call)

Found = tuple[int, str | None, str | tuple[str, ...], list[str]]


def extract_python(
    file: IO[bytes],
    keywords: Any,  # noqa: ARG001 - as Babel calls it
    comment_tags: Any,  # noqa: ARG001
    options: Any,  # noqa: ARG001
) -> Iterator[Found]:
    """The messages of a Python module.

    Raises:
        ValueError: a message that is not written out, as an f-string is not.
    """
    tree = ast.parse(file.read())
    documented = not any(
        isinstance(node, ast.keyword) and node.arg == "include_in_schema" for node in ast.walk(tree)
    )
    for node in _nodes(tree):
        if documented and _is_route(node):
            said = paragraphs(ast.get_docstring(node) or "")
            yield from ((node.lineno, None, text, []) for text in said)
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if name in CALLS and not any(isinstance(arg, ast.Starred) for arg in node.args):
            texts = [node.args[i] for i in CALLS[name] if i < len(node.args)]
            if not texts or any(isinstance(text, ELSEWHERE) for text in texts):
                continue
            found = tuple(map(_text, texts))
            yield node.lineno, *((name, found) if len(found) > 1 else (None, found[0])), []
        for word in sorted(WORDS.get(name, set()) & given.keys()):
            value = given[word]
            texts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
            yield from (
                (node.lineno, None, _text(text), [])
                for text in texts
                if not isinstance(text, ELSEWHERE)
            )


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those of settings, which the command explains in English alone."""
    if not isinstance(tree, ast.ClassDef) or "BaseSettings" not in map(ast.unparse, tree.bases):
        yield tree
        for node in ast.iter_child_nodes(tree):
            yield from _nodes(node)


def _is_route(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
        isinstance(mark, ast.Call)
        and ast.unparse(mark.func) in ("router.get", "router.post", "sent.post")
        for mark in node.decorator_list
    )


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"line {node.lineno}: a message is to be written out, not computed")
