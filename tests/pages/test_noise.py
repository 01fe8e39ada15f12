"""The noise page: every figure there, every control a parameter of the API."""

import re
from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest

from app.pages.queries import NoisePageQuery
from app.science.noise.instruments import INSTRUMENTS

Get: TypeAlias = Callable[..., httpx.Response]
Known: TypeAlias = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def page(get: Get) -> str:
    reply = get("/noise")
    assert reply.status_code == 200
    return reply.text


def test_every_control_is_a_parameter(page: str) -> None:
    named = set(re.findall(r'<(?:input|select)[^>]*?\bname="(\w+)"', page))
    assert {"at", "draws", "surface", "batch_size", "seed", "learning_rate"} <= named
    assert named <= set(NoisePageQuery.model_fields)


def test_every_figure_is_an_endpoint_and_takes_what_it_is_given(known: Known, page: str) -> None:
    panels = re.findall(
        r'data-figure="([\w-]+)" data-takes="([\w ]+)" '
        r'data-add="([\w=&;.-]*)" data-rename="([\w: ]*)"',
        page,
    )
    assert len(panels) == 15 + len(INSTRUMENTS)
    for figure, takes, add, rename in panels:
        given = {*takes.split(), *re.findall(r"(\w+)=", add), *re.findall(r":(\w+)", rename)}
        assert given <= known(figure), figure
        if figure in ("turning", "noise-along", "printed-loss", "instruments"):
            assert not given & {"replicas", "max_points"}  # which they refuse


def test_every_instrument_says_what_it_means(page: str) -> None:
    page = re.sub(r'<button[^>]*class="term"[^>]*>([^<]*)</button>', r"\1", page)
    for name, instrument in INSTRUMENTS.items():
        assert f'id="instruments-{name}"' in page
        assert instrument.title in page
        assert instrument.meaning.replace("'", "&#39;") in page


def test_pages_name_each_other(get: Get) -> None:
    for path in ("/", "/noise", "/tradeoff", "/learn"):
        text = get(path).text
        assert re.findall(r'href="(/\w*)" aria-current="page"', text) == [path]
        for other in ("/", "/learn", "/noise", "/tradeoff", "/docs"):
            assert f'href="{other}"' in text
