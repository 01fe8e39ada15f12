"""Who may import whom: the house of DESIGN.md as a table, held against the code."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A row is a module or a package with all in it; `app` and `app.science` stand for their own
# `__init__` alone, so that nothing new in them goes unlisted. A row may always import itself.
SCIENCE = "app.science."
MAY_IMPORT: dict[str, set[str]] = {
    "app": set(),
    "app.science": set(),
    "app.science.message": set(),
    "app.science.errors": {"app.science.message"},
    "app.science.pauses": set(),
    "app.science.problems": {"app.science.errors", "app.science.pauses"},
    "app.science.memory": {"app.science.errors"},
    "app.science.draws": {"app.science.errors", "app.science.sampling"},
    "app.science.sequences": {"app.science.errors", "app.science.message", "app.science.sampling"},
    "app.science.sampling": {"app.science.message", "app.science.errors"},
    "app.science.schedules": {"app.science.errors"},
    "app.science.optimizers": {"app.science.errors", "app.science.problems"},
    "app.science.plan": {
        "app.science.message",
        "app.science.errors",
        "app.science.sampling",
        "app.science.schedules",
    },
    "app.science.batches": {
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.engine": {
        "app.science.message",
        "app.science.batches",
        "app.science.errors",
        "app.science.optimizers",
        "app.science.pauses",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.lowest": {"app.science.problems", "app.science.theory"},
    "app.science.late": {
        "app.science.engine",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.moment": {
        "app.science.message",
        "app.science.engine",
        "app.science.errors",
        "app.science.noise.replay",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.comparison": {
        "app.science.message",
        "app.science.errors",
        "app.science.engine",
        "app.science.late",
        "app.science.lowest",
        "app.science.optimizers",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.replicas": {"app.science.problems"},
    "app.science.noise": {
        "app.science.message",
        "app.science.errors",
        "app.science.pauses",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.noise.replay": {
        "app.science.message",
        "app.science.errors",
        "app.science.plan",
        "app.science.sampling",
    },
    "app.science.noise.pairs": {
        "app.science.message",
        "app.science.errors",
        "app.science.noise",
        "app.science.noise.replay",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.noise.samples": {
        "app.science.lowest",
        "app.science.noise",
        "app.science.noise.replay",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.noise.instruments": {
        "app.science.message",
        "app.science.noise.samples",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.noise.readings": {
        "app.science.noise.instruments",
        "app.science.noise.samples",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.noise.epoch_sum": {
        "app.science.message",
        "app.science.engine",
        "app.science.errors",
        "app.science.noise",
        "app.science.noise.replay",
        "app.science.optimizers",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.noise.floor": {
        "app.science.theory",
        "app.science.message",
        "app.science.engine",
        "app.science.errors",
        "app.science.noise",
        "app.science.optimizers",
        "app.science.plan",
        "app.science.problems",
        "app.science.replicas",
        "app.science.sampling",
    },
    "app.science.noise.last_batch": {
        "app.science.noise.floor",
        "app.science.problems",
        "app.science.replicas",
        "app.science.sampling",
        "app.science.theory",
    },
    "app.science.noise.logs": {
        "app.science.comparison",
        "app.science.engine",
        "app.science.noise.instruments",
        "app.science.noise.readings",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.noise.tracks": {
        "app.science.message",
        "app.science.comparison",
        "app.science.engine",
        "app.science.noise",
        "app.science.noise.pairs",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.theory": {
        "app.science.message",
        "app.science.errors",
        "app.science.noise",
        "app.science.plan",
        "app.science.problems",
        "app.science.sampling",
    },
    "app.science.tradeoff": {
        "app.science.message",
        "app.science.errors",
        "app.science.engine",
        "app.science.noise",
        "app.science.optimizers",
        "app.science.plan",
        "app.science.problems",
        "app.science.replicas",
        "app.science.sampling",
        "app.science.schedules",
        "app.science.theory",
    },
    "app.version": set(),
    "app.settings": {"app.version"},
    "app.resources": set(),
    "app.accept": set(),
    "app.assets": {"app.accept"},
    "app.headers": set(),
    "app.language": {"app.accept", "app.science.message"},
    "app.figures": {"app.language", SCIENCE},
    "app.code": {"app.resources", SCIENCE},
    "app.api": {
        "app.accept",
        "app.code",
        "app.figures",
        "app.language",
        "app.resources",
        "app.settings",
        "app.version",
        SCIENCE,
    },
    "app.page_words": {"app.language"},
    "app.operations": {"app.language"},
    "app.pages": {
        "app.operations",
        "app.page_words",
        "app.api",
        "app.figures",
        "app.language",
        "app.resources",
        "app.settings",
        "app.version",
        SCIENCE,
    },
    "app.limits": {"app.api", "app.language"},
    "app.answers": {"app.accept", "app.api"},
    "app.compression": {"app.accept"},
    "app.monitoring": {"app.answers", "app.api"},
    "app.main": {
        "app.answers",
        "app.compression",
        "app.limits",
        "app.monitoring",
        "app.assets",
        "app.api",
        "app.headers",
        "app.language",
        "app.pages",
        "app.resources",
        "app.settings",
        "app.version",
    },
    "app.__main__": {"app.main", "app.settings", "app.version"},
}
OWN_INIT_ALONE = {"app", "app.science"}

# Packages from outside the project and the standard library.
MAY_USE: dict[str, set[str]] = {
    "app": set(),
    SCIENCE: {"numpy"},
    "app.version": set(),
    "app.settings": {"pydantic", "pydantic_settings"},
    "app.resources": {"plotly"},
    "app.accept": set(),
    "app.assets": {"brotli", "starlette"},
    "app.headers": {"starlette"},
    "app.language": {"babel", "starlette"},
    "app.figures": {"numpy", "plotly"},
    "app.code": {"jinja2"},
    "app.api": {
        "distributed",
        "fastapi",
        "numpy",
        "orjson",
        "plotly",
        "prometheus_client",
        "pydantic",
        "segno",
        "starlette",
    },
    "app.page_words": set(),
    "app.operations": set(),
    "app.pages": {"fastapi", "jinja2", "markupsafe", "pydantic", "starlette"},
    "app.answers": {"starlette"},
    "app.compression": {"starlette"},
    "app.limits": {"starlette"},
    "app.monitoring": {"prometheus_client", "starlette"},
    "app.main": {"fastapi", "starlette"},
    "app.__main__": {"pydantic", "pydantic_settings", "uvicorn"},
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted((ROOT / "app").rglob("*.py"))}


def row_of(module: str) -> str | None:
    """The row of the table that a module falls under."""
    rows = [
        row
        for row in MAY_IMPORT
        if module == row or (row not in OWN_INIT_ALONE and module.startswith(f"{row}."))
    ]
    return max(rows, key=len, default=None)


def imported(source: str) -> Iterator[str]:
    """Everything a source imports, wherever in it; relative imports as they are written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                name = f"{base}.{alias.name}"
                # `from app.science import engine` is of the module, not of its package.
                yield name if name in MODULES or row_of(name) not in (None, base) else base


