"""A story's sheet on paper: one page, and nothing on a screen that everyone cannot read."""

import re

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from .desk import OpenDesk
from .test_access import troubles

PAGE = re.compile(rb"/Type\s*/Page\b")


def test_a_sheet_is_one_page_of_either_paper(sit: OpenDesk) -> None:
    desk = sit()
    # The longest, with five batch sizes, one of a few, and one of own points, whose link is long;
    # Letter is the shorter paper.
    for name, papers in (
        ("linear-scaling", ("A4", "Letter")),
        ("basins", ("Letter",)),
        ("weighted-sampler", ("Letter",)),
    ):
        for language in ("en", "ja") if name == "linear-scaling" else ("ja",):
            desk.page.goto(f"{desk.base}/sheet/{name}?lang={language}")
            desk.page.emulate_media(media="print", color_scheme="dark")
            for paper in papers:
                assert len(PAGE.findall(desk.page.pdf(format=paper))) == 1, (name, language)
            assert desk.page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 40, 51)"
            expect(desk.page.locator(".choices")).to_be_hidden()
            expect(desk.page.locator(".answers")).to_be_visible()
            desk.page.emulate_media(media="screen")
    desk.page.evaluate(AXE_SCRIPT)
    assert troubles(desk) == []
    desk.page.set_viewport_size({"width": 320, "height": 640})
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320
    images = "() => [...document.images].every(each => each.naturalWidth > 0)"
    assert desk.page.evaluate(images)
    desk.page.click(".choices a")
    assert desk.page.locator(".answers").count() == 0
    assert "lang=ja" in desk.page.url
    desk.page.locator("[data-print]").wait_for()
