"""The API's page: what is filled in is asked, and shown."""

import json
import re

from playwright.sync_api import expect

from .desk import Desk, OpenDesk


def send(desk: Desk, operation: str) -> str:
    """Send an operation's form; the answer shown."""
    place = desk.page.locator(f"#{operation}")
    place.locator("[data-shell]").evaluate_all("all => all.forEach(one => one.remove())")
    place.get_by_role("button", name="Send").click()
    place.locator("[data-shell]").wait_for()
    return place.locator(".answered").inner_text()


def test_an_operation_is_asked_as_the_shell_would(sit: OpenDesk) -> None:
    desk = sit()
    page = desk.page
    page.goto(f"{desk.base}/")
    page.get_by_role("link", name="API").click()
    page.locator("#paths > summary").click()
    page.fill("#paths-batch_size", "8, full")
    page.fill("#paths-epochs", "1")
    page.select_option("#paths-format", "csv")
    said = send(desk, "paths")
    url = f"{desk.base}/api/v1/paths?batch_size=8&batch_size=full&epochs=1&format=csv"
    assert f"200 text/csv; charset=utf-8 {url}" in said
    assert f"curl '{url}'" in said
    assert page.inner_text("#paths [data-body]").startswith("batch_size,replica,update,")
    assert page.request.get(url).text().splitlines()[1] in said.splitlines()


def test_a_problem_is_shown_with_what_is_allowed_and_nothing_is_wider_than_the_window(
    sit: OpenDesk,
) -> None:
    desk = sit(360)
    desk.forgive("422")
    page = desk.page
    page.goto(f"{desk.base}/docs?lang=ja#surfaces-id")
    page.select_option("#surfaces-id-id", "bowl")
    page.fill("#surfaces-id-examples", "1")
    page.locator("#surfaces-id button").click()
    answer = page.locator("#surfaces-id .answered")
    answer.locator("[data-shell]").wait_for()
    expect(answer).to_contain_text("422 application/problem+json")
    expect(answer).to_contain_text("/api/v1/surfaces/bowl?lang=ja&examples=1")
    expect(answer).to_contain_text("以上")

    page.goto(f"{desk.base}/docs?lang=ja#paths")
    page.locator("#paths form button").click()
    page.locator("#paths [data-shell]").wait_for()
    for width in (360, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 600})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_table_is_sent_a_long_answer_is_cut_and_without_a_server_it_says_so(
    sit: OpenDesk,
) -> None:
    desk = sit()
    page = desk.page
    page.goto(f"{desk.base}/docs#points")
    page.fill("#points-body", "h;kg\n1,5;58\n1,8;80\n")
    page.fill("#points-x", "kg")
    said = send(desk, "points")
    url = f"{desk.base}/api/v1/points?x=kg"
    assert f"200 application/json {url}" in said
    assert f"curl -H 'Content-Type: text/csv' --data-binary @table.csv '{url}'" in said
    assert "httpx.post(" in said
    assert "httpx.get(" not in said
    assert page.locator("#points .answered a[href]").count() == 0  # what it leads to is no page
    assert json.loads(page.inner_text("#points [data-body]"))["columns"] == {"x": "kg", "y": "h"}

    page.goto(f"{desk.base}/docs#figures-paths")
    assert "the whole answer" in send(desk, "figures-paths")
    shown = page.inner_text("#figures-paths [data-body]")
    most = json.loads(page.get_attribute("main", "data-shown") or "")
    assert len(shown) == most["answer"]
    page.goto(f"{desk.base}/docs#healthz")
    assert "the whole answer" not in send(desk, "healthz")

    desk.forgive("ERR_FAILED")
    page.route("**/healthz", lambda route: route.abort())
    assert "The server cannot be reached." in send(desk, "healthz")


