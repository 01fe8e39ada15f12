"""A client that a public generator makes of the description, as README has it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest

from tests.conftest import PATIENCE
from tests.test_docs import ADDRESS, CLIENT, blocks

MODELS = "batchscape_models"
PROGRAMS = Path(sys.executable).parent


def run(command: str, place: Path, server: str) -> None:
    """One of README's commands, which does what it says without a warning."""
    made = subprocess.run(
        ["/bin/sh", "-ec", command.replace(ADDRESS, server)],
        cwd=place,
        env=os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "arning" not in made.stdout + made.stderr


def readme_s(word: str) -> str:
    """The block with a word in it, without what installs the generator."""
    (block,) = (block for block in blocks("sh") if word in block)
    return "\n".join(line for line in block.splitlines() if not line.startswith("pip "))


@pytest.fixture(scope="module")
def place(
    live_server: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Where README's commands have made the client and the models."""
    place = tmp_path_factory.mktemp("client")
    # The generator would format what it wrote, with a program that is told not to be there.
    commands = readme_s(CLIENT).replace("--config", "--fail-on-warning --config")
    commands = commands.replace("}' > client.yml", "}\\npost_hooks: []' > client.yml")
    # The generator waits five seconds for what takes a slow machine longer to make.
    httpx.get(f"{live_server[0]}/openapi.json", timeout=PATIENCE)
    run(commands, place, live_server[0])
    run(readme_s(MODELS), place, live_server[0])
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


@pytest.mark.usefixtures("place")
def test_what_is_left_out_is_sent_as_it_is_told(live_server: tuple[str, Path]) -> None:
    get_network = import_module(f"{CLIENT}.api.networks.get_network")
    small = {"examples": 20, "replicas": 3, "updates": 20, "batch_size": [4]}
    with import_module(CLIENT).Client(live_server[0]) as client:
        network = get_network.sync(client=client, **small)
    assert (network.request.hidden, network.request.measurements) == ([16, 16], 2)


@pytest.mark.usefixtures("place")
def test_csv_is_text_and_pictures_are_bytes(live_server: tuple[str, Path]) -> None:
    """No parameter of what is answered in JSON asks for anything else."""
    api = f"{CLIENT}.api"
    with import_module(CLIENT).Client(live_server[0]) as client:
        get_csv = import_module(f"{api}.paths.get_paths_csv")
        table = get_csv.sync(client=client, batch_size=[4], epochs=1)
        refused = get_csv.sync(client=client, batch_size=[0])
        code = import_module(f"{api}.share.get_qr").sync(client=client, text="here")
        sent = import_module(f"{CLIENT}.types").File(payload=b"x,y\n1,2\n3,4\n")
        points = import_module(f"{api}.points.pack_points").sync(client=client, body=sent)
    assert points.points.startswith("line1_2_1_3_2_4_")
    assert table.startswith("batch_size,replica,")
    assert (refused.status, refused.errors[0].parameter) == (422, "batch_size")
    assert b"<svg" in code
    assert "format_" not in get_type_hints(import_module(f"{api}.paths.get_paths").sync)


def test_no_model_is_made_twice(place: Path) -> None:
    """Nor one of the same content under a number, or for a list alone."""
    written = [path.stem for path in (place / CLIENT / "models").glob("*.py")]
    assert not [name for name in written if re.search(r"_(type_\d|item|\d)$", name)]
    classes = re.findall(r"^class (\w+)", (place / f"{MODELS}.py").read_text(), re.MULTILINE)
    assert len(classes) == len(set(classes))
    assert not [name for name in classes if re.search(r"\d$|Item$", name)]


@pytest.mark.usefixtures("place")
def test_the_models_read_answers(live_server: tuple[str, Path]) -> None:
    models = import_module(MODELS)
    url = f"{live_server[0]}/api/v1/paths?batch_size=4&epochs=1"
    answer = models.PathsAnswer.model_validate_json(httpx.get(url).content)
    assert answer.paths[0].points.w0[0] == answer.request.start[0]
    typed = f"{url}&surface=formula&formula=x*y&domain=-2,2,-1,3"
    answer = models.PathsAnswer.model_validate_json(httpx.get(typed).content)
    assert answer.request.domain.root == (-2, 2, -1, 3)
    problem = models.ProblemDetails.model_validate_json(httpx.get(f"{url}&lr=1").content)
    assert problem.errors[0].parameter == "lr"
