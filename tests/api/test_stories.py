"""The stories' queries: each a picture of its own, known whatever the seed and nothing else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from app.api.queries.resolved import resolved
from app.api.queries.rules import RulesQuery
from app.api.stories import STORIES
from app.api.stories.telling import story_of

ROOM, WIDE = 350, 206  # characters in English, in Japanese: for these the page keeps a place
CHANGED: dict[str, Any] = {
    "data_seed": 1,
    "noise": 0.123,
    "learning_rate": 0.0123,
    "sampling": "sequential",
    "epochs": 7,
    "replicas": 3,
    "start": "0.1,0.2",
}


@pytest.mark.parametrize("name", STORIES)
def test_a_query_is_known_by_all_but_its_seed(name: str) -> None:
    query = STORIES[name].query
    for seed in (0, 7):
        assert story_of(RulesQuery.model_validate(query | {"seed": seed})) == name
    assert story_of(RulesQuery.model_validate(query | {"max_points": 500})) == name
    for parameter, value in CHANGED.items():
        if parameter in ("data_seed", "noise") and "points" in query:  # which are not drawn
            continue
        changed = RulesQuery.model_validate(query | {parameter: value})
        assert story_of(changed) is None, parameter
    fewer = RulesQuery.model_validate(query | {"batch_size": [16]})
    assert story_of(fewer) is None


@pytest.mark.parametrize("name", STORIES)
def test_a_default_that_is_given_changes_nothing(name: str) -> None:
    query = RulesQuery.model_validate(STORIES[name].query)
    own = resolved(query, RulesQuery)
    given = {key: own[key] for key in ("learning_rate", "noise", "data_seed", "surface")}
    assert story_of(RulesQuery.model_validate(STORIES[name].query | given)) == name


def test_the_first_picture_is_no_story() -> None:
    assert story_of(RulesQuery.model_validate({})) is None


@pytest.mark.parametrize("name", STORIES)
def test_paths_say_the_story_that_they_are(name: str, get: Callable[[str], httpx.Response]) -> None:
    story = STORIES[name]
    assert parse_qs(story.address).keys() == story.query.keys()
    english, japanese = (
        get(f"/api/v1/paths?{story.address}&replica=0&seed=3&lang={lang}").json()["story"]
        for lang in ("en", "ja")
    )
    assert english["id"] == japanese["id"] == name
    assert english["sentence"].endswith(".")
    assert len(english["sentence"]) <= ROOM
    assert japanese["sentence"].endswith("。")
    assert len(japanese["sentence"]) <= WIDE


def test_paths_that_are_no_story_say_none(get: Callable[[str], httpx.Response]) -> None:
    address = STORIES["last-batch"].address
    assert get(f"/api/v1/paths?{address}&replica=0&data_seed=1").json()["story"] is None
