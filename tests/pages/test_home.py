"""The home page: its form made from the request model, and scripts that hold no number of it."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, TypeAlias

import httpx
import pytest

from app.api.queries.run import RunQuery
from app.pages.page import fields
from app.resources import STATIC
from app.science.epoch_plan import REMAINDERS
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.sampling import SAMPLINGS

Get: TypeAlias = Callable[[str], httpx.Response]
Attributes: TypeAlias = dict[str, str | None]

FIELDS = {
    name: schema for name, schema in fields(RunQuery).items() if name not in ("max_points", "lang")
}
BUDGETS = ("epochs", "updates", "examples_seen")
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in (STATIC / "js").glob("*.js")}


class Controls(HTMLParser):
    """The controls of a page: by name, and the options of each select."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.named: dict[str, Attributes] = {}
        self.options: dict[str, list[Attributes]] = {}
        self.errors: set[str] = set()
        self.labelled: set[str] = set()
        self.elements: list[Attributes] = []
        self._select = ""
        # Without scripts there is a form of its own, which `test_picture.py` looks at.
        self.feed(re.sub("<noscript>.*?</noscript>", "", page, flags=re.S))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append(found)
        name = found.get("name") or found.get("id") or ""
        if tag in ("input", "select") and found.get("name"):
            self.named[name] = found
        if tag == "select":
            self._select = name
        if tag == "option":
            self.options.setdefault(self._select, []).append(found)
        if tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        if error := found.get("data-error-for"):
            self.errors.add(error)


@pytest.fixture(scope="module")
def controls(get: Get) -> Controls:
    reply = get("/")
    assert reply.headers["Content-Type"].startswith("text/html")
    return Controls(reply.text)


def budget_options(controls: Controls) -> dict[str, Attributes]:
    options = [o for many in controls.options.values() for o in many if "data-min" in o]
    return {str(option["value"]): option for option in options}


def test_a_control_for_every_parameter(controls: Controls) -> None:
    named = set(controls.named) | set(budget_options(controls))
    assert set(FIELDS) <= named
    assert "max_points" not in named


def test_a_place_for_every_parameters_error(controls: Controls) -> None:
    assert set(FIELDS) <= controls.errors


@pytest.mark.parametrize("name", [n for n, s in FIELDS.items() if n not in BUDGETS])
def test_bounds_default_and_choices_are_the_schemas(controls: Controls, name: str) -> None:
    schema: dict[str, Any] = FIELDS[name]
    control = controls.named[name]
    if "enum" in schema:
        options = controls.options[name]
        found = [""] if schema["default"] is None else []  # by other choices
        assert [option["value"] for option in options] == found + schema["enum"]
        assert [o["value"] for o in options if "selected" in o] == [schema["default"] or ""]
    elif "minimum" in schema:
        assert control["type"] == "number"
        assert float(str(control["min"])) == schema["minimum"]
        assert float(str(control["max"])) == schema["maximum"]
        assert control["step"] == ("1" if schema["type"] == "integer" else "any")
        shown = "" if schema["default"] is None else str(schema["default"])
        assert (control.get("value") or "") == control["data-default"] == shown
    else:
        assert name in ("batch_size", "start", "formula", "domain", "model", "points")


@pytest.mark.parametrize("name", BUDGETS)
def test_bounds_of_the_budget(controls: Controls, name: str) -> None:
    option = budget_options(controls)[name]
    assert option["data-min"] == str(FIELDS[name]["minimum"])
    assert option["data-max"] == str(FIELDS[name]["maximum"])


def test_batch_sizes(controls: Controls) -> None:
    found = next(e for e in controls.elements if "data-most" in e)
    assert found["data-most"] == str(FIELDS["batch_size"]["maxItems"])
    assert found["data-default"] == "1,32,full"


def test_a_title_for_every_surface(get: Get) -> None:
    page = get("/").text
    for surface in SURFACES.values():
        assert re.search(rf'value="{surface.id}"[^>]*>\s*{re.escape(surface.title)}', page)


# Scripts.


def words(script: str) -> set[str]:
    """The string literals of a script, whole."""
    return set(re.findall(r"""["'`]([^"'`\n]*)["'`]""", script))


def numbers(script: str) -> set[float]:
    code = re.sub(r"//.*", "", script)
    return {float(n.replace("_", "")) for n in re.findall(r"(?<![\w.$])\d[\d_]*(?:\.\d+)?", code)}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_knows_no_surface_optimizer_or_choice(name: str) -> None:
    # A browser's event has the name of what becomes of a last batch.
    otherwise = {"momentum"} | ({"drop"} if name == "own.js" else set())
    registered = {*SURFACES, *OPTIMIZERS, *SAMPLINGS, *REMAINDERS} - otherwise
    assert not words(SCRIPTS[name]) & registered
    assert "full" not in words(SCRIPTS[name])


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_holds_no_limit_and_no_default(name: str) -> None:
    plain = {
        0,
        0.01,
        0.1,
        0.5,
        0.6,
        1,
        2,
        4,
        5,
        10,
        64,
        100,
        500,
    }  # numbers that a script has other uses for
    limits = {
        schema[key]
        for schema in FIELDS.values()
        for key in ("minimum", "maximum", "maxItems", "default")
        if isinstance(schema.get(key), int | float)
    }
    assert {10_000, 1_000_000, 256, 32, 1e-6, 0.9} <= {*limits}
    assert not numbers(SCRIPTS[name]) & (limits - plain)
