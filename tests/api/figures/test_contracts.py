"""What every figure keeps to, whoever made it."""

import re
from typing import Any
from urllib.parse import urlencode

import plotly.io
import pytest

from tests.api.reading import QUICK, Get, quick
from tests.openapi import OPENAPI

FIGURES = [p for p in OPENAPI["paths"] if p.startswith("/api/v1/figures/")]

OF_ONE_REPLICA = ("turning", "noise-along", "printed-loss", "instruments")  # others are refused


def drawn(get: Get, path: str, **more: object) -> Any:
    return get(quick(path, **more)).json()


def takes(path: str) -> set[str]:
    return {parameter["name"] for parameter in OPENAPI["paths"][path]["get"]["parameters"]}


def views(path: str, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """What a figure is asked besides: nothing, and what it takes of some parameters."""
    taken = takes(path) - ({"replicas"} if path.rpartition("/")[2] in OF_ONE_REPLICA else set())
    return [{}, *(each for each in more if each.keys() <= taken)]


@pytest.mark.parametrize("path", FIGURES)
def test_plotly_in_python_takes_what_is_sent(get: Get, path: str) -> None:
    """It knows every name, and finds no value wrong."""
    for more in views(path, {"legend": True}, {"view": "3d", "size": "large"}, {"replicas": 10}):
        assert plotly.io.from_json(get(quick(path, **more)).text).data


FEW: tuple[dict[str, Any], ...] = (
    {"examples": 2},
    {"examples": 2, "batch_size": "full"},
    {"examples": 4, "sampling": "with-replacement", "seed": 3},
    {"epochs": 1, "batch_size": "full"},
    {"updates": 1, "examples": 40, "batch_size": "full"},
)
# One of a thing said as several; not the end of another number, nor of a size: "of B = 1 add".
ONE_AS_MANY = re.compile(
    r"(?<![\d.,−=] )(?<![\d.,−])\b1 (?:independent |measured )?"
    r"(?:updates|epochs|examples|steps|draws|batches|variances|trials|add|are|have)\b"
)


@pytest.mark.parametrize("path", [p for p in FIGURES if not re.search("network|tradeoff", p)])
def test_one_is_said_as_one(get: Get, path: str) -> None:
    for asked in views(path, *FEW):
        given = QUICK.get(path.rpartition("/")[2], {}) | asked
        if "updates" in asked:
            given.pop("epochs", None)
        reply = get(f"{path}?{urlencode(given, doseq=True)}")
        if reply.status_code == 422:  # there may be too few
            continue
        said = reply.json()["layout"]["meta"].get("caption", "")
        assert not ONE_AS_MANY.search(said), said


# What "less than 0.0001", or "1 %", must not follow: the claim would be another one.
BEFORE = re.compile(
    r"[−+±×=/√] ?less than|\b(at (most|least)|up to|about|within) less than"
    r"|\b(longer|larger|more) than less than|[−+±×=/√約] ?[\d.]+(?: %)?未満"
    r"|[\d.]+(?: %)?未満(?:未満|以下|以上|以内|まで|を超え|より)"
)
SLOW = {"learning_rate": 1e-6, "weight_decay": 2e-5, "clip": 1e-6}


@pytest.mark.parametrize("path", FIGURES)
def test_nothing_that_makes_it_another_claim_stands_before_a_bound(get: Get, path: str) -> None:
    asked = {name: value for name, value in SLOW.items() if name in takes(path)}
    if path.endswith("local-sgd"):  # which refuses it
        del asked["clip"]
    for lang in ("en", "ja"):
        said = drawn(get, path, lang=lang, **asked)["layout"]["meta"].get("caption", "")
        assert not BEFORE.search(said), BEFORE.search(said)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("epoch-plan", {"sampling": "with-replacement"}),
        ("largest-rate", {"surface": "beale"}),  # of which it draws nothing
        ("instruments", {"batch_size": 1, "instrument": "norm-test"}),
        ("angles", {"surface": "bowl", "at": "0,0"}),
    ],
)
def test_it_takes_what_is_drawn_instead(get: Get, path: str, query: dict[str, Any]) -> None:
    shown = plotly.io.from_json(get(quick(f"/api/v1/figures/{path}", **query)).text)
    assert shown.data or shown.layout.annotations


def layout(get: Get, path: str, **more: object) -> Any:
    return drawn(get, path, **more)["layout"]


def test_a_zoom_survives_changed_parameters(get: Get) -> None:
    for path in FIGURES:
        # Nothing is drawn at random otherwise, and its seed is refused.
        drawn_by_lot = {"sampling": "with-replacement"} if path.endswith("epoch-plan") else {}
        revision = layout(get, path, **drawn_by_lot)["uirevision"]
        assert revision, path
        changed = dict.fromkeys({"seed", "noise"} & takes(path), 1) | {"theme": "dark"}
        assert layout(get, path, **drawn_by_lot, **changed)["uirevision"] == revision, path


@pytest.mark.parametrize(
    ("path", "name", "values"),
    [
        ("loss", "axis", ["updates", "epochs", "examples_seen"]),
        ("loss", "surface", ["least-squares", "beale"]),
        ("paths", "view", ["contour", "3d"]),
        ("paths", "surface", ["least-squares", "beale"]),
        ("surface", "surface", ["least-squares", "beale"]),
        ("noise-map", "surface", ["least-squares", "beale"]),
        ("noise-cloud", "surface", ["least-squares", "beale"]),
        ("directions", "surface", ["least-squares", "beale"]),
        ("instruments", "instrument", ["norm-test", "early-stopping"]),
    ],
)
def test_no_zoom_survives_as_that_of_another_unit(
    get: Get, path: str, name: str, values: list[str]
) -> None:
    found = {
        layout(get, f"/api/v1/figures/{path}", **{name: value})["uirevision"] for value in values
    }
    assert len(found) == len(values)


def test_what_a_pointer_is_told_is_stated(get: Get) -> None:
    """Plotly's own "(4.042857, 0.005546338)" says of what to nobody."""
    for path in FIGURES:
        for more in views(path, {"view": "3d"}, {"replicas": 10}):
            for trace in drawn(get, path, lang="ja", **more)["data"]:
                told = trace.get("hovertemplate") or trace.get("hoverinfo")
                assert told, (path, more, trace.get("name"))


def test_a_legend_names_each_batch_size_once(get: Get) -> None:
    for path in FIGURES:
        for more in views(path, {"replicas": 10}):
            figure, other = (drawn(get, path, **more, lang=lang) for lang in ("en", "ja"))
            if figure["layout"]["showlegend"]:
                continue
            names = [trace.get("name", "") for trace in figure["data"]]
            labels = [name for name in names if re.fullmatch(r"B = [\d,]+( \(full\))?", name)]
            legend = [trace for trace in figure["data"] if trace.get("showlegend")]
            legend.sort(key=lambda trace: trace.get("legendrank", 1000))  # as it is read
            told = [trace["name"] for trace in legend]
            assert told == list(dict.fromkeys(labels)), (path, more)
            shown = sum(trace.get("showlegend", False) for trace in other["data"])
            assert len(told) == shown, (path, more)
