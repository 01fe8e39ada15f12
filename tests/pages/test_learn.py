"""The guide, frames and languages, as the server makes them."""

import html
import re
from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest

from app.language.speech import LANGUAGES
from app.pages.queries import LearnPageQuery
from app.science.epoch_plan import EpochPlan

Get: TypeAlias = Callable[..., httpx.Response]
Known: TypeAlias = Callable[[str], set[str]]


def test_every_control_is_a_parameter_of_the_page(get: Get) -> None:
    named = set(re.findall(r'<(?:input|select)[^>]*?\bname="(\w+)"', get("/learn").text))
    assert named == set(LearnPageQuery.model_fields)


def test_every_figure_is_an_endpoint_and_takes_what_it_is_given(get: Get, known: Known) -> None:
    panels = re.findall(
        r'data-figure="([\w-]+)" data-takes="" data-add="([^"]*)" data-rename="([^"]*)"',
        get("/learn").text,
    )
    assert len(panels) == 21
    for figure, add, rename in panels:
        given = {*re.findall(r"(\w+)=", html.unescape(add)), *re.findall(r":(\w+)", rename)}
        assert given <= known(figure), figure
        assert get(f"/api/v1/figures/{figure}?{html.unescape(add)}").status_code == 200


@pytest.mark.parametrize(("language", "yes"), [("en", "Yes."), ("ja", "そのとおり。")])
def test_every_question_has_one_right_answer(get: Get, language: str, yes: str) -> None:
    steps = get(f"/learn?lang={language}").text.split('<section class="step"')[1:]
    assert len(steps) == 14
    for step in steps:
        assert step.count('data-choose="right"') == 1
        assert step.count('data-choose="wrong"') >= 1
        verdicts = re.findall(r'data-verdict="([^"]+)"', step)
        assert len(set(verdicts)) == len(re.findall("data-choose", step))
        assert verdicts.count(yes) == 1
    (updates,) = re.findall(r'data-choose="right"[^>]*>(\d+)<', steps[1])
    assert int(updates) == EpochPlan(1050, 100).updates


PAGES = ("/", "/noise", "/tradeoff", "/learn")


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_is_led_to_their_language(get: Get, path: str) -> None:
    led = get(f"{path}?seed=3", Accept_Language="ja-JP,en;q=0.5")
    assert led.status_code == 307
    assert led.headers["Location"] == f"{path}?seed=3&lang=ja"
    assert "Accept-Language" in led.headers["Vary"]
    assert '<html lang="ja">' in get(f"{path}?lang=ja").text
    assert '<html lang="en">' in get(path, Accept_Language="fr").text
    # A link that names a language has the last word, and its links name it too.
    chosen = get(f"{path}?lang=en", Accept_Language="ja").text
    assert '<html lang="en">' in chosen
    assert 'href="/noise?lang=en"' in chosen
    assert 'href="/noise"' in get(path).text


@pytest.mark.parametrize("path", PAGES)
def test_the_other_languages_are_offered_by_their_own_names(get: Get, path: str) -> None:
    for language in LANGUAGES:
        page = get(f"{path}?lang={language}").text
        offered = dict(re.findall(r'data-language="(\w+)">([^<]+)<', page))
        assert offered == {k: v for k, v in LANGUAGES.items() if k != language}


@pytest.mark.parametrize("path", PAGES)
def test_a_broken_link_is_told_and_a_whole_one_is_not(get: Get, path: str) -> None:
    assert "data-repaired" not in get(f"{path}?lang=en").text
    page = get(f"{path}?lang=xx&nothing=<b>").text
    assert "nothing is not a parameter of this page" in page
    assert "<b>" not in page


def test_a_frame_shows_a_figure_that_there_is(get: Get) -> None:
    assert 'data-figure="noise-law"' in get("/embed/noise-law").text
    assert get("/embed/nothing").status_code == 404
    framed = get("/embed/loss").headers
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "frame-ancestors 'none'" in get("/learn").headers["Content-Security-Policy"]
