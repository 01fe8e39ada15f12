"""What ``pip install .`` installs, and the files that go with it."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from packaging.requirements import Requirement

from tests.conftest import PATIENCE

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel, built from another directory as ``pip install`` would."""
    here = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", str(ROOT)]
    if importlib.util.find_spec("hatchling"):
        command.append("--no-build-isolation")
    done = subprocess.run(
        command, cwd=here, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    (file,) = here.glob("batchscape-*.whl")
    with zipfile.ZipFile(file) as archive:
        yield archive


def files_under(directory: Path) -> set[str]:
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_with_its_static_files_and_templates(
    wheel: zipfile.ZipFile,
) -> None:
    expected = {f"app/{name}" for name in files_under(ROOT / "app")}
    for directory in ("static", "templates"):
        expected |= {f"app/{directory}/{name}" for name in files_under(ROOT / directory)}
    names = {name for name in wheel.namelist() if not name.endswith("/")}
    assert {name for name in names if ".dist-info/" not in name} == expected


def test_the_wheel_serves_from_any_directory(
    wheel: zipfile.ZipFile, tmp_path: Path, serve: Callable[..., Any]
) -> None:
    wheel.extractall(tmp_path / "site")
    env = {"PYTHONPATH": str(tmp_path / "site")}
    where = subprocess.run(
        [sys.executable, "-c", "import app.resources as r; print(r.STATIC, r.TEMPLATES)"],
        cwd=tmp_path,
        env=os.environ | env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    installed = tmp_path / "site" / "app"
    assert where.stdout.split() == [str(installed / "static"), str(installed / "templates")]
    served = serve("--port", "0", cwd=tmp_path, env=env)
    paths = ["/", "/docs", "/static/plotly/plotly.min.js"]
    paths += [f"/static/{name}" for name in files_under(ROOT / "static")]
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert served.stop(signal.SIGTERM) == (0, "", "")


def test_the_top_level_holds_what_it_should() -> None:
    git = shutil.which("git")
    if not (git and (ROOT / ".git").exists()):
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        [git, "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= {
        *("app", "static", "templates", "tests", "benchmarks"),
        *("pyproject.toml", "Dockerfile", "README.md"),
    }


def test_the_image_is_built_from_what_the_wheel_needs() -> None:
    """Each file the Dockerfile copies is one that .dockerignore lets through, and the reverse."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = {
        name
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    }
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignore[0] == "*"
    assert {line.removeprefix("!") for line in ignore if line.startswith("!")} == copied
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    readme = PROJECT["project"]["readme"]
    assert copied == {"app", *included, "pyproject.toml", readme, *LOCKS}


def test_ci_runs_the_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    last = script.read_text().splitlines()[-1]
    assert last in (ROOT / "README.md").read_text().splitlines()
    assert last.endswith(".venv/bin/pytest")


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {
    ".lock.txt": PROJECT["project"]["dependencies"],
    ".lock-build.txt": PROJECT["build-system"]["requires"],
    ".lock-fast.txt": PROJECT["project"]["optional-dependencies"]["fast"],
    ".lock-digits.txt": PROJECT["project"]["optional-dependencies"]["digits"],
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_requirement_within_its_bounds_by_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+) \\$", text, re.MULTILINE))
    for requirement in map(Requirement, LOCKS[name]):
        assert requirement.specifier.contains(pinned[requirement.name]), requirement
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pinned)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text
