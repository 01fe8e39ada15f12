"""A real browser for the tests of the pages."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from .desk import Desk, OpenDesk

PATIENCE_MS = 120_000  # for a condition that never comes true
# Debian's shell is the same browser without windows, tabs and menus: a tenth less work a page.
BROWSERS = ("chromium-headless-shell", "chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Both end with this directory's last test: while Playwright runs, its event loop counts as the
# thread's own, and nobody else's asyncio.run would work.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"no Chromium: apt-get install {BROWSERS[0]}")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def page(browser: Browser, live_server: tuple[str, Path]) -> Iterator[Page]:
    """A page with a mouse and a touch screen, one for all tests, of somebody who was shown around.

    A renderer process that has once compiled Plotly shows the page five times sooner.
    """
    kept: StorageState = {
        "origins": [
            {
                "origin": live_server[0],
                "localStorage": [{"name": "batchscape-shown-around", "value": "1"}],
            }
        ]
    }
    with browser.new_context(
        has_touch=True,
        reduced_motion="reduce",
        storage_state=kept,
        permissions=["clipboard-write"],  # which a whole browser gives who clicks
    ) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()


@pytest.fixture
def sit(page: Page, live_server: tuple[str, Path]) -> Iterator[OpenDesk]:
    """A page of a size, in light colours; at the end nothing may have gone wrong in it."""
    base, log = live_server
    desk = Desk(page, base)
    said = log.stat().st_size

    def sit(width: int = 1280, height: int = 600) -> Desk:
        page.set_viewport_size({"width": width, "height": height})
        return desk

    yield sit
    desk.leave()
    with log.open() as lines:
        lines.seek(said)
        print(lines.read(), end="")  # noqa: T201
    assert not desk.troubles
