"""A story's sheet: its question, its picture, its links, and sentences that are the API's own."""

import html
import re
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.api.stories import STORIES
from app.language.speech import speaking, translated
from app.pages.sheet import TYPED

Get: TypeAlias = Callable[..., httpx.Response]
LINK = re.compile(r'<a class="code" href="([^"]+)"><img src="([^"]+)"[^>]*><span>([^<]+)</span>')
NUMBER = re.compile(r"\d[\d,.]*")


def answers(page: str) -> list[str]:
    """The answer, and what is seen of what to try next."""
    (said,) = re.findall(r'<section class="answers".*?</section>', page, re.DOTALL)
    return re.findall(r"<(?:p data-answer|li)>([^<]+)</", said)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", STORIES)
def test_a_sheet_asks_shows_and_answers_as_the_api_does(get: Get, name: str, language: str) -> None:
    story, seed = STORIES[name], 3
    with speaking(language):
        title, question, turn = map(translated, (story.title, story.question, story.turn))
    reply = get(f"/sheet/{name}?seed={seed}&lang={language}")
    assert reply.headers["Cache-Control"] == "no-cache"  # it has the address it was asked by
    page = html.unescape(reply.text)
    assert f">{title}</h2>" in page
    assert f">{question}</p>" in page
    assert 'class="within"' in page
    links = [urlsplit(html.unescape(link)) for link, _, _ in LINK.findall(reply.text)]
    codes = [
        parse_qs(urlsplit(html.unescape(code)).query) for _, code, _ in LINK.findall(reply.text)
    ]
    assert [code["text"] for code in codes] == [[link.geturl()] for link in links]
    assert LINK.findall(page)[2][2] == turn
    typed = len(links[0].geturl()) <= TYPED
    assert (f'<p class="address">{links[0].geturl()}</p>' in page) == typed
    asked: list[dict[str, Any]] = [parse_qs(link.query) for link in links]
    own, turned = (
        {
            key: [str(one) for one in (value if isinstance(value, list) else [value])]
            for key, value in given.items()
        }
        for given in (story.query | {"lang": language}, story.turned)
    )
    for link, query, seeds, changed in zip(links, asked, (3, 4, 3), ({}, {}, turned), strict=True):
        assert (link.scheme, link.netloc, link.path) == ("http", "test", "/")
        assert {"lang": ["en"]} | query == own | changed | {"seed": [str(seeds)]}
    paths = [get(f"/api/v1/paths?{link.query}&replica=0").json() for link in links]
    told, other, turned_to = answers(page)
    assert [told, other] == [answer["story"]["sentence"] for answer in paths[:2]]
    assert paths[2]["story"] is None
    # Another draw changes numbers at most in most stories; what turns one changes its words.
    assert NUMBER.sub("#", turned_to) not in {NUMBER.sub("#", each) for each in (told, other)}
    rows = re.findall(r"<tr style.*?<td>([^<]+)</td><td>([^<]+)</td><td>([^<]+)</td>", page)
    assert [row[2] for row in rows] == [path["movement"]["text"] for path in paths[0]["paths"]]
    assert [row[0] for row in rows] == [
        f"{path['points']['update'][-1]:,}" for path in paths[0]["paths"]
    ]


def test_pupils_have_no_answer_and_both_sheets_lead_to_each_other(get: Get) -> None:
    page = html.unescape(get("/sheet/last-batch?seed=2").text)
    told = answers(page)
    assert '<a href="?seed=2&answer=false">' in page
    pupils = html.unescape(get("/sheet/last-batch?seed=2&answer=false").text)
    assert '<a href="?seed=2">' in pupils
    assert not any(sentence in pupils for sentence in told)
    assert 'class="answers"' not in pupils


def test_a_story_that_is_none_has_no_sheet_and_a_bad_seed_is_repaired(get: Get) -> None:
    missing = get("/sheet/nothing")
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"
    assert 'data-repaired="seed=0"' in get("/sheet/last-batch?seed=-1").text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_sheets_are_reached_from_their_stories_and_from_the_guide(get: Get, language: str) -> None:
    guide = get(f"/learn?lang={language}").text
    more = f"?lang={language}"
    for name, story in STORIES.items():
        assert f'<a href="/sheet/{name}{more}">' in guide
        with speaking(language):
            assert translated(story.question) in html.unescape(
                re.sub(r"</?button[^>]*>", "", guide)
            )
    home = get(f"/?{STORIES['last-batch'].address}&lang={language}").text
    assert f'href="/sheet/last-batch{more}"' in home
    assert re.search(r"<a data-sheet=\"[^\"]+\" hidden>", get(f"/?lang={language}").text)
