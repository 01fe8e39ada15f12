"""Links, frames, codes, downloads: what leaves the page is what was seen."""

import csv
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from .desk import Desk, OpenDesk
from .test_look import CUT

QUICK = "?epochs=1&batch_size=32&batch_size=full&seed=4"


def share(desk: Desk) -> None:
    desk.page.click("[data-share]")
    desk.page.locator("dialog > details").evaluate_all("all => all.forEach(d => (d.open = true))")


@pytest.fixture
def elsewhere() -> Iterator[Callable[[str], str]]:
    """Serves a page of somebody else's: its address."""

    class Handler(BaseHTTPRequestHandler):
        page = b""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self.page)

        def log_message(self, *_: object) -> None:
            pass

    def serve(body: str) -> str:
        Handler.page = f"<!doctype html><link rel=icon href=data:,>{body}".encode()
        return f"http://127.0.0.1:{server.server_port}/"

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield serve
        server.shutdown()


def test_the_dialogue_hands_on_a_link_code_frames_and_what_a_teacher_hides(
    sit: OpenDesk, elsewhere: Callable[[str], str]
) -> None:
    desk = sit()
    desk.open(QUICK)
    desk.page.focus("#compare")  # the page that compares takes the picture as A
    compare = urlsplit(desk.page.get_attribute("#compare", "href") or "")
    assert (compare.path, parse_qs(compare.query)) == ("/compare", desk.query)
    share(desk)
    desk.page.get_by_text("Nobody else can open this link").wait_for()
    link = desk.page.input_value("#share-link")
    assert link.startswith(desk.base)
    assert parse_qs(urlsplit(link).query) == desk.query | {"lang": ["en"]}
    desk.wait("() => document.getElementById('share-qr').naturalWidth > 0")
    source = desk.page.get_attribute("#share-qr", "src") or ""
    assert parse_qs(urlsplit(source).query)["text"] == [link]
    desk.page.click("[data-copy=share-link]")
    desk.page.get_by_text("Copied").wait_for()
    for library in ("numpy", "pytorch", "keras", "notebook"):
        code = desk.page.get_attribute(f"[data-library={library}]", "href") or ""
        reply = desk.page.request.get(desk.base + code)
        assert reply.status == 200
        assert parse_qs(urlsplit(code).query) == desk.query
        assert "batch_size" in reply.text().lower()
    frames = {}
    for figure in ("paths", "loss"):
        desk.page.select_option("#share-figure", figure)
        frames[figure] = desk.page.input_value("#share-embed")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#share")).to_be_hidden()

    # A teacher's link hides controls and keeps what is measured.
    share(desk)
    for label in ("Learning rate", "Batch sizes"):
        desk.page.locator("[data-hide]").get_by_label(label, exact=True).check()
    desk.page.goto(desk.page.input_value("#share-link"))
    desk.wait_drawn(1)
    expect(desk.page.locator("#learning_rate")).to_be_hidden()
    expect(desk.page.locator(".batch-sizes")).to_be_hidden()
    expect(desk.page.locator("#optimizer")).to_be_visible()
    assert desk.page.locator("#cards .card").count() == 2
    expect(desk.page.locator("#words")).to_contain_text("batch size 32")
    desk.change("optimizer", "momentum")
    assert desk.query["hide"] == ["batch_size", "learning_rate"]

    # At an address of this machine alone others are given another.
    offered = ["http://192.168.1.20:8000", "http://172.17.0.1:8000"]
    answer = {"loopback": True, "addresses": offered}
    desk.page.route("**/addresses", lambda route: route.fulfill(json=answer))
    share(desk)
    desk.page.get_by_text("Nobody else can open the address of this page").wait_for()
    expect(desk.page.get_by_text("Nobody else can open this link")).to_be_hidden()
    for address in offered:
        desk.page.select_option("#share-address", address)
        for place in ("#share-link", "#share-embed"):
            assert f"{address}/" in desk.page.input_value(place)

    # A frame in another page draws the figure.
    desk.page.goto(elsewhere("".join(frames.values())))
    for figure in frames:
        frame = desk.page.frame_locator(f"iframe[src*='/embed/{figure}?']")
        frame.locator("main[data-drawn]").wait_for()
        expect(frame.locator("figcaption")).to_contain_text("batch size 32")
        expect(frame.locator(".made")).to_contain_text("(learning_rate) = 0.1")
        assert frame.locator("header").count() == 0
        runs = [text.strip() for text in frame.locator("#runs li").all_text_contents()]
        assert runs == ["B = 32", "B = 1,050 (full)"]


COVERED = """() => {
    const boxes = [".figure[role=img]", ".player", ".told", ".from"].map((each) =>
        document.querySelector(each).getBoundingClientRect());
    const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
    return boxes.every((a, i) => a.bottom <= innerHeight && a.height > 0 && boxes.every((b, j) => i === j || apart(a, b)));
}"""


