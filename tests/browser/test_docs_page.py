"""The API's interactive documentation, served from this process."""

from .desk import OpenDesk


def test_operations_are_shown_and_executed(sit: OpenDesk) -> None:
    desk = sit()
    page = desk.page
    desk.open("?epochs=1&batch_size=32")
    page.get_by_role("link", name="API").click()
    page.wait_for_selector(".opblock-summary-path")
    paths = page.locator(".opblock-summary-path").evaluate_all(
        "all => all.map(({ dataset }) => dataset.path)"
    )
    documented = page.request.get(f"{desk.base}/openapi.json").json()["paths"]
    assert sorted(paths) == sorted(documented)
    assert {"/healthz", "/api/v1/paths", "/api/v1/figures/loss"} <= set(paths)

    operation = page.locator(".opblock", has=page.locator("[data-path='/healthz']"))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    live = operation.locator(".live-responses-table")
    assert live.locator("tr.response .response-col_status").inner_text().startswith("200")
    assert '"ok"' in live.locator("tr.response .response-col_description").inner_text()
    hosts = {url.split("/")[2] for url in desk.asked if url.startswith("http")}
    assert hosts == {desk.base.split("/")[2]}

    page.get_by_role("link", name="Batchscape").click()
    desk.wait_drawn(1)
