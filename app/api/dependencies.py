"""What routes are given: the cache of results, and who does long work."""

from typing import Annotated

from fastapi import Depends, Request

from app.api.cache import Cache
from app.api.tradeoff_work import Laboratory


def get_cache(request: Request) -> Cache:
    """The application's cache."""
    cache: Cache = request.app.state.cache
    return cache


def get_laboratory(request: Request) -> Laboratory:
    """What long work needs."""
    state = request.app.state
    return Laboratory(state.workers, state.jobs, state.cache)


LaboratoryDependency = Annotated[Laboratory, Depends(get_laboratory)]
CacheDependency = Annotated[Cache, Depends(get_cache)]
