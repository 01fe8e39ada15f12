"""What everyone can read and work: axe's rules on every page, in both languages and themes."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from .desk import Desk, OpenDesk

# A table's rows are made alike, and axe takes its time for each.
FIRST_ROWS = ".take tbody tr:nth-child(n+4) { display: none }"
# What is closed axe leaves alone, but not before it has gone through it.
CLOSED = "all => all.forEach(one => one.remove())"
OPEN = "all => all.forEach(one => (one.open = true))"
PRESSED = "all => all.forEach(one => one.click())"  # where it is: what nobody sees is not drawn
PAGES = {
    "home": "?epochs=1&batch_size=32&batch_size=full",
    "noise": "noise?draws=30&batch_size=32&batch_size=full&epochs=1",
    "tradeoff": "tradeoff?examples=40&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8",
    "network": "network?examples=40&hidden=4&updates=60&replicas=2&batch_size=4&batch_size=full",
    "learn": "learn?",
    "embed": "embed/loss?epochs=1&batch_size=32",
    "docs": "docs?",
}
TEXT = {"docs"}  # nothing is drawn
TAKEN = set(PAGES) - TEXT - {"embed"}

# Rules on what has words, and in which language.
WORDED = {"type": "tag", "values": ["cat.language", "cat.name-role-value", "cat.text-alternatives"]}

# A figure is an image with words beside it: what Plotly draws it of is nobody's to read, and axe
# takes its time for each part of what is excluded too, unless it is hidden.
FIGURES = {"exclude": [[".svg-container"]]}
HIDDEN = ".main-svg > * { display: none }"


# Text of one kind and look on one ground has one contrast, and axe takes its time for each.
RUN = """([context, options]) => {
    const kinds = new Set();
    const kind = (one) => {
        const { color, fontSize, fontWeight } = getComputedStyle(one);
        const parts = [one.tagName, one.type, one.getAttribute("class"), color, fontSize, fontWeight,
            one.parentElement.className, Boolean(one.closest("dialog"))];
        for (let on = one; on; on = on.parentElement) {
            const { background, opacity } = getComputedStyle(on);
            parts.push(background, opacity);
        }
        return parts.join();
    };
    for (const one of document.body.querySelectorAll("*")) {
        delete one.dataset.lookedAt;
        const worded = one.matches("input, select, textarea")
            || [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
        if (!worded || !one.checkVisibility() || one.closest(".svg-container")) continue;
        const its = kind(one);
        if (!kinds.has(its)) one.dataset.lookedAt = "";
        kinds.add(its);
    }
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-looked-at]" }] });
    return axe.run(context, options);
}"""


def troubles(desk: Desk, context: Any = FIGURES, **options: Any) -> list[str]:
    """What axe, which the page has loaded, finds by all of its rules or those of the options."""
    options |= {"resultTypes": ["violations"]}
    ran = desk.page.evaluate(RUN, [context, options])
    return [f"{v['id']}: {n['html'][:120]}" for v in ran["violations"] for n in v["nodes"]]


# What axe finds beside words is the same in Japanese: test_languages.py asks for those.
@pytest.mark.parametrize("which", PAGES)
def test_axe_finds_nothing(sit: OpenDesk, which: str) -> None:
    desk = sit()
    desk.page.goto(f"{desk.base}/{PAGES[which]}&lang=en")
    desk.page.add_style_tag(content=FIRST_ROWS)
    if which not in TEXT:
        desk.wait_drawn(1)
    if which == "docs":
        desk.page.goto(f"{desk.page.url}#healthz")
        desk.page.locator("#healthz button").click()
        desk.page.locator("#healthz [data-body]").wait_for()
    if which == "learn":
        desk.page.locator("[data-choose=right]").evaluate_all(PRESSED)
    # One figure's data, and one operation, stand for those of all: they are made alike.
    desk.page.locator("main details:not(.take, .operation), #paths").evaluate_all(OPEN)
    desk.page.locator(".operation:not([open]) > :not(summary)").evaluate_all(CLOSED)
    if which in TAKEN:
        take = desk.page.locator("main .take:visible").first
        take.scroll_into_view_if_needed()  # a figure that nobody has seen is not drawn
        take.evaluate("one => (one.open = true)")
        take.locator("table").wait_for()
    desk.page.add_style_tag(content=HIDDEN)
    desk.page.evaluate(AXE_SCRIPT)
    assert troubles(desk) == []
    desk.page.emulate_media(color_scheme="dark")
    assert troubles(desk, runOnly=["color-contrast"]) == []  # nothing else changes
    if which == "home":  # one dialogue is that of every page
        desk.page.click("[data-share]")
        desk.page.locator("dialog > details").evaluate_all(OPEN)
        assert troubles(desk, {"include": [["dialog"]]}) == []


def test_the_keyboard_skips_to_the_content(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(PAGES["home"])
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("location.hash") == "#main"