def test_a_link_with_what_the_page_does_not_know_is_repaired(sit: OpenDesk) -> None:
    desk = sit()
    desk.page.goto(f"{desk.base}/docs?colour=red#healthz")
    expect(desk.page.locator(".notice")).to_contain_text("colour is not a parameter")
    desk.page.get_by_role("button", name="Understood").click()
    assert desk.page.locator(".notice").count() == 0
    assert desk.page.url == f"{desk.base}/docs?#healthz"
    assert desk.page.locator("#healthz").get_attribute("open") is not None


def test_an_operation_is_found_and_shows_what_it_answers_before_it_is_asked(
    sit: OpenDesk,
) -> None:
    desk = sit()
    page = desk.page
    page.goto(f"{desk.base}/docs")
    page.locator("#paths > summary").press("Enter")
    example = page.locator("#paths .example pre").filter(has_text="paths")
    assert '"request": {' in example.inner_text()
    assert re.search(r'"loss": \[\d\.\d+, \d\.\d+, "… \d+ more"\]', example.inner_text())
    source = page.locator("#paths .example a").get_attribute("href") or ""
    assert page.request.get(source).json()["request"]["batch_size"] == [8]
    page.locator("#paths .answer-of > summary").press("Enter")
    fields = page.locator("#paths .answer-of")
    expect(fields).to_contain_text("422 A parameter is not allowed")
    epoch = fields.locator("li").filter(has_text="Epochs elapsed at each point").last
    expect(epoch).to_be_hidden()
    for name in ("paths", "points"):
        fields.locator(f"summary:has(> code:text-is('{name}'))").press("Enter")
    assert epoch.inner_text() == "epoch number[] Epochs elapsed at each point"
    assert sum("/api/" in url for url in desk.asked) == 1  # the example alone

    shown = page.locator(".operation").locator("visible=true")
    every = shown.count()
    search = page.locator("#search")
    expect(search).to_have_accessible_name("Search operations and parameters")
    search.fill("Update rule PyTorch")
    left = shown.count()
    assert page.locator("output").inner_text() == f"{left} of {every} operations"
    assert 0 < left < every
    page.locator("#code-library > summary").press("Enter")
    assert page.locator("#code-library .parameter").locator("visible=true").count() == 1
    expect(page.locator("#noise")).to_be_hidden()
    search.press("Control+a")
    search.press("Delete")
    assert shown.count() == every
    assert page.locator("output").inner_text() == ""


def test_a_figure_that_was_fetched_is_drawn_and_what_would_ask_again_is_copied(
    sit: OpenDesk,
) -> None:
    desk = sit()
    page = desk.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.emulate_media(color_scheme="dark")
    page.goto(f"{desk.base}/docs#figures-loss")
    page.fill("#figures-loss-epochs", "1")
    assert not any("plotly.min.js" in url for url in desk.asked)
    said = send(desk, "figures-loss")
    page.locator("#figures-loss [data-drawn]").wait_for()
    assert "theme=dark&legend=true" in said
    assert "plotly.io.from_json(" in said
    drawn = page.locator("#figures-loss .answered .figure")
    assert "B = 1,050 (full)" in drawn.locator(".legendtext").all_text_contents()
    expect(page.locator("#figures-loss figcaption")).to_contain_text(
        "batch size 32 made 33 updates"
    )
    page.select_option("#figures-loss-format", "table")
    send(desk, "figures-loss")
    assert drawn.count() == 0

    page.locator("#figures-loss").evaluate("operation => (operation.open = false)")
    page.goto(f"{desk.base}/docs#surfaces-id")
    page.select_option("#surfaces-id-id", "bowl")
    send(desk, "surfaces-id")
    url = f"{desk.base}/api/v1/surfaces/bowl"
    said = page.request.get(url).json()
    for name in ("URL", "curl", "Python"):
        page.get_by_role("button", name=f"Copy {name}", exact=True).press("Enter")
        page.get_by_role("status").filter(has_text="Copied").wait_for()
        text = page.evaluate("navigator.clipboard.readText()")
        assert url in text
        if name == "Python":
            found: dict[str, object] = {}
            exec(text, found)  # noqa: S102
            assert found["answer"] == said
        else:
            assert text == {"URL": url, "curl": f"curl '{url}'"}[name]
