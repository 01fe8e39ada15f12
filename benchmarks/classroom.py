"""A class at one server: ``python -m benchmarks.classroom`` (it needs Chromium).

What the pages ask is recorded once in Chromium: opening the home page, choosing a surface,
moving the start, letting it go. Then 20 and 200 students, each at a loopback address of their
own, play it: they open the page, choose surfaces, and drag, by the page's own rules (one request
is under way, the newest move goes next, answers that are late make the next ones shorter, a full
server is asked again when it says; paths are drawn before their figures are there). Clients
and server share the machine. With ``--beside CHECKOUT`` another version is played in turns with
this one.
"""

import argparse
import asyncio
import json
import random
import re
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from app.science.problems import SURFACES
from benchmarks.painting import ARGUMENTS
from benchmarks.serving import served

STUDENTS = 20, 200
WORKERS = 1, 2
MOVES = 50
MOVES_A_SECOND = 10
SURFACES_CHOSEN = 3
COMING = 0.3  # seconds between two students, a minute for 200
READING = 2.0  # seconds between choices of a surface
CONNECTIONS = httpx.Limits(max_connections=6)  # as a browser
PATIENCE = 60.0  # seconds until a request is given up
START = re.compile(r"start=[-\d.]+(?:%2C|,)[-\d.]+")
SURFACE = re.compile(r"(surface=|surfaces/)rosenbrock")
HANDLE = "#start-handle"
PATHS = "/api/v1/paths?"  # of what is asked at once the first answer, and drawn at once
AT_ONCE = re.compile(r"/(paths|figures/(paths|surface|loss)|surfaces/[^/?]+|rule)\?")


@dataclass(frozen=True)
class Script:
    """What the page asks: paths and queries, with the recorded start and surface in them.

    Attributes:
        opened: of opening it, the page itself first.
        chosen: of choosing a surface.
        moved: of a move.
        let_go: of the rest at its end.
        live: how moves are shortened where answers are late; {} where they are not.
    """

    opened: list[str]
    chosen: list[str]
    moved: list[str]
    let_go: list[str]
    live: dict[str, Any]


def recorded(url: str) -> Script:
    """What the page of a server asks."""
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 600})
        page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
        page.goto(f"{url}/?seed=0")
        _drawn(page, 1)
        opened = _taken(asked)
        page.select_option("[name=surface]", "rosenbrock")
        _drawn(page, 2)
        chosen = _taken(asked)
        page.select_option("[name=surface]", "least-squares")
        _drawn(page, 3)
        asked.clear()
        box = page.locator(HANDLE).bounding_box()
        assert box  # noqa: S101 - it is on the page
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y - 40)
        _drawn(page, 4)
        moved = _taken(asked)
        page.mouse.up()
        _drawn(page, 5)
        let_go = _taken(asked)
        live = json.loads(page.get_attribute("main", "data-live") or "{}")
        browser.close()
    return Script(opened, chosen, moved, let_go, live)


def _drawn(page: Page, count: int) -> None:
    while int(page.get_attribute("main", "data-drawn") or 0) < count:
        page.wait_for_timeout(50)
    page.wait_for_timeout(1500)  # what follows the picture


def _taken(asked: list[str]) -> list[str]:
    taken = [each for each in asked if each.startswith("/")]
    asked.clear()
    return taken


@dataclass
class Measured:
    """Of all students: seconds, and what was answered."""

    opened: list[float] = field(default_factory=list)
    chosen: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    asked_anew: int = 0  # as browsers do, unseen
    given_up: Counter[str] = field(default_factory=Counter)


