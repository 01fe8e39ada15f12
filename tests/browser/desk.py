"""A page in a real browser, as a user sits before it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, expect

PATHS = "/api/v1/paths?"
LOOK_MS = 30  # from look to look at what is waited for: one a frame would have each frame made
HOST = "127.0.0.1"
FUNCTION = re.compile(r"(\w+|\([\w\s,\[\]{}]*\)) =>")
FITTED = """() => [...document.querySelectorAll(".figure")].filter(plot => plot._fullLayout)
    .every(({ _fullLayout, clientWidth, clientHeight }) =>
        Math.abs(_fullLayout.width - clientWidth) <= 1
        && Math.abs(_fullLayout.height - clientHeight) <= 1)"""
GO = """query => {
    history.pushState(null, "", query);
    dispatchEvent(new PopStateEvent("popstate"));
}"""
# What the page asks for is told and never answered, so that nothing is drawn.
UNANSWERED = """() => {
    const { fetch } = window;
    window.asked = [];
    window.fetch = (url, { signal } = {}) => new Promise((_, fail) => {
        asked.push(String(url));
        signal?.addEventListener("abort", () => fail(signal.reason));
    });
    window.answered = () => { window.fetch = fetch; };
}"""


class Desk:
    """The page, what it asked the server for, and what went wrong in it.

    Nothing here waits for a time: every wait is for a condition.
    """

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.asked: list[str] = []
        self.troubles: list[str] = []
        self.forgiven: tuple[str, ...] = ()
        page.on("pageerror", self._failed)
        page.on("console", self._heard)
        page.on("request", self._sent)

    def leave(self) -> None:
        """Leave the page to the next test as it was found, and asking for nothing any more."""
        self.page.mouse.up()
        self.page.unroute_all()
        self.page.emulate_media(media="screen", color_scheme="light")
        self.page.evaluate("0")  # what the page has said until now has arrived
        self.page.remove_listener("pageerror", self._failed)
        self.page.remove_listener("console", self._heard)
        self.page.remove_listener("request", self._sent)
        self.page.goto(f"{self.base}/static/img/icon.svg")  # the site's process knows Plotly

    def _failed(self, error: Error) -> None:
        self.troubles.append(f"page error: {error}")

    def _heard(self, message: ConsoleMessage) -> None:
        # A violation of the content security policy is an error of the console too.
        if message.type == "error" and not any(text in message.text for text in self.forgiven):
            self.troubles.append(f"console: {message.text}")

    def _sent(self, request: Request) -> None:
        self.asked.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "file") and parts.hostname != HOST:
            self.troubles.append(f"a request left the machine: {request.url}")

    def forgive(self, *texts: str) -> None:
        """What the console may say from now on: the browser reports each failed request there."""
        self.forgiven += texts

    def open(self, query: str = "") -> None:
        """Load the page and wait for its first picture."""
        self.page.goto(f"{self.base}/{query}")
        self.wait_drawn(1)

    @contextmanager
    def elsewhere(self) -> Iterator[Page]:
        """Another page, for an address that is not the server's.

        The desk's own would leave its renderer process, in which Plotly is compiled.
        """
        page = self.page.context.new_page()
        page.on("pageerror", self._failed)
        page.on("console", self._heard)
        page.on("request", self._sent)
        yield page
        page.close()

    def wait_drawn(self, count: int) -> None:
        self.wait("n => Number(document.querySelector('main')?.dataset.drawn ?? 0) >= n", count)

    def fit(self, width: int, height: int = 800) -> None:
        """Give the window another size, and wait until the page has fitted its charts to it."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.wait(FITTED)

    def turn(self, query: str) -> None:
        """Turn the page to another picture as Back does, by its address."""
        with self.redraw():
            self.page.evaluate(GO, query)

    @property
    def drawn(self) -> int:
        return int(self.page.get_attribute("main", "data-drawn") or 0)

    @contextmanager
    def redraw(self) -> Iterator[None]:
        """What is done inside leads to one new picture; wait for it."""
        before = self.drawn
        yield
        self.wait_drawn(before + 1)

    def wait(self, condition: str, argument: Any = None) -> None:
        """Wait until a JavaScript function, of the argument, gives what is true.

        After the first look a bare expression would be a text to evaluate, which the page forbids.
        """
        assert FUNCTION.match(condition.strip()), condition
        self.page.wait_for_function(condition, arg=argument, polling=LOOK_MS)

    def type(self, selector: str, text: str) -> None:
        """Type into a field in place of its text, and leave it."""
        field = self.page.locator(selector).first
        field.select_text()
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Tab")

    def change(self, name: str, value: str) -> None:
        """Choose or type a parameter's value and wait for the new picture."""
        with self.redraw():
            self.enter(name, value)

    def enter(self, name: str, value: str) -> None:
        """Choose a parameter's value, or give it to its field.

        The page stays where it is: with the focus it would scroll, and draw what comes into sight.
        """
        control = self.page.locator(f"[name={name}]").first
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            expect(control).to_be_editable()
            self.slide(f"[name={name}]", value)

    def slide(self, selector: str, value: float | str, last: bool = True) -> None:
        """Move a slider as a pointer does: an input event, then, at its end, a change."""
        self.page.locator(selector).first.evaluate(
            """(slider, [value, last]) => {
                slider.value = value;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
                if (last) slider.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            [value, last],
        )

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters in the address."""
        return parse_qs(urlsplit(self.page.url).query)

    @property
    def paths_url(self) -> str:
        return next(url for url in reversed(self.asked) if PATHS in url)

    def paths(self) -> Any:
        """What the server last answered to /paths: the answer is a pure function of its URL."""
        return self.page.request.get(self.paths_url).json()

    def figure(self, name: str, script: str = "figure => figure.data") -> Any:
        """Something of a Plotly figure, typed arrays as lists, those that came encoded too."""
        text = self.page.locator(f"#{name}-figure").evaluate(
            f"""figure => JSON.stringify(({script})(figure), (_, value) => {{
                const array = value?._inputArray ?? value;  // as Plotly has decoded it
                return ArrayBuffer.isView(array) ? [...array] : value;
            }})"""
        )
        return json.loads(text)

    def traces(self, role: str) -> list[dict[str, Any]]:
        """Traces of one role over the contour."""
        script = f"figure => figure.data.filter(trace => trace.meta?.role === '{role}')"
        found: list[dict[str, Any]] = self.figure("paths", script)
        return found

    def pixel(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where Plotly's axes put a point of the surface, in pixels of the window."""
        x, y = self.page.locator("#paths-figure").evaluate(
            """(figure, [w0, w1]) => {
                const { xaxis, yaxis } = figure._fullLayout;
                const { left, top } = figure.getBoundingClientRect();
                return [left + xaxis._offset + xaxis.l2p(w0), top + yaxis._offset + yaxis.l2p(w1)];
            }""",
            list(point),
        )
        return x, y

    def start(self) -> tuple[float, float]:
        """The start that is drawn."""
        (trace,) = self.figure(
            "paths",
            """figure => figure.data.filter(trace => trace.meta?.role === 'start')
                .map((_, i, found) => figure.calcdata[figure.data.indexOf(found[i])][0])
                .map(({ x, y }) => [x, y])""",
        )
        return trace[0], trace[1]

    def said(self, selector: str) -> str:
        """A text as the server says it: on the page no line ends beside a sign."""
        return self.page.locator(selector).inner_text().replace("\u00a0", " ")

    def card(self, run: int = 0) -> dict[str, str]:
        """What a run's card shows: its name, and its facts by their names."""
        card = self.page.locator("#cards .card").nth(run)
        facts = card.locator("[data-fact]").evaluate_all(
            "all => all.map(one => [one.dataset.fact, one.textContent])"
        )
        return {"name": card.locator("label").inner_text(), **dict(facts)}

    def readout(self, run: int = 0) -> list[str]:
        """Name, update, epoch, batch, examples seen and excess loss on a run's card."""
        card = self.card(run)
        return [card[fact] for fact in ("name", "update", "epoch", "batch", "examples", "excess")]


OpenDesk = Callable[..., Desk]
