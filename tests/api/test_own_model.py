"""A reader's own model and points are a surface everywhere, and told where they are not whole."""

from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from app.science.points.packed import unpack
from tests.api.reading import Get
from tests.openapi import OPENAPI
from tests.science.problems.own_points import BOUNDARY, LINE

API = "/api/v1"
PARAMETERS = {
    path.format(id="model", library="numpy", framework="jax"): {
        said["name"] for said in get.get("parameters", [])
    }
    for path, methods in OPENAPI["paths"].items()
    for get in [methods.get("get", {})]
}
TAKING = [path for path in sorted(PARAMETERS) if {"model", "points"} <= PARAMETERS[path]]
WHOLE = ("turning", "noise-along", "printed-loss", "instruments")  # are of one replica
OF_ONE = {"epochs": 2, "draws": 30, "batch_size": 8}
FEW = {**OF_ONE, "replicas": 8}
KINDS = {
    "line": {"model": "w0 + w1*x", "points": LINE, "loss": "cauchy"},
    "boundary": {"model": "w0*x0 + w1*x1", "points": BOUNDARY},
}
FEW_POINTS = "line1_3_0_3_-1_2_AAKq____AAVVW32b"
HELD_OUT: dict[str, Any] = {"model": "w0 + w1*x", "points": LINE, "held_out": 0.25}
LINK: dict[str, Any] = {"surface": "model", "model": "w0 + w1*x", "points": LINE}


