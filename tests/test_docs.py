"""README against the code: commands, tables, links, and examples that are run."""

import re
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import httpx
import plotly.graph_objects as go
import pytest
import yaml
from pydantic.fields import FieldInfo
from pydantic_settings import CliApp

from app.__main__ import GRACE
from app.api.queries.base import PRESENTATION
from app.api.queries.network import NetworkQuery
from app.api.queries.run import RunQuery
from app.pages.page import fields
from app.science.problems import SURFACES
from app.settings import Settings
from tests.api.reading import reach
from tests.openapi import OPENAPI, OPERATIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"
CLIENT = "batchscape_client"  # what test_client.py generates first
OTHER_ENDPOINTS = {"/docs", "/openapi.json"}  # not in their own description


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def table(first_heading: str) -> list[list[str]]:
    """The rows of the one table whose first column has this heading."""
    (body,) = re.findall(
        rf"^\| {first_heading} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", README, re.MULTILINE
    )
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in body.splitlines()]


def names(cell: str) -> list[str]:
    """What is set as code in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def parameter_row(name: str, schema: dict[str, Any]) -> str:
    """README's row for a query parameter."""
    default, choices = schema["default"], schema.get("enum", [])
    if isinstance(default, list | tuple):
        default = ", ".join(map(str, default))
    allowed = ", ".join(map(str, choices)) if len(choices) < 10 else "see [Surfaces](#surfaces)"
    if "maximum" in schema:
        allowed = f"{schema['minimum']} to {schema['maximum']}"
    cells = [f"`{name}`", schema["description"], "" if default is None else default, allowed]
    return "| " + " | ".join(map(str, cells)) + " |"


def setting_row(name: str, field: FieldInfo) -> str:
    """README's row for a setting."""
    default = "" if field.default is None else field.default
    default = str(default).lower() if isinstance(default, bool) else default
    option, variable = name.replace("_", "-"), f"BATCHSCAPE_{name.upper()}"
    return f"| `--{option}` | `{variable}` | {default} | {field.description} |"


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/batchscape",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
        "docker build -t batchscape . && docker run --rm -p 8000:8000 batchscape",
    ],
)
def test_commands_stand_on_a_line_of_their_own(command: str) -> None:
    assert any(command in block.splitlines() for block in blocks("sh"))


def test_every_endpoint_is_in_the_table_and_the_reverse() -> None:
    listed = [name for row in table("endpoint") for name in names(row[0])]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(OPENAPI["paths"]) | OTHER_ENDPOINTS


def test_an_endpoint_names_its_own_parameters() -> None:
    """Those of a run have a table of their own, and so have a network's."""
    rows = table("endpoint")
    of_no_run = {f"/api/v1/{end}" for end in ("points", "logged", "devices")}
    for path, methods in OPENAPI["paths"].items():
        (row,) = [row for row in rows if f"`{path}`" in row[0]]
        known = {
            parameter["name"]
            for operation in methods.values()
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query"
        }
        of_networks = {*NetworkQuery.model_fields} if "network" in path else set()
        of_runs = set() if path in of_no_run else {*RunQuery.model_fields}
        own = known - of_runs - of_networks - PRESENTATION
        assert set(names(row[2])) - PRESENTATION == own, path


def test_what_is_posted_is_named() -> None:
    posted = [f"POST {path}" for path, methods in OPENAPI["paths"].items() if "post" in methods]
    (said,) = re.findall(r"^All but two, (.*?) are GET requests", README, re.MULTILINE | re.DOTALL)
    assert sorted(names(said)) == sorted(posted)


def test_what_may_be_repeated_is_named() -> None:
    several = {
        parameter["name"]
        for operation in OPERATIONS.values()
        for parameter in operation.get("parameters", ())
        if parameter["schema"].get("type") == "array"
    }
    (said,) = re.findall(r"These alone may be repeated: (.*?)\. A parameter", README, re.DOTALL)
    firsts = {
        name for clause in said.split(";") for name in names(re.split("where| of", clause)[0])
    }
    assert firsts == several


def test_the_parameter_table_is_that_of_the_request_model() -> None:
    rows = [parameter_row(name, schema) for name, schema in fields(RunQuery).items()]
    assert "\n".join(rows) in README, "README's parameters should be:\n" + "\n".join(rows)
    assert len(table("parameter")) == len(rows)


