"""Stories: the row of named pictures above the figure, and the sentence of the one shown."""

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


def told(desk: Desk, name: str) -> None:
    """The picture is a story's: the address, the row, and the sentence say so."""
    assert desk.query == {
        key: [str(one) for one in (value if isinstance(value, list) else [value])]
        for key, value in STORIES[name].query.items()
    }
    assert desk.paths()["story"] == {"id": name, "sentence": desk.said(SENTENCE)}
    assert marked(desk) == [name]


def test_each_story_is_its_query_and_its_sentence_and_back_returns_on_a_telephone_too(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.open(BRIEF)
    hint = desk.page.text_content(SENTENCE)
    assert marked(desk) == []
    # Its link is one that another tab opens.
    saddle = f"{desk.base}/?{STORIES['saddle'].address}"
    desk.page.context.route(saddle, lambda route: route.fulfill(body="Another tab"))
    with desk.page.context.expect_page() as opened:
        desk.page.click("[data-story=saddle]", modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(saddle)
    opened.value.close()
    desk.page.context.unroute(saddle)
    places = desk.page.evaluate(PLACES)
    # That of the longest sentence too; tests/api/test_stories.py has all of them.
    names = ["printed-loss", "clipped-gradients", "poisson-batches"]
    for name in names:
        press(desk, name)
        told(desk, name)
        assert desk.page.evaluate(PLACES) == places, name  # nothing has jumped
    # From one to the next, and from the last one back.
    for steps, on in ((1, names[-2:-1]), (len(names) - 1, [])):
        with desk.redraw():
            desk.page.evaluate("steps => history.go(-steps)", steps)
        assert marked(desk) == on
    assert "?" + desk.page.url.partition("?")[2] == BRIEF
    assert desk.page.text_content(SENTENCE) == hint

    # On a telephone the row scrolls to the story, and covers nothing.
    desk.fit(360, 740)
    desk.page.evaluate("scrollTo(0, 0)")
    desk.turn(f"?{STORIES['noise-and-adam'].address}")
    link = desk.page.locator("[data-story=noise-and-adam]").bounding_box()
    row, plane = (desk.page.locator(each).bounding_box() for each in ("#stories .row", "#plane"))
    assert link
    assert row
    assert plane
    assert link["x"] >= 0
    assert link["x"] + link["width"] <= 360
    assert link["height"] >= 44
    assert row["y"] + row["height"] <= plane["y"]
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 360
    press(desk, "poisson-batches")
    told(desk, "poisson-batches")
    with desk.redraw():
        desk.page.go_back()
    told(desk, "noise-and-adam")


def test_a_story_keeps_how_the_page_shows_it_and_stays_with_another_draw(sit: OpenDesk) -> None:
    desk = sit(900, 500)
    desk.open(f"{BRIEF}&axis=updates&hide=examples&hide=noise&lang=ja")
    hint = desk.said(SENTENCE)
    press(desk, "printed-loss")
    assert desk.query["axis"] == ["updates"]
    assert desk.query["hide"] == ["examples", "noise"]
    assert desk.query["lang"] == ["ja"]
    assert "lang=ja" in desk.paths_url
    first = desk.said(SENTENCE)
    assert first.endswith("。")
    # It stays with another draw, and goes with another parameter.
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
    assert marked(desk) == ["printed-loss"]
    sheet = desk.page.locator("[data-sheet]")
    assert "/sheet/printed-loss?" in (address := sheet.get_attribute("href") or "")
    assert "seed=1" in address
    assert desk.said(SENTENCE) == desk.paths()["story"]["sentence"] != first
    desk.change("replicas", "4")
    assert marked(desk) == []
    expect(sheet).to_be_hidden()
    assert desk.said(SENTENCE) == hint