class Student:
    """One who plays the script."""

    def __init__(self, number: int, url: str, script: Script, measured: Measured) -> None:
        address = f"127.0.{1 + number // 250}.{1 + number % 250}"
        transport = httpx.AsyncHTTPTransport(local_address=address, limits=CONNECTIONS)
        self.client = httpx.AsyncClient(base_url=url, transport=transport, timeout=PATIENCE)
        self.script, self.measured = script, measured
        self.random = random.Random(number)  # noqa: S311
        self.number = number

    async def play(self, all_here: asyncio.Barrier) -> None:
        """Come, choose, and drag when all are ready."""
        async with self.client:
            await asyncio.sleep(COMING * self.number)
            await self._timed(self.measured.opened, self._all(self.script.opened))
            for surface in self.random.sample(sorted(SURFACES), SURFACES_CHOSEN):
                await asyncio.sleep(READING * (0.5 + self.random.random()))
                asked = [SURFACE.sub(rf"\g<1>{surface}", each) for each in self.script.chosen]
                await self._timed(self.measured.chosen, self._all(asked))
            await all_here.wait()
            await self._drag()

    async def _drag(self) -> None:
        begun, drawn, cut = time.monotonic(), 0, False
        while (now := int((time.monotonic() - begun) * MOVES_A_SECOND)) < MOVES:
            asked = [self._at(each, now) for each in self.script.moved]
            if cut:
                asked = [coarser(each, self.script.live["asked_late"]) for each in asked]
            came = await self._timed(self.measured.moved, self._all(asked))
            late = self.script.live.get("late", 1e9) / 1e3
            cut = came > (late / 2 if cut else late)
            drawn += 1
            following = begun + (now + 1) / MOVES_A_SECOND - time.monotonic()
            await asyncio.sleep(max(0.0, following))
        self.measured.drawn.append(drawn)
        last = [self._at(each, MOVES) for each in self.script.let_go]
        await self._timed(self.measured.rest, self._let_go(last))

    async def _let_go(self, asked: list[str]) -> None:
        at_once = [each for each in asked if AT_ONCE.search(each)]
        paths, others = (
            asyncio.ensure_future(self._all([each for each in at_once if (PATHS in each) == first]))
            for first in (True, False)
        )
        await self._timed(self.measured.last, paths)
        await others
        await self._all([each for each in asked if each not in at_once])

    def _at(self, asked: str, move: int) -> str:
        """A request of another start, one for each student and move."""
        w0, w1 = -2 + move * 0.03 + self.number * 1e-4, -1 + move * 0.02
        return START.sub(f"start={w0:.4f}%2C{w1:.4f}", asked)

    async def _all(self, asked: Sequence[str]) -> None:
        page = [each for each in asked if not each.startswith(("/api/", "/static/"))]
        await asyncio.gather(*map(self._ask, page))
        await asyncio.gather(*(self._ask(each) for each in asked if each not in page))

    async def _ask(self, path: str) -> None:
        while True:
            try:
                # Compressed, and not read: a browser does that in another process.
                async with self.client.stream(
                    "GET", path, headers={"Accept-Encoding": "gzip"}
                ) as reply:
                    async for _ in reply.aiter_raw():
                        pass
            except (httpx.ReadError, httpx.RemoteProtocolError):
                # The connection had been idle, and the server closed it just then.
                self.measured.asked_anew += 1
                continue
            except httpx.HTTPError as error:
                self.measured.given_up[type(error).__name__] += 1
                return
            self.measured.statuses[reply.status_code] += 1
            if reply.status_code != 503:
                return
            wait = float(reply.headers.get("Retry-After", 2))
            await asyncio.sleep(wait * (1 + self.random.random()))

    async def _timed(self, taken: list[float], work: Awaitable[None]) -> float:
        begun = time.monotonic()
        await work
        taken.append(time.monotonic() - begun)
        return taken[-1]


async def _class(url: str, script: Script, students: int) -> Measured:
    measured = Measured()
    all_here = asyncio.Barrier(students)
    those = [Student(i, url, script, measured) for i in range(students)]
    await asyncio.gather(*(each.play(all_here) for each in those))
    return measured


def coarser(asked: str, changed: dict[str, int]) -> str:
    """A request with some parameters otherwise."""
    url = httpx.URL(asked)
    return str(url.copy_merge_params(changed))


HEAD = (
    "| version | workers | students | open, s | surface, s | move, s | drawn of 50 "
    "| last paths, s | all figures, s | statuses | asked anew | given up |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def _row(version: str, workers: int, students: int, measured: Measured) -> str:
    def both(taken: Sequence[float]) -> str:
        return f"{statistics.median(taken):.2f}, {statistics.quantiles(taken, n=20)[-1]:.2f}"

    statuses = ", ".join(f"{n:,} × {status}" for status, n in sorted(measured.statuses.items()))
    cells = [
        version,
        workers,
        students,
        *map(both, (measured.opened, measured.chosen, measured.moved)),
        f"{statistics.median(measured.drawn):.0f}, least {min(measured.drawn)}",
        f"{both(measured.last)}, most {max(measured.last):.2f}",
        both(measured.rest),
        statuses,
        measured.asked_anew,
        ", ".join(f"{n} × {error}" for error, n in measured.given_up.items()) or 0,
    ]
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Measure, and print a table: medians, and the 95 % quantile."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description=__doc__)
    parser.add_argument("--beside", type=Path, help="a checkout of another version")
    parser.add_argument("--students", type=int, nargs="+", default=STUDENTS)
    options = parser.parse_args()
    checkouts = {"this": Path.cwd()}
    if options.beside:
        checkouts = {"beside": options.beside, **checkouts}
    say: Callable[[str], None] = lambda text: print(text, flush=True)  # noqa: E731, T201
    say(HEAD)
    for students in options.students:
        for workers in WORKERS:
            for version, cwd in checkouts.items():
                with served("--workers", str(workers), cwd=cwd) as server:
                    script = recorded(server.url)
                    measured = asyncio.run(_class(server.url, script, students))
                say(_row(version, workers, students, measured))


if __name__ == "__main__":
    main()