def test_every_endpoint_of_a_surface_takes_them() -> None:
    assert set(TAKING) == {path for path in PARAMETERS if "formula" in PARAMETERS[path]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", [path for path in TAKING if "tradeoff" not in path])
def test_it_is_answered(get: Get, path: str, kind: str) -> None:
    asked = OF_ONE if path.endswith(WHOLE) else FEW
    few = {name: value for name, value in asked.items() if name in PARAMETERS[path]}
    of = {} if "/surfaces/" in path else {"surface": "model"}
    reply = get(f"{path}?{urlencode(KINDS[kind] | of | few)}")
    refused = "rare-class" in path or ("statistics" in path and kind == "boundary")
    assert reply.status_code == (422 if refused else 200), reply.text
    if refused:  # a neuron on x and y, and two classes of which one can be made rare
        assert [each["parameter"] for each in reply.json()["errors"]] == ["surface"]


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
        ({**LINK, "held_out": 0.6}, "held_out"),
        ({**LINK, "held_out": 0.01}, "held_out"),
        ({**LINK, "held_out": "x"}, "held_out"),
        ({**LINK, "held_out": "1e999"}, "held_out"),
        ({**LINK, "held_out": 0.25, "batch_size": 31}, "batch_size"),
        ({**LINK, "held_out": 0.25, "examples": 40}, "examples"),
        ({**LINK, "points": FEW_POINTS, "held_out": 0.5}, "held_out"),
        ({"held_out": 0.25}, "held_out"),
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


@pytest.fixture(scope="module")
def held_out(get: Get) -> Any:
    return get(f"{API}/surfaces/model/examples?{urlencode(HELD_OUT)}").json()


def test_those_held_out_are_said_and_are_no_examples(get: Get, held_out: Any) -> None:
    points = np.column_stack(list(unpack(LINE).columns.values()))
    places = sorted(np.random.default_rng(0).random(40).argsort()[:10].tolist())
    assert held_out["held_out"] == {"places": places, "rows": points[places].tolist()}
    assert held_out["rows"] == np.delete(points, places, axis=0).tolist()
    table = get(f"{API}/surfaces/model/examples?{urlencode(HELD_OUT | {'format': 'csv'})}")
    assert len(table.text.splitlines()) == 31
    assert get(f"{API}/surfaces/bowl/examples?examples=3").json()["held_out"] is None


@pytest.mark.parametrize("replicas", [1, 3])
def test_their_loss_is_the_mean_along_each_path(get: Get, held_out: Any, replicas: int) -> None:
    asked = LINK | {"held_out": 0.25, "replicas": replicas, "epochs": 2, "batch_size": 8}
    answer = get(f"{API}/paths?{urlencode(asked)}").json()
    assert (answer["request"]["examples"], answer["request"]["held_out"]) == (30, 0.25)
    x, y = np.array(held_out["held_out"]["rows"]).T
    for path in answer["paths"]:
        w0, w1 = path["final"]["point"]
        assert path["final"]["held_out_loss"] == pytest.approx(np.mean((w0 + w1 * x - y) ** 2) / 2)
        w0, w1 = (np.array(path["points"][name])[:, None] for name in ("w0", "w1"))
        losses = np.mean((w0 + w1 * x - y) ** 2, axis=1) / 2
        np.testing.assert_allclose(path["points"]["held_out_loss"], losses, rtol=1e-4)
    table = get(f"{API}/paths?{urlencode(asked | {'format': 'csv'})}").text.splitlines()
    assert table[0].endswith(",loss,held_out_loss")
    last = [float(line.rpartition(",")[2]) for line in table if line.split(",")[2] == "8"]
    assert last == [path["final"]["held_out_loss"] for path in answer["paths"]]


@pytest.mark.parametrize("replicas", [1, 3])
def test_their_loss_is_drawn_dashed(get: Get, replicas: int) -> None:
    asked = LINK | {"held_out": 0.25, "replicas": replicas, "epochs": 2, "axis": "updates"}
    drawn = get(f"{API}/figures/loss?{urlencode(asked)}").json()
    lines = [t for t in drawn["data"] if t["meta"]["role"] in ("median", "running median")]
    dashed = [t for t in drawn["data"] if t["meta"]["role"].startswith("held-out ")]
    assert [t["line"] for t in dashed] == [t["line"] | {"dash": "dash"} for t in lines]
    assert "mean loss of 10 held-out points" in drawn["layout"]["meta"]["caption"]
    assert drawn["layout"]["yaxis"]["title"]["text"] == "loss"
    paths = get(f"{API}/paths?{urlencode({n: v for n, v in asked.items() if n != 'axis'})}")
    full = paths.json()["paths"][-1]["points"]
    table = get(f"{API}/figures/loss?{urlencode(asked | {'format': 'csv'})}").text.splitlines()
    kind = "held-out_median" if replicas > 1 else "held-out_running_median"
    last = [line for line in table if f",{kind}," in line and line.startswith("30,")][-1]
    if replicas > 1:  # of a full batch the median is the loss
        assert float(last.split(",")[4]) == pytest.approx(full["held_out_loss"][-1], rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_hollow_among_the_examples(get: Get, kind: str) -> None:
    asked = KINDS[kind] | {"surface": "model", "held_out": 0.25, "epochs": 1, "batch_size": 8}
    figure = get(f"{API}/figures/moment-data?{urlencode(asked)}").json()
    (hollow,) = [t for t in figure["data"] if t["meta"]["role"] == "held out"]
    symbols = hollow["marker"]["symbol"]
    assert all(each.endswith("-open") for each in ([symbols] if kind == "line" else symbols))
    assert "Hollow: 10 points that are held out" in figure["layout"]["meta"]["caption"]


def test_what_has_no_finite_loss_among_them_is_null(get: Get) -> None:
    """A training loss has one everywhere, that of points held out need not."""
    x = [*range(1, 17)]  # which rounding leaves as they are
    body = "x,y\n" + "\n".join(f"{each},{each % 3}" for each in x)
    points = get(f"{API}/points", "POST", body.encode(), content_type="text/csv").json()["points"]
    held = sorted(np.random.default_rng(0).random(16).argsort()[:1].tolist())
    asked = {"surface": "model", "points": points, "held_out": 0.05, "epochs": 2}
    model = f"w0 + w1*log(abs(x - {x[held[0]]}))"
    reply = get(f"{API}/paths?{urlencode(asked | {'model': model})}")
    assert reply.status_code == 200, reply.text
    assert {*reply.json()["paths"][0]["points"]["held_out_loss"]} == {None}
    for figure in ("loss", "moment-data"):
        drawn = get(
            f"{API}/figures/{figure}?{urlencode(asked | {'model': model, 'batch_size': 4})}"
        )
        assert drawn.status_code == 200, drawn.text
