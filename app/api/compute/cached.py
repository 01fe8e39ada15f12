"""Results that are kept: what several ask for is computed once."""

from collections.abc import Callable
from functools import partial, wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from app.api.queries.base import BaseQuery
from app.web.cache import Cache

P = ParamSpec("P")
T = TypeVar("T")

Compute: TypeAlias = Callable[Concatenate[Cache, P], T]


def cached(compute: Compute[P, T]) -> Compute[P, T]:
    """Have the results of a function kept in the cache that it is given.

    The key is the function's name and its arguments' own keys. A query's is that of the model
    that the function says it takes: requests that differ elsewhere, such as in how an answer is
    shown, share a result.
    """
    key = _keys(compute)

    @wraps(compute)
    def known(cache: Cache, /, *args: P.args, **kwargs: P.kwargs) -> T:
        asked = key(cache, *args, **kwargs)
        return cache.get(asked, partial(compute, cache, *args, **kwargs))

    return known


def shared(compute: Compute[P, T]) -> Compute[P, T]:
    """Have the results of a function, which can be pickled, shared with the other processes.

    In a process alone it changes nothing; `cached` goes around it.
    """
    key = _keys(compute)

    @wraps(compute)
    def known(cache: Cache, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if cache.shared is None:
            return compute(cache, *args, **kwargs)
        asked = key(cache, *args, **kwargs)
        return cache.shared.get(asked, partial(compute, cache, *args, **kwargs))

    return known


def _keys(compute: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    """What tells a call of a function from others, of it and of all others."""
    called = signature(compute)
    name = f"{compute.__module__}.{compute.__qualname__}"

    def key(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
        given = called.bind(*args, **kwargs)
        given.apply_defaults()
        _, *asked = given.arguments.items()  # but for the cache
        return (name, *(_key(value, called.parameters[of].annotation) for of, value in asked))

    return key


def _key(value: Any, declared: Any) -> Any:
    return value.key(declared) if isinstance(value, BaseQuery) else value
