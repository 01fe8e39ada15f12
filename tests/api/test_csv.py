"""CSV that is data, of every endpoint and figure: it loads as it is, into pandas and polars."""

import csv
import io
import re
from importlib import import_module
from typing import Any

import pytest

from tests.api.reading import QUICK, SWEEP, Get, reach
from tests.api.schemas.asked import API, FIGURES, MORE_FIGURES, QUERIES, url
from tests.openapi import OPERATIONS

FIRST = ["batch_size", "replica", "kind", "x", "y"]
ASKED = [
    *(
        (path, query)
        for path in QUERIES
        if path.removeprefix("POST ").startswith(API)
        for query in QUERIES[path][1:2] or QUERIES[path]
    ),
    *((path, query) for path in FIGURES for query in FIGURES[path][:1]),
    *((path, query) for path in MORE_FIGURES for query in MORE_FIGURES[path]),
]
TEXTS = {
    *("kind", "optimizer", "sampling", "remainder", "regime", "field", "x_name", "y_name"),
    *("accumulation", "clip_each"),
}
TEXTS |= {"id", "family", "formula", "source"}  # of surfaces
TEXTS |= {"name", "log", "link"}  # of logged runs
TEXTS |= {"title", "description", "part", "budget"}  # of networks
TRUTHS = {"replacement", "settled", "learning_rate_at_edge", "installed"}
WHOLE = {"batch_size", "replica", "draw", "count", "example", "number", "of", "size", "examples"}


def read(get: Get, path: str, query: dict[str, object], **more: object) -> str:
    reply = reach(get, url(path, {**query, "format": "csv", **more}))
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"].startswith("text/csv")
    return reply.text


def parameters(path: str) -> set[str]:
    return {p["name"] for p in OPERATIONS[path]["parameters"]}


@pytest.fixture(scope="module")
def pd() -> Any:
    """Pandas, loaded by the one process that reads with it."""
    return import_module("pandas")


@pytest.fixture(scope="module")
def pl() -> Any:
    return import_module("polars")


def test_every_endpoint_and_figure_has_it() -> None:
    answers = {
        path: operation["responses"]["200"]["content"] for path, operation in OPERATIONS.items()
    }
    data = {path for path in answers if "application/json" in answers[path]}
    data = {path for path in data if path.removeprefix("POST ").startswith(API)}
    assert data == {path for path in answers if "text/csv" in answers[path]}
    assert data == {path for path, _query in ASKED}
    assert all("format" in parameters(path) for path in data)


@pytest.mark.parametrize(("path", "query"), ASKED, ids=lambda value: str(value)[-40:])
def test_it_loads_with_its_types(
    get: Get, path: str, query: dict[str, object], pd: Any, pl: Any
) -> None:
    text = read(get, path, query)
    names, *rows = csv.reader(io.StringIO(text))
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
    assert len(set(names)) == len(names)
    assert all(len(row) == len(names) for row in rows)
    panda = pd.read_csv(io.StringIO(text), dtype_backend="numpy_nullable")
    polar = pl.read_csv(io.StringIO(text), infer_schema_length=None)
    assert [*panda.columns] == [*polar.columns] == names
    for k, name in enumerate(names):
        empty = sum(row[k] == "" for row in rows)
        assert panda[name].isna().sum() == polar[name].null_count() == empty
        if empty == len(rows):
            continue
        kind = polar[name].dtype
        if name in TEXTS:
            assert kind == pl.String
        elif name in TRUTHS:
            assert kind == pl.Boolean
            assert pd.api.types.is_bool_dtype(panda[name])
        else:
            assert kind.is_integer() if name in WHOLE else kind.is_numeric(), name
            assert pd.api.types.is_numeric_dtype(panda[name]), name
            assert pd.api.types.is_integer_dtype(panda[name]) == kind.is_integer(), name


@pytest.mark.parametrize("path", FIGURES)
def test_a_figures_rows_say_what_they_are(get: Get, path: str) -> None:
    query = FIGURES[path][0]
    text = read(get, path, query)
    assert text == read(get, path, query, lang="ja", theme="dark", size="large", legend="true")
    names, *rows = csv.reader(io.StringIO(text))
    assert names[:5] == FIRST
    assert names[-2:] == ["x_name", "y_name"]
    told = [dict(zip(names, row, strict=True)) for row in rows]
    assert all(row["kind"] and row["x_name"] and row["y_name"] for row in told)
    assert all(re.fullmatch("[a-z0-9_]+", row["kind"]) for row in told)
    measured = {(row["kind"], row["x_name"], row["y_name"]) for row in told}
    assert len(measured) == len({kind for kind, *_ in measured}), "a kind in two panels"
    if "batch_size" in parameters(path):
        assert any(row["batch_size"] for row in told)


SWEPT_FIGURES = ("updates", "examples", "pareto", "rates")
SMALL: dict[str, Any] = {"examples": 40, "draws": 30, "epochs": 2, "replicas": 4}
FLOOR = {"batch_size": 4, "optimizer": "sgd"}
ONE_MORE: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "tradeoff-floor": (FLOOR, ("bowl",)),
    "tradeoff-escape": (QUICK["tradeoff-escape"], ("himmelblau",)),
    **{f"tradeoff-{name}": ({**SWEEP, "target": 1e-6}, ("bowl",)) for name in SWEPT_FIGURES},
}


@pytest.mark.parametrize("path", [p for p in FIGURES if "surface" in parameters(p)])
def test_its_columns_are_the_same_whatever_the_surface(get: Get, path: str) -> None:
    """Where there is a minimum and where there is none, for data and for landscapes."""
    figure = path.rpartition("/")[2]
    surfaces: tuple[str, ...] = ("logistic-separable", "saddle")
    small: dict[str, Any] = {
        name: value for name, value in SMALL.items() if name in parameters(path)
    }
    if figure in ONE_MORE:
        small, surfaces = ONE_MORE[figure]
    heads = set()
    for surface in surfaces:
        reply = get(url(path, {**small, "surface": surface, "format": "csv"}))
        if reply.status_code == 200:
            heads.add(reply.text.partition("\r\n")[0])
        else:
            assert reply.status_code == 422, reply.text
    heads.add(read(get, path, FIGURES[path][0]).partition("\r\n")[0])
    assert len(heads) == 1, heads
