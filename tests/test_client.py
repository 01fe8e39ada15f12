"""A client that a public generator makes of the description, as README has it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from tests.test_docs import ADDRESS, CLIENT, blocks

# It formats what it wrote unless told not to, and knows no SVG.
CONFIG = """
post_hooks: []
content_type_overrides:
  image/png: application/octet-stream
  image/svg+xml: application/octet-stream
"""


@pytest.fixture(scope="module")
def place(
    live_server: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Where README's command has made the client, and that without a warning."""
    place = tmp_path_factory.mktemp("client")
    (place / "config.yml").write_text(CONFIG)
    ((command,),) = (
        [line for line in block.splitlines() if CLIENT in line]
        for block in blocks("sh")
        if CLIENT in block
    )
    made = subprocess.run(
        [
            *shlex.split(command.replace(ADDRESS, live_server[0])),
            *("--config", "config.yml", "--fail-on-warning"),
        ],
        cwd=place,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "arning" not in made.stdout + made.stderr
    sys.path.insert(0, str(place))
    yield place
    sys.path.remove(str(place))


@pytest.mark.usefixtures("place")
def test_readme_s_example_prints_the_last_loss(
    live_server: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = (code for code in blocks("python") if CLIENT in code)
    said: dict[str, Any] = {}
    exec(compile(code.replace(ADDRESS, live_server[0]), "README's example", "exec"), said)  # noqa: S102
    (path, full) = said["answer"].paths
    assert capsys.readouterr().out.split() == [str(path.points.loss[-1])]
    assert path.final.loss == pytest.approx(path.points.loss[-1], rel=1e-5)
    assert (full.batch_size, full.diverged_at) == (1050, None)
    assert get_type_hints(type(path.points))["loss"] == list[float]
    assert get_type_hints(type(path.final))["excess"] == float | None


@pytest.mark.usefixtures("place")
def test_a_problem_is_typed_too(live_server: tuple[str, Path]) -> None:
    get_moment = import_module(f"{CLIENT}.api.paths.get_moment")
    with import_module(CLIENT).Client(live_server[0]) as client:
        moment = get_moment.sync(client=client, batch_size=[4], epochs=1)
        problem = get_moment.sync(client=client, batch_size=[4], epochs=1, update=10_000)
    assert (moment.update, moment.batch.size) == (1, 4)
    assert problem.status == 422
    assert [error.parameter for error in problem.errors] == ["update"]
