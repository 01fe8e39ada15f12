"""Any query string is answered, or refused in words; never a failure, never NaN."""

import re
from typing import Any
from urllib.parse import urlencode

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.reading import Get, parse, reach
from tests.openapi import OPENAPI
from tests.science.problems.own_points import BOUNDARY, LINE

PAGES = ["/", "/learn", "/noise", "/tradeoff", "/your-run"]
# By path what may be asked; a sweep may take long, and the metrics hold NaN of their own.
PARAMETERS = {
    path.format(id="bowl", library="numpy", framework="jax"): [
        said["name"] for said in operation.get("parameters", []) if said["in"] == "query"
    ]
    for path, methods in OPENAPI["paths"].items()
    for operation in methods.values()
    if path.startswith("/api/") and "tradeoff" not in path
}
NAMES = sorted({name for names in PARAMETERS.values() for name in names})
VALUES = st.one_of(
    st.sampled_from(
        ["", "0", "1", "2", "7", "-1", "0.5", "full", "nan", "-inf", "1e999", "1e-999", "1e-6",
         "9" * 400, "0,0", "1e308,1e308", "5e-324,0", "-0", "٣", "adam", "rmsprop", "robust-line",
         "ackley", "csv", "html", "table", "3d", "true", "double", "step", "sqrt", "sequential",
         "with-replacement", "weight", "\x00", "\ud7ff", "{name}", "{0}", "%s", "<b>"]
    ),
    st.text(max_size=5),
    st.text("0123456789+-.e,_ ", max_size=12),
    st.integers().map(str),
    st.floats().map(str),
)  # fmt: skip
# By default training a network takes seconds, and a sweep of some more.
TRAINED = {"examples": "12", "hidden": "4", "replicas": "3", "updates": "60"}
SMALL = {"surface": "formula", "epochs": "2", "replicas": "10"}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
ALIKE = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def assert_answered(reply: httpx.Response) -> None:
    """With JSON that has no NaN where it is JSON, or refused in Japanese, each with its name."""
    assert reply.status_code in (200, 422), reply.text
    if reply.headers["Content-Type"].partition(";")[0].endswith(("/json", "+json")):
        parse(reply.text)
    if reply.status_code == 422:
        for error in reply.json()["errors"]:
            assert error["parameter"]
            assert JAPANESE.search(error["message"]), error


@settings(ALIKE, max_examples=200)
@given(st.sampled_from(sorted(PARAMETERS)), st.data())
def test_an_endpoint(get: Get, path: str, data: Any) -> None:
    names = set(PARAMETERS[path]) - {"examples", "lang"}
    small = TRAINED if "hidden" in PARAMETERS[path] else {"examples": "12"}
    small = {name: value for name, value in small.items() if name in PARAMETERS[path]}
    if path.endswith("gap"):  # which is measured after so many epochs too
        small |= {"epochs": "10"}
    some = st.sampled_from(sorted(names)) if names else st.nothing()
    values = st.lists(VALUES, min_size=1, max_size=2) | VALUES
    query = data.draw(st.dictionaries(some | st.text(), values, max_size=3))
    reply = reach(get, f"{path}?{urlencode(small | query | {'lang': 'ja'}, doseq=True)}")
    assert_answered(reply)


FORMULAS = st.one_of(
    st.sampled_from(
        ["3", "x", "-x^2 - y^2", "x^3 - 3*x + y^2", "log(x)*y", "x + x*sqrt(x)", "1/(x*y)",
         "1/(x - .1234)^2", "abs(x) + abs(y)", "exp(exp(x))", "(x^16)^4 + y^2", "1e11*x*y",
         "1e-11*(x^2 + y^2)", "cos(50*x)*cos(50*y)", "sqrt(x^2 + y^2)", "（x＋y）＊２", "2x", "x^y",
         ""]
    ),
    st.text("xy2.5+-*/^() ", max_size=12),
)  # fmt: skip
TYPED = [path for path in sorted(PARAMETERS) if "formula" in PARAMETERS[path]]


@settings(ALIKE, max_examples=40)
@given(st.sampled_from(TYPED), FORMULAS, st.sampled_from(["", "-1,1,-1,1", "1,2,3,4", "0,1e9,0,1"]))
def test_a_formula(get: Get, path: str, formula: str, domain: str) -> None:
    query = {"formula": formula, "examples": "20", "lang": "ja"} | (
        {"domain": domain} if domain else {}
    )
    query |= {name: value for name, value in SMALL.items() if name in PARAMETERS[path]}
    reply = get(f"{path.replace('bowl', 'formula')}?{urlencode(query)}")
    assert_answered(reply)


MODELS = st.one_of(
    st.sampled_from(
        ["w0 + w1*x", "w1*tanh(w0*x)", "w0*x0 + w1*x1", "exp(w0*x)", "log(w0)*x", "w1/(w0 - x)",
         "w0*w1", "x", "y", "w0 + w1*x^16", "sqrt(w0*x)", "1e11*w0*x", "w0*x0*x1", "2x", ""]
    ),
    st.text("w01x2.5+-*/^() ", max_size=12),
)  # fmt: skip
PACKED = st.one_of(
    st.sampled_from([LINE, BOUNDARY, LINE[:-1], LINE.replace("_40_", "_41_"), "", "1,2"]),
    st.text("line1_0.-A", max_size=20),
)
LOSS = st.fixed_dictionaries(
    {},
    optional={
        "loss": st.sampled_from(["squared", "logistic", "cauchy", "l1"]),
        "scale": st.sampled_from(["0.6", "1e-6", "0", "nan"]),
        "held_out": st.sampled_from(["0.25", "0.5", "1e-9", "0.51", "-1", "1e999", "nan", ""]),
        "noise": st.just("1"),
    },
)


@settings(ALIKE, max_examples=40)
@given(st.sampled_from(TYPED), MODELS, PACKED, LOSS)
def test_a_model(get: Get, path: str, model: str, points: str, loss: dict[str, str]) -> None:
    query = {"model": model, "points": points, "lang": "ja"} | loss
    small = SMALL | {"surface": "model"}
    query |= {name: value for name, value in small.items() if name in PARAMETERS[path]}
    reply = get(f"{path.replace('bowl', 'model')}?{urlencode(query)}")
    assert_answered(reply)


PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4)


@settings(ALIKE, max_examples=30)
@given(st.sampled_from(PAGES), PAIRS)
def test_a_page(get: Get, page: str, pairs: list[tuple[str, str]]) -> None:
    assert_shown(get, page, pairs)


@settings(ALIKE, max_examples=4)
@given(PAIRS)
def test_the_reference(get: Get, pairs: list[tuple[str, str]]) -> None:
    """Which takes the longest of all pages, and asks the least of its query."""
    assert_shown(get, "/docs", pairs)


def assert_shown(get: Get, page: str, pairs: list[tuple[str, str]]) -> None:
    reply = get(f"{page}?{urlencode([*pairs, ('examples', '20')])}")
    if reply.status_code == 307:  # fields that a form without scripts left blank
        reply = get(reply.headers["Location"])
    assert reply.status_code == 200