def allows(allowed: set[str], row: str) -> bool:
    return row in allowed or (SCIENCE in allowed and f"{row}.".startswith(SCIENCE))


def outside_allowed(row: str) -> set[str]:
    return MAY_USE[SCIENCE] if f"{row}.".startswith(SCIENCE) else MAY_USE[row]


def violations(module: str, source: str) -> list[str]:
    """What a module imports and may not."""
    row = row_of(module)
    if row is None:
        return [f"{module} is in no row of the table"]
    wrong = []
    for name in imported(source):
        package = name.split(".")[0]
        if package == "app":
            target = row_of(name)
            fine = target is not None and (target == row or allows(MAY_IMPORT[row], target))
        elif package in sys.stdlib_module_names:
            fine = True
        else:
            fine = package in outside_allowed(row)
        if not fine:
            wrong.append(f"{module} imports {name}")
    return wrong


def test_the_code_is_found() -> None:
    assert {"app", "app.science", "app.science.engine", "app.science.problems.bowl"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_imports(module: str) -> None:
    assert violations(module, MODULES[module].read_text(encoding="utf-8")) == []


def test_the_table_has_no_circle() -> None:
    graph = {
        row: {other for other in MAY_IMPORT if other != row and allows(allowed, other)}
        for row, allowed in MAY_IMPORT.items()
    }
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("app.science.engine", "import numpy as np, math", []),
        ("app.science.engine", "from app.science.problems.problem import Problem", []),
        ("app.science.engine", "from app.science import plan", []),
        ("app.science.engine", "import plotly.graph_objects", ["plotly.graph_objects"]),
        ("app.science.engine", "def f():\n    import scipy", ["scipy"]),
        ("app.science.engine", "from app.science import tradeoff", ["app.science.tradeoff"]),
        ("app.science.engine", "from app.figures import nothing", ["app.figures"]),
        ("app.science.engine", "from .plan import Plan", [".plan"]),
        ("app.science.sampling", "from app.science.engine import run", ["app.science.engine"]),
        ("app.science.problems.bowl", "from app.science.plan import Plan", ["app.science.plan"]),
        ("app.science", "from app.science import engine", ["app.science.engine"]),
        ("app.figures.paths", "from app.science.engine import run", []),
        ("app.figures.paths", "from app.api import schemas", ["app.api"]),
        ("app.api.routes", "from app.main import create_app", ["app.main"]),
        ("app.api.routes", "from app import settings, version", []),
        ("app.api.routes", "import uvicorn", ["uvicorn"]),
        ("app.science.theory", "from scipy.linalg import solve", ["scipy.linalg"]),
        ("app.pages", "import app.api.queries, app.__main__", ["app.__main__"]),
        ("app.main", "from app.science.engine import run", ["app.science.engine"]),
        ("app.main", "import app.nowhere", ["app.nowhere"]),
    ],
)
def test_a_wrong_import_is_seen(module: str, source: str, found: list[str]) -> None:
    assert violations(module, source) == [f"{module} imports {name}" for name in found]


@pytest.mark.parametrize("module", ["app.utils", "app.worker.jobs", "app.science.helpers"])
def test_an_unlisted_module_is_seen(module: str) -> None:
    assert violations(module, "") == [f"{module} is in no row of the table"]


def test_the_science_imports_without_the_web() -> None:
    names = [name for name in MODULES if f"{name}.".startswith(SCIENCE)]
    blocked = ["fastapi", "starlette", "pydantic", "plotly", "jinja2", "uvicorn", "orjson"]
    program = f"""
import importlib, sys
for name in {blocked!r}:
    sys.modules[name] = None
for name in {names!r}:
    importlib.import_module(name)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
