"""What messengers and networks are told of a link."""

import html
import re
from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest

from app.api.stories import STORIES

Get: TypeAlias = Callable[..., httpx.Response]
FEW = "examples=64&epochs=2"
META = re.compile(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)">')


def told(page: httpx.Response) -> dict[str, str]:
    assert page.status_code == 200
    return {name: html.unescape(said) for name, said in META.findall(page.text)}


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/", "en"),
        ("/", "ja"),
        ("/learn", "ja"),
        ("/noise", "en"),
        ("/tradeoff", "ja"),
        ("/docs", "en"),
    ],
)
def test_every_page_has_a_title_a_question_and_a_picture(
    get: Get, path: str, language: str
) -> None:
    page = get(f"{path}?lang={language}")
    said = told(page)
    title = re.search("<title>([^<]*)</title>", page.text)
    assert title
    assert said["og:title"] == html.unescape(title[1])
    assert said["twitter:card"] == "summary_large_image"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    asked = "" if language == "en" else "?lang=ja"
    assert said["og:image"] == f"http://test/api/v1/picture{asked}"
    assert bool(re.search("[ぁ-ん]", said["og:image:alt"])) == (language == "ja")
    assert bool(re.search("[ぁ-ん]", said["og:description"])) == (language == "ja")
    assert "here.invalid" not in page.text


def test_a_link_to_the_paths_has_its_own_picture_and_what_is_seen(get: Get) -> None:
    link = f"surface=bowl&{FEW}&batch_size=4&batch_size=full&start=1.5,-1.5&seed=2"
    said = told(get(f"/?{link}&axis=epoch&hide=seed&utm_source=x"))
    address, _, query = said["og:image"].partition("?")
    assert address == "http://test/api/v1/picture"
    assert sorted(query.split("&")) == sorted(link.split("&"))
    paths = get(f"/api/v1/paths?{link}").json()
    assert said["og:description"] == paths["summary"]
    assert said["og:image:alt"].endswith(": B = 4, B = 64 (full)")
    assert get(said["og:image"]).content == get(f"/api/v1/picture?{link}").content
    story = STORIES["noise-floor"].address
    sentence = get(f"/api/v1/paths?{story}").json()["story"]["sentence"]
    assert told(get(f"/?{story}"))["og:description"] == sentence


def test_runs_for_which_no_page_waits_have_the_first_picture(get: Get) -> None:
    said = told(get("/?batch_size=1&replicas=64&epochs=100"))
    assert said["og:image"] == "http://test/api/v1/picture"


def test_the_address_is_the_one_that_was_asked(get: Get) -> None:
    def image(**headers: str) -> str:
        return told(get("/", **headers))["og:image"]

    # The page is kept, its address is not.
    assert image(host="a.example:8080") == "http://a.example:8080/api/v1/picture"
    assert image(host="b.example") == "http://b.example/api/v1/picture"
    assert image(host='x"><script>') == "http://127.0.0.1:8000/api/v1/picture"


def test_a_frame_says_nothing(get: Get) -> None:
    assert told(get("/embed/paths")) == {}


def test_an_answer_that_is_no_page_has_the_icon_too(get: Get) -> None:
    page = get("/")
    icon = get("/favicon.ico")
    assert icon.status_code == 308
    assert f'<link rel="icon" href="{icon.headers["location"]}"' in page.text
