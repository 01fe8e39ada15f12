"""What every script is written with: a library, a template and a name."""

import json

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.resources import TEMPLATES

# What holds the elementary functions of a formula in each library's script.
MODULES = {"numpy": "np", "pytorch": "torch", "keras": "ops"}
NOTEBOOK = "notebook"
LIBRARIES = (*MODULES, NOTEBOOK)


def environment(folder: str) -> Environment:
    """What reads a folder's templates of Python files."""
    # Autoescaping is for HTML; what goes into a script goes through `literal`.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


_environment = environment("code")
_environment.filters["literal"] = lambda value: (
    # JSON's texts are Python's too, in double quotes and in ASCII.
    json.dumps(value) if isinstance(value, str) else repr(value)
)


def template(name: str) -> Template:
    """A script's template, by its file's name without the ending."""
    return _environment.get_template(f"{name}.py.jinja")


def filename(library: str, of: str = "") -> str:
    """What a script is saved as.

    >>> filename("numpy"), filename("keras", "network")
    ('batchscape-numpy.py', 'batchscape-network-keras.py')
    """
    return "-".join(["batchscape", *([of] if of else []), library]) + ".py"
