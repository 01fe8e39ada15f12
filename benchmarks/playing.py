"""A frame's cost while the home page plays: ``python -m benchmarks.playing`` (needs Chromium).

Processor time of the page's main thread, drawing of the moment beside the player included, and how
many frames a second came of it. With ``--url`` of another server, which may serve an older version,
both are measured in turns.
"""

import argparse
import shutil
import statistics
from itertools import cycle, islice

from playwright.sync_api import Browser, sync_playwright

from benchmarks.painting import ARGUMENTS
from benchmarks.serving import served

ROUNDS = 3
SECONDS = 5  # watched, of a run of twelve
PICTURES = {
    "the first picture": "?seed=0",
    "six batch sizes": "?batch_size=1&batch_size=4&batch_size=16&batch_size=64&batch_size=256"
    "&batch_size=full",
}
COUNT = """() => { window.frames_ = 0;
  const next = () => { window.frames_ += 1; requestAnimationFrame(next); }; next(); }"""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.playing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--url", default="", help="another server, to be measured in turns")
    asked = parser.parse_args()
    with served() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        places = {"this": server.url, **({"other": asked.url} if asked.url else {})}
        for name, query in PICTURES.items():
            taken: dict[str, list[tuple[float, float]]] = {place: [] for place in places}
            for place in islice(cycle(places), asked.rounds * len(places)):
                taken[place].append(_frames(browser, f"{places[place].rstrip('/')}/{query}"))
            for place, pairs in taken.items():
                cost, rate = (statistics.median(values) for values in zip(*pairs, strict=True))
                print(f"{place}, {name}: {cost:.1f} ms a frame, {rate:.0f} frames a second")  # noqa: T201
        browser.close()


def _frames(browser: Browser, url: str) -> tuple[float, float]:
    """Processor time of a frame in ms, and frames a second."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("main[data-drawn]")
        page.wait_for_timeout(1000)
        devtools = context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

        def seconds() -> float:
            metrics = devtools.send("Performance.getMetrics")["metrics"]
            return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")

        page.evaluate(COUNT)
        page.click("#play")
        page.wait_for_timeout(500)
        spent, frames = seconds(), page.evaluate("frames_")
        page.wait_for_timeout(SECONDS * 1000)
        spent, frames = seconds() - spent, page.evaluate("frames_") - frames
    return 1000 * spent / frames, frames / SECONDS


if __name__ == "__main__":
    main()
