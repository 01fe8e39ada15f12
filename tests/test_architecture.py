"""Who may import whom: the layers of pyproject.toml, and what each room uses from outside."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter import cli

ROOT = Path(__file__).parents[1]

# A room or a module, the more exact name first; besides the standard library.
MAY_USE: dict[str, set[str]] = {
    "app.science": {"numba", "numpy", "scipy", "sklearn"},
    "app.language": {"babel"},
    "app.web": {
        "brotli", "distributed", "fastapi", "filelock", "ifaddr", "numpy", "orjson",
        "prometheus_client",
        "pydantic", "starlette",
    },
    "app.words": {"latex2mathml", "numpy"},
    "app.figures": {"PIL", "contourpy", "numpy", "orjson", "plotly"},
    "app.export": {"jinja2"},
    "app.api": {
        "fastapi", "numpy", "orjson", "prometheus_client", "pydantic", "segno", "starlette",
    },
    "app.pages": {"babel", "fastapi", "jinja2", "markupsafe", "pydantic", "starlette"},
    "app.settings": {"pydantic", "pydantic_settings"},
    "app.resources": {"plotly"},
    "app.main": {"fastapi", "starlette"},
    "app.options": {"pydantic", "pydantic_settings", "shtab"},
    "app.__main__": {"segno", "uvicorn"},
}  # fmt: skip


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("app", include_external_packages=True, cache_dir=None)


def test_imports_run_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    # It would silence every logger there is, and the tests after this one listen to ours.
    monkeypatch.setattr(cli, "_configure_logging", lambda _: None)
    config = str(ROOT / "pyproject.toml")
    assert cli.lint_imports(config, no_cache=True, verbose=False) == cli.EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("room", MAY_USE)
def test_a_room_uses_what_it_may(room: str) -> None:
    graph = imports()
    inside = {module for module in graph.modules if f"{module}.".startswith(f"{room}.")}
    used = set().union(*map(graph.find_modules_directly_imported_by, inside))
    outside = {name for name in used if not f"{name}.".startswith("app.")}
    assert inside
    assert outside - sys.stdlib_module_names <= MAY_USE[room]


def test_every_module_is_in_a_room() -> None:
    bare = {"app", "app.version"}
    ours = {name for name in imports().modules if f"{name}.".startswith("app.")}
    roomless = {
        name for name in ours if not any(f"{name}.".startswith(f"{room}.") for room in MAY_USE)
    }
    assert roomless == bare


def test_the_science_imports_without_the_web() -> None:
    names = [name for name in imports().modules if f"{name}.".startswith("app.science.")]
    blocked = ["fastapi", "starlette", "pydantic", "plotly", "jinja2", "uvicorn", "orjson"]
    program = f"""
import importlib, sys
for name in {blocked!r}:
    sys.modules[name] = None
for name in {sorted(names)!r}:
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
