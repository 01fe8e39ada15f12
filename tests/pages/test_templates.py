"""What all pages' templates have in common."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import httpx
import pytest

APART = re.compile(r".{0,20}[。：] .{0,20}")
# Others are boxes of their own, or stand apart from the text beside them.
WITHIN_TEXT = ("a", "abbr", "cite", "code", "em", "i", "span", "strong", "sub", "sup")


class Runs(HTMLParser):
    """A page's runs of text, as they are read: spaces are one, and boxes end a run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.runs, self.hidden = [""], 0
        self.feed(page)
        self.runs = [" ".join(run.split()) for run in self.runs]

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "math", "pre")
        if tag not in WITHIN_TEXT:
            self.runs.append("")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "math", "pre")
        if tag not in WITHIN_TEXT:
            self.runs.append("")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.runs[-1] += data


@pytest.mark.parametrize(
    "page", ["", "noise", "tradeoff", "network", "compare", "learn", "your-run", "docs"]
)
def test_japanese_sentences_stand_side_by_side(
    get: Callable[..., httpx.Response], page: str
) -> None:
    reply = get(f"/{page}?lang=ja")
    if reply.is_redirect:  # to a link that says all
        reply = get(reply.headers["location"])
    runs = Runs(reply.text).runs
    assert any("バッチ" in run for run in runs)
    assert [found.group() for run in runs if (found := APART.search(run))] == []


def test_batch_sizes_are_listed_as_the_language_has_it(get: Callable[..., httpx.Response]) -> None:
    assert "B = 1, 32, full, with" in get("/tradeoff").text
    assert "B = 1、32、" in get("/tradeoff?lang=ja").text
