"""Playback and the cards."""

import re
from typing import Any

import pytest

from .desk import Desk, OpenDesk


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
    return [len(trace["x"]) for trace in desk.traces("path")]


def test_scrubbing_cuts_the_paths_and_fills_the_read_out(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2")
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


def test_steps_of_an_update_and_of_an_epoch(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=3")
    with desk.redraw():
        desk.type(".batch-size:nth-child(1) [name=batch_size]", "100")
    page = desk.page
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


def test_cards_say_how_weights_move_once_it_is_seen(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=10&learning_rate=1.2&batch_size=1&batch_size=32&batch_size=full")
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


def test_a_card_is_chosen_by_pointer_and_keys(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2")
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
    with desk.redraw():
        desk.enter("seed", "2")
    assert followed.get_attribute("value") == "1"


@pytest.mark.parametrize("replicas", [1, 5])
def test_a_moment_pointed_at_is_shown_everywhere(sit: OpenDesk, replicas: int) -> None:
    desk = sit()
    desk.open(f"?epochs=2&batch_size=8&batch_size=full&replicas={replicas}")
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


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_steps_are_of_one_update_where_the_path_is_thinned(sit: OpenDesk, view: str) -> None:
    desk = sit(480, 500)
    desk.open(f"?epochs=40&batch_size=1&view={view}")
    page = desk.page
    drawn = desk.paths()["paths"][0]["points"]["update"]
    assert 1051 not in drawn
    page.locator("#scrub").fill("0")
    page.click("#one-epoch")
    assert followed(desk, 1050)[2] == "1"
    for _ in range(3):  # clicks do not wait for the server
        page.click("#one-update")
    row = followed(desk, 1053)
    assert row[2:5] == ["1.0029", "3/1,050 (1)", "1,053"]
    asked = [url for url in desk.asked if MOMENTS.search(url)]
    assert len(asked) == 1  # what is stepped through next has come with it
    moment = page.request.get(
        f"{desk.base}/api/v1/moment?epochs=40&batch_size=1&update=1053"
    ).json()
    assert number(row[5]) == pytest.approx(moment["excess_after"], rel=6e-3)
    (path,) = desk.traces("path")
    assert [path["x"][-1], path["y"][-1]] == pytest.approx(moment["after"], rel=1e-6)
    facts = desk.figure("paths", "f => f._fullData.find(t => t.meta?.role === 'path').customdata")
    assert facts[len(path["x"]) - 1][0] == 1053
    page.click("#one-epoch")
    assert followed(desk, 2100)[2] == "2"
    page.click("#one-update")
    assert followed(desk, 2101)[3] == "1/1,050 (1)"


def test_a_step_that_fails_says_so_and_leaves_the_picture(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=40&batch_size=1")
    desk.forgive("Failed to load resource")
    page = desk.page
    page.locator("#scrub").fill("0")
    page.click("#one-epoch")
    before, drawn = followed(desk, 1050), lengths(desk)
    page.route(MOMENTS, lambda route: route.abort())
    page.click("#one-update")
    page.wait_for_selector("#problem:visible")
    assert desk.readout() == before
    assert lengths(desk) == drawn
    page.unroute_all()
    page.click("#one-update")
    followed(desk, 1051)


def test_a_late_reply_leaves_a_newer_picture_alone(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=40&batch_size=1")
    page = desk.page
    held: list[Any] = []
    page.locator("#scrub").fill("0")
    page.click("#one-epoch")
    followed(desk, 1050)
    page.route(MOMENTS, lambda route: held.append(route))
    with page.expect_request(MOMENTS):
        page.click("#one-update")
    desk.change("seed", "3")
    newer = desk.readout()
    for route in held:
        route.continue_()
    page.unroute_all()
    page.click("#one-update")
    row = followed(desk, 1051)
    moment = page.request.get(
        f"{desk.base}/api/v1/moment?epochs=40&batch_size=1&seed=3&update=1051"
    )
    assert number(row[5]) == pytest.approx(moment.json()["excess_after"], rel=6e-3)
    assert newer[1] == "1,050"


def test_where_there_is_no_minimum_the_loss_itself_is_shown(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?surface=logistic-separable&epochs=2&batch_size=full")
    assert desk.page.locator("#cards dt").nth(1).inner_text() == "loss"
    assert desk.page.locator("[data-mark=minima]").is_hidden()
    points = desk.paths()["paths"][0]["points"]
    assert number(desk.readout()[5]) == pytest.approx(points["loss"][-1], rel=6e-3)
    desk.open("?epochs=2&batch_size=full")
    title = desk.figure("loss", "f => f.layout.yaxis.title.text")
    assert title == "loss above the lowest minimum"
    assert desk.page.locator("#cards dt").nth(1).inner_text() == "excess loss"
    assert title in desk.page.inner_text("#cards-note")
    assert desk.page.locator("[data-mark=minima]").is_visible()


def test_single_examples_are_stepped_one_by_one(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?updates=60&batch_size=1")
    desk.page.locator("#scrub").fill("0")
    for update in range(1, 15):
        desk.page.click("#one-update")
        assert desk.readout()[1:5:2] == [str(update), f"{update}/1,050 (1)"]


def test_play_and_pause(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=10&batch_size=8&batch_size=full")
    play = desk.page.locator("#play")
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


def test_the_speed_scales_the_play_and_the_end_stops_it(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2&batch_size=1")
    page = desk.page
    last = int(page.get_attribute("#scrub", "max") or "")
    page.evaluate(CLOCK)
    reached = {}
    for speed in ("0.25", "1", "4"):
        page.select_option("#speed", speed)
        page.locator("#scrub").fill("0")
        page.click("#play")
        page.evaluate("advance(0)")
        page.evaluate("advance(1200)")
        reached[speed] = int(page.input_value("#scrub"))
        page.click("#play")
    assert reached == {"0.25": last * 25 // 1000, "1": last // 10, "4": last * 4 // 10}
    page.click("#play")
    page.evaluate("advance(0)")
    page.evaluate("advance(100000)")
    assert page.input_value("#scrub") == str(last)
    assert page.get_attribute("#play", "aria-pressed") == "false"


def test_the_playhead_stays_when_the_run_changes(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=4&batch_size=32&batch_size=full")
    desk.page.locator("#scrub").fill("0")
    desk.page.click("#one-epoch")
    desk.change("seed", "3")
    assert desk.readout()[1:3] == ["33", "1"]
    assert desk.readout(1)[1:3] == ["1", "1"]


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_a_way_is_cut_with_its_path_and_an_ellipse_belongs_to_the_end(
    sit: OpenDesk, view: str
) -> None:
    desk = sit()
    desk.open(f"?epochs=4&view={view}")
    updates = [path["points"]["update"] for path in desk.paths()["paths"]]
    last = int(desk.page.get_attribute("#scrub", "max") or "")
    for frame in (last // 2, 5, 1, last):
        desk.page.locator("#scrub").fill(str(frame))
        paths = {trace["meta"]["run"]: trace for trace in desk.traces("path")}
        ways = desk.traces("way")
        assert ways
        for way in ways:
            path = paths[way["meta"]["run"]]
            count = updates[way["meta"]["run"]].index(way["meta"]["until"]) + 1
            assert len(way["x"]) == min(len(path["x"]), count)
            assert way["x"] == path["x"][:count]
            assert way["y"] == path["y"][:count]
        if view == "3d":
            lines = paths | {way["meta"]["run"]: way for way in ways}
            for shadow in desk.traces("shadow"):
                line = lines[shadow["meta"]["run"]]
                assert (shadow["x"], shadow["y"]) == (line["x"], line["y"])
                assert shadow["z"] == [0] * len(line["x"])
        shown = [trace.get("visible", True) for trace in desk.traces("ellipse")]
        assert shown
        assert set(shown) == {frame == last}


def test_ends_lie_over_the_minima_and_these_over_paths(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=4&replicas=12")
    roles = desk.figure("paths", "f => f.data.map(trace => trace.meta?.role)")
    star = roles.index("minima")
    assert {*roles[:star]} == {"path", "way"}
    assert {"cloud", "ellipse", "head", "start"} == {*roles[star + 1 :]}
