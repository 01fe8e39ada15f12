"""Bad input: 422 as problem+json that names the parameter, its value and what is allowed."""

import json
import re
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

import httpx
import pytest

from app.science.problems import SURFACES
from tests.api.reading import reach
from tests.openapi import OPERATIONS

Get: TypeAlias = Callable[..., httpx.Response]

PARAMETERS = [
    (path, parameter)
    for path, operation in OPERATIONS.items()
    for parameter in operation.get("parameters", [])
    if parameter["in"] == "query"
]


def named(allowed: Callable[[Any], bool]) -> list[tuple[str, list[str]]]:
    """The endpoints that have such parameters, each with the names of all of these."""
    names: dict[str, list[str]] = {}
    for path, parameter in PARAMETERS:
        if allowed(parameter):
            names.setdefault(path, []).append(parameter["name"])
    return [*names.items()]


FIGURES = ("figures/paths", "figures/loss")

# Query, the parameter named, what its message says: the value and what is allowed.
BAD_RUNS = [
    ("surface=nowhere", "surface", ["'nowhere'", "least-squares", "saddle"]),
    ("surface=", "surface", ["''", "least-squares"]),
    ("colour=red", "colour", ["colour is not", "here; allowed are lang", "learning_rate"]),
    ("lr=1", "lr", ["did you mean learning_rate?", "batch_size"]),
    ("batchsize=1", "batchsize", ["did you mean batch_size?"]),
    ("batch_size[]=1", "batch_size[]", ["did you mean batch_size?"]),
    ("batch_size=1,32,full", "batch_size", ["batch_size=1&batch_size=32&batch_size=full"]),
    ("batch_size=1, 32&batch_size=9", "batch_size", ["batch_size=1&batch_size=32&batch_size=9"]),
    ("batch_size=1,2,3,4,5,6,7", "batch_size", ["'1,2,3,4,5,6,7'", "integers from 1"]),
    ("batch_size=0", "batch_size", ["'0'", "integers from 1", "full"]),
    ("batch_size=-1", "batch_size", ["'-1'", "integers from 1"]),
    ("batch_size=1.5", "batch_size", ["'1.5'", "integers from 1"]),
    ("batch_size=nan", "batch_size", ["'nan'", "integers from 1"]),
    ("batch_size=1e999", "batch_size", ["'1e999'", "integers from 1"]),
    ("batch_size=", "batch_size", ["''", "integers from 1"]),
    ("batch_size=Full", "batch_size", ["'Full'", "'full'"]),
    ("batch_size=1051", "batch_size", ["1051", "1 to 1050", "full"]),
    ("batch_size=20&examples=10", "batch_size", ["20", "1 to 10 "]),
    ("batch_size=" + "9" * 400, "batch_size", ["999", "1 to 1050"]),
    ("batch_size=" + "9" * 5000, "batch_size", ["999", "integers from 1"]),
    ("batch_size=1&batch_size=x", "batch_size", ["'x'", "integers from 1"]),
    ("&".join(f"batch_size={b}" for b in range(1, 8)), "batch_size", ["at most 6"]),
    ("start=1", "start", ["'1'", "w0,w1"]),
    ("start=1,2,3", "start", ["'1,2,3'", "w0,w1"]),
    ("start=nan,0", "start", ["'nan,0'", "two finite numbers"]),
    ("start=1e999,0", "start", ["'1e999,0'", "two finite numbers"]),
    ("start=here", "start", ["'here'", "w0,w1"]),
    ("start=,", "start", ["','", "w0,w1"]),
    ("start=1e9,0", "start", ["1000000000.0", "from -30 to 30"]),
    ("learning_rate=0", "learning_rate", ["'0'", "1e-06 or more"]),
    ("learning_rate=-0.1", "learning_rate", ["'-0.1'", "1e-06 or more"]),
    ("learning_rate=1e999", "learning_rate", ["'1e999'", "finite"]),
    ("learning_rate=nan", "learning_rate", ["'nan'", "finite"]),
    ("learning_rate=", "learning_rate", ["''", "number"]),
    ("learning_rate=101", "learning_rate", ["'101'", "100"]),
    ("momentum=1", "momentum", ["'1'", "0.9999"]),
    ("beta2=-1", "beta2", ["'-1'", "0"]),
    ("eps=0", "eps", ["'0'", "1e-16 or more"]),
    ("noise=-1", "noise", ["'-1'", "0"]),
    ("noise=nan", "noise", ["'nan'", "finite"]),
    ("examples=1", "examples", ["'1'", "2"]),
    ("examples=10001", "examples", ["'10001'", "10000"]),
    ("examples=2.5", "examples", ["'2.5'", "integer"]),
    ("data_seed=-1", "data_seed", ["'-1'", "0"]),
    ("epochs=0", "epochs", ["'0'", "1"]),
    ("epochs=10001", "epochs", ["'10001'", "10000"]),
    ("updates=0", "updates", ["'0'", "1"]),
    ("updates=1e999", "updates", ["'1e999'", "integer"]),
    ("epochs=1&updates=2", "epochs", ["is 1, 2, which", "give only one of epochs, updates"]),
    ("epochs=1&updates=2", "updates", ["is 1, 2, which", "give only one of epochs, updates"]),
    ("updates=1&examples_seen=2", "updates", ["is 1, 2, which", "updates, examples_seen"]),
    ("examples_seen=20", "examples_seen", ["20", "32"]),
    ("replicas=0", "replicas", ["'0'", "1"]),
    ("replicas=257", "replicas", ["'257'", "256"]),
    ("seed=-1", "seed", ["'-1'", "0"]),
    ("seed=4294967296", "seed", ["'4294967296'", "4294967295"]),
    ("optimizer=adagrad", "optimizer", ["'adagrad'", "sgd", "adam"]),
    ("sampling=random", "sampling", ["'random'", "reshuffle", "with-replacement"]),
    ("sampling=sorted&surface=bowl", "sampling", ["'sorted'", "reshuffle", "tilts have no label"]),
    ("sampling=balanced", "sampling", ["'balanced'", "sorted, with-replacement", "no classes"]),
    ("sampling=balanced&surface=bowl", "sampling", ["sequential, with-replacement", "no classes"]),
    ("remainder=pad", "remainder", ["'pad'", "keep", "drop", "weight"]),
    ("lr_scaling=x", "lr_scaling", ["'x'", "none", "linear", "sqrt"]),
    ("lr_schedule=x", "lr_schedule", ["'x'", "constant", "cosine"]),
    ("batch_schedule=x", "batch_schedule", ["'x'", "constant", "double"]),
    ("decay_factor=2", "decay_factor", ["'2'", "1"]),
    ("momentum=0.5", "momentum", ["'0.5'", "only where optimizer is one of momentum, nesterov"]),
    ("beta2=0.9&optimizer=rmsprop", "beta2", ["'0.9'", "one of adam"]),
    ("decay_factor=0.1&lr_schedule=inverse", "decay_factor", ["'0.1'", "one of step"]),
    ("reference_batch_size=8", "reference_batch_size", ["'8'", "one of linear, sqrt"]),
    ("batch_epochs=3", "batch_epochs", ["'3'", "batch_schedule is one of double"]),
    ("reference_batch_size=8", "reference_batch_size", ["linear, sqrt or beta_scaling is one of"]),
    ("beta_scaling=power", "beta_scaling", ["'power'", "optimizer is one of momentum, nesterov"]),
    (
        "beta_scaling=power&optimizer=adam&batch_schedule=double",
        "beta_scaling",
        ["batch_schedule is one of constant"],
    ),
    ("decay_updates=9&lr_schedule=step", "decay_updates", ["decay_unit is one of updates"]),
    ("batch_stages=9&batch_schedule=double", "batch_stages", ["batch_unit is one of stages"]),
    ("warmup=-1", "warmup", ["'-1'", "0"]),
    ("max_points=1", "max_points", ["'1'", "2"]),
    # Above the budget, refused before it starts.
    ("epochs=10000&examples=10000", "epochs", ["10000", "work budget", "lower epochs"]),
    ("updates=1000000&batch_schedule=double", "updates", ["1000000", "work budget"]),
    ("examples_seen=100000000", "examples_seen", ["100000000", "work budget"]),
    ("updates=1000000&examples=2&batch_size=full", "updates", ["1000000", "work budget"]),
    ("epochs=10000&examples=2&replicas=256&batch_size=1", "epochs", ["10000", "work budget"]),
    ("updates=1000000&batch_size=2&surface=logistic", "updates", ["1000000", "work budget"]),
    ("max_points=20000&examples=10000&surface=logistic", "max_points", ["20000", "work budget"]),
    (
        "replicas=256&surface=logistic&examples=2000&batch_size=1&epochs=1",
        "replicas",
        ["256", "work budget"],
    ),
]
ONE_PATH = [
    ("replica=1", "replica", ["1", "from 0 to 0"]),
    ("replica=-1", "replica", ["'-1'", "0"]),
    ("format=xml", "format", ["'xml'", "json", "csv"]),
    ("replicas=256&max_points=20000", "max_points", ["20000", "points budget", "replicas"]),
    ("replicas=256&format=csv", "epochs", ["20", "points budget", "replicas"]),
    ("replicas=256&format=csv&updates=9000&batch_size=1", "updates", ["9000", "points budget"]),
]
ELSEWHERE = [
    ("surfaces/nowhere", "id", ["'nowhere'", "least-squares"]),
    ("surfaces/nowhere/grid", "id", ["'nowhere'", "least-squares"]),
    ("surfaces/bowl?noise=-1", "noise", ["'-1'", "0"]),
    ("surfaces/bowl?resolution=10", "resolution", ["examples, noise, data_seed"]),
    ("surfaces/bowl/grid?field=x", "field", ["'x'", "loss", "noise_scale"]),
    ("surfaces/bowl/grid?domain=0,1,0,1.0", "domain", ["is '0,1,0,1.0': it has an effect only"]),
    ("surfaces/bowl?held_out=.20", "held_out", ["is '.20': it has an effect only"]),
    ("surfaces/bowl/grid?resolution=1", "resolution", ["'1'", "2"]),
    ("surfaces/bowl/grid?resolution=402", "resolution", ["'402'", "401"]),
    (
        "surfaces/logistic/grid?resolution=401&examples=10000",
        "resolution",
        ["401", "work budget", "lower resolution or examples"],
    ),
    ("surfaces/bowl/examples?format=xml", "format", ["'xml'", "json", "csv"]),
    ("surfaces/bowl/examples?examples=1", "examples", ["'1'", "2"]),
    ("epoch-plan?batch_size=0", "batch_size", ["'0'", "integers from 1"]),
    ("epoch-plan?batch_size=11&examples=10", "batch_size", ["11", "1 to 10 "]),
    ("epoch-plan?remainder=pad", "remainder", ["'pad'", "keep"]),
    ("epoch-plan?surface=bowl", "surface", ["batch_size"]),
    ("epoch-plan?batch_size=1,2", "batch_size", ["'1,2'", "integers from 1"]),
    ("tradeoff?optimizer=sgd,adam", "optimizer", ["optimizer=sgd&optimizer=adam"]),
    ("moment?batch_size=1,2", "batch_size", ["'1,2'", "integers from 1"]),
    ("figures/network-plane?followed=9&updates=9&replicas=1", "followed", ["9", "8, 32, 200"]),
    ("figures/network-plane?part=all", "part", ["'all'", "train", "test"]),
    ("network/data?replica=4", "replica", ["4", "from 0 to 3"]),
    ("figures/surface?surface=x", "surface", ["'x'", "least-squares"]),
    ("figures/surface?view=side", "view", ["'side'", "contour", "3d"]),
    ("figures/surface?batch_size=1", "batch_size", ["theme", "view"]),
    ("figures/paths?theme=blue", "theme", ["'blue'", "light", "dark"]),
    ("figures/paths?background=perhaps", "background", ["'perhaps'"]),
    ("figures/paths?replica=0", "replica", ["replicas"]),
    ("figures/printed-loss?smoothing=1", "smoothing", ["'1'", "0.999"]),
    (
        "figures/printed-loss?examples=10000&epochs=4000&batch_size=4000&batch_size=5000"
        "&batch_size=full",
        "epochs",
        ["4000", "work budget"],
    ),
    ("figures/loss?axis=time", "axis", ["'time'", "updates", "epochs", "examples_seen"]),
]
OF_NETWORKS = [
    ("data=mnist", "data", ["'mnist'", "moons", "digits"]),
    ("hidden=", "hidden", ["''", "1 to 3 integers from 1 to 64"]),
    ("hidden=65", "hidden", ["'65'", "1 to 64"]),
    ("hidden=1,1,1,1", "hidden", ["'1,1,1,1'", "1 to 3"]),
    ("hidden=4;4", "hidden", ["'4;4'", "commas"]),
    ("activation=gelu", "activation", ["'gelu'", "tanh", "relu"]),
    ("loss=hinge", "loss", ["'hinge'", "squared", "cross-entropy"]),
    ("vary=none", "vary", ["'none'", "all", "order"]),
    ("measurements=3&data=penguins", "measurements", ["3", "2, 4"]),
    ("measurements=4", "measurements", ["'4'", "data is one of penguins"]),
    ("noise=0.1&data=penguins", "noise", ["'0.1'", "data is one of moons"]),
    ("examples=300&data=penguins", "examples", ["300", "2 to 273"]),
    ("examples=2001", "examples", ["'2001'", "2000"]),
    ("label_noise=0.6", "label_noise", ["'0.6'", "0.5"]),
    ("batch_size=201", "batch_size", ["201", "1 to 200"]),
    ("replicas=33", "replicas", ["'33'", "32"]),
    ("updates=100000&hidden=64,64", "updates", ["100000", "seconds of 120", "hidden"]),
    ("hidden=64,64,64&replicas=32&updates=9&examples=10", "replicas", ["32", "weights"]),
    ("surface=bowl", "surface", ["not a parameter"]),
]
CASES = [
    *((f"network?{query}", name, said) for query, name, said in OF_NETWORKS),
    *((f"paths?{query}", name, said) for query, name, said in BAD_RUNS),
    # The figures ask the same run, each of them for every second one.
    *((f"{end}?{query}", name, said) for end, (query, name, said) in zip(cycle(FIGURES), BAD_RUNS)),
    *((f"paths?{query}", name, said) for query, name, said in ONE_PATH),
    *ELSEWHERE,
]


