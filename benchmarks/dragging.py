"""From pointer to paint while the start is dragged: ``python -m benchmarks.dragging``.

The home page in Chromium, its handle moved once a frame around an ellipse by synthetic pointer
events. Of each picture that is shown, the time since the move that it shows; then the time from
letting go to the whole picture. With ``--beside CHECKOUT`` another version takes turns with this.
"""

import argparse
import shutil
import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.painting import ARGUMENTS
from benchmarks.serving import served

ROUNDS = 3
FRAMES = 180  # of a drag: three seconds where the machine keeps up
PICTURES = {"default": "?seed=0", "replicas=30": "?replicas=30"}
DRAG = """frames => new Promise((done) => {
  const [main, plane, figure, handle, field] = ["main", "#plane", "#paths-figure", "#start-handle",
    "[name=start]"].map((name) => document.querySelector(name));
  const { left, top, width, height } = plane.getBoundingClientRect();
  const as = (start) => start.map((w) => Number(w).toFixed(3)).join(",");
  const asked = () => as(field.value.split(","));
  const over = () => plane.querySelector("canvas.preview:not([hidden])");
  const shown = () => { // the start of the picture that is seen
    if (over()) return as(over().dataset.start.split(","));
    const at = figure.data.findIndex(({ meta }) => meta?.role === "start");
    return as([figure.calcdata[at][0].x, figure.calcdata[at][0].y]);
  };
  const send = (type, clientX, clientY) => handle.dispatchEvent(new PointerEvent(type,
    { clientX, clientY, pointerId: 1, isPrimary: true, bubbles: true, cancelable: true }));
  handle.setPointerCapture = () => {};
  const at = (i) => [left + width * (0.5 + 0.2 * Math.cos(i / 30)),
    top + height * (0.5 + 0.2 * Math.sin(i / 30))];
  const moved = new Map(), latencies = [], whole = figure.calcdata[0].length;
  let last = shown(), i = 0;
  send("pointerdown", ...at(0));
  const began = performance.now();
  const tick = () => {
    const now = performance.now(), start = shown();
    if (start !== last && moved.has(start)) latencies.push(now - moved.get(last = start));
    if (i < frames) {
      send("pointermove", ...at(i++));
      moved.set(asked(), performance.now());
    } else if (last === asked()) {
      const seconds = (now - began) / 1000;
      return setTimeout(() => drop(seconds), 1000); // a hand rests before it lets go
    }
    requestAnimationFrame(tick);
  };
  const drop = (seconds) => {
    const { drawn } = main.dataset, up = performance.now();
    send("pointerup", ...at(i - 1));
    const painted = () => main.dataset.drawn !== drawn && !over()
      && figure.calcdata[0].length === whole;
    const look = () => painted() ? done({ latencies, seconds, final: performance.now() - up })
      : requestAnimationFrame(look);
    look();
  };
  requestAnimationFrame(tick);
})"""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dragging", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--beside", type=Path, help="a checkout of another version")
    options = parser.parse_args()
    checkouts = {"this": Path.cwd()}
    if options.beside:
        checkouts = {"beside": options.beside, **checkouts}
    taken: dict[tuple[str, str], list[Any]] = {}
    with ExitStack() as stack:
        urls = {name: stack.enter_context(served(cwd=cwd)).url for name, cwd in checkouts.items()}
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for _ in range(options.rounds):
            for picture, query in PICTURES.items():
                for name, url in urls.items():
                    drag = _dragged(browser, f"{url}{query}")
                    taken.setdefault((picture, name), []).append(drag)
        browser.close()
    print("\n".join(_table(taken)))  # noqa: T201


def _dragged(browser: Browser, url: str) -> Any:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("main[data-drawn]")
        page.wait_for_timeout(1000)  # what else it draws has been drawn
        return page.evaluate(DRAG, FRAMES)


def _table(taken: Mapping[tuple[str, str], Sequence[Any]]) -> list[str]:
    lines = [
        "| picture | version | pointer to paint, ms: median, 90 % | pictures/s | whole after, ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    for (picture, name), drags in taken.items():
        latencies = [latency for drag in drags for latency in drag["latencies"]]
        middle, late = statistics.median(latencies), statistics.quantiles(latencies, n=10)[-1]
        rate = len(latencies) / sum(drag["seconds"] for drag in drags)
        final = statistics.median(drag["final"] for drag in drags)
        lines.append(
            f"| {picture} | {name} | {middle:.0f}, {late:.0f} | {rate:.1f} | {final:.0f} |"
        )
    return lines


if __name__ == "__main__":
    main()
