"""From navigation to painted paths: ``python -m benchmarks.painting`` (it needs Chromium).

The home page beside a bare page that loads Plotly and draws the same contour with the same paths,
both from this machine into a new browser context each time, in turns.
"""

import argparse
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from playwright.sync_api import Browser, sync_playwright

from app.resources import plotly_bundle
from app.web.assets import Assets
from benchmarks.serving import served

ROUNDS = 7
RATIO = 1.25  # asked for
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]
BARE = b"""<!doctype html><link rel=icon href=data:,><main></main><script src=plotly.js></script>
<script>fetch("figure.json").then((reply) => reply.json()).then(async ({ data, layout }) => {
  await Plotly.newPlot(document.querySelector("main"), data, layout, { displayModeBar: false });
  document.querySelector("main").dataset.drawn = 1;
});</script>"""
PAINTED = """() => new Promise((done) => {
  const look = () => document.querySelector("main[data-drawn]")
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
})"""


def main() -> None:
    """Measure and print the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.painting", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    chromium = shutil.which("chromium")
    with served() as server, sync_playwright() as playwright:
        figure = httpx.get(f"{server.url}/api/v1/figures/paths").content
        with bare(figure) as other:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            pages = {"ours": server.url, "bare": other}
            taken: dict[str, list[float]] = {name: [] for name in pages}
            for _ in range(rounds):
                for name, url in pages.items():
                    taken[name].append(_painted(browser, url))
            browser.close()
    ours, theirs = (statistics.median(taken[name]) for name in ("ours", "bare"))
    print(  # noqa: T201
        f"painted after {ours:.0f} ms, the bare page after {theirs:.0f} ms: "
        f"{ours / theirs:.2f} times, asked for {RATIO}"
    )


def _painted(browser: Browser, url: str) -> float:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(url, wait_until="commit")
        milliseconds: float = page.evaluate(PAINTED)
    return milliseconds


@contextmanager
def bare(figure: bytes) -> Iterator[str]:
    """The address of the bare page; its files are compressed as ours are."""
    assets = Assets({"": plotly_bundle()})
    assets.compress_all()
    plotly = assets.compressed(plotly_bundle().name, "gzip") or b""
    files = {
        "/": (BARE, "text/html", ""),
        "/plotly.js": (plotly, "text/javascript", "gzip"),
        "/figure.json": (figure, "application/json", ""),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind, encoding = files[self.path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if encoding:
                self.send_header("Content-Encoding", encoding)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


if __name__ == "__main__":
    main()