def located(path: str) -> str:
    return path.format(id="bowl", library="numpy", framework="jax")


def problem(reply: httpx.Response, status: int) -> Any:
    assert reply.status_code == status, reply.text[:300]
    assert reply.headers["Content-Type"] == "application/problem+json"
    found = json.loads(reply.text)
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["status"] == status
    assert found["detail"]
    return found


@pytest.mark.parametrize(("url", "name", "said"), CASES, ids=[c[0][:70] for c in CASES])
def test_bad_input(get: Get, url: str, name: str, said: list[str]) -> None:
    found = problem(get(f"/api/v1/{url}"), 422)
    messages = {error["parameter"]: error["message"] for error in found["errors"]}
    assert name in messages
    for text in said:
        assert text in messages[name]
    assert messages[name].startswith(name) or "budget: give only one" in messages[name]
    assert messages[name] in found["detail"]


def test_bad_input_is_told_in_japanese_without_english_between(get: Get) -> None:
    for url in (url for url, _name, _said in CASES if not url.startswith("figures/")):
        found = problem(get(f"/api/v1/{url}{'&' if '?' in url else '?'}lang=ja"), 422)
        for error in found["errors"]:
            assert re.search("[ぁ-ん]", error["message"]), url
            assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,}", error["message"]), error["message"]


