"""Wrong addresses and methods: they say what there is."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from app.web.headers import OF_PROGRAMS
from app.web.places import near
from tests.openapi import OPENAPI

Get: TypeAlias = Callable[..., httpx.Response]

PATHS = list(OPENAPI["paths"])
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def problem(reply: httpx.Response, status: int) -> Any:
    assert (reply.status_code, reply.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    )
    found = reply.json()
    assert (found["status"], found["errors"]) == (status, [])
    assert found["title"]
    return found


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("/nosie", "/noise, /api/v1/noise"),
        ("/Learn", "/learn"),
        ("/paths", "/api/v1/paths, /api/v1/figures/paths"),
        ("/api/v1/pathss", "/api/v1/paths"),
        ("/api/paths", "/api/v1/paths, /api/v1/figures/paths"),
        ("/api/v1/noise-cloud", "/api/v1/figures/noise-cloud"),
        ("/api/v1/figures/los", "/api/v1/figures/loss"),
        ("/api/v1/surfaces/bowl/gird", "/api/v1/surfaces/bowl/grid"),
        ("/sheet/noise-flor", "/sheet/noise-floor"),
        ("/embed/losss", "/embed/loss"),
        ("/openapi", "/openapi.json"),
    ],
)
def test_not_found_names_what_is_near(get: Get, url: str, near: str) -> None:
    said = problem(get(url), 404)["detail"]
    assert said == f"There is nothing at {url}. Did you mean {near}?"


def test_any_endpoint_is_found_by_a_slip_of_the_hand() -> None:
    for path in (path for path in PATHS if "{" not in path):
        assert path in near(f"{path}s", PATHS)


@pytest.mark.parametrize("url", ["/elsewhere", "/api/v1/nowhere", "/static/x.js", f"/{'x' * 4000}"])
def test_not_found_says_where_all_is_listed(get: Get, url: str) -> None:
    said = problem(get(url), 404)["detail"]
    assert "/docs" in said
    assert "/openapi.json" in said
    assert len(said) < 200


@pytest.mark.parametrize("url", ["/", "/api/v1/paths", "/openapi.json", "/healthz", "/static/a.js"])
def test_what_is_not_allowed_is_told_what_is(get: Get, url: str) -> None:
    reply = get(url, method="POST")
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert problem(reply, 405)["detail"] == (
        f"POST is not allowed at {url}; allowed are GET, HEAD, OPTIONS."
    )


def test_options_says_what_is_allowed_and_programs_elsewhere_may_read(get: Get) -> None:
    methods = {"GET": ["GET", "HEAD"], "POST": ["POST"]}
    for url in (*(path.format(id="bowl", library="numpy", framework="jax") for path in PATHS), "/"):
        reply = get(url, method="OPTIONS", Origin="https://a.example")
        assert (reply.status_code, reply.content) == (204, b""), url
        told = OPENAPI["paths"].get(url, {"get": {}})
        allowed = [each for method in told for each in methods[method.upper()]]
        assert reply.headers["Allow"] == ", ".join(sorted([*allowed, "OPTIONS"])), url
        shared = url.startswith(OF_PROGRAMS)
        assert reply.headers.get("Access-Control-Allow-Methods") == ("*" if shared else None), url
        assert reply.headers.get("Access-Control-Allow-Headers") == ("*" if shared else None), url
        assert shared == (url not in ("/", "/addresses"))  # which no other page may learn


@pytest.mark.parametrize(
    "url", ["/openapi.json", "/healthz", "/metrics", "/api/v1/epoch-plan", "/api/v1/x", "/livez"]
)
def test_what_programs_are_answered_any_origin_reads_alike(get: Get, url: str) -> None:
    """Else a cache would give one origin's answer to another."""
    for origin in ({}, {"Origin": "https://a.example"}, {"Origin": "null"}):
        reply = get(url, **origin)
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        exposed = set(reply.headers["Access-Control-Expose-Headers"].split(", "))
        assert exposed >= {"ETag", "Retry-After", "X-Request-ID"}
        assert "Origin" not in reply.headers.get("Vary", "")
        assert "Access-Control-Allow-Credentials" not in reply.headers


def test_pages_are_for_this_origin_alone(get: Get) -> None:
    assert "Access-Control-Allow-Origin" not in get("/learn", Origin="https://a.example").headers


@pytest.mark.parametrize(
    ("url", "accepted", "language", "said"),
    [
        ("/nosie", "ja,en;q=0.5", "ja", "/nosieには何もありません。"),
        ("/nosie", "de", "en", "There is nothing at /nosie."),
        ("/nosie?lang=ja", "en", "ja", "見つかりません"),
        ("/nosie?lang=en", "ja", "en", "Not Found"),
    ],
)
def test_a_browser_gets_a_page_in_its_language_with_the_way_back(
    get: Get, url: str, accepted: str, language: str, said: str
) -> None:
    reply = get(url, Accept=BROWSER, Accept_Language=accepted)
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert {"Accept", "Accept-Language"} <= set(reply.headers["Vary"].split(", "))
    assert f'<html lang="{language}"' in reply.text
    assert said in reply.text
    query = f"?lang={language}" if language == "ja" or "lang" in url else ""
    main = reply.text.partition("<main")[2]
    links = re.findall('href="([^"]+)"', main)
    assert links[:2] == ["/noise", "/api/v1/noise"]
    assert links[2:] == [
        f"/{page}{query}" for page in ("", "learn", "noise", "tradeoff", "network", "docs")
    ]
    if language == "ja":
        assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,}", re.sub("<[^>]+>", "", main))


def test_a_browser_s_wrong_method_is_a_page_too_and_nothing_in_its_path_is_markup(get: Get) -> None:
    reply = get("/learn", method="POST", Accept=BROWSER)
    assert (reply.status_code, reply.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "POST is not allowed at /learn" in reply.text
    assert "<b>" not in get("/<b>x</b>", Accept=BROWSER).text
    assert get("/nosie", method="HEAD", Accept=BROWSER).content == b""


def test_a_long_name_is_cut(get: Get) -> None:
    said = get(f"/api/v1/epoch-plan?{'x' * 500}=1").json()["detail"]
    assert "x… is not a parameter here" in said
    assert len(said) < 300


def test_programs_get_a_problem_under_the_api_whatever_they_accept(get: Get) -> None:
    problem(get("/api/v1/pathss", Accept=BROWSER), 404)
    problem(get("/nosie", Accept="*/*"), 404)