@pytest.mark.parametrize(("figure", "size"), [("paths", (720, 520)), ("loss", (360, 400))])
def test_a_frame_has_its_player_and_its_words_cover_nothing(
    sit: OpenDesk, figure: str, size: tuple[int, int]
) -> None:
    desk = sit(*size)
    desk.page.goto(f"{desk.base}/embed/{figure}?epochs=3&batch_size=1&batch_size=full")
    desk.wait_drawn(1)
    desk.wait(COVERED)
    desk.wait(f"() => !({CUT})([...document.querySelectorAll('.figure')]).length")
    assert desk.page.locator("#scrub").input_value() == desk.page.get_attribute("#scrub", "max")
    drawn = """figure => figure.data.filter(({ meta }) => meta?.role === "path").map(({ x }) => x.length)"""
    line = "figure => figure.layout.shapes?.map(({ x0 }) => x0) ?? []"
    plot = desk.page.locator(".figure[role=img]")
    assert plot.evaluate(line) == []
    desk.page.locator("#scrub").fill("0")
    desk.page.click("#one-update")
    if figure == "paths":  # thinned to every second update: the first one has come from the server
        desk.wait(f"() => ({drawn})(document.querySelector('[role=img].figure'))[0] === 2")
        first = desk.page.request.get(
            f"{desk.base}/api/v1/moment?epochs=3&batch_size=1&update=1"
        ).json()
        path = plot.evaluate("figure => [figure.data[0].x[1], figure.data[0].y[1]]")
        assert path == pytest.approx(first["after"], rel=1e-6)
        assert plot.evaluate(drawn) == [2, 1]
    else:
        desk.wait(f"() => ({line})(document.querySelector('[role=img].figure'))[0] > 0")
        assert plot.evaluate(line) == pytest.approx([1 / 1050])
    desk.page.click("#play")
    desk.wait("() => document.querySelector('#play').getAttribute('aria-pressed') === 'true'")
    start = desk.page.locator("#scrub").input_value()
    desk.wait(f"() => Number(document.querySelector('#scrub').value) > {start}")
    desk.page.click("#play")


def test_no_other_page_can_be_framed(sit: OpenDesk, elsewhere: Callable[[str], str]) -> None:
    desk = sit()
    desk.forgive("frame-ancestors")
    with desk.page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        desk.page.goto(elsewhere(f"<iframe src='{desk.base}/learn'></iframe>"))


def test_a_frame_says_what_is_wrong_with_its_link(sit: OpenDesk) -> None:
    desk = sit()
    desk.forgive("422")
    desk.page.goto(f"{desk.base}/embed/loss?batch_size=0")
    error = desk.page.locator(".error")
    error.wait_for()
    expect(error).to_contain_text("batch_size is '0'")


def test_what_is_taken_home_and_opened_offline(sit: OpenDesk, tmp_path: Path) -> None:
    desk = sit()
    desk.open(QUICK)
    taken = {figure: take(desk, figure, tmp_path) for figure in ("paths", "loss")}
    in_japanese = tmp_path / "figure.html"
    url = f"{desk.base}/api/v1/figures/loss{QUICK}&format=html&lang=ja"
    in_japanese.write_bytes(desk.page.request.get(url).body())
    with desk.elsewhere() as other:
        for figure, (_, still, rows) in taken.items():
            other.goto(f"file://{still}")
            expect(other.locator("svg[role=img]")).to_be_visible()
            for said in ("(seed) = 4", "In the same 1 epoch"):
                assert said in other.inner_text("figcaption")
            data = list(csv.reader(io.StringIO(other.locator("pre").text_content() or "")))
            # Of the surface it is without the ground.
            assert data == rows if figure == "loss" else 30 < len(data) < len(rows)
        other.goto(f"file://{taken['paths'][0]}")
        other.locator(".js-plotly-plot .main-svg").first.wait_for()
        assert "(seed) = 4" in other.inner_text("figcaption")
        # An offline page speaks its reader's language.
        other.goto(f"file://{in_japanese}")
        other.locator(".modebar-btn").first.wait_for(state="attached")
        titles = other.locator(".modebar-btn").evaluate_all("all => all.map(b => b.dataset.title)")
        expect(other.locator("figcaption")).to_contain_text("（seed）：4")
    assert len(titles) > 4
    assert all(re.search("[ぁ-んァ-ン一-龯]", title) for title in titles)


def take(desk: Desk, figure: str, place: Path) -> tuple[Path, Path, list[list[str]]]:
    """Download a figure as all that it is offered as: the two pages and the rows of the table."""
    page, offers = desk.page, desk.page.locator(f"[data-figure={figure}] .take")
    offers.locator("summary").click()
    offers.locator("tbody tr").first.wait_for()
    shown = offers.locator("tbody tr").first.locator("td").all_inner_texts()

    def got(selector: str) -> Path:
        with page.expect_download() as downloading:
            offers.locator(selector).click()
        path = place / downloading.value.suggested_filename
        downloading.value.save_as(path)
        return path

    picture = got("[data-picture=svg]")
    assert picture.name == f"batchscape-{figure}.svg"
    text = re.sub(r"<[^>]+>", " ", picture.read_text(encoding="utf-8"))
    text = " ".join(text.split())
    for made in ("(batch_size) = 32, 1050", "(seed) = 4", "(learning_rate) = 0.1", "(epochs) = 1"):
        assert made in text
    assert "background" not in text
    assert "B = 1,050 (full)" in text
    assert "In the same 1 epoch" in text
    assert got("[data-picture=png]").read_bytes().startswith(b"\x89PNG")
    still = got("[data-picture=html]")
    assert still.name == f"batchscape-{figure}-still.html"
    assert "<script" not in still.read_text(encoding="utf-8")
    assert still.stat().st_size < 500_000
    rows = list(csv.reader(io.StringIO(got("[data-format=csv]").read_text(encoding="utf-8"))))
    assert rows[0][:5] == ["batch_size", "replica", "kind", "x", "y"]
    if figure == "loss":
        assert [float(v) for v in rows[1][3:5]] == [float(v) for v in shown[1:3]]
    drawn = json.loads(got("[data-format=json]").read_text(encoding="utf-8"))
    assert drawn["layout"]["meta"]["name"] == figure
    return got("[data-format=html]"), still, rows
