"""What a control is shown by is on its page, or is as it has to be there."""

import html
import json
import re

import pytest
from pydantic import Field

from app.api.queries.base import BaseQuery, hint
from app.pages import queries
from app.pages.compare import ComparePageQuery
from app.pages.queries import PageQuery
from tests.api.reading import Get

PAGES: dict[str, type[PageQuery]] = {
    "/": queries.HomePageQuery,
    "/compare": ComparePageQuery,
    "/noise": queries.NoisePageQuery,
    "/tradeoff": queries.TradeoffPageQuery,
    "/network": queries.NetworkPageQuery,
    "/your-run": queries.YourRunPageQuery,
    "/learn": queries.LearnPageQuery,
}


@pytest.mark.parametrize("path", PAGES)
def test_what_shows_a_control_is_on_the_page(get: Get, path: str) -> None:
    page = get(path).text
    named = {*re.findall(r'<(?:input|select|textarea)[^>]*?\bname="(\w+)"', page)}
    fields = PAGES[path].model_fields
    for condition in re.findall(r"data-shown-with='([^']+)'", page):
        for choice, values in json.loads(html.unescape(condition)).items():
            assert choice in named or fields[choice].default in values, condition
    assert {*re.findall(r'data-above-0="(\w+)"', page)} <= named


class Conditional(BaseQuery):
    """A figure's parameters, some of which have an effect beside others alone."""

    way: str = "plain"
    rate: float = 0
    power: int = Field(2, json_schema_extra=hint("x", shown_with={"way": ["b"], "surface": ["c"]}))
    floor: int = Field(1, json_schema_extra=hint("x", above_0="rate"))


def test_of_a_figure_beside_the_page_it_has_the_names_of_the_page() -> None:
    beside: queries.Beside = {"own": (Conditional, ("way", "rate", "power", "floor"))}
    page = queries._with(PageQuery, beside)
    assert page.condition("own_power") == {"own_way": ["b"], "surface": ["c"]}
    assert page.above_0("own_floor") == "own_rate"
