"""Stories: the row of named pictures above the figure, and the sentence of the one shown."""

import pytest
from playwright.sync_api import expect

from app.api.stories import STORIES

from .desk import Desk, OpenDesk

SENTENCE = "#stories [data-sentence]"
# Where the form, the picture and the losses begin; stories are one row over them.
PLACES = """() => ["#stories .row", "#form", ".stage > .bar", "#plane", ".side > .bar"]
    .map((at) => document.querySelector(at).getBoundingClientRect().y)"""
BRIEF = "?epochs=1&batch_size=full"


def marked(desk: Desk) -> list[str | None]:
    links = desk.page.locator("#stories [aria-current]").all()
    return [link.get_attribute("data-story") for link in links]


def press(desk: Desk, name: str) -> None:
    with desk.redraw():
        desk.page.click(f"[data-story={name}]")


@pytest.mark.parametrize("width", [1280, 360])
def test_each_story_is_its_query_and_its_sentence_and_back_returns(
    sit: OpenDesk, width: int
) -> None:
    desk = sit(width, 800)
    desk.open(BRIEF)
    hint = desk.page.text_content(SENTENCE)
    assert marked(desk) == []
    places = desk.page.evaluate(PLACES)
    # Every other one, that of the longest sentence too; tests/api/test_stories.py has all of them.
    # On a telephone the last ones, to which the row is scrolled.
    names = list(STORIES)[::2] if width == 1280 else list(STORIES)[-3:]
    for name in names:
        story = STORIES[name]
        press(desk, name)
        assert desk.query == {
            key: [str(one) for one in (value if isinstance(value, list) else [value])]
            for key, value in story.query.items()
        }
        told = desk.paths()["story"]
        assert told == {"id": name, "sentence": desk.page.inner_text(SENTENCE)}
        assert marked(desk) == [name]
        if width == 1280:
            assert desk.page.evaluate(PLACES) == places  # nothing has jumped
    # From one to the next, and from the last one back.
    for steps, on in ((1, names[-2:-1]), (len(names) - 1, [])):
        with desk.redraw():
            desk.page.evaluate("steps => history.go(-steps)", steps)
        assert marked(desk) == on
    assert "?" + desk.page.url.partition("?")[2] == BRIEF
    assert desk.page.text_content(SENTENCE) == hint


def test_a_story_stays_with_another_draw_and_goes_with_another_parameter(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(f"?{STORIES['last-batch'].address}")
    first = desk.page.inner_text(SENTENCE)
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
    assert marked(desk) == ["last-batch"]
    sheet = desk.page.locator("[data-sheet]")
    assert (sheet.get_attribute("href") or "").endswith("/sheet/last-batch?seed=1")
    assert desk.page.inner_text(SENTENCE) == desk.paths()["story"]["sentence"] != first
    desk.change("replicas", "4")
    assert marked(desk) == []
    expect(sheet).to_be_hidden()
    assert desk.page.inner_text(SENTENCE).startswith("Choose a picture")


def test_a_story_keeps_how_the_page_shows_it(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(f"{BRIEF}&axis=updates&hide=examples&hide=noise&lang=ja")
    press(desk, "last-batch")
    assert desk.query["axis"] == ["updates"]
    assert desk.query["hide"] == ["examples", "noise"]
    assert desk.query["lang"] == ["ja"]
    assert "lang=ja" in desk.paths_url
    assert desk.page.inner_text(SENTENCE).endswith("。")


def test_on_a_telephone_the_row_scrolls_to_the_story_and_covers_nothing(sit: OpenDesk) -> None:
    desk = sit(360, 740)
    desk.open(f"?{STORIES['momentum-floor'].address}")
    link = desk.page.locator("[data-story=momentum-floor]").bounding_box()
    row, plane = (desk.page.locator(each).bounding_box() for each in ("#stories .row", "#plane"))
    assert link
    assert row
    assert plane
    assert link["x"] >= 0
    assert link["x"] + link["width"] <= 360
    assert link["height"] >= 44
    assert row["y"] + row["height"] <= plane["y"]
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_story_is_a_link_that_another_tab_opens(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(BRIEF)
    with desk.page.context.expect_page() as opened:
        desk.page.click("[data-story=saddle]", modifiers=["ControlOrMeta"])
    other = opened.value
    assert other.url.endswith(f"/?{STORIES['saddle'].address}")
    other.close()
