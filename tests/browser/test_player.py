"""Playback and the cards."""

import base64
import math
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from .desk import Desk, OpenDesk

THINNED = "?epochs=20&batch_size=1"
FEW = (900, 500)  # where what is scrolled to brings no other figure into sight


def number(text: str) -> float:
    return float(text.replace(",", ""))


def assert_readout(desk: Desk, path: dict[str, Any], row: int) -> None:
    """A card shows a recorded point of the path."""
    _, update, epoch, _, seen, above = desk.readout(row)
    points = path["points"]
    i = points["update"].index(number(update))
    assert number(epoch) == pytest.approx(points["epoch"][i], abs=0.00006)
    assert number(seen) == points["examples_seen"][i]
    assert number(above) == pytest.approx(points["excess"][i], rel=6e-3)


def lengths(desk: Desk) -> list[int]:
    script = """figure => figure.data.filter(({ meta }) => meta?.role === "path")
        .map(({ x }) => (x._inputArray ?? x).length)"""
    found: list[int] = desk.figure("paths", script)
    return found


def test_scrubbing_and_steps_cut_the_paths_and_fill_the_cards_one_of_which_is_chosen(
    sit: OpenDesk,
) -> None:
    desk = sit(*FEW)
    desk.open("?epochs=3")
    paths = desk.paths()["paths"]
    whole = [len(path["points"]["w0"]) for path in paths]
    assert lengths(desk) == whole
    assert [row[0] for row in (desk.readout(i) for i in range(3))] == [
        "B = 1",
        "B = 32",
        "B = 1,050 (full)",
    ]
    last = int(desk.page.get_attribute("#scrub", "max") or "")
    for frame in (last, last // 3, 1, 0, last):
        desk.page.locator("#scrub").fill(str(frame))
        for row, path in enumerate(paths):
            assert_readout(desk, path, row)
        assert (lengths(desk) == whole) == (frame == last)
        if frame == 0:
            assert lengths(desk) == [1, 1, 1]
            assert [desk.readout(row)[3] for row in range(3)] == ["start"] * 3
    page = desk.page
    followed = page.locator("#cards input:checked")
    assert followed.get_attribute("value") == "0"
    page.locator("#cards [data-fact=examples]").nth(2).click()
    assert followed.get_attribute("value") == "2"
    followed.focus()
    page.keyboard.press("ArrowLeft")
    assert followed.get_attribute("value") == "1"
    page.locator("#scrub").fill("0")
    page.click("#one-update")
    assert desk.card(1)["update"] == "1"
    described = page.locator("#cards input").nth(1).get_attribute("aria-describedby")
    assert page.locator(f"#{described}").locator("dt").count() == 6
    page.click("#one-epoch")
    desk.change("seed", "2")
    assert followed.get_attribute("value") == "1"
    assert [desk.readout(run)[1:3] for run in (1, 2)] == [["33", "1"], ["1", "1"]]  # as before

    # Steps are of an update, and of an epoch.
    with desk.redraw():
        desk.type(".batch-size:nth-child(1) [name=batch_size]", "100")
    page.locator("#cards input").first.check()
    page.locator("#scrub").fill("0")
    for update in (1, 2, 3):
        page.click("#one-update")
        assert desk.readout()[1] == str(update)
        assert desk.readout()[3] == f"{update}/11 (100)"
    page.click("#one-epoch")
    assert desk.readout()[1:5] == ["11", "1", "11/11 (50)", "1,050"]  # 10 of 100 and one of 50
    page.click("#one-update")
    assert desk.readout()[3] == "1/11 (100)"
    page.click("#one-epoch")
    assert desk.readout()[1:5] == ["22", "2", "11/11 (50)", "2,100"]
    # The chosen card is the one that is followed.
    page.locator("#cards input").nth(1).check()
    page.click("#one-update")
    assert desk.readout(1)[1:4] == ["67", "2.0305", "1/33 (32)"]
    page.click("#one-epoch")
    assert desk.readout(1)[1:4] == ["99", "3", "33/33 (26)"]
    page.click("#one-update")  # from the end, again from the beginning
    assert desk.readout(1)[1] == "1"


def test_cards_say_how_weights_move_once_it_is_seen_and_a_loss_without_a_minimum(
    sit: OpenDesk,
) -> None:
    desk = sit(*FEW)
    desk.open("?surface=logistic-separable&epochs=2&batch_size=full")
    assert desk.page.locator("#cards dt").nth(1).inner_text() == "loss"
    expect(desk.page.locator("[data-mark=minima]")).to_be_hidden()
    points = desk.paths()["paths"][0]["points"]
    assert number(desk.readout()[5]) == pytest.approx(points["loss"][-1], rel=6e-3)
    with desk.redraw():
        desk.page.select_option("#surface", "least-squares")
    title = desk.figure("loss", "f => f.layout.yaxis.title.text")
    assert title == "loss above the lowest minimum"
    assert desk.page.locator("#cards dt").nth(1).inner_text() == "excess loss"
    expect(desk.page.locator("#cards-note")).to_contain_text(title)
    expect(desk.page.locator("[data-mark=minima]")).to_be_visible()

    desk.turn("?epochs=10&learning_rate=1.2&batch_size=1&batch_size=32&batch_size=full")
    paths = desk.paths()["paths"]
    assert paths[0]["movement"]["kind"] == "diverged"
    for run, path in enumerate(paths):
        assert desk.card(run)["movement"] == path["movement"]["text"]
    last = int(desk.page.get_attribute("#scrub", "max") or "")
    for frame in (0, last // 2, last * 95 // 100):
        desk.page.locator("#scrub").fill(str(frame))
        for run, path in enumerate(paths[1:], 1):
            judged = number(desk.card(run)["update"]) >= path["movement"]["since"]
            assert desk.card(run)["movement"] == (
                path["movement"]["text"] if judged else "under way"
            )
    desk.page.locator("#scrub").fill("0")
    assert desk.card()["movement"] == "under way"

    # Workers are where they were at each moment.
    desk.page.locator("#scrub").fill(str(last))
    desk.turn("?batch_size=32&workers=2&sync_every=4&updates=20&remainder=drop")
    expect(desk.page.locator("#moment-note")).to_contain_text("2 workers saw it")
    expect(desk.page.locator("#moment-data")).to_be_hidden()
    for update in (20, 6, 0, 20):
        desk.page.locator("#scrub").fill(str(update))
        (workers,) = desk.traces("workers")
        lines = " ".join("-" if x is None else "x" for x in workers["x"]).split("-")
        rounds = [min(4, update - begun) + 1 for begun in range(0, update, 4)] or [1]
        drawn = [len(line.split()) for line in lines if line.strip()]
        assert drawn == [count for count in rounds for _ in range(2)]


def assert_moment_pointed_at(desk: Desk) -> None:
    page = desk.page
    paths = desk.paths()["paths"]
    ended = [desk.card(run) for run in range(2)]
    point = (paths[1]["points"]["w0"][1], paths[1]["points"]["w1"][1])
    x, y = desk.pixel(point)
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    script = "said => document.querySelectorAll('[data-fact=epoch]')[1].textContent === said"
    desk.wait(script, "1")
    for run, path in enumerate(paths):
        assert desk.card(run)["epoch"] == "1"
        i = path["points"]["epoch"].index(1)
        head = desk.traces("head")[run]
        shown = [head["x"][0], head["y"][0]]
        assert shown == pytest.approx([path["points"][w][i] for w in ("w0", "w1")], rel=1e-5)
    assert lengths(desk) == [len(path["points"]["w0"]) for path in paths]  # nothing is cut
    (line,) = desk.figure("loss", "f => f.layout.shapes")
    assert line["x0"] == pytest.approx(1, rel=1e-5)
    page.mouse.move(2, 2)
    desk.wait(script, "2")
    assert [desk.card(run) for run in range(2)] == ended
    # In the losses: the moment under the pointer, of every run.
    box = page.locator("#loss-figure .nsewdrag").first.bounding_box()
    assert box
    curve = desk.figure(
        "loss",
        """f => { const trace = f._fullData.at(-1), { xaxis, yaxis } = f._fullLayout;
            return [xaxis.l2p(trace.x[1]), yaxis.l2p(Math.log10(trace.y[1]))]; }""",
    )
    page.mouse.move(box["x"] + curve[0] - 3, box["y"] + curve[1])
    page.mouse.move(box["x"] + curve[0], box["y"] + curve[1])
    desk.wait(script, "1")
    page.mouse.move(2, 2)
    desk.wait(script, "2")
    for head, path in zip(desk.traces("head"), paths, strict=True):
        assert head["x"] == pytest.approx([path["points"]["w0"][-1]], rel=1e-5)


MOMENTS = re.compile(r"/api/v1/moment\?")


def followed(desk: Desk, update: int) -> list[str]:
    """The first run's card, once it is at an update."""
    script = "said => document.querySelector('[data-fact=update]').textContent === said"
    desk.wait(script, f"{update:,}")
    return desk.readout()


def test_buttons_and_keys_step_by_one_update_where_the_path_is_thinned_and_play(
    sit: OpenDesk,
) -> None:
    desk = sit(*FEW)
    desk.open(f"{THINNED}&batch_size=full")
    page = desk.page
    drawn = desk.paths()["paths"][0]["points"]["update"]
    assert 1051 not in drawn
    page.locator("#scrub").fill("0")
    page.click("#one-epoch")
    before, drawn_then = followed(desk, 1050), lengths(desk)
    assert before[2] == "1"
    # A step that fails says so and leaves the picture.
    desk.forgive("Failed to load resource")
    page.route(MOMENTS, lambda route: route.abort())
    page.click("#one-update")
    page.wait_for_selector("#problem:visible")
    assert desk.readout() == before
    assert lengths(desk) == drawn_then
    page.unroute_all()
    desk.asked.clear()
    for _ in range(3):  # clicks do not wait for the server
        page.click("#one-update")
    row = followed(desk, 1053)
    assert row[2:5] == ["1.0029", "3/1,050 (1)", "1,053"]
    asked = [url for url in desk.asked if MOMENTS.search(url)]
    assert len(asked) == 1  # what is stepped through next has come with it
    moment = page.request.get(
        f"{desk.base}/api/v1/moment?epochs=20&batch_size=1&update=1053"
    ).json()
    assert number(row[5]) == pytest.approx(moment["excess_after"], rel=6e-3)
    path, _ = desk.traces("path")
    assert [path["x"][-1], path["y"][-1]] == pytest.approx(moment["after"], rel=1e-6)
    facts = desk.figure("paths", "f => f._fullData.find(t => t.meta?.role === 'path').customdata")
    assert facts[len(path["x"]) - 1][0] == 1053
    page.click("#one-epoch")
    assert followed(desk, 2100)[2] == "2"
    page.click("#one-update")
    assert followed(desk, 2101)[3] == "1/1,050 (1)"
    # A late reply leaves a newer picture alone.
    page.click("#one-epoch")
    followed(desk, 3150)
    held: list[Any] = []
    page.route(MOMENTS, lambda route: held.append(route))
    with page.expect_request(MOMENTS):
        page.click("#one-update")
    desk.change("seed", "3")
    assert desk.readout()[1] == "3,150"
    for route in held:
        route.continue_()
    page.unroute_all()
    page.click("#one-update")
    row = followed(desk, 3151)
    url = f"{desk.base}/api/v1/moment?epochs=20&batch_size=1&seed=3&update=3151"
    moment = page.request.get(url).json()
    assert number(row[5]) == pytest.approx(moment["excess_after"], rel=6e-3)

    # Keys are the player's where the focus is in the picture or in the player.
    moments = sum("/moment?" in url for url in desk.asked)
    page.focus("#plane")
    page.keyboard.press("Home")
    assert page.input_value("#scrub") == "0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    followed(desk, 2)
    page.keyboard.press("ArrowLeft")
    followed(desk, 1)
    page.keyboard.press("End")
    assert desk.card()["update"] == "21,000"
    page.keyboard.press("ArrowRight")  # the end is the end
    page.keyboard.press("ArrowLeft")  # which the path that is drawn lacks
    followed(desk, 20999)
    page.keyboard.press("ArrowLeft")
    followed(desk, 20998)
    assert sum("/moment?" in url for url in desk.asked) == moments + 1
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert page.get_attribute("#play", "aria-pressed") == "true"
    page.keyboard.press("Space")
    assert page.get_attribute("#play", "aria-pressed") == "false"
    page.focus("#scrub")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")  # its own
    assert page.input_value("#scrub") == "1"
    for own in ("#seed", "#cards input:checked", "#speed"):
        page.focus(own)
        page.keyboard.press("Home")
        assert page.input_value("#scrub") == "1"
    for place in ("#plane", "#player"):
        keys = page.get_attribute(place, "aria-keyshortcuts")
        assert keys == "Space ArrowLeft ArrowRight Home End"
    # The button plays and pauses.
    play = desk.page.locator("#play")
    page.locator("#scrub").fill(page.get_attribute("#scrub", "max") or "")
    assert play.get_attribute("aria-pressed") == "false"
    play.click()  # at the end: from the beginning
    assert play.inner_text() == "Pause"
    assert play.get_attribute("aria-pressed") == "true"
    desk.wait("() => document.getElementById('scrub').value > 0")
    play.click()
    assert play.inner_text() == "Play"
    frame = int(desk.page.input_value("#scrub"))
    assert 0 < frame < int(desk.page.get_attribute("#scrub", "max") or "")
    assert lengths(desk) != [len(path["points"]["w0"]) for path in desk.paths()["paths"]]
    play.click()  # on from here
    desk.wait("frame => document.getElementById('scrub').value > frame", frame)
    assert int(desk.page.input_value("#scrub")) > frame
    desk.page.locator("#scrub").fill("5")  # scrubbing pauses
    assert play.get_attribute("aria-pressed") == "false"
    assert desk.page.input_value("#scrub") == "5"


CLOCK = """() => {  // a clock of our own
    let now = 0;
    const frames = new Map();
    performance.now = () => now;
    window.requestAnimationFrame = (frame) => { frames.set(frames.size + 1, frame); return frames.size; };
    window.cancelAnimationFrame = (id) => frames.set(id, () => {});
    window.advance = (ms) => {
        now += ms;
        const due = [...frames.values()];
        frames.forEach((_, id) => frames.set(id, () => {}));
        due.forEach((frame) => frame(now));
    };
}"""


def test_while_it_plays_canvases_show_every_update_and_speeds_are_updates_a_second(
    sit: OpenDesk,
) -> None:
    """A thinned path is filled before it is shown; where that cannot be, a frame says what it is."""
    desk = sit(*FEW)
    desk.open(f"{THINNED}&batch_size=full")
    page = desk.page
    drawn = desk.paths()["paths"][0]["points"]["update"]
    assert 1052 not in drawn
    page.locator("#scrub").fill("0")
    page.click("#one-epoch")
    followed(desk, 1050)
    frame = desk.figure("loss", "f => [f.layout.xaxis.range, f.layout.yaxis.range]")
    page.select_option("#speed", "100")
    page.evaluate(
        """() => { const card = document.querySelector("[data-fact=update]"); window.seen = [];
        new MutationObserver(() => seen.push(card.textContent)).observe(card, { childList: true }); }"""
    )
    page.click("#play")
    desk.wait(
        "() => Number(document.querySelector('[data-fact=update]').textContent.replace(',', '')) > 1080"
    )
    assert desk.figure("paths", "f => f.data.filter(t => t.opacity === 0).map(t => t.meta.role)")
    painted = """() => [...document.querySelectorAll("canvas.sheet")].map(canvas =>
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))"""
    assert page.evaluate(painted) == [True, True, True]
    # What the losses' canvas shows ends at the moment, and their axes are as they were.
    share = page.evaluate(
        """() => { const { canvas, plot } = { canvas: document.querySelector("#loss-figure canvas"),
          plot: document.querySelector("#loss-figure .nsewdrag").getBoundingClientRect() };
        const { width, height } = canvas, { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        let last = 0;
        for (let x = 0; x < width; x += 1) for (let y = 0; y < height; y += 1) if (data[4 * (y * width + x) + 3]) last = x;
        const left = canvas.getBoundingClientRect().left;
        return (left + last * canvas.clientWidth / width - plot.left) / plot.width; }"""
    )
    low, high = frame[0]
    assert (1.02 - low) / (high - low) - 0.01 < share < (2 - low) / (high - low)
    assert desk.figure("loss", "f => [f.layout.xaxis.range, f.layout.yaxis.range]") == frame
    page.click("#play")
    assert page.evaluate("document.querySelectorAll('canvas.sheet:not([hidden])').length") == 0
    assert not desk.figure("paths", "f => f.data.filter(t => t.opacity === 0)")
    last = int(number(desk.card()["update"]))
    (path, _) = desk.traces("path")
    assert len(path["x"]) == drawn.index(1050) + 1 + last - 1050  # each of them
    seen = [int(number(text)) for text in page.evaluate("seen")]
    assert seen == sorted(seen)
    assert page.locator("#pace kbd").count() == 5
    page.select_option("#speed", "1000")
    page.click("#play")
    desk.wait("() => document.getElementById('pace').textContent.startsWith('A frame stands')")
    page.keyboard.press("Space")  # on the button, whose own it is
    assert page.get_attribute("#play", "aria-pressed") == "false"

    # Speeds are updates a second, and the end stops them.
    page.locator("#scrub").fill(page.get_attribute("#scrub", "max") or "")
    page.select_option("#speed", "whole")
    desk.turn("?epochs=1&batch_size=1&batch_size=full")
    page.evaluate(CLOCK)

    def played(speed: str, run: int, ms: int) -> list[float]:
        page.locator("#cards input").nth(run).check()
        page.select_option("#speed", speed)
        page.locator("#scrub").fill("0")
        page.click("#play")
        page.evaluate("advance(0)")
        page.evaluate(f"advance({ms})")
        page.click("#play")
        return [number(desk.card(i)["update"]) for i in range(2)]

    assert page.input_value("#speed") == "whole"
    made = pytest.approx
    assert played("whole", 0, 1200) == made([105, 0], abs=1)  # a tenth of the axis of epochs
    assert played("1000", 0, 700) == made([700, 0], abs=1)
    assert played("1", 1, 500) == made([525, 0], abs=1)  # of the run that is followed
    page.click("#play")
    page.evaluate("advance(0)")
    page.evaluate("advance(100000)")
    assert page.input_value("#scrub") == page.get_attribute("#scrub", "max")
    assert page.get_attribute("#play", "aria-pressed") == "false"
    # On a logarithmic axis the whole goes evenly along it: as far in each second.
    with desk.redraw():
        page.locator("[name=axis][value=updates]").check(force=True)
    halves = [played("whole", 0, ms)[0] for ms in (3000, 6000)]
    assert [math.log1p(n) / math.log1p(1050) for n in halves] == pytest.approx(
        [0.25, 0.5], abs=0.03
    )


def test_the_first_visit_plays_once_until_anything_is_touched(sit: OpenDesk) -> None:
    """Where motion is reduced, as in all other tests, nothing plays by itself."""
    desk = sit(*FEW)
    page = desk.page
    played = "localStorage.getItem('batchscape-played')"
    page.emulate_media(reduced_motion="no-preference")
    try:
        desk.open("?epochs=1&batch_size=full")  # a picture that was asked for is no first visit
        assert page.evaluate(played) is None
        desk.open("?lang=en")
        assert page.evaluate(played) == "1"  # and the next is none
        page.wait_for_selector("#play[aria-pressed=true]")
        desk.wait("() => document.getElementById('scrub').value > 0")
        page.click("#play")  # which ends it, and plays nothing anew
        assert page.get_attribute("#play", "aria-pressed") == "false"
        assert page.input_value("#scrub") == page.get_attribute("#scrub", "max")
        assert desk.traces("ellipse")[0].get("visible", True)
    finally:
        page.emulate_media(reduced_motion="reduce")
        page.evaluate("localStorage.removeItem('batchscape-played')")


def test_a_moment_pointed_at_is_shown_everywhere_and_the_paths_are_taken_home_as_a_film(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.open("?epochs=2&batch_size=8&batch_size=full&replicas=5")
    assert_moment_pointed_at(desk)
    desk.turn("?epochs=2&batch_size=8&batch_size=full")
    assert_moment_pointed_at(desk)

    page = desk.page
    page.evaluate("document.querySelector('[data-whole]').dataset.whole = 0.2")
    page.click("[data-figure=paths] .take summary")
    button = page.locator("[data-record=button]")
    with page.expect_download() as download:
        button.click()
        assert button.is_disabled()
        page.wait_for_selector("[data-record=state]:visible")
    assert download.value.suggested_filename == "batchscape-paths.webm"
    film = Path(download.value.path()).read_bytes()
    page.wait_for_selector("[data-record=state]", state="hidden")
    button.click()
    page.click("[data-record=cancel]")  # and nothing is saved
    page.wait_for_selector("[data-record=state]", state="hidden")
    with desk.elsewhere() as other:
        other.set_content("<video muted></video>")
        width, height, duration, frames = other.evaluate(PLAYED, base64.b64encode(film).decode())
    assert (width, height > 640) == (960, True)
    assert duration > 1
    assert frames > 2


PLAYED = """async (film) => {
          const video = document.querySelector("video");
          let frames = 0;
          const count = () => { frames += 1; video.requestVideoFrameCallback(count); };
          video.requestVideoFrameCallback(count);
          video.src = `data:video/webm;base64,${film}`;
          video.playbackRate = 2;
          await video.play();
          await new Promise((done) => video.addEventListener("ended", done));
          return [video.videoWidth, video.videoHeight, video.duration, frames]; }"""


def test_a_way_is_cut_with_its_path_in_three_dimensions_too_which_are_one_click_away(
    sit: OpenDesk,
) -> None:
    desk = sit(360, 400)
    desk.open(f"{THINNED}&batch_size=32")
    updates = [path["points"]["update"] for path in desk.paths()["paths"]]
    last = int(desk.page.get_attribute("#scrub", "max") or "")
    for frame in (last // 2, 1, last):
        _cut(desk, updates, frame, last)
    before, query = desk.readout(), desk.query
    with desk.redraw():
        desk.page.locator("input[name=view][value='3d'] + span").click()
    assert desk.query == query | {"view": ["3d"]}
    assert desk.readout() == before
    kinds = desk.figure("paths", "f => f.data.map(trace => trace.type)")
    assert kinds[0] == "surface"
    assert set(kinds[1:]) == {"scatter3d"}
    assert desk.figure("paths", "f => Boolean(f._fullLayout.scene._scene.glplot)")
    assert len(lengths(desk)) == 2
    expect(desk.page.locator("#start-handle")).to_be_hidden()
    expect(desk.page.locator(".lens")).to_be_hidden()
    for frame in (last, last * 9 // 10):  # where the way has ended, and its path goes on
        lines = _cut(desk, updates, frame, last)
        shadows = desk.traces("shadow")
        assert shadows
        for shadow in shadows:
            line = lines[shadow["meta"]["run"]]
            assert (shadow["x"], shadow["y"]) == (line["x"], line["y"])
            assert shadow["z"] == [0] * len(line["x"])
    # Of a thinned path each update is filled in here too.
    update = int(number(desk.readout()[1])) + 1
    assert lengths(desk)[0] == updates[0].index(update - 1) + 1 < len(updates[0])
    assert update not in updates[0]
    desk.page.click("#one-update")
    followed(desk, update)
    url = f"{desk.base}/api/v1/moment{THINNED}&update={update}"
    after = desk.page.request.get(url).json()["after"]
    path = desk.traces("path")[0]
    assert [path["x"][-1], path["y"][-1]] == pytest.approx(after, rel=1e-6)
    with desk.redraw():
        desk.page.locator("input[name=view][value=contour] + span").click()
    assert desk.query == query
    assert {trace["type"] for trace in desk.traces("path")} == {"scatter"}
    assert desk.page.locator("#paths-figure canvas").count() == 0
    expect(desk.page.locator("#surface-figure .contourlayer")).to_be_visible()
    expect(desk.page.locator("#start-handle")).to_be_visible()


def _cut(desk: Desk, updates: list[list[int]], frame: int, last: int) -> dict[int, dict[str, Any]]:
    """Each run's line: its way, where it has one, cut with its path at a frame."""
    desk.page.locator("#scrub").fill(str(frame))
    paths = {trace["meta"]["run"]: trace for trace in desk.traces("path")}
    ways = {trace["meta"]["run"]: trace for trace in desk.traces("way")}
    assert ways
    for run, way in ways.items():
        count = updates[run].index(way["meta"]["until"]) + 1
        assert len(way["x"]) == min(len(paths[run]["x"]), count)
        assert way["x"] == paths[run]["x"][:count]
        assert way["y"] == paths[run]["y"][:count]
    shown = [trace.get("visible", True) for trace in desk.traces("ellipse")]
    assert shown
    assert {*shown} == {frame == last}
    return paths | ways
