"""A real server and a real browser for the tests of the pages."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from .desk import HOST, Desk, OpenDesk

ROOT = Path(__file__).parents[2]
PATIENCE_MS = 15_000  # for a condition that never comes true
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
    chromium = shutil.which("chromium")
    if chromium is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server of this code, and the file of its log."""
    log = tmp_path_factory.mktemp("server") / "log"
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "app.main:create_app"]
    options = ["--port", str(port), "--log-level", "warning"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, *options], cwd=ROOT, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        ) as process,
    ):
        try:
            base = f"http://{HOST}:{port}"
            while not _answers(base):
                assert process.poll() is None, log.read_text()
            yield base, log
        finally:
            process.terminate()


def _answers(base: str) -> bool:
    try:
        return httpx.get(f"{base}/healthz").is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="package")
def pages(browser: Browser) -> Iterator[Callable[[bool], Page]]:
    """One page with a mouse and one with a touch screen, for all tests.

    A renderer process that has once compiled Plotly shows the page three times sooner.
    """

    @cache
    def page(touch: bool) -> Page:
        context = browser.new_context(has_touch=touch, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    yield page
    for context in browser.contexts:
        context.close()


@pytest.fixture
def sit(pages: Callable[[bool], Page], server: tuple[str, Path]) -> Iterator[OpenDesk]:
    """A page of a size and colour scheme; at the end nothing may have gone wrong in it."""
    base, log = server
    desks: list[Desk] = []
    said = log.stat().st_size

    def sit(
        width: int = 1280, height: int = 800, color_scheme: str = "light", touch: bool = False
    ) -> Desk:
        page = pages(touch)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if color_scheme == "dark" else "light")
        desks.append(Desk(page, base))
        return desks[-1]

    yield sit
    for desk in desks:
        desk.leave()
    with log.open() as lines:
        lines.seek(said)
        print(lines.read(), end="")  # noqa: T201
    troubles = [trouble for desk in desks for trouble in desk.troubles]
    assert not troubles, troubles


@pytest.fixture
def desk(sit: OpenDesk) -> Desk:
    """A page at 1280 × 800 with the first visit's picture."""
    desk = sit()
    desk.open()
    return desk
