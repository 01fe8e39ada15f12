"""Results that are kept: what several ask for is computed once."""

from collections.abc import Callable
from functools import partial, wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.api.queries.base import BaseQuery
from app.web.cache import Cache

P = ParamSpec("P")
T = TypeVar("T")


def cached(compute: Callable[Concatenate[Cache, P], T]) -> Callable[Concatenate[Cache, P], T]:
    """Have the results of a function kept in the cache that it is given.

    The key is the function's name and its arguments' own keys. A query's is that of the model
    that the function says it takes: requests that differ elsewhere, such as in how an answer is
    shown, share a result.
    """
    called = signature(compute)
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def known(cache: Cache, /, *args: P.args, **kwargs: P.kwargs) -> T:
        given = called.bind(cache, *args, **kwargs)
        given.apply_defaults()
        _, *asked = given.arguments.items()
        key = (name, *(_key(value, called.parameters[of].annotation) for of, value in asked))
        return cache.get(key, partial(compute, cache, *args, **kwargs))

    return known


def _key(value: Any, declared: Any) -> Any:
    return value.key(declared) if isinstance(value, BaseQuery) else value