@pytest.mark.parametrize(
    ("url", "status", "asked"),
    [
        ("nowhere", 404, {}),
        ("paths", 405, {"method": "POST"}),
        ("paths", 413, {"content": b"x"}),
        (
            "points",
            413,
            {"method": "POST", "content": b"x" * 5_000_001, "content_type": "text/csv"},
        ),
        (f"qr?text={'x' * 9000}", 414, {}),
        ("points", 415, {"method": "POST", "content": b"x", "content_type": "image/png"}),
        ("qr?text=", 422, {}),
        (f"qr?text={'x' * 2001}", 422, {}),
    ],
)
def test_each_status_is_told_in_japanese_too(
    get: Get, url: str, status: int, asked: dict[str, Any]
) -> None:
    reply = get(f"/api/v1/{url}{'&' if '?' in url else '?'}lang=ja", **asked)
    found = problem(reply, status)
    for text in (found["title"], found["detail"]):
        assert re.search("[ぁ-ん]", text)
        assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,}", text)


def test_every_bad_parameter_is_named(get: Get) -> None:
    found = problem(get("/api/v1/paths?learning_rate=0&epochs=-1&batch_size=x&colour=red"), 422)
    names = [error["parameter"] for error in found["errors"]]
    assert sorted(names) == ["batch_size", "colour", "epochs", "learning_rate"]


