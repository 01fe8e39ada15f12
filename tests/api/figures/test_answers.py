"""Every figure as a spreadsheet, a table and a page of its own."""

import base64
import csv
import io
import json
import re
from html import escape
from typing import Any

import numpy as np
import pytest

from app.api.figures.provenance import LOOKS
from app.api.queries.base import PRESENTATION
from app.api.queries.run import RunQuery
from app.figures.theme import THEMES
from tests.api.reading import Get, numbers, quick
from tests.openapi import OPENAPI

FIGURES = [p for p in OPENAPI["paths"] if p.startswith("/api/v1/figures/")]


@pytest.mark.parametrize("path", FIGURES)
def test_every_figure_has_words_parameters_and_a_table(get: Get, path: str) -> None:
    drawn = get(quick(path)).json()
    words = drawn["layout"]["meta"]
    assert words["caption"].endswith(".")
    assert words["name"] == path.rpartition("/")[2]
    text = get(quick(path, format="csv"))
    assert text.headers["Content-Type"].startswith("text/csv")
    _names, *rows = csv.reader(io.StringIO(text.text))
    assert rows
    assert "nan" not in text.text.lower()
    assert "<br>" not in text.text

    table = get(quick(path, format="table")).json()
    columns = table["columns"]
    assert not any("log" in column for column in columns), "how an axis is drawn"
    assert table["parameters"] == words["parameters"]
    assert table["all_rows"] == len(rows)
    for read, row in zip(table["rows"], rows, strict=False):
        assert len(read) == len(columns)
        assert read[0], "a series without a name"
        facts = [None if cell == "" else float(cell) for cell in row[3:5]]
        assert read[1:3] == facts


@pytest.mark.parametrize("path", FIGURES)
def test_plain_arrays_are_the_packed_ones(get: Get, path: str) -> None:
    """What older readers take: lists, and null where there is no number."""
    packed = get(quick(path)).json()
    reply = get(quick(path, arrays="plain"))
    assert "bdata" not in reply.text
    assert reply.json() == unpacked(packed)


