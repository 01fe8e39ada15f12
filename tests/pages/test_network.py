"""The network's page: every figure there, every control a parameter of the API."""

import re
from collections.abc import Callable
from html import unescape
from typing import TypeAlias
from urllib.parse import parse_qs

import httpx

from app.api.queries.network_sweeps import NetworkGapQuery, NetworkStepsQuery
from app.pages.network_sweeps import late, seconds
from app.pages.queries import NetworkPageQuery
from app.science.budget import BUDGETS

Get: TypeAlias = Callable[..., httpx.Response]
Known: TypeAlias = Callable[[str], set[str]]
PANEL = r'data-figure="([\w-]+)" data-takes="([\w ]+)" data-add="([\w=&;-]*)"'


def test_every_control_is_a_parameter(get: Get) -> None:
    named = re.findall(r'<(?:input|select)[^>]*?\bname="(\w+)"', get("/network").text)
    shown = set(named) - {"card"}  # of the batch sizes, of which there is one in a template
    # One field has all budgets: its script gives it the name of the unit that is chosen.
    assert shown | {*BUDGETS} == NetworkPageQuery.deciding() | {"lang", "hide", "projector"}


def test_every_figure_is_an_endpoint_and_takes_what_it_is_given(get: Get, known: Known) -> None:
    panels = re.findall(PANEL, get("/network").text)
    assert len(panels) == 8
    for figure, takes, add in panels:
        assert add in ("", "legend=true")
        assert set(takes.split()) <= known(figure), figure


def test_what_a_sweep_is_begun_with_is_asked_of_it_and_its_time_is_said(get: Get) -> None:
    page = get("/network").text
    begun = [unescape(each) for each in re.findall(r'data-begin="([^"]*)"', page)]
    assert begun == ["", late()["query"], ""]
    assert set(parse_qs(begun[1])) | {"learning_rate"} <= NetworkGapQuery.deciding()
    assert 'data-of-runs="learning_rate"' in page
    for much in (*seconds().values(), late()["seconds"]):
        assert 1 < much <= 300
        assert f"at most about {much} s" in page
    assert set(seconds()) == {"network-gap", "network-steps"}
    assert {"network/gap", "network/steps"} == set(re.findall(r'data-resource="([^"]*)"', page))
    for model, name in ((NetworkGapQuery, "network-gap"), (NetworkStepsQuery, "network-steps")):
        takes = next(takes for figure, takes, _ in re.findall(PANEL, page) if figure == name)
        assert set(takes.split()) - {"columns"} <= model.deciding()