def test_a_choice_that_is_wrong_is_all_that_is_wrong(get: Get) -> None:
    found = problem(get("/api/v1/paths?optimizer=adagrad&momentum=0.5"), 422)
    assert [error["parameter"] for error in found["errors"]] == ["optimizer"]


def test_a_long_value_is_cut(get: Get) -> None:
    found = problem(get(f"/api/v1/paths?optimizer={'x' * 5000}"), 422)
    assert len(found["detail"]) < 300


@pytest.mark.parametrize("surface", SURFACES)
def test_a_start_far_out_is_refused_and_the_domain_is_not(get: Get, surface: str) -> None:
    (lo0, hi0), (lo1, hi1) = SURFACES[surface].domain
    query = {"surface": surface, "epochs": 1, "examples": 20, "batch_size": 10}
    for w0, w1 in ((lo0, lo1), (hi0, hi1), (lo0, hi1)):
        reply = get("/api/v1/paths?" + urlencode(query | {"start": f"{w0},{w1}"}))
        assert reply.status_code == 200, reply.text
        points = reply.json()["paths"][0]["points"]
        assert (points["w0"][0], points["w1"][0]) == pytest.approx((w0, w1), rel=1e-5)
        assert reply.json()["request"]["start"] == [w0, w1]
    far = f"{hi0 + 20 * (hi0 - lo0)},0"
    found = problem(get("/api/v1/paths?" + urlencode(query | {"start": far})), 422)
    assert found["errors"][0]["parameter"] == "start"


