"""Every figure as a spreadsheet, a table and a page of its own."""

import csv
import io
import json
import re

import numpy as np
import pytest

from app.main import create_app

from .reading import Get, numbers

FIGURES = [p for p in create_app().openapi()["paths"] if p.startswith("/api/v1/figures/")]
SWEEP = "surface=bowl&examples=32&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8"
SWEEPS = ("updates", "examples", "pareto", "rates")  # whose usual answer takes long


def url(path: str) -> str:
    return f"{path}?{SWEEP if path.endswith(SWEEPS) else ''}"


@pytest.mark.parametrize("path", FIGURES)
def test_every_figure_has_words_parameters_and_a_table(get: Get, path: str) -> None:
    drawn = get(url(path)).json()
    words = drawn["layout"]["meta"]
    assert words["caption"].endswith(".")
    assert words["name"] == path.rpartition("/")[2]
    assert "examples = " in words["parameters"] or "tokens = " in words["parameters"]
    assert "None" not in words["parameters"]

    text = get(f"{url(path)}&format=csv")
    assert text.headers["Content-Type"].startswith("text/csv")
    columns, *rows = csv.reader(io.StringIO(text.text))
    assert rows
    assert all(len(row) == len(columns) for row in rows)
    assert all(row[0] for row in rows), "a series without a name"
    assert "nan" not in text.text.lower()
    assert "<br>" not in text.text

    table = get(f"{url(path)}&format=table").json()
    assert table["columns"] == columns
    assert table["all_rows"] == len(rows)
    for read, row in zip(table["rows"], rows, strict=False):
        assert ["" if v is None else str(v) for v in read] == row


def test_the_table_holds_what_is_drawn(get: Get) -> None:
    query = "/api/v1/figures/loss?epochs=1&examples=40&batch_size=4&batch_size=full"
    drawn = get(query).json()
    columns, *rows = csv.reader(io.StringIO(get(f"{query}&format=csv").text))
    assert columns == ["series", "epochs", "loss above the lowest minimum"]
    for trace in drawn["data"]:
        mine = [row[1:] for row in rows if row[0] == trace["name"]]
        both = np.array(mine, dtype=np.float32).T
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
    assert "batch_size = 8" in page
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
