"""What the home page shows of each surface by default, computed before anyone asks."""

from collections.abc import Iterator

from app.api.compute.problems import get_problem, get_relief
from app.api.compute.runs import get_comparison
from app.pages.picture import get_picture, get_steps
from app.pages.queries import HomePageQuery
from app.science.problems import SURFACES
from app.web.cache import Cache


def warm(cache: Cache) -> Iterator[object]:
    """Each step computes a part, of a fifth of a second at most, and leaves it in the cache."""
    for surface in SURFACES:
        query = HomePageQuery.model_validate({"surface": surface})
        yield get_problem(cache, query).minima
        yield get_relief(cache, query)
        yield get_steps(cache, query)
        yield get_comparison(cache, query)
        yield get_picture(cache, query)  # for what runs compute of themselves when they are drawn