def unpacked(part: Any) -> Any:
    if isinstance(part, list):
        return [unpacked(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "bdata" not in part:
        return {name: unpacked(each) for name, each in part.items()}
    values = np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"])
    # The fewest digits that give a float32 back, as they are written.
    read = [None if value != value else float(str(value)) for value in values]
    return np.reshape(np.array(read, object), numbers(part).shape).tolist()


BUDGETS = {"epochs", "updates", "examples_seen"}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


def made(get: Get, path: str) -> dict[str, str]:
    """What a figure was made from: its values by the parameters' names in the API."""
    words = get(path).json()["layout"]["meta"]["parameters"]
    pairs = [re.split(" = |：", each) for each in re.split("; |；", words)]
    named = {re.findall(r"[a-z][a-z0-9_]*", name)[-1]: value for name, value in pairs}
    assert len(named) == len(pairs)
    return named


@pytest.mark.parametrize("path", FIGURES)
def test_a_figure_names_all_that_it_was_made_from(get: Get, path: str) -> None:
    """In the reader's language; what was left out by the value it had, and no looks."""
    asked = {p["name"]: p["schema"] for p in OPENAPI["paths"][path]["get"]["parameters"]}
    asked = {name: said for name, said in asked.items() if name not in PRESENTATION | LOOKS}
    # Left out are also those that act only where another one says so, and which may be nothing.
    acting = {n for n in RunQuery.deciding() if RunQuery.condition(n) or RunQuery.above_0(n)}
    always = asked.keys() - BUDGETS - acting - {"clip", "followed_optimizer"}
    always = {name for name in always if not asked[name].get("shown_with")}
    for lang in ("en", "ja"):
        named = made(get, f"{quick(path)}&lang={lang}")
        assert always <= named.keys()
        if BUDGETS & asked.keys():
            several = path.endswith("network-gap")  # which compares budgets
            assert len(named.keys() & BUDGETS) == 1 + several
        assert not named.keys() & (PRESENTATION | LOOKS)
        assert all(named.values())
        assert not {"None", "full", "[]"} & set(named.values())
        words = get(f"{quick(path)}&lang={lang}").json()["layout"]["meta"]["parameters"]
        for each in re.split("; |；", words):
            title = re.split(" = |：", each)[0]
            assert re.fullmatch(r".+（\w+）" if lang == "ja" else r".+ \(\w+\)", title), each
            assert bool(JAPANESE.search(title)) == (lang == "ja"), each


def test_what_was_left_out_is_told_by_the_value_that_it_had(get: Get) -> None:
    run = "surface=ravine&examples=200&optimizer=adam&batch_size=full&batch_size=8"
    for name in ("paths", "loss"):
        named = made(get, f"/api/v1/figures/{name}?{run}")
        request = get(f"/api/v1/paths?{run}").json()["request"]
        for parameter in ("learning_rate", "noise", "epochs", "beta2", "eps"):
            assert float(named[parameter]) == request[parameter]
        for parameter in ("batch_size", "start"):
            assert [float(v) for v in named[parameter].split(", ")] == request[parameter]
        assert named["surface"] == "Ravine (ravine)"
        assert "momentum" not in named
    ends = made(get, f"/api/v1/figures/paths?{run}&updates=30")
    assert ends["updates"] == "30"
    assert "epochs" not in ends


def test_what_a_figure_measures_by_itself_is_told(get: Get) -> None:
    floor = made(get, "/api/v1/figures/tradeoff-floor?examples=40&batch_size=8&learning_rate=0.2")
    assert (floor["batch_size"], floor["learning_rate"]) == ("8", "0.2, 0.05")
    assert (floor["updates"], floor["replicas"]) == ("1000", "32")
    along = made(get, "/api/v1/figures/turning?examples=40&epochs=1")
    assert along["replicas"] == "1"
    sweep = made(get, quick("/api/v1/figures/tradeoff-updates", optimizer=["adam", "sgd"]))
    assert sweep["optimizer"] == "adam, sgd"
    assert sweep["learning_rate"] == "tuned at each batch size"
    assert (sweep["beta1"], sweep["beta2"], sweep["eps"]) == ("0.9", "0.999", "1e-08")


@pytest.mark.parametrize(
    ("figure", "name", "value", "default"),
    [
        *(
            (figure, *given)
            for figure in ("turning", "noise-along", "printed-loss", "instruments")
            for given in (("replicas", 3, 1), ("max_points", 50, 2000))
        ),
        ("orders", "sampling", "with-replacement", "reshuffle"),
    ],
)
def test_what_would_be_ignored_is_refused(
    get: Get, figure: str, name: str, value: object, default: object
) -> None:
    path = f"/api/v1/figures/{figure}"
    for lang, told in (("en", "leave it out"), ("ja", "指定しないこと")):
        reply = get(quick(path, lang=lang, **{name: value}))
        assert reply.status_code == 422
        (error,) = reply.json()["errors"]
        assert error["parameter"] == name
        assert told in error["message"]
    # A resolved request may be asked again.
    same, again = (get(quick(path, **more)).json() for more in ({}, {name: default}))
    assert same["data"] == again["data"]


def test_the_table_holds_what_is_drawn(get: Get) -> None:
    query = "/api/v1/figures/loss?epochs=1&examples=40&batch_size=4&batch_size=full"
    drawn = get(query).json()
    columns, *rows = csv.reader(io.StringIO(get(f"{query}&format=csv").text))
    assert columns == ["batch_size", "replica", "kind", "x", "y", "x_name", "y_name"]
    assert {tuple(row[5:]) for row in rows} == {("epochs", "loss_above_lowest")}
    for trace in drawn["data"]:
        of = [str((4, 40)[trace["meta"]["run"]]), "0", trace["meta"]["role"].replace(" ", "_")]
        both = np.array([row[3:5] for row in rows if row[:3] == of], dtype=np.float32).T
        np.testing.assert_array_equal(both[0], numbers(trace["x"]))
        np.testing.assert_array_equal(both[1], numbers(trace["y"]))


def test_a_contour_is_told_by_its_loss_and_not_by_its_height(get: Get) -> None:
    """Contours are drawn on another scale than the loss."""
    table = get("/api/v1/figures/surface?format=table").json()
    grid = get("/api/v1/surfaces/least-squares/grid?resolution=2").json()
    assert table["columns"][-1] == "loss"
    assert table["rows"][0][-1] == pytest.approx(grid["values"][0][0], rel=1e-6)


def test_a_page_of_its_own_needs_nothing_else(get: Get) -> None:
    reply = get("/api/v1/figures/paths?epochs=1&batch_size=8&format=html&theme=dark&lang=ja")
    assert reply.headers["Content-Disposition"].startswith("attachment")
    page = reply.text
    assert '<html lang="ja">' in page
    assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="', page)
    figure = json.loads(get("/api/v1/figures/paths?epochs=1&batch_size=8&lang=ja").text)
    assert figure["layout"]["meta"]["caption"].replace("'", "&#x27;") in page
    assert escape(figure["layout"]["meta"]["parameters"]) in page
    assert f"background: {THEMES['dark'].paper}" in page
    again = get("/api/v1/figures/paths?epochs=1&batch_size=8&format=html&theme=dark&lang=ja")
    assert again.headers["ETag"] == reply.headers["ETag"]


def test_a_legend_tells_each_batch_size_once(get: Get) -> None:
    query = "/api/v1/figures/paths?epochs=1&batch_size=8&batch_size=full&replicas=3"
    hidden = get(query).json()
    assert hidden["layout"]["showlegend"] is False
    drawn = get(f"{query}&legend=true").json()
    assert drawn["layout"]["showlegend"] is True
    told = [t["name"] for t in drawn["data"] if t.get("showlegend")]
    assert told == ["B = 8", "B = 1,050 (full)"]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_legend_has_every_batch_size(get: Get, lang: str) -> None:
    url = f"/api/v1/figures/loss?epochs=1&legend=true&lang={lang}"
    told = [trace["name"] for trace in get(url).json()["data"] if trace.get("showlegend")]
    assert len(told) == 3
    assert told[:2] == ["B = 1", "B = 32"]
    assert told[2].startswith("B = 1,050")
