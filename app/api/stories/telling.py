"""Which story a query is the picture of, and what that story's runs show."""

import functools
from typing import Any

from app.api.queries.resolved import resolved
from app.api.queries.run import RunQuery
from app.api.stories import STORIES
from app.api.stories.story import Story
from app.web.cache import Cache

FREE = {"seed", "max_points"}  # what may differ from a story's query: its sentence is made anew


def story_of(query: RunQuery) -> str | None:
    """The id of the story whose picture a query asks for, whatever its seed."""
    asked = _what_decides(query)
    return next((name for name, decides in _deciding().items() if decides == asked), None)


def _what_decides(query: RunQuery) -> dict[str, Any]:
    found = resolved(query, RunQuery)
    return {name: value for name, value in found.items() if name not in FREE}


@functools.cache
def _deciding() -> dict[str, dict[str, Any]]:
    return {name: _what_decides(story.queries(0)[0]) for name, story in STORIES.items()}


def get_story(cache: Cache, query: RunQuery) -> dict[str, str] | None:
    """The story that a query is the picture of, and what its runs show; None if it is of none."""
    name = story_of(query)
    if name is None:
        return None
    return {"id": name, "sentence": get_sentence(cache, STORIES[name], query.seed)}


def get_sentence(cache: Cache, story: Story, seed: int) -> str:
    """What a story's runs show, for a seed of the sampling."""
    return story.tell(*(story.of(cache, each) for each in story.queries(seed)))
