"""Where the loss is lowest with weight decay is marked and explained, where it is elsewhere."""

import html
import re
from typing import Any

import numpy as np
import pytest

from tests.api.reading import Get

RUN = "examples=40&batch_size=8&epochs=1"
MARK = re.compile(r'<li data-mark="decayed"( hidden)?>')


def marks(get: Get, query: str) -> list[Any]:
    data = get(f"/api/v1/figures/paths?{RUN}&arrays=plain&{query}").json()["data"]
    return [trace for trace in data if trace["meta"]["role"] == "decayed"]


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_a_hollow_mark_lies_where_it_is_said(get: Get, view: str) -> None:
    decayed = f"view={view}&weight_decay=0.3"
    (mark,) = marks(get, decayed)
    at = np.array([mark["x"][0], mark["y"][0]])
    said = get(f"/api/v1/paths?{RUN}&weight_decay=0.3").json()["summary"]
    (told,) = re.findall(r"lowest at \(([\d.-]+), ([\d.-]+)\)", said)
    assert at == pytest.approx(np.array(told, float), rel=6e-3)
    x, y = np.array(get("/api/v1/surfaces/least-squares/examples?examples=40").json()["rows"]).T
    slope = np.array([np.mean(at[0] + at[1] * x - y), np.mean((at[0] + at[1] * x - y) * x)])
    assert slope + 0.3 * at == pytest.approx(0, abs=1e-5)
    assert mark["marker"]["symbol"] == ("star" if view == "contour" else "diamond-open")
    assert "decayed_minimum" in get(f"/api/v1/figures/paths?{RUN}&format=csv&{decayed}").text


@pytest.mark.parametrize(
    "query",
    [
        "weight_decay=0.3&surface=logistic&sampling=balanced",
        "",
        "weight_decay=0.3&decay=decoupled",
        "weight_decay=0.3&surface=bowl",
    ],
)
def test_there_is_none_where_there_is_no_other_place(get: Get, query: str) -> None:
    assert not marks(get, query)


@pytest.mark.parametrize(("decay", "hidden"), [("", " hidden"), ("&weight_decay=0.3", "")])
def test_the_first_picture_explains_it_where_it_is_drawn(get: Get, decay: str, hidden: str) -> None:
    page = html.unescape(get(f"/?{RUN}{decay}").text)
    assert MARK.findall(page) == [hidden]


def test_it_lies_over_paths_and_below_their_ends(get: Get) -> None:
    data = get(f"/api/v1/figures/paths?{RUN}&weight_decay=0.3&replicas=2").json()["data"]
    roles = [trace["meta"]["role"] for trace in data]
    assert roles.index("path") < roles.index("decayed") < roles.index("cloud")
