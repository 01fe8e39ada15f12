"""The trade-off page: a sweep that is watched, cancelled, resumed, linked and refused."""

import re

from playwright.sync_api import expect

from .desk import Desk, OpenDesk

QUICK = "?surface=least-squares&examples=100&batch_size=1&batch_size=8&batch_size=full&replicas=8&epochs=5&target=0.05"
LONG = "?surface=least-squares&batch_size=full&epochs=200&replicas=96&target=0.000001"
LONGER = range(64, 80)  # its batch sizes, then
UPDATES = "#tradeoff-updates .figure"
SWEPT = [f"tradeoff-{name}" for name in ("updates", "pareto", "examples", "rates")]
SO_FAR = "So far, with"
IN_SIGHT = """at => ((box) => box.top >= 0 && box.bottom <= innerHeight)
    (at.getBoundingClientRect())"""
SAME_SIZES = """String(document.querySelector(`#${id} .figure`).data
    .find((trace) => trace.meta?.role === "measured").text) === String(sizes)"""
MEASURED = "figure => (figure.data ?? []).filter((t) => t.meta?.role === 'measured').length"
# Once a part of every picture is there, which reads as that, and how far it has come. Cancelled at
# once: the more of the sweep is measured and drawn, the longer it takes.
CANCEL_A_PART = """([panels, text]) =>
    panels.every((id) => document.getElementById(`caption-${id}`).textContent.includes(text))
    && document.querySelector("#done").value > 0
    && document.querySelector("#left").textContent !== ""
    && document.querySelector("#cancel").checkVisibility()
    && (document.querySelector("#cancel").click(), true)"""
CANCEL_WITH_MORE = """known => document.querySelectorAll("#swept tr").length > known
    && document.querySelector("#cancel").checkVisibility()
    && (document.querySelector("#cancel").click(), true)"""


def sit_down(sit: OpenDesk, query: str = QUICK, **size: int) -> Desk:
    desk = sit(**size)
    desk.page.goto(f"{desk.base}/tradeoff{query}")
    desk.wait_drawn(1)
    return desk


def caption(desk: Desk, panel: str) -> str:
    desk.page.locator(f"#{panel}").scroll_into_view_if_needed()
    desk.wait("id => Number(document.getElementById(id).dataset.drawn ?? 0) >= 1", panel)
    return desk.page.locator(f"#caption-{panel}").inner_text()


def test_every_figure_is_drawn_fits_and_says_what_it_shows(sit: OpenDesk) -> None:
    desk = sit_down(sit, width=1920)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 1920
    desk.fit(1280)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 1280
    panels = desk.page.locator(".panel").evaluate_all("all => all.map(panel => panel.id)")
    assert len(panels) == 11
    # Where the last panels are in sight the settings are, and on a telephone a way to them.
    assert caption(desk, panels[-2])
    assert desk.page.locator("#surface").evaluate(IN_SIGHT)
    desk.fit(360)
    for panel in panels:
        assert len(caption(desk, panel)) > 30, panel
    assert desk.page.locator(".panel .error:visible").count() == 0
    assert desk.page.locator("#swept tr").count() == 3
    expect(desk.page.locator("#progress")).to_be_hidden()
    expect(desk.page.locator("#words")).to_contain_text("batch")
    desk.fit(360)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 360
    assert not desk.page.locator("#surface").evaluate(IN_SIGHT)
    desk.page.click("text=To the settings")
    desk.wait(f"() => ({IN_SIGHT})(document.getElementById('surface'))")


def test_a_sweep_is_watched_cancelled_resumed_and_gone_back_from(sit: OpenDesk) -> None:
    desk = sit_down(sit, LONG)
    words, rows = desk.page.locator("#words"), desk.page.locator("#swept tr")
    whole = words.inner_text()
    desk.enter("batch_size", " ".join(map(str, LONGER)))
    # A part of every picture is there before the whole.
    desk.wait(CANCEL_A_PART, [SWEPT, SO_FAR])
    assert desk.drawn == 1
    desk.page.locator("#progress").wait_for(state="hidden")
    said = desk.page.locator("#cancelled-text").inner_text()
    known, asked = sorted(map(int, re.findall(r"\d+", said)))
    assert asked == len(LONGER)
    assert known == rows.count() > 0
    assert str(known) in words.inner_text()
    expect(words).to_contain_text(SO_FAR)
    expect(desk.page.locator("#problem")).to_be_hidden()
    for panel in SWEPT:
        assert desk.page.locator(f"#{panel} .figure").evaluate(MEASURED) == 1
    # What waits for no sweep is drawn all the same.
    assert caption(desk, "loss-epochs")
    # It goes on where it was.
    desk.page.click("#resume")
    desk.page.locator("#cancelled").wait_for(state="hidden")
    desk.wait(CANCEL_WITH_MORE, known)
    # The last picture is whole again, and what was under way does not come back over it.
    desk.page.go_back()
    desk.wait("text => document.querySelector('#words').innerText === text", whole)
    for panel in SWEPT[:2]:
        desk.wait(f"([id, sizes]) => {SAME_SIZES}", [panel, ["B = 1,050 (full)"]])
    desk.page.wait_for_load_state("networkidle")
    assert words.inner_text() == whole
    # The server is free again: another sweep is soon there, and says nothing of the last one.
    with desk.redraw():
        desk.enter("replicas", "8")
    expect(desk.page.locator("#cancelled")).to_be_hidden()
    assert SO_FAR not in words.inner_text()


def test_the_form_is_the_link_and_what_is_wrong_is_said(sit: OpenDesk) -> None:
    desk = sit_down(sit)
    assert desk.page.input_value("#batch_size") == "1, 8, full"
    with desk.redraw():
        desk.page.check("[name=optimizer][value=adam]")
    assert desk.query["optimizer"] == ["sgd", "adam"]
    assert desk.page.locator(UPDATES).evaluate(MEASURED) == 2
    with desk.redraw():
        desk.enter("batch_size", "2, 10 full")
    assert desk.query["batch_size"] == ["2", "10", "full"]
    with desk.redraw():
        desk.page.go_back()
    assert desk.query["batch_size"] == ["1", "8", "full"]
    assert desk.page.is_checked("[name=optimizer][value=adam]")
    with desk.redraw():
        desk.page.go_back()
    assert not desk.page.is_checked("[name=optimizer][value=adam]")
    # A bad value keeps the last picture, and one out of reach is words.
    desk.forgive("422")
    desk.enter("replicas", "2")
    error = desk.page.locator("#error-replicas")
    error.wait_for(state="visible")
    expect(error).to_contain_text("replicas is '2'")
    assert desk.page.locator(UPDATES).evaluate(MEASURED) == 1
    assert desk.page.locator("#swept tr").count() == 3
    with desk.redraw():
        desk.enter("replicas", "9")
    expect(error).to_be_hidden()
    with desk.redraw():
        desk.enter("epochs", "1")
    with desk.redraw():
        desk.enter("learning_rate", "0.0001")
    expect(desk.page.locator("#words")).to_contain_text("No batch size reaches the target")
    expect(desk.page.locator("#swept")).to_contain_text("within 1 epoch")
