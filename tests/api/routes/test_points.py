"""A table in, the text of a link out; nothing is kept."""

import asyncio
import csv
import io
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest

from app.api.queries.points import PointsQuery
from app.main import create_app
from app.science.points.packed import unpack

Get: TypeAlias = Callable[..., httpx.Response]

TABLE = "größe;kg;pet\n1,5;58;dog\n1,75;71;cat\n;1;cat\n1,81;80;dog\n".encode()


def post(get: Get, content: bytes = TABLE, **query: Any) -> httpx.Response:
    return get(f"/api/v1/points?{urlencode(query)}", "POST", content, content_type="text/csv")


def test_it_answers_the_points_and_how_they_were_read(get: Get) -> None:
    reply = post(get)
    assert reply.status_code == 200
    said = reply.json()
    points = unpack(said["points"])
    assert points.columns["x"].min() == 1.5
    assert (said["rows"], said["used"], said["left_out"]) == (4, 3, 1)
    assert said["columns"] == {"x": "größe", "y": "kg"}
    assert said["names"] == ["größe", "kg", "pet"]
    assert said["resolution"] == pytest.approx(points.resolution)
    assert said["labels"] is None
    assert len(said["notes"]) == 4
    assert said["notes"][2].startswith("x is rounded to steps of 7.57e-05 for the link, by ")
    again = post(get, said["table"].encode()).json()
    assert (again["points"], again["notes"]) == (said["points"], [])
    assert "小数点" in post(get, lang="ja").json()["notes"][0]


def test_columns_are_chosen_by_name(get: Get) -> None:
    assert post(get, x="kg", y="größe").json()["columns"] == {"x": "kg", "y": "größe"}
    said = post(get, label="pet").json()
    assert said["labels"] == ["cat", "dog"]
    assert unpack(said["points"]).columns["label"].tolist() == [1, -1, 1]
    asked = PointsQuery.model_validate({"y": "b", "x": "a"})
    assert asked.chosen == {"x": "a", "y": "b"}


def test_nothing_is_kept_neither_here_nor_on_the_way() -> None:
    app = create_app()

    async def ask() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            headers = {"Content-Type": "text/csv", "If-None-Match": "*"}
            for kind in ("json", "csv"):
                reply = await client.post(
                    f"/api/v1/points?format={kind}", content=TABLE, headers=headers
                )
                assert reply.status_code == 200
                assert reply.headers["Cache-Control"] == "no-store"
                assert "ETag" not in reply.headers

    asyncio.run(ask())
    assert len(app.state.cache) == 0


def test_as_csv_it_is_the_points_as_they_were_rounded(get: Get) -> None:
    reply = post(get, format="csv")
    assert reply.headers["Content-Type"].startswith("text/csv")
    names, *rows = csv.reader(io.StringIO(reply.text))
    columns = unpack(post(get).json()["points"]).columns
    assert names == list(columns)
    assert np.array(rows, float).T.tolist() == [each.tolist() for each in columns.values()]
    assert post(get, reply.content).json()["points"] == post(get).json()["points"]
    assert get("/api/v1/points.csv", "POST", TABLE, content_type="text/csv").text == reply.text


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ({"x": "nothing"}, ["x"]),
        ({"x": "kg", "x0": "kg"}, ["x", "x0"]),
        ({"x": ""}, ["x"]),
        ({"x": "x" * 201}, ["x"]),
        ({"columns": "kg"}, ["columns"]),
        ({"seed": -1}, ["seed"]),
        ({"label": "kg"}, ["points"]),
        ({"x0": "kg", "x1": "kg", "label": "kg"}, ["label"]),
    ],
)
def test_what_is_refused_is_a_problem_that_names_it(
    get: Get, query: dict[str, Any], parameters: list[str]
) -> None:
    reply = post(get, TABLE, **query)
    assert (reply.status_code, reply.headers["Content-Type"]) == (422, "application/problem+json")
    assert [error["parameter"] for error in reply.json()["errors"]] == parameters


def test_examples_that_are_answered_can_be_sent_back(get: Get) -> None:
    for surface, names in (("least-squares", ["x", "y"]), ("logistic", ["x0", "x1", "label"])):
        content = get(f"/api/v1/surfaces/{surface}/examples?format=csv&examples=50").content
        said = post(get, content).json()
        assert (list(said["columns"].values()), said["used"]) == (names, 50)


def test_it_is_posted(get: Get) -> None:
    for method in ("GET", "HEAD", "PUT"):
        reply = get("/api/v1/points", method)
        assert (reply.status_code, reply.headers["Allow"]) == (405, "OPTIONS, POST")
    assert get("/api/v1/point").json()["detail"].count("/api/v1/points") == 1
