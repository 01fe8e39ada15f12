"""A story: a picture worth a name, and the sentence that its runs bear out."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from app.api.compute.runs import get_comparison
from app.api.queries.rules import RulesQuery
from app.api.queries.run import RunQuery
from app.web.cache import Cache
from app.words.stories.shared import Tell

INDEPENDENT = {"surface": "bowl", "sampling": "with-replacement"}  # where floors follow ε/B


class Story(NamedTuple):
    """A picture worth a name.

    Attributes:
        title: its name for people.
        question: what a class is asked before it is told.
        query: `RulesQuery`'s parameters; those left out have their defaults.
        tell: what ``of`` finds of ``query`` and of each of ``beside`` -> what that shows.
        turn: a change by which they show something else, in words.
        turned: the parameters that it changes.
        beside: what it is compared with: parameters that take the place of some of ``query``,
            None for their defaults.
        of: a query -> what ``tell`` is told of: its runs, unless it is said otherwise.
    """

    title: str
    question: str
    query: dict[str, Any]
    tell: Tell
    turn: str
    turned: dict[str, Any]
    beside: tuple[dict[str, Any], ...] = ()
    of: Callable[[Cache, RunQuery], Any] = get_comparison

    @property
    def address(self) -> str:
        """The query as a link has it."""
        return urlencode(self.query, doseq=True)

    @property
    def other(self) -> "Story":
        """The story with its change made."""
        return self._replace(query=self.query | self.turned)

    def queries(self, seed: int) -> list[RulesQuery]:
        """What ``tell`` is told of, for a seed of the sampling."""
        asked = [self.query, *(self.query | changed for changed in self.beside)]
        return [
            RulesQuery.model_validate(
                {name: value for name, value in query.items() if value is not None} | {"seed": seed}
            )
            for query in asked
        ]
