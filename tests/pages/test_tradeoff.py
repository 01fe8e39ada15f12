"""The trade-off page: every figure there, every control a parameter of the API."""

import re
from collections.abc import Callable
from typing import TypeAlias

import httpx

from app.api.queries.tradeoff import TradeoffQuery
from app.science.optimizers import OPTIMIZERS

Get: TypeAlias = Callable[..., httpx.Response]
Known: TypeAlias = Callable[[str], set[str]]


def test_every_control_is_a_parameter(get: Get) -> None:
    page = get("/tradeoff").text
    named = re.findall(r'<(?:input|select)[^>]*?\bname="(\w+)"', page)
    assert set(named) == TradeoffQuery.deciding() | {"lang", "hide", "projector"}
    assert named.count("optimizer") == len(OPTIMIZERS)


def test_every_figure_is_an_endpoint_and_takes_what_it_is_given(get: Get, known: Known) -> None:
    panels = re.findall(
        r'data-figure="([\w-]+)" data-takes="([\w ]+)" data-add="([\w=&;-]*)"',
        get("/tradeoff").text,
    )
    assert len(panels) == 11
    for figure, takes, add in panels:
        assert {*takes.split(), *re.findall(r"(\w+)=", add)} <= known(figure), figure


def test_budgets_that_are_compared_differ(get: Get) -> None:
    """No two of the panels' queries give the same updates and the same examples."""
    added = re.findall(r'id="(loss-\w+)"[^>]*? data-add="([\w=&;-]*)"', get("/tradeoff").text)
    assert len(added) > 1
    spent = []
    for _, query in added:
        runs = get("/api/v1/paths?" + query.replace("&amp;", "&").partition("&axis")[0]).json()
        spent.append([(path["updates"], path["examples_seen"]) for path in runs["paths"]])
    assert len({tuple(each) for each in spent}) == len(spent)