def test_more_points_than_memory_allows_are_refused(get: Get) -> None:
    reply = get("/api/v1/figures/loss?replicas=256&max_points=20000&epochs=60")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["parameter"] == "replicas"
    assert "memory budget" in reply.json()["detail"]


ONE = {"optimizer": "one update rule here; ask for each of them"}


@pytest.mark.parametrize(("path", "names"), named(lambda p: p["schema"].get("type") != "array"))
def test_what_holds_one_value_does_not_come_twice(get: Get, path: str, names: list[str]) -> None:
    """Neither the first nor the last counts, and equal ones are no better."""
    for values in (("1", "2"), ("1", "1")):
        query = urlencode([(name, value) for name in names for value in values])
        found = problem(reach(get, f"{located(path)}?{query}"), 422)
        assert {e["parameter"]: e["message"] for e in found["errors"]} == {
            name: f"{name} is {', '.join(values)}: allowed is {ONE.get(name, 'one value')}"
            for name in names
        }


def test_what_comes_twice_is_told_in_the_first_language(get: Get) -> None:
    said = problem(get("/api/v1/paths?lang=ja&seed=1&seed=2&lang=en"), 422)["detail"]
    assert "値は1つだけ" in said


def kinds(parameter: Any) -> set[str]:
    """The JSON types of a parameter's values, or of each of them."""
    schema = parameter["schema"]
    each = schema.get("items", schema)
    return {kind.get("type") for kind in each.get("anyOf", [each])}


