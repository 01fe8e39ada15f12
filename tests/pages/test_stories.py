"""Links to stories: on the home page and in the guide, in the language of the page."""

import html
import re
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from app.api.stories import STORIES
from app.language.speech import speaking, translated
from app.pages.picture import check_runs
from app.pages.queries import HomePageQuery
from app.pages.repair import repair
from app.web.cache import Cache

Get: TypeAlias = Callable[..., httpx.Response]
LINK = re.compile(r'<a href="([^"]+)"(?: data-story="([^"]+)")?>([^<]+)</a>')


def links(page: str) -> dict[str, str]:
    """Addresses by their titles."""
    return {html.unescape(text): html.unescape(url) for url, _, text in LINK.findall(page)}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_home_page_links_to_every_story(get: Get, language: str) -> None:
    page = get(f"/?lang={language}").text
    found = links(page)
    assert [name for _, name, _ in LINK.findall(page) if name] == list(STORIES)
    for story in STORIES.values():
        with speaking(language):
            address = urlsplit(found[translated(story.title)])
        query = parse_qs(address.query)
        assert query.pop("lang", ["en"]) == [language]
        assert query == {
            name: [str(one) for one in (value if isinstance(value, list) else [value])]
            for name, value in story.query.items()
        }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_link_of_an_answer_opens_a_story(get: Get, language: str) -> None:
    page = get(f"/learn?lang={language}").text
    answers = re.findall(r'<p class="shown-by">(.*?)</p>', page, re.DOTALL)
    assert len(answers) == page.count('<section class="step"')  # each answer ends in one
    known = set(links(get(f"/?lang={language}").text).items())
    for answer in answers:
        shown = links(answer)
        assert shown
        elsewhere = {text: url for text, url in shown.items() if url.startswith("/network")}
        assert set(shown.items() - elsewhere.items()) <= known


def test_a_storys_link_needs_no_repair() -> None:
    cache = Cache(256)
    for story in STORIES.values():
        given = parse_qsl(story.address)
        assert not repair(HomePageQuery, given, lambda query: check_runs(cache, query)).changes
