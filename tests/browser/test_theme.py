"""Light or dark: the reader's choice before the system's, kept, on every page, never on paper."""

from playwright.sync_api import Route

from .desk import Desk, OpenDesk

PAPER = "() => getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(18, 22, 28)"
SWITCH = "[data-switch]"


def seen(desk: Desk) -> str:
    colour: str = desk.page.evaluate(PAPER)
    return colour


def test_a_choice_is_kept_on_every_page_and_not_on_paper(sit: OpenDesk) -> None:
    desk = sit()
    page = desk.page
    desk.open("?epochs=1&batch_size=32")
    assert page.get_attribute(SWITCH, "aria-label") == "Colours: as the system"
    text = desk.figure("paths", "f => f.layout.font.color")
    page.click(SWITCH)  # light, as the system already is: nothing is drawn anew
    assert page.get_attribute(SWITCH, "aria-label") == "Colours: light"
    assert desk.drawn == 1
    with desk.redraw():
        page.click(SWITCH)
    assert page.get_attribute(SWITCH, "title") == "Colours: dark"
    assert seen(desk) == DARK
    assert desk.figure("paths", "f => f.layout.font.color") != text
    assert desk.query == {"epochs": ["1"], "batch_size": ["32"]}
    try:
        page.goto(f"{desk.base}/docs")
        assert seen(desk) == DARK
        themes = page.locator("select[name=theme]").evaluate_all("all => all.map(one => one.value)")
        assert set(themes) == {"dark"}
        page.emulate_media(media="print")
        assert seen(desk) == LIGHT
        page.emulate_media(media="screen")
        page.goto(f"{desk.base}/docs?lang=ja")
        page.click(SWITCH)
        assert page.get_attribute(SWITCH, "aria-label") == "配色：システムに合わせる"
        assert seen(desk) == LIGHT
    finally:
        page.evaluate("localStorage.removeItem('theme')")


def test_a_browser_that_keeps_nothing_changes_all_the_same(sit: OpenDesk) -> None:
    desk = sit()
    refuse = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"

    def refused(route: Route) -> None:
        route.fulfill(body=refuse + route.fetch().text(), content_type="text/javascript")

    desk.page.route("**/js/scheme.js", refused)
    desk.page.goto(f"{desk.base}/docs")
    desk.page.wait_for_selector(f"{SWITCH}:visible")
    desk.page.click(SWITCH)
    desk.page.click(SWITCH)
    assert seen(desk) == DARK
