"""Widths, light and dark, print, keyboard alone."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from .desk import FITTED, Desk, OpenDesk
from .test_access import OPEN

QUICK = "?epochs=1&batch_size=32&batch_size=full"

# Text that does not fit into its box; a table's cell may not be wider than its column.
CLIPPED = """() => [...document.querySelectorAll("button, summary, legend, label span, th, td, dt, dd, .card, .marks")]
    .filter((box) => box.checkVisibility() && !box.matches(".segments legend, .unseen, [role=alert]"))
    .filter((box) => box.scrollWidth > Math.max(box.clientWidth, box.offsetWidth))
    .map((box) => box.outerHTML.slice(0, 80))"""


SIZES = {1920: 1080, 1280: 800, 768: 800, 360: 800}


def test_everything_fits_and_the_figures_follow_the_system_into_the_dark(sit: OpenDesk) -> None:
    width, height = next(iter(SIZES.items()))
    desk = sit(width, height)
    desk.open("?epochs=1")
    for width, height in SIZES.items():
        desk.fit(width, height)
        assert_fits(desk, width, height)
    light = colours(desk)
    paper = desk.page.evaluate("getComputedStyle(document.body).backgroundColor")
    with desk.redraw():
        desk.page.emulate_media(color_scheme="dark")
    assert_fits(desk, width, height)  # the narrowest, drawn anew
    dark = colours(desk)
    assert len(light) == len(dark)
    assert not set(light) & set(dark)
    assert desk.page.evaluate("getComputedStyle(document.body).backgroundColor") != paper
    assert desk.query == {"epochs": ["1"]}  # how it looks is the system's, not the link's


def colours(desk: Desk) -> list[str]:
    found: list[str] = desk.figure(
        "paths", "f => [f.layout.font.color, ...f.data.map(t => t.line?.color).filter(Boolean)]"
    )
    return found


BOXES = """selectors => selectors.map((selector) => {
    const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
    return { x, y: y + scrollY, width, height };
})"""
DRAWN_WIDTHS = "all => all.map(figure => [figure._fullLayout.width, figure.clientWidth])"


def boxes_of(desk: Desk, *selectors: str) -> list[dict[str, float]]:
    """Where they are on the page, all at one moment."""
    found: list[dict[str, float]] = desk.page.evaluate(BOXES, selectors)
    return found


def assert_fits(desk: Desk, width: int, height: int) -> None:
    page = desk.page
    page.locator("main details").evaluate_all(OPEN)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []
    boxes = boxes_of(desk, "#plane", "#marks", "#cards", "#loss-figure", ".player", ".batch-sizes")
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    plane = boxes[0]
    assert plane["y"] + plane["height"] <= height
    assert plane["width"] >= 320
    assert plane["height"] >= 320
    figures = page.locator("#paths-figure, #loss-figure, #surface-figure")
    for drawn, room in figures.evaluate_all(DRAWN_WIDTHS):
        assert drawn == pytest.approx(room, abs=1)


LONGEST = {
    "movement": {"en": "diverged at 1,000,000", "ja": "更新1,000,000で発散"},
    "excess": "0.00000000000123",
    "update": "10,000,000",
    "epoch": "1,234.5678",
    "batch": "10,000/10,000 (1)",
    "examples": "100,000,000",
}


# The facts that change a card's height when each, in turn, is as long as it can be.
TOO_LONG = """longest => Object.entries(longest).filter(([fact, text]) => {
    const cards = [...document.querySelectorAll("#cards .card")];
    const heights = () => cards.map((card) => card.getBoundingClientRect().height).join();
    const before = heights();
    for (const one of document.querySelectorAll(`[data-fact=${fact}]`)) one.textContent = text;
    return heights() !== before;
}).map(([fact]) => fact)"""
USUAL = "() => [...document.querySelectorAll('[data-fact]')].map(({ textContent }) => textContent)"
AGAIN = """texts => document.querySelectorAll("[data-fact]").forEach((one, i) => {
    one.textContent = texts[i];
})"""


def assert_cards_have_room_for_their_longest_text(desk: Desk, language: str) -> None:
    longest = {
        fact: text[language] if isinstance(text, dict) else text for fact, text in LONGEST.items()
    }
    usual = desk.page.evaluate(USUAL)
    for width in (360, 320, 1920, 1280):
        if width != desk.page.evaluate("innerWidth"):
            desk.fit(width)
        assert desk.page.evaluate(TOO_LONG, longest) == [], width
        assert desk.page.evaluate(CLIPPED) == []
        desk.page.evaluate(AGAIN, usual)


THREE = "batch_size=16&batch_size=256&batch_size=full"
SIX = "&".join(f"batch_size={size}" for size in (1, 4, 16, 64, 256, "full"))


@pytest.mark.parametrize(
    ("sizes", "height", "language"), [(THREE, 800, "en"), (THREE, 800, "ja"), (SIX, 900, "ja")]
)
def test_cards_are_seen_with_the_picture_and_have_room(
    sit: OpenDesk, sizes: str, height: int, language: str
) -> None:
    desk = sit(1280, height)
    desk.open(f"?epochs=1&examples=10000&{sizes}&lang={language}")
    cards = desk.page.locator("#cards .card")
    assert cards.count() == (6 if sizes == SIX else 3)
    ends = cards.evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
    assert max(ends) <= height
    if sizes == THREE:  # under a mouse, whose targets are smaller, the picture is higher still
        session = desk.page.context.new_cdp_session(desk.page)
        session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        (plane,) = boxes_of(desk, "#plane")
        ends = cards.evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
        session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        session.detach()
        assert plane["height"] >= 400
        assert max(ends) <= height
    desk.fit(360, 740)
    under = ("#plane", "#marks", ".player", ".batch-sizes", "#cards")
    boxes = boxes_of(desk, *under)
    for above, below in pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"] + 1
    plane, marks, player, rows, _ = boxes
    assert marks["height"] <= 44
    assert player["y"] + player["height"] <= 740
    if sizes == THREE:  # picture, player and batch sizes are one screen
        assert rows["y"] + rows["height"] - plane["y"] <= 740
        assert_cards_have_room_for_their_longest_text(desk, language)


# Text of a chart that its edge cuts off.
CUT = """plots => plots.flatMap(plot => {
    const box = plot.getBoundingClientRect();
    return [...plot.querySelectorAll(".main-svg text")].filter(text => text.textContent.trim())
        .map(text => [text.textContent, text.getBoundingClientRect()])
        .filter(([, { left, right, top, bottom, width }]) => width && (left < box.left - 1
            || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1))
        .map(([text]) => text);
})"""
CHARTS = {
    "saddle": ("?epochs=5&surface=saddle", 0),
    "noise": ("noise?draws=50&epochs=1&batch_size=32&batch_size=1&batch_size=full", 10),
    "tradeoff": (
        "tradeoff?examples=64&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8",
        8,
    ),
    "network": (
        "network?examples=40&hidden=4&updates=60&replicas=2&optimizer=sgd&optimizer=nesterov",
        6,
    ),
}


# Both widths are one page's: a reader who enlarges it to 200 % has it before him already.
NARROW = {"a telephone": (360, 700), "200 % of 1280 × 800": (640, 400)}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("which", CHARTS)
def test_no_chart_cuts_its_text(sit: OpenDesk, which: str, language: str) -> None:
    path, least = CHARTS[which]
    desk = sit(*NARROW["a telephone"])
    on_paper_too = (which, language) == ("noise", "en")
    desk.page.emulate_media(color_scheme="dark" if on_paper_too else "light")
    desk.open(f"{path}&lang={language}")
    drawn = desk.page.locator(".figure:visible")  # a sweep's that is not begun has no room
    panels = desk.page.locator("[data-takes]").filter(has=drawn).all()
    assert len(panels) >= least
    for panel in panels:
        panel.scroll_into_view_if_needed()
    for panel in panels:
        panel.locator(".main-svg text").first.wait_for(state="attached")
    for size in list(NARROW.values())[: 2 if language == "en" else 1]:
        desk.fit(*size)
        # A chart that has other rows in another width is asked for anew.
        desk.wait(f"() => !({CUT})([...document.querySelectorAll('.figure')]).length")
    # So it is with a place that grows in the same window, as one does that gets another row.
    drawn.last.evaluate("place => (place.style.height = `${place.clientHeight + 90}px`)")
    desk.wait(FITTED)
    if on_paper_too:
        assert_paper_has_every_figure_and_its_settings_and_no_controls(desk)


PAPER = 680  # CSS pixels between the margins of A4 and of Letter


def test_paper_has_every_figure_and_its_settings_and_no_controls(sit: OpenDesk) -> None:
    desk = sit()
    desk.page.emulate_media(color_scheme="dark")
    desk.open(QUICK)
    assert_paper_has_every_figure_and_its_settings_and_no_controls(desk)


def assert_paper_has_every_figure_and_its_settings_and_no_controls(desk: Desk) -> None:
    page = desk.page
    assert page.locator(".made").locator("visible=true").count() == 0
    dark = page.locator("#plane .js-plotly-plot").last.evaluate("f => f.layout.font.color")
    page.emulate_media(media="print", color_scheme="dark")
    page.locator("main[data-printable]").wait_for()
    for selector in ("#form", ".player", ".top nav.pages", ".share", ".handle", ".hold", ".take"):
        assert page.locator(selector).locator("visible=true").count() == 0
    for selector in ("#plane", "#words", "h1", "#cards .card, tbody tr"):
        expect(page.locator(selector).first).to_be_visible()
    plots = page.locator(".figure")
    drawn = plots.evaluate_all("all => all.map(f => [f._fullLayout.width, f.layout.font.color])")
    assert {width for width, _ in drawn} == {PAPER}
    assert dark not in {colour for _, colour in drawn}
    made = page.locator(".made").all_inner_texts()
    assert len(made) == plots.count() - 1  # the plane is two figures
    assert all(text.startswith("Surface (surface) = Least squares") for text in made)
    for setting in ("Batch sizes (batch_size) = 32", "Learning rate (learning_rate) = 0.1"):
        assert sum(setting in text for text in made) >= 2


# What is focused, from now on; one element of a kind has one name.
WATCHED = """() => {
    window.named = ({ id, name, type, ariaLabel, textContent, dataset }) => id
        || (type === "radio" ? name : dataset.sliderOf ?? ariaLabel ?? (name || textContent.trim()));
    window.reached = new Set();
    document.addEventListener("focusin", ({ target }) => window.reached.add(named(target)));
}"""
REACHABLE = 'all => all.filter((one) => one.checkVisibility() && one.type !== "hidden").map(named)'
MISSED = "names => names.filter((name) => !window.reached.has(name))"


def test_the_keyboard_alone_reaches_and_works_everything(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=1&batch_size=8&batch_size=64")
    page = desk.page
    # One figure's data stands for those of all: they are made alike.
    page.locator("main details:not(.take)").evaluate_all(OPEN)
    take = page.locator("main .take:visible").first
    take.evaluate("one => (one.open = true)")
    take.locator("table").wait_for()
    page.evaluate(WATCHED)
    expected = page.locator("a, button, input, select, summary").evaluate_all(REACHABLE)
    missed, tabs = expected, 0
    while missed and tabs < 2 * len(expected):
        for _ in range(10):
            page.keyboard.press("Tab")
        tabs += 10
        missed = page.evaluate(MISSED, expected)
    assert missed == []

    play = page.locator("#play")
    for key, pressed in (
        ("Enter", "true"),
        ("Space", "false"),
        ("Space", "true"),
        ("Enter", "false"),
    ):
        play.focus()
        page.keyboard.press(key)
        assert play.get_attribute("aria-pressed") == pressed
    page.focus("#scrub")
    page.keyboard.press("Home")
    assert desk.readout()[3] == "start"
    page.keyboard.press("ArrowRight")
    assert desk.readout()[1] == "1"
    page.focus("input[name=axis]:checked")
    with desk.redraw():
        page.keyboard.press("ArrowRight")
    assert desk.query["axis"] == ["examples_seen"]
    page.focus("#optimizer")
    with desk.redraw():
        page.keyboard.press("ArrowDown")
    assert desk.query["optimizer"] == ["momentum"]
    page.focus("button[data-add]")
    with desk.redraw():
        page.keyboard.press("Enter")
    assert len(desk.query["batch_size"]) == 3
