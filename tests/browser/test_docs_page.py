"""The API's page: what is filled in is asked, and shown."""

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
    page.locator("#paths summary").click()
    page.fill("#paths-batch_size", "8, full")
    page.fill("#paths-epochs", "1")
    page.select_option("#paths-format", "csv")
    said = send(desk, "paths")
    url = f"{desk.base}/api/v1/paths?batch_size=8&batch_size=full&epochs=1&format=csv"
    assert f"200 text/csv; charset=utf-8 {url}" in said
    assert f"curl '{url}'" in said
    assert page.inner_text("#paths [data-body]").startswith("batch_size,replica,update,")
    assert page.request.get(url).text().splitlines()[1] in said.splitlines()


def test_a_problem_is_shown_with_what_is_allowed(sit: OpenDesk) -> None:
    desk = sit()
    desk.forgive("422")
    desk.page.goto(f"{desk.base}/docs?lang=ja#surfaces-id")
    desk.page.select_option("#surfaces-id-id", "bowl")
    desk.page.fill("#surfaces-id-examples", "1")
    desk.page.locator("#surfaces-id button").click()
    answer = desk.page.locator("#surfaces-id .answered")
    answer.locator("[data-shell]").wait_for()
    assert "422 application/problem+json" in answer.inner_text()
    assert "/api/v1/surfaces/bowl?lang=ja&examples=1" in answer.inner_text()
    assert "以上" in answer.inner_text()


def test_a_long_answer_is_cut_and_says_so(sit: OpenDesk) -> None:
    desk = sit()
    desk.page.goto(f"{desk.base}/docs#figures-paths")
    assert "the whole answer" in send(desk, "figures-paths")
    shown = desk.page.inner_text("#figures-paths [data-body]")
    assert len(shown) == int(desk.page.get_attribute("main", "data-shown") or 0)
    desk.page.goto(f"{desk.base}/docs#healthz")
    assert "the whole answer" not in send(desk, "healthz")


def test_without_a_server_it_says_so(sit: OpenDesk) -> None:
    desk = sit()
    desk.forgive("ERR_FAILED")
    desk.page.goto(f"{desk.base}/docs#healthz")
    desk.page.route("**/healthz", lambda route: route.abort())
    assert "The server cannot be reached." in send(desk, "healthz")


def test_a_link_with_what_the_page_does_not_know_is_repaired(sit: OpenDesk) -> None:
    desk = sit()
    desk.page.goto(f"{desk.base}/docs?colour=red#healthz")
    assert "colour is not a parameter" in desk.page.inner_text(".notice")
    desk.page.get_by_role("button", name="Understood").click()
    assert desk.page.locator(".notice").count() == 0
    assert desk.page.url == f"{desk.base}/docs?#healthz"
    assert desk.page.locator("#healthz").get_attribute("open") is not None


def test_nothing_is_wider_than_the_window(sit: OpenDesk) -> None:
    for width in (360, 1280, 1920):
        desk = sit(width)
        desk.page.goto(f"{desk.base}/docs?lang=ja#paths")
        desk.page.locator("#paths button").click()
        desk.page.locator("#paths [data-shell]").wait_for()
        assert desk.page.evaluate("document.documentElement.scrollWidth") == width
