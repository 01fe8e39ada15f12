"""Broken links, made whole."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.compute.runs import get_planned
from app.api.queries.batches import MAX_BATCH_SIZES
from app.pages.compare import ComparePageQuery
from app.pages.queries import (
    HomePageQuery,
    LearnPageQuery,
    NoisePageQuery,
    PageQuery,
    TradeoffPageQuery,
)
from app.pages.repair import Pairs, Repaired, repair
from app.web.cache import Cache
from tests.api.reading import Get

CACHE = Cache(64)
SEVERAL = "&".join(f"batch_size={b}" for b in range(1, MAX_BATCH_SIZES + 3))


def check(query: HomePageQuery) -> Any:
    return get_planned(CACHE, query)


def mended(link: str) -> Repaired:
    return repair(HomePageQuery, parse_qsl(link), check)


def test_a_name_that_is_near_to_one_says_which() -> None:
    (change,) = mended("lr=0.1").changes
    assert change == (
        "lr is not a parameter of this page: learning_rate may be meant. It was left out."
    )


@pytest.mark.parametrize(
    ("link", "left", "changes"),
    [
        ("epochs=3&batch_size=4", [("epochs", "3"), ("batch_size", "4")], 0),
        ("noise=5000", [("noise", "1000")], 1),
        ("noise=-1&epochs=2", [("epochs", "2"), ("noise", "0")], 1),
        ("learning_rate=fast", [], 1),
        ("surface=gone&seed=3", [("seed", "3")], 1),
        ("surface=formula&formula=2x&domain=0,1,0,1&seed=3", [("seed", "3")], 2),
        ("surface=formula&seed=3", [("seed", "3")], 1),
        ("formula=x*y&seed=3", [("seed", "3")], 1),
        ("batch_size=4&batch_size=none", [("batch_size", "4")], 1),
        ("batch_size=4&batch_size=2000", [("batch_size", "4")], 1),
        ("batch_size=0", [], 1),
        ("epochs=3&updates=5", [], 1),
        ("epochs=10000", [], 1),
        ("unheard=1&epochs=2", [("epochs", "2")], 1),
        ("lang=xx", [], 1),
        ("noise=1&epochs=2&noise=2", [("epochs", "2"), ("noise", "1")], 1),
        ("seed=-1&seed=2&seed=2", [("seed", "0")], 2),
        ("optimizer=adam&momentum=0.5", [("optimizer", "adam")], 1),
        ("optimizer=adam&momentum=0.9", [("optimizer", "adam"), ("momentum", "0.9")], 0),
        ("hide=seed&hide=start", [("hide", "seed"), ("hide", "start")], 0),
        (SEVERAL, parse_qsl(SEVERAL)[:MAX_BATCH_SIZES], 1),
    ],
)
def test_the_nearest_valid_link(link: str, left: Pairs, changes: int) -> None:
    repaired = mended(link)
    assert repaired.pairs == left
    assert len(repaired.changes) == changes


def test_a_change_says_what_was_wrong_and_what_it_is_now() -> None:
    assert mended("noise=5000").changes == [
        "noise is '5000': allowed is 1000 or less. It is 1000 now."
    ]
    assert mended("sampling=sequential&sampling=reshuffle").changes == [
        "sampling is sequential, reshuffle: allowed is one value. It is sequential now."
    ]
    (said,) = mended("epochs=10000").changes
    assert "within the work budget" in said


@pytest.mark.parametrize("page", ["", "learn", "noise", "tradeoff", "docs"])
def test_a_page_says_what_it_repaired(get: Get, page: str) -> None:
    shown = get(f"/{page}?lang=en&lang=ja").text
    assert "lang is en, ja: allowed is one value. It is en now." in shown
    assert 'data-repaired="lang=en"' in shown
    assert '<html lang="en">' in shown


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        [HomePageQuery, ComparePageQuery, NoisePageQuery, TradeoffPageQuery, LearnPageQuery]
    ),
    st.data(),
)
def test_whatever_the_link_what_comes_out_is_valid(model: type[PageQuery], data: Any) -> None:
    names = st.sampled_from([*model.model_fields, "nothing"])
    values = st.sampled_from(["", "0", "-1", "1e9", "full", "abc", "1,2", "NaN", "8", "é", "32"])
    pairs = data.draw(st.lists(st.tuples(names, values), max_size=6))
    repaired = repair(model, pairs, lambda _: None)
    again = repair(model, repaired.pairs, lambda _: None)
    assert again.changes == []
    assert again.pairs == repaired.pairs
    if not repaired.changes:
        assert repaired.pairs == pairs
