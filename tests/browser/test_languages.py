"""English and Japanese: the reader's own, a switch, the link's."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from app.science.optimizers import OPTIMIZERS

from .desk import Desk, OpenDesk
from .test_access import HIDDEN, OPEN, PAGES, PRESSED, WORDED, troubles

QUICK = "?epochs=1&batch_size=32&batch_size=full"
JAPANESE = re.compile("[ぁ-んァ-ン一-龯]")
# Names and symbols that are the same in both.
SAME = {
    "batchscape", "english", *OPTIMIZERS, "full", "reshuffle", "epochs", "keep", "cabs", "home",
    "numpy", "pytorch",
}  # fmt: skip


# Two that other scripts start; tests/pages/test_learn.py asks for every page.
@pytest.mark.parametrize("path", [QUICK, "learn"])
def test_a_reader_gets_the_language_that_the_browser_asks_for_without_english(
    sit: OpenDesk, path: str
) -> None:
    desk = sit()
    desk.page.set_extra_http_headers({"Accept-Language": "ja-JP,ja;q=0.9"})
    try:
        desk.open(path)
    finally:
        desk.page.set_extra_http_headers({})
    assert desk.page.get_attribute("html", "lang") == "ja"
    assert desk.query["lang"] == ["ja"]
    assert JAPANESE.search(desk.page.inner_text("h1"))
    if path == QUICK:
        no_english_is_left(desk)
    else:
        desk.page.locator("[data-choose=right]").evaluate_all(PRESSED)
        desk.page.locator("main details:not(.take)").evaluate_all(OPEN)
    # What axe finds beside words is the same: test_access.py asks in English.
    desk.page.add_style_tag(content=HIDDEN)
    desk.page.evaluate(AXE_SCRIPT)
    assert troubles(desk, runOnly=WORDED) == []


def test_the_switch_keeps_the_picture_and_errors_are_in_the_pages_language(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    before = desk.figure("paths", "f => f.data.map(({ x }) => x)")
    desk.page.click("[data-language=ja]")
    desk.wait_drawn(1)
    assert desk.query == {"epochs": ["1"], "batch_size": ["32", "full"], "lang": ["ja"]}
    assert desk.figure("paths", "f => f.data.map(({ x }) => x)") == before
    assert JAPANESE.search(desk.page.inner_text("#words"))
    desk.change("optimizer", "momentum")
    assert desk.query["lang"] == ["ja"]
    desk.forgive("422")
    desk.enter("replicas", "0")
    message = desk.page.locator("#error-replicas")
    message.wait_for()
    assert JAPANESE.search(message.inner_text())
    desk.page.click("[data-language=en]")
    desk.wait_drawn(1)
    assert not JAPANESE.search(desk.page.inner_text("#words"))


def shown(desk: Desk) -> list[str]:
    """The words of all that is seen, but for choices, which are the API's."""
    found: list[str] = desk.page.evaluate(
        """() => [...document.querySelectorAll("body *:not(script, option, cite)")]
            .filter((e) => e.checkVisibility() && !e.closest("svg, code"))
            .flatMap((e) => [e.ariaLabel ?? "", e.title ?? "", ...[...e.childNodes]
                .filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim())])
            .filter(Boolean)"""
    )
    return found


def no_english_is_left(desk: Desk) -> None:
    desk.page.locator("main details:not(.take)").evaluate_all(OPEN)
    left = {
        text for text in shown(desk)
        if not JAPANESE.search(text)
        and {w.lower() for w in re.findall("[A-Za-z]{4,}", text)} - SAME
    }  # fmt: skip
    assert left == set()


@pytest.mark.parametrize("which", ["noise", "tradeoff", "network"])
def test_no_english_is_left_on_a_japanese_page(sit: OpenDesk, which: str) -> None:
    desk = sit()
    desk.open(f"{PAGES[which]}&lang=ja")
    no_english_is_left(desk)
