"""The API's page: served from this process alone."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import TypeAlias
from urllib.parse import urlsplit

import httpx
import pytest

from tests.openapi import OPENAPI

Get: TypeAlias = Callable[[str], httpx.Response]


class Scripts(HTMLParser):
    """The code inside script elements, and what the page refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside, self.code = False, ""
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        self.links += [value for name, value in attrs if name in ("src", "href") and value]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.code += data.strip()


def test_no_inline_script_and_nothing_from_elsewhere(get: Get) -> None:
    for url in ("/docs", "/"):
        page = get(url).text
        found = Scripts(page)
        assert found.code == ""
        assert found.links
        own = page.replace("http://test/", "/")
        assert not re.search(r"(https?:)?//[a-z]", own)
        for link in set(found.links):
            if "?" in link and urlsplit(link).path == "/":
                continue  # a story, which test_stories.py asks for
            reply = get(link)
            if reply.status_code == 307:  # a page that completes its link
                reply = get(reply.headers["Location"])
            assert reply.status_code == 200, link


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_operation_and_parameter_has_its_place(get: Get, language: str) -> None:
    page = get(f"/docs?lang={language}").text
    paths = OPENAPI["paths"]
    assert set(re.findall(r'data-path="([^"]+)"', page)) == set(paths)
    forms = re.findall(r'<form data-path="([^"]+)">(.*?)</form>', page, re.DOTALL)
    told = [(path, *each) for path, methods in paths.items() for each in methods.items()]
    assert len(forms) == len(told)
    for path, method, operation in told:
        names = [parameter["name"] for parameter in operation.get("parameters", [])]
        assert f"<code>{method.upper()} {path}</code>" in page
        (form,) = [
            form
            for place, form in forms
            if place == path and ("data-sent" in form) == ("requestBody" in operation)
        ]
        assert re.findall(r' name="([^"]+)"', form) == names
