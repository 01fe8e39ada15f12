"""What a page leaves out of its questions, since it is the default, is the default there too."""

import re
from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest

from app.api.queries.base import BaseQuery
from app.pages.queries import NoisePageQuery, TradeoffPageQuery
from tests.openapi import OPENAPI

Get: TypeAlias = Callable[..., httpx.Response]
PANEL = re.compile(r'data-figure="([\w-]+)" data-takes="([\w ]+)" data-add="([^"]*)"')


@pytest.mark.parametrize(
    ("page", "model"), [("noise", NoisePageQuery), ("tradeoff", TradeoffPageQuery)]
)
def test_a_figure_has_the_defaults_of_its_page(get: Get, page: str, model: type[BaseQuery]) -> None:
    panels = PANEL.findall(get(f"/{page}").text)
    assert panels
    for figure, takes, add in panels:
        given = set(re.findall(r"(\w+)=", add))
        operation = OPENAPI["paths"][f"/api/v1/figures/{figure}"]["get"]
        there = {p["name"]: p["schema"].get("default") for p in operation["parameters"]}
        for name in set(takes.split()) & set(model.model_fields) - given:
            assert there[name] == model.model_fields[name].default, (figure, name)
