"""What the home page shows before any script runs."""

import html
import re
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from app.api.compute.runs import get_planned
from app.api.queries.run import RunQuery
from app.api.stories import STORIES
from app.science.problems import SURFACES
from app.web.cache import Cache

Get: TypeAlias = Callable[..., httpx.Response]
MOST = 25_000  # bytes, compressed, that the picture adds to a page
FACTS = re.compile(r'<dd data-fact="(\w+)">([^<]*)</dd>')
FEW = "examples=64&epochs=2"


def cards(page: str) -> list[dict[str, str]]:
    """The facts of each card but the template's."""
    shown = page.split('<template id="card">', maxsplit=1)[0].split('id="cards"', maxsplit=1)[1]
    return [dict(FACTS.findall(card)) for card in shown.split('<div class="card"')[1:]]


def text(page: str, element: str) -> str:
    found = re.search(rf'<p id="{element}"[^>]*>([^<]*)</p>', page)
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_has_its_picture_and_cards_with_the_api_s_numbers(
    get: Get, surface: str
) -> None:
    query = f"surface={surface}&{FEW}"
    page = get(f"/?{query}").text
    assert page.count('id="still"') == 1
    answer = get(f"/api/v1/paths?{query}").json()
    assert text(page, "words") == answer["summary"]
    losses = get(f"/api/v1/figures/loss?{query}").json()
    assert text(page, "loss-note") == losses["layout"]["meta"]["note"]
    assert len(cards(page)) == len(answer["paths"])
    for card, path in zip(cards(page), answer["paths"], strict=True):
        final, points = path["final"], path["points"]
        value = final["loss"] if final["excess"] is None else final["excess"]
        assert float(card["excess"].replace(",", "")) == pytest.approx(value, rel=5e-3)
        assert card["movement"] == path["movement"]["text"]
        last = points["update"][-1]
        assert card["update"] == f"{last:,}"
        assert float(card["epoch"]) == pytest.approx(points["epoch"][-1], abs=5e-5)
        assert card["examples"] == f"{points['examples_seen'][-1]:,}"
        place = (last - 1) % path["updates_per_epoch"]
        sizes = [b["size"] for b in path["batches"] for _ in range(b["count"])]
        assert card["batch"] == f"{place + 1}/{path['updates_per_epoch']} ({sizes[place]})"


def test_of_poisson_batches_the_mean_size_is_told_and_the_examples_that_the_first_replica_drew(
    get: Get,
) -> None:
    query = "surface=bowl&sampling=poisson&batch_size=8&batch_size=full&updates=5&examples=100"
    for replicas in (1, 3):
        asked = f"{query}&replicas={replicas}"
        drawn, whole = cards(get(f"/?{asked}").text)
        paths = get(f"/api/v1/paths?{asked}").json()["paths"]
        first, full = (path for path in paths if path["replica"] == 0)
        assert (drawn["batch"], whole["batch"]) == ("5/13 (mean 8)", "1/1 (100)")
        assert (first["sizes_drawn"], full["sizes_drawn"]) == (True, False)
        assert drawn["examples"] == str(first["points"]["examples_seen"][-1])
        seen = [path["examples_seen"] for path in paths if path["batch_size"] == 8]
        assert seen[0] != first["examples_seen_planned"] == 40


@pytest.mark.parametrize("surface", ["least-squares", "rastrigin"])  # the first, and the largest
def test_a_picture_is_small(get: Get, surface: str) -> None:
    page = get(f"/?surface={surface}").text
    bare = re.sub(r'<div id="still".*?<button', "<button", page, flags=re.S)
    sizes = [len(zlib.compress(each.encode())) for each in (page, bare)]
    assert 5_000 < sizes[0] - sizes[1] < MOST


def test_a_story_s_page_tells_it(get: Get) -> None:
    story = STORIES["noise-floor"]
    page = get(f"/?{story.address}").text
    told = get(f"/api/v1/paths?{story.address}").json()["story"]["sentence"]
    assert f'class="told">{html.escape(told, quote=False)}</p>' in page.replace("&#39;", "'")
    assert re.search(r'data-story="noise-floor" aria-current="true"', page)


def test_long_runs_have_no_picture_at_first_and_bad_links_that_of_their_repair(get: Get) -> None:
    ordinary = [RunQuery.model_validate({"surface": surface}) for surface in SURFACES]
    told = [story.queries(0)[0] for story in STORIES.values()]
    assert all(get_planned(Cache(1), query).light for query in (*ordinary, *told))
    computed: Any = get("/?batch_size=1&replicas=64&epochs=100")
    assert computed.status_code == 200
    assert 'id="still"' not in computed.text
    assert cards(computed.text) == []
    broken = get("/?batch_size=0&batch_size=32&epochs=2&colour=red").text
    assert "data-repaired" in broken
    assert [card["update"] for card in cards(broken)] == ["66"]


def test_three_dimensions_are_left_to_a_script(get: Get) -> None:
    page = get(f"/?view=3d&{FEW}").text
    assert re.search(r'<noscript>\s*<div id="still"', page)


def test_a_form_without_scripts_asks_for_what_is_filled_in_and_keeps_the_rest(get: Get) -> None:
    page = get("/?surface=bowl&noise=2&replicas=3&epochs=2&momentum=0.8&optimizer=momentum").text
    form = page.split("<noscript>\n  <form", maxsplit=1)[1].split("</form>", maxsplit=1)[0]
    named = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', form))
    # The noise is the surface's own, and goes with it.
    assert named == {
        "formula": "",
        "batch_size": "",
        "learning_rate": "",
        "epochs": "2",
        "seed": "0",
        "replicas": "3",
        "momentum": "0.8",
        "optimizer": "momentum",
    }
    sent = get("/?surface=bowl&batch_size=8&batch_size=&learning_rate=&seed=1")
    assert (sent.status_code, sent.headers["Location"]) == (
        307,
        "/?surface=bowl&batch_size=8&seed=1",
    )
