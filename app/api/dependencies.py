"""What routes are given: the cache of results."""

from typing import Annotated

from fastapi import Depends, Request

from app.api.cache import Cache


def get_cache(request: Request) -> Cache:
    """The application's cache."""
    cache: Cache = request.app.state.cache
    return cache


CacheDependency = Annotated[Cache, Depends(get_cache)]
