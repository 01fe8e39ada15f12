"""From navigation to the first picture: ``python -m benchmarks.first_picture`` (it needs Chromium).

The home page, and one of a link, each into a new browser context and then once more into the same
one; ``--beside`` another server, such as one of an earlier version, in turns.
"""

import argparse
import shutil
import statistics
import time
from contextlib import ExitStack

import httpx
from playwright.sync_api import Browser, sync_playwright

from benchmarks.painting import ARGUMENTS
from benchmarks.serving import served

ROUNDS = 7
LINKS = {"the first picture": "/", "a link": "/?surface=himmelblau&seed=3"}
# The server's picture, or else Plotly's paths: what is there at a frame is painted at the next.
SEEN = """() => new Promise((done) => {
  const look = () => document.querySelector("#still, #paths-figure .scatterlayer path.js-line")
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
})"""
COMPLETE = "main[data-drawn]"
PATIENCE_MS = 120_000


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_picture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--beside", help="the address of another server")
    options = parser.parse_args()
    with ExitStack() as stack:
        servers = {"this": stack.enter_context(served()).url.rstrip("/")}
        if options.beside:
            servers["beside"] = options.beside.rstrip("/")
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        taken: dict[tuple[str, str, str], list[float]] = {}
        for _ in range(options.rounds):
            for link, path in LINKS.items():
                for name, url in servers.items():
                    for state, ms in _seen(browser, url + path).items():
                        taken.setdefault((link, state, name), []).append(ms)
                    taken.setdefault((link, "server", name), []).append(_answered(url + path))
        browser.close()
    print("| page | measured | ms | beside, ms | ratio |\n| --- | --- | --- | --- | --- |")  # noqa: T201
    for (link, state, name), values in taken.items():
        if name == "this":
            ours = statistics.median(values)
            theirs = statistics.median(taken.get((link, state, "beside"), [float("nan")]))
            print(f"| {link} | {state} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} |")  # noqa: T201


def _seen(browser: Browser, url: str) -> dict[str, float]:
    """Milliseconds to the first picture with cold caches, and with warm ones."""
    found = {}
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        for state in ("cold", "warm"):
            page = context.new_page()
            page.goto(url, wait_until="commit")
            found[state] = float(page.evaluate(SEEN))
            page.wait_for_selector(COMPLETE, timeout=PATIENCE_MS)
            page.close()
    return found


def _answered(url: str) -> float:
    begun = time.perf_counter()
    httpx.get(url).raise_for_status()
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
