"""``/code``: what is answered, from where its links are, and what a stranger may make of them."""

import ast
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import plotly.graph_objects as go
import pytest

from app.export.templates import LIBRARIES
from app.science.problems import SURFACES
from tests.conftest import PATIENCE

Get: TypeAlias = Callable[..., httpx.Response]

URL = "/api/v1/code"
DEFAULT = "http://127.0.0.1:8000"


def constants(text: str) -> dict[str, Any]:
    """The literals that a script sets by name."""
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant | ast.List)
    }


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_answered(get: Get, library: str) -> None:
    reply = get(f"{URL}/{library}")
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "text/x-python; charset=utf-8"
    assert f'inline; filename="batchscape-{library}.py"' == reply.headers["Content-Disposition"]
    assert "max-age" in reply.headers["Cache-Control"]
    ast.parse(reply.text)
    assert get(f"{URL}/{library}").content == reply.content
    again = get(f"{URL}/{library}", if_none_match=reply.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_another_library_is_refused(get: Get) -> None:
    reply = get(f"{URL}/matlab")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["parameter"] == "library"
    assert "numpy, pytorch, keras, notebook" in error["message"]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("batch_size=0", "batch_size"),
        ("surface=moon", "surface"),
        ("replica=0", "replica"),
        ("start=900,0", "start"),
        ("start=1", "start"),
        ("epochs=2&updates=2", "updates"),
        ("examples_seen=5&batch_size=32", "examples_seen"),
        ("updates=1000000&examples=10000&batch_size=full", "updates"),
    ],
)
def test_what_paths_refuses_is_refused(get: Get, library: str, query: str, parameter: str) -> None:
    reply = get(f"{URL}/{library}?{query}")
    assert reply.status_code == 422
    assert parameter in [error["parameter"] for error in reply.json()["errors"]]


def test_its_links_ask_for_the_same(get: Get) -> None:
    query = (
        "surface=logistic&examples=30&noise=0.25&data_seed=7&batch_size=1&batch_size=full"
        "&optimizer=adam&learning_rate=1e-05&start=0.5,-1e-07&updates=40&seed=3&replicas=2"
    )
    text = get(f"{URL}/numpy?{query}").text
    (link,) = [line for line in text.splitlines() if line.startswith("http://test/api/v1/paths?")]
    assert get(link).json() == get(f"/api/v1/paths?{query}").json()
    examples = constants(text)["EXAMPLES"]
    assert examples.startswith("http://test/api/v1/surfaces/logistic/examples?")
    data = "examples=30&noise=0.25&data_seed=7"
    asked = f"/api/v1/surfaces/logistic/examples?{data}&format=csv"
    assert get(examples).content == get(asked).content
    figure = constants(get(f"{URL}/notebook?{query}").text)["url"]
    assert get(figure).json() == get(f"/api/v1/figures/paths?{query}").json()


@pytest.mark.parametrize("host", ["example.org", "a-b.example:8080", "10.0.0.1:80", "[::1]:8000"])
def test_its_links_go_where_it_was_asked(get: Get, host: str) -> None:
    examples = constants(get(f"{URL}/numpy", host=host).text)["EXAMPLES"]
    assert examples.startswith(f"http://{host}/api/v1/surfaces/")


@pytest.mark.parametrize(
    "host",
    [
        '"; import os #',
        'x"""\nimport os\n"""',
        "x\nimport os",
        "x y",
        "x\\",
        "x'",
        "a@b",
        "x/{{ 7 * 7 }}",
        "x?y=1",
        "[::1",
        "x:port",
        "",
    ],
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_host_never_becomes_code(get: Get, library: str, host: str) -> None:
    """Whatever is not the address of a server is left out for the defaults one."""
    defaults = get(f"{URL}/{library}").text.replace("http://test", DEFAULT)
    reply = get(f"{URL}/{library}", host=host)
    assert reply.status_code in (200, 400)
    if reply.status_code == 200:
        assert reply.text == defaults


def test_a_script_asks_its_server_for_the_examples(
    live_server: tuple[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As a reader runs it, with no file; a notebook has arguments of its own."""
    url, _ = live_server
    query = "surface=rosenbrock&examples=40&batch_size=8&updates=30"
    script = tmp_path / "script.py"
    script.write_text(httpx.get(f"{url}/api/v1/code/numpy?{query}", timeout=PATIENCE).text)
    monkeypatch.setattr(sys, "argv", ["launcher", "-f", "/tmp/kernel.json"])  # noqa: S108
    found = runpy.run_path(str(script))
    final = httpx.get(f"{url}/api/v1/paths?{query}", timeout=PATIENCE).json()["paths"][0]["final"]
    assert found["paths"][8, 0][-1] == pytest.approx(final["point"], rel=1e-9)
    assert found["mean_loss"] == pytest.approx(final["loss"], rel=1e-9)
    assert "batch size 8, replica 0: 30 updates" in capsys.readouterr().out


def test_the_notebook_line_shows_the_figure(
    live_server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[go.Figure] = []
    monkeypatch.setattr(go.Figure, "show", lambda figure: shown.append(figure))
    url, _ = live_server
    query = "surface=bowl&batch_size=5&examples=30"
    text = httpx.get(f"{url}/api/v1/code/notebook?{query}", timeout=PATIENCE).text
    assert len(text.split("\n")) <= 6
    exec(compile(text, "the notebook's line", "exec"), {})  # noqa: S102
    (figure,) = shown
    assert SURFACES["bowl"].title in str(figure.to_dict()) or figure.data


def test_a_long_formula_weighs_more(get: Get) -> None:
    asked = f"{URL}/numpy?surface=formula&batch_size=1&epochs=5000&formula="
    assert get(f"{asked}x*y").status_code == 200
    refused = get(asked + "*".join(f"sin({n}*x-y)" for n in range(2, 12)))
    assert refused.status_code == 422
    assert "within the work budget" in refused.json()["detail"]


def test_a_formulas_examples_are_asked_for_with_it(get: Get) -> None:
    typed = "surface=formula&formula=x*y&domain=-1,1,-1,1&examples=20"
    link = constants(get(f"{URL}/numpy?{typed}").text)["EXAMPLES"]
    reply = get(link.removeprefix(DEFAULT))
    assert (reply.status_code, len(reply.text.splitlines())) == (200, 21)