def test_the_networks_parameter_table_has_what_is_not_as_in_a_run() -> None:
    of_a_run = {parameter_row(name, schema) for name, schema in fields(RunQuery).items()}
    rows = [parameter_row(name, schema) for name, schema in fields(NetworkQuery).items()]
    own = [row for row in rows if row not in of_a_run]
    assert "\n".join(own) in README, "README's network's parameters should be:\n" + "\n".join(own)
    assert len(table("a network's parameter")) == len(own)


def test_the_settings_table_is_that_of_the_settings() -> None:
    rows = [setting_row(name, field) for name, field in Settings.model_fields.items()]
    assert "\n".join(rows) in README, "README's settings should be:\n" + "\n".join(rows)
    assert len(table("option")) == len(rows)


def test_the_example_of_kubernetes_says_what_there_is() -> None:
    (text,) = blocks("yaml")
    deployment, service = yaml.safe_load_all(text)
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert deployment["spec"]["selector"]["matchLabels"] == pod["metadata"]["labels"]
    assert service["spec"]["selector"] == pod["metadata"]["labels"]
    (port,) = container["ports"]
    assert port["containerPort"] == Settings.model_fields["port"].default
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    variables = {each["name"]: each["value"] for each in container["env"]}
    assert all(isinstance(value, str) for value in variables.values())
    fields = {name.removeprefix("BATCHSCAPE_").lower(): v for name, v in variables.items()}
    assert {*fields} <= {*Settings.model_fields}
    Settings.model_validate(fields)
    probes = [probe["httpGet"] for name, probe in container.items() if name.endswith("Probe")]
    assert len(probes) == 3
    assert {probe["path"] for probe in probes} <= {*OPENAPI["paths"]}
    # A Service of this name would be a variable BATCHSCAPE_PORT=tcp://…
    assert pod["spec"]["enableServiceLinks"] is False


def test_the_example_of_systemd_says_what_there_is() -> None:
    (text,) = blocks("ini")
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string(text)
    service = unit["Service"]
    command, *arguments = service["ExecStart"].split()
    assert command.endswith("/bin/batchscape")
    settings = CliApp.run(Settings, arguments)
    assert settings.workers == 2
    variable, _, value = service["Environment"].partition("=")
    name = variable.removeprefix("BATCHSCAPE_").lower()
    assert name in Settings.model_fields
    Settings.model_validate({name: value})
    assert int(service["TimeoutStopSec"]) > GRACE


def test_the_surface_table_lists_every_surface_by_its_title() -> None:
    listed = [(names(row[0])[0], row[1]) for row in table("surface")]
    assert listed == [(surface.id, surface.title) for surface in SURFACES.values()]


def test_links_and_pictures_inside_the_repository_exist() -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", README) + re.findall(r'(?:src|srcset)="(.*?)"', README)
    inside = {target for target in targets if "://" not in target}
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
    missing = {
        target for target in inside if target not in anchors and not (ROOT / target).exists()
    }
    assert not missing


def test_every_address_in_the_readme_answers(get: Callable[[str], httpx.Response]) -> None:
    text = README
    for code in blocks("python"):  # they are run below
        text = text.replace(code, "")
    urls = sorted(set(re.findall(rf"{re.escape(ADDRESS)}[^\s'\"`)<>{{]*", text)))
    assert len(urls) > 3
    assert {url: reach(get, url).status_code for url in urls} == dict.fromkeys(urls, 200)


@pytest.mark.parametrize("code", [code for code in blocks("python") if CLIENT not in code])
def test_python_examples_run(
    code: str,
    live_server: tuple[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown: list[go.Figure] = []
    monkeypatch.setattr(go.Figure, "show", lambda figure: shown.append(figure))
    assert ADDRESS in code
    exec(compile(code.replace(ADDRESS, live_server[0]), "README's example", "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    if ".show()" in code:
        assert shown
        assert shown[0].data
    for line in printed.splitlines():
        assert float(line) < 1e-9  # how far numpy is from the server


def test_one_example_reproduces_a_path_in_ten_lines() -> None:
    (code,) = [block for block in blocks("python") if "default_rng" in block]
    lines = [line for line in code.splitlines() if line and not line.startswith(("import", "#"))]
    assert len(lines) <= 10
