"""The moment: the update that the chosen run has just made, drawn beside the player."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .desk import Desk, OpenDesk

FIGURES = ("moment-data", "moment-gradients", "moment-sizes")


def asked(desk: Desk, figure: str) -> list[dict[str, list[str]]]:
    urls = [urlsplit(url) for url in desk.asked if f"/figures/{figure}?" in url]
    return [parse_qs(url.query) for url in urls]


def caption(desk: Desk, update: int, figure: str = "moment-gradients") -> str:
    """The words, when they are of this update and the picture, which is in sight, is drawn."""
    desk.page.locator(f"#{figure}").scroll_into_view_if_needed()
    desk.page.wait_for_function(
        "([id, text]) => document.querySelector(`#${id} figcaption`).textContent.includes(text)"
        " && !document.querySelector(`#${id}`).ariaBusy",
        arg=[figure, f"Update {update:,}, "],
    )
    return desk.said(f"#{figure} figcaption")


def see(desk: Desk) -> None:
    desk.page.locator("#moment-gradients").scroll_into_view_if_needed()
    for figure in FIGURES[:2]:
        desk.page.wait_for_selector(f"#{figure}[data-drawn]")


def test_out_of_sight_nothing_is_asked_and_in_sight_it_follows_the_scrubber_and_the_chosen_run(
    sit: OpenDesk,
) -> None:
    desk = sit(360, 400)
    desk.open("?epochs=2&seed=3&examples=100")
    page = desk.page
    page.locator("#scrub").fill("3")
    page.locator("#scrub").fill(page.get_attribute("#scrub", "max") or "")
    assert not any(asked(desk, figure) for figure in FIGURES)
    see(desk)
    assert "batch 100 of 100 in epoch 2" in caption(desk, 200)
    page.locator("#moment-sizes").scroll_into_view_if_needed()
    page.wait_for_selector("#moment-sizes[data-drawn]")
    assert all(len(asked(desk, figure)) >= 1 for figure in FIGURES)
    # On a telephone panels stand in two columns, and in three where there is room.
    assert {columns for query in asked(desk, "moment-sizes") for columns in query["columns"]} == {
        "2"
    }
    with page.expect_request(lambda request: "columns=3" in request.url):
        page.set_viewport_size({"width": 1280, "height": 600})
    href = page.get_attribute("#moment-data [data-format=csv]", "href") or ""
    assert "batch_size=1&update=200" in href  # it can be taken home
    assert page.request.get(desk.base + href).text().count("\n") > 100
    page.locator("#cards input").nth(1).check()
    assert "this batch of 4 examples" in caption(desk, 8)
    page.locator("#cards input").nth(2).check()
    assert "is all examples" in caption(desk, 2)
    page.locator("#cards input").nth(1).check()
    page.locator("#scrub").fill("0")
    caption(desk, 1)
    assert "Nothing has been drawn yet" in page.inner_text("#moment-note")
    page.click("#one-update")
    caption(desk, 1)
    page.wait_for_function("() => !document.getElementById('moment-note').textContent")
    page.click("#one-update")
    words = caption(desk, 2)
    last = asked(desk, "moment-gradients")[-1]
    assert {**last, "theme": [], "lang": []} == {
        "epochs": ["2"], "seed": ["3"], "examples": ["100"], "batch_size": ["32"],
        "update": ["2"], "theme": [], "lang": [],
    }  # fmt: skip
    page.locator("#moment-sizes").scroll_into_view_if_needed()
    page.wait_for_function(
        # No line ends within "B = 32".
        "() => document.querySelector('#moment-sizes figcaption').textContent"
        ".includes('where the run of B\u00a0=\u00a032 is before update 2.')"
    )
    last = asked(desk, "moment-sizes")[-1]
    assert (last["followed"], last["update"], last["columns"]) == (["32"], ["2"], ["3"])
    assert "batch_size" not in last  # the defaults, all of them
    told: Any = json.loads(
        page.evaluate(
            "fetch('/api/v1/moment?epochs=2&seed=3&examples=100&batch_size=32&update=2').then(r => r.text())"
        )
    )
    assert f"of {told['batch']['size']} examples" in words
    drawn = page.evaluate(
        """() => { const { data } = document.querySelector("#moment-gradients .figure");
        const { x } = data.find(({ meta }) => meta.role === "step");
        return [...(x._inputArray ?? x)]; }"""
    )
    assert drawn == pytest.approx([0, told["step"][0]], rel=1e-6)


def test_while_it_plays_one_question_follows_the_other_and_a_changed_run_is_asked_for(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.open("?epochs=5&examples=200&batch_size=1")
    see(desk)
    page = desk.page
    page.evaluate(
        """() => { const real = window.fetch; window.under = 0; window.most = 0;
        window.fetch = async (...all) => {
          if (!String(all[0]).includes('figures/moment-data')) return real(...all);
          window.most = Math.max(window.most, ++window.under);
          try { return await real(...all); } finally { window.under -= 1; } }; }"""
    )
    before = len(asked(desk, "moment-data"))
    page.select_option("#speed", "1000")
    page.click("#play")
    page.wait_for_selector("#play[aria-pressed=false]")
    caption(desk, 1000)
    asking = len(asked(desk, "moment-data")) - before
    assert 0 < asking < 40
    assert page.evaluate("window.most") == 1
    for frame in range(0, 200, 40):
        page.locator("#scrub").fill(str(frame))
    page.locator("#scrub").fill("7")
    update = int(desk.readout()[1])
    caption(desk, update)
    assert page.evaluate("window.most") == 1
    assert (
        page.locator("#moment .whole:visible").count() == 0
    )  # the axes are those that were stated

    # It is of a changed run, and of the update by which one diverged.
    page.locator("#scrub").fill(page.get_attribute("#scrub", "max") or "")
    desk.turn("?epochs=1&surface=ackley&batch_size=32")
    caption(desk, 33)
    assert "tilt" in desk.page.inner_text("#moment-data figcaption")
    desk.change("surface", "least-squares")
    caption(desk, desk.paths()["paths"][0]["points"]["update"][-1])
    assert "Thick: the model before" in desk.page.inner_text("#moment-data figcaption")
    desk.turn("?epochs=1&surface=ravine&batch_size=32&learning_rate=20")
    path = desk.paths()["paths"][0]
    assert path["diverged_at"] > max(1, path["points"]["update"][-1])  # the path ends before it
    assert "By this step the run diverged" in caption(desk, path["diverged_at"])
    assert desk.page.locator("#moment .error:visible").count() == 0
