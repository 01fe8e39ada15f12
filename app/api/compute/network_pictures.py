"""What is drawn of a network's runs and takes a while to compute, kept."""

from typing import Any, NamedTuple

from app.api.compute.cached import cached
from app.api.queries.network import NetworkMomentQuery
from app.api.queries.network_data import NetworkDataQuery
from app.api.queries.parameters import resolve_batch_size
from app.science.networks.boundary import Boundaries, boundaries_of
from app.science.networks.frame import Frame, frame_of
from app.science.networks.result import NetworkRuns
from app.science.networks.section import Section, section_of
from app.web.cache import Cache


class Held(NamedTuple):
    """A moment of a run.

    Attributes:
        batch_size, optimizer: whose.
        update: the one asked for, or the last there is up to it.
        of_several: whether there are other update rules.
    """

    batch_size: int
    optimizer: str
    update: int
    of_several: bool

    @property
    def told(self) -> dict[str, Any]:
        """By the names of a query's parameters."""
        rule = self.optimizer if self.of_several else None
        return {"followed": self.batch_size, "followed_optimizer": rule, "moment": self.update}


@cached
def get_section(cache: Cache, runs: NetworkRuns, part: str) -> Section:  # noqa: ARG001 - by `cached`
    """The plane of runs, with the losses of a part over it."""
    return section_of(runs, part)


@cached
def get_boundaries(cache: Cache, runs: NetworkRuns) -> Boundaries:  # noqa: ARG001 - by `cached`
    """The boundaries of runs that differ in the order of examples alone.

    Raises:
        ParameterError: as `boundaries_of`.
    """
    return boundaries_of(runs)


@cached
def get_frame(cache: Cache, query: NetworkDataQuery) -> Frame:  # noqa: ARG001 - by `cached`
    """What of the inputs is drawn.

    Raises:
        ParameterError: as `frame_of`.
    """
    return frame_of(query.spec)


def held(query: NetworkMomentQuery, runs: NetworkRuns, *, ends: bool) -> Held:
    """The moment that a query asks for, of runs that it has.

    Args:
        query: what is asked.
        runs: its runs.
        ends: whether the last update is one; else it is the last that has a next.

    Raises:
        ParameterError: a followed batch size or update rule that was not run.
    """
    size = resolve_batch_size(query.followed or runs.sizes[0].batch_size, query.examples)
    run = runs.of(size, query.followed_optimizer, "followed")
    last = (int(run.trained.diverged_at[0]) or run.plan.updates + ends) - 1
    update = last if query.moment is None else min(query.moment, last)
    return Held(size, run.rule.name, update, runs.several_rules)
