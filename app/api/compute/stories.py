"""A story's sentence, from the runs of its query."""

from app.api.compute.runs import get_comparison
from app.api.queries.run import RunQuery
from app.api.queries.stories import STORIES, story_of
from app.web.cache import Cache


def get_story(cache: Cache, query: RunQuery) -> dict[str, str] | None:
    """The story that a query is the picture of, and what its runs show; None if it is of none."""
    name = story_of(query)
    if name is None:
        return None
    story = STORIES[name]
    told = (get_comparison(cache, each) for each in story.queries(query.seed))
    return {"id": name, "sentence": story.tell(*told)}
