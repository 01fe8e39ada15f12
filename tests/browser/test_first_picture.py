"""The server's picture, where and as the scripts' own will be; and a browser without scripts."""

from playwright.sync_api import Browser, Page, Route, expect

from .desk import OpenDesk

LINK = "?surface=himmelblau&epochs=4&replicas=3&batch_size=1&batch_size=32&batch_size=full"
# Of Poisson batches but the full one the size is told as what it is, a mean.
POISSON = LINK.replace("batch_size=1&", "batch_size=8&") + "&sampling=poisson&seed=1"
ENDS = """() => [...document.querySelectorAll("#still circle[r='5.5']")].map((mark) => {
    const { left, top, width, height } = mark.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
})"""
TICKS = """all => all.filter(each => each.getClientRects().length).map(each => {
    const { left, right, top, bottom } = each.getBoundingClientRect();
    return [each.textContent, (left + right) / 2, (top + bottom) / 2];
})"""
CARDS = "cards => cards.map(card => card.innerText.split(/\\s+/).join(' '))"


def close(these: list[list[float]], those: list[list[float]]) -> bool:
    return len(these) == len(those) and all(
        abs(a - b) <= 2
        for one, other in zip(these, those, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def plane(page: Page) -> list[float]:
    box = page.locator("#plane").bounding_box()
    assert box
    return [box["width"], box["height"]]


def test_what_scripts_draw_takes_the_place_of_what_the_server_drew(sit: OpenDesk) -> None:
    desk = sit(1280, 800)
    page = desk.page
    held: list[Route] = []
    page.route("**/plotly.min.js*", lambda route: held.append(route))
    with page.expect_request("**/plotly.min.js*"):
        page.goto(f"{desk.base}/{POISSON}")
    page.wait_for_selector("#still")
    ends = page.evaluate(ENDS)
    ticks = page.locator("#still :is(.x, .y) text").evaluate_all(TICKS)
    box, cards = [plane(page)], page.locator("#cards .card").evaluate_all(CARDS)
    held.pop().continue_()
    desk.wait_drawn(1)
    assert page.locator("#still").count() == 0
    points = [path["final"]["point"] for path in desk.paths()["paths"]]
    assert close(ends, [list(desk.pixel((w0, w1))) for w0, w1 in points])
    drawn = page.locator("#paths-figure :is(.xtick, .ytick) text").evaluate_all(TICKS)
    assert [tick[0] for tick in ticks] == [tick[0] for tick in drawn]
    assert close([tick[1:] for tick in ticks], [tick[1:] for tick in drawn])
    assert close(box, [plane(page)])
    assert page.locator("#cards .card").evaluate_all(CARDS) == cards
    batches = page.locator("#cards .card [data-fact=batch]").all_inner_texts()
    assert batches == ["132/132 (mean 8)", "33/33 (mean 32)", "1/1 (1,050)"]


def test_without_scripts_there_is_a_picture_and_a_form(
    browser: Browser, live_server: tuple[str, object]
) -> None:
    base, _ = live_server
    with browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 800}, color_scheme="dark"
    ) as context:
        page = context.new_page()
        page.goto(f"{base}/{LINK}&view=3d")
        expect(page.locator("#still")).to_be_visible()
        expect(page.locator("noscript form p")).to_be_visible()
        for hidden in (".player", "#form", ".share", ".side"):
            expect(page.locator(hidden).first).to_be_hidden()
        colour = page.locator("#cards .card").first.evaluate(
            "card => getComputedStyle(card).borderLeftColor"
        )
        assert colour == "rgb(255, 146, 43)"
        wide = page.locator("html").evaluate("html => html.scrollWidth")
        assert wide <= 360
        page.locator("noscript [name=learning_rate]").fill("0.001")
        page.locator("noscript form button").click()
        assert "learning_rate=0.001" in page.url
        assert "replicas=3" in page.url
        assert "batch_size=&" not in page.url
        page.locator("[data-story=noise-floor]").click()
        assert page.locator("[data-story=noise-floor]").get_attribute("aria-current") == "true"
