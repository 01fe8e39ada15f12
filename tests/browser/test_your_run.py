"""From a log's file to advice, and by its link to the same in the other language."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from app.science.logged.demonstration import DEMONSTRATION
from tests.science.logged.made import drawn, text

from .desk import OpenDesk
from .test_access import troubles


def test_from_a_log_to_advice(sit: OpenDesk, tmp_path: Path) -> None:
    desk = sit()
    page = desk.page
    page.goto(f"{desk.base}/your-run")
    page.locator("#first:not(:empty)").wait_for()
    expect(page.locator("#of-log")).to_be_hidden()
    lines = drawn(60)
    lines[9]["step"] = 2
    file = tmp_path / "run.jsonl"
    file.write_bytes(text(lines, notes=[], data=50_000))
    page.set_input_files("#file", file)
    page.locator("#logged-noise .main-svg").first.wait_for()
    expect(page.locator("#words")).to_contain_text("Twice the batch: ")
    expect(page.locator("#warnings")).to_contain_text("Steps are out of order")
    assert "log=log2." in page.url
    link = page.url
    page.locator("#logged-advice").scroll_into_view_if_needed()
    page.locator("#logged-advice .main-svg").first.wait_for()
    # What is refused is said beside the file, and the last picture stays.
    desk.forgive("422")
    file = tmp_path / "refused.jsonl"
    file.write_bytes(text([lines[0] | {"norm": -1}]))
    page.set_input_files("#file", file)
    page.locator("#error-log:not([hidden])").wait_for()
    expect(page.locator("#error-log")).to_contain_text('"norm"')
    # What a table does not say is asked for at its own field, and what is none is no log.
    file = tmp_path / "run.csv"
    file.write_text("mean_part_norm,norm\n2,1\n")
    page.set_input_files("#file", file)
    page.locator("#error-of-examples:visible").wait_for()
    expect(page.locator("#error-of-examples")).to_contain_text("examples is missing")
    expect(page.locator("#error-examples")).to_be_hidden()
    file = tmp_path / "run.json"
    file.write_text('[{"step": 0}]')
    page.set_input_files("#file", file)
    expect(page.locator("#error-log")).to_contain_text("which is not a log")
    expect(page.locator("#error-of-examples")).to_be_hidden()
    # Devices are told of at once, and the demonstration is one click away.
    page.fill("#devices", "4")
    page.press("#devices", "Enter")
    page.locator("[data-fact=batch_size]", has_text="128").wait_for()
    page.click("[data-demonstration]")
    page.wait_for_url(f"**log={DEMONSTRATION}*")
    page.locator("#sound:not([hidden])").wait_for()
    page.evaluate(AXE_SCRIPT)
    assert troubles(desk) == []
    # The link gives the same advice to readers of Japanese.
    page.goto(f"{link}&lang=ja")
    expect(page.locator("#words")).to_contain_text("バッチを2倍にすると：")
    expect(page.locator("#warnings")).to_contain_text("ステップの順序が乱れている")
    assert desk.troubles == []
