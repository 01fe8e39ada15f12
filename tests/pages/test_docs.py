"""The API's page: served from this process alone."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import TypeAlias

import httpx

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
        for link in found.links:
            assert get(link).status_code == 200, link


def test_docs(get: Get) -> None:
    page = get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/openapi.json" in page.text
    assert "swagger-ui-bundle.js" in page.text
    assert get("/openapi.json").json()["info"]["title"] == "Batchscape"