def is_number(parameter: Any) -> bool:
    return bool(kinds(parameter) & {"integer", "number"})


def refused_as_numbers(get: Get, url: str, names: Sequence[str], text: str) -> None:
    """Each of them, with its value and what is allowed."""
    errors = problem(reach(get, f"{url}?{urlencode(dict.fromkeys(names, text))}"), 422)["errors"]
    assert sorted(e["parameter"].partition(".")[0] for e in errors) == sorted(names)
    for error in errors:
        assert repr(text) in error["message"]
        assert "integers" in error["message"] or "numbers" in error["message"]


@pytest.mark.parametrize(("path", "names"), named(is_number))
def test_a_number_is_written_in_ascii_digits_alone(get: Get, path: str, names: list[str]) -> None:
    for text in ("٣", "1_0", " 5"):
        refused_as_numbers(get, located(path), names, text)


@pytest.mark.parametrize("text", ["４", "5 ", "+5", "5\u00a0", "²", "0x10", "5\n"])
def test_a_number_has_nothing_beside_its_digits(get: Get, text: str) -> None:
    names = ("batch_size", "epochs", "learning_rate")
    refused_as_numbers(get, "/api/v1/paths", names, text)


@pytest.mark.parametrize("path", ["paths?start=", "noise?at="])
@pytest.mark.parametrize("text", ["٣,1", "1, 2", " 1,2", "+1,2", "1_0,2", "1,２", "1;2"])
def test_a_point_is_written_in_ascii_digits_alone(get: Get, path: str, text: str) -> None:
    found = problem(get(f"/api/v1/{path}{quote(text)}"), 422)
    assert "two finite numbers, w0,w1" in found["detail"]


@pytest.mark.parametrize("text", ["0.1", ".1", "1.", "1e-1", "1E-1", "10e+0", "01"])
def test_numbers_as_programs_write_them(get: Get, text: str) -> None:
    reply = get(f"/api/v1/paths?examples=9&epochs=1&batch_size=3&learning_rate={quote(text)}")
    assert reply.json()["request"]["learning_rate"] == float(text)


def test_what_may_be_repeated() -> None:
    """As the contract has it, besides the batch sizes."""
    several = {(p["name"], path) for path, p in PARAMETERS if p["schema"].get("type") == "array"}
    others = {(name, path.rpartition("/")[2]) for name, path in several if name != "batch_size"}
    sweeps = (
        "tradeoff",
        *(f"tradeoff-{kind}" for kind in ("updates", "examples", "pareto", "rates")),
    )
    expected = {(name, end) for name in ("optimizer", "learning_rate") for end in sweeps}
    of_networks = {
        ("learning_rate", f"{before}{end}")
        for before in ("", "network-")
        for end in ("gap", "steps")
    }
    figures = ("plane", "moment", "boundary", "curves", "sharpness", "noise")
    of_networks |= {
        ("optimizer", end)
        for end in ("network", "data", "log", *(f"network-{name}" for name in figures))
    }
    of_devices = {("timed_batch", "devices"), ("timed_seconds", "devices")}
    rules = ("paths", "loss", "rule", "picture", "tradeoff-floor", "{library}")
    of_figures = {("tokens", "accumulation-tokens")} | {("optimizer", end) for end in rules}
    assert others == expected | of_networks | of_devices | of_figures
