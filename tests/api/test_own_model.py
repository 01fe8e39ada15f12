"""A reader's own model and points are a surface everywhere, and told where they are not whole."""

from typing import Any
from urllib.parse import urlencode

import pytest

from app.science.points.packed import unpack
from tests.api.reading import Get
from tests.openapi import OPENAPI
from tests.science.problems.own_points import BOUNDARY, LINE

API = "/api/v1"
PARAMETERS = {
    path.format(id="model", library="numpy"): {said["name"] for said in get.get("parameters", [])}
    for path, methods in OPENAPI["paths"].items()
    for get in [methods.get("get", {})]
}
TAKING = [path for path in sorted(PARAMETERS) if {"model", "points"} <= PARAMETERS[path]]
FEW = {"epochs": 2, "replicas": 8, "draws": 30, "batch_size": 8}
KINDS = {
    "line": {"model": "w0 + w1*x", "points": LINE, "loss": "cauchy"},
    "boundary": {"model": "w0*x0 + w1*x1", "points": BOUNDARY},
}
LINK: dict[str, Any] = {"surface": "model", "model": "w0 + w1*x", "points": LINE}


def test_every_endpoint_of_a_surface_takes_them() -> None:
    assert set(TAKING) == {path for path in PARAMETERS if "formula" in PARAMETERS[path]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", [path for path in TAKING if "tradeoff" not in path])
def test_it_is_answered(get: Get, path: str, kind: str) -> None:
    few = {name: value for name, value in FEW.items() if name in PARAMETERS[path]}
    of = {} if "/surfaces/" in path else {"surface": "model"}
    reply = get(f"{path}?{urlencode(KINDS[kind] | of | few)}")
    assert reply.status_code == 200, reply.text


def test_its_examples_are_the_points(get: Get) -> None:
    for kind, names in (("line", ["x", "y"]), ("boundary", ["x0", "x1", "label"])):
        answer = get(f"{API}/surfaces/model/examples?{urlencode(KINDS[kind])}").json()
        points = unpack(str(KINDS[kind]["points"])).columns
        assert answer["columns"] == names
        assert answer["rows"] == [list(row) for row in zip(*points.values(), strict=True)]


def test_n_is_their_number_and_what_is_resolved_may_be_asked(get: Get) -> None:
    answer = get(f"{API}/paths?{urlencode(LINK)}").json()
    request = answer["request"]
    assert (request["examples"], request["batch_size"]) == (40, [1, 32, 40])
    assert (request["loss"], request["noise"]) == ("squared", 0)
    given = {name: value for name, value in request.items() if value is not None}
    given["start"] = ",".join(map(str, given["start"]))
    again = get(f"{API}/paths?{urlencode(given, doseq=True)}")
    assert again.json()["paths"] == answer["paths"]


def test_no_batch_size_above_n_is_a_default(get: Get) -> None:
    few = unpack(LINE).columns
    body = "x,y\n" + "\n".join(f"{x},{y}" for x, y in zip(few["x"][:9], few["y"][:9], strict=True))
    packed = get(f"{API}/points", "POST", body.encode(), Content_Type="text/csv")
    asked = urlencode(LINK | {"points": packed.json()["points"]})
    assert get(f"{API}/paths?{asked}").json()["request"]["batch_size"] == [1, 9]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({**LINK, "examples": 30}, "examples"),
        ({**LINK, "noise": 1}, "noise"),
        ({**LINK, "data_seed": 1}, "data_seed"),
        ({**LINK, "batch_size": 41}, "batch_size"),
        ({**LINK, "scale": 2}, "scale"),
        ({**LINK, "formula": "x"}, "formula"),
        ({**LINK, "loss": "logistic"}, "loss"),
        ({**LINK, "model": "w0 + z"}, "model"),
        ({**LINK, "points": LINE[:-2]}, "points"),
        ({"surface": "model", "model": "w0 + w1*x"}, "points"),
        ({"surface": "model", "points": LINE}, "model"),
        ({"model": "w0 + w1*x"}, "model"),
        ({"surface": "bowl", "points": LINE}, "points"),
        ({"loss": "cauchy"}, "loss"),
    ],
)
def test_what_cannot_be_is_told(get: Get, asked: dict[str, Any], parameter: str) -> None:
    reply = get(f"{API}/paths?{urlencode(asked)}")
    assert reply.status_code == 422
    assert [error["parameter"] for error in reply.json()["errors"]] == [parameter]


def test_it_is_not_listed(get: Get) -> None:
    assert "model" not in {each["id"] for each in get(f"{API}/surfaces").json()["surfaces"]}
