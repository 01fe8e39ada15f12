"""Properties that are computed when they are first read, then kept."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 - it is named as the standard library's
    """`functools.cached_property` without its lock, as that is from Python 3.12 on.

    Until then all instances of a class share one lock a property. A thread that pauses while it
    computes such a property would hold up each that reads it of anything else.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: object, owner: type | None = None) -> T:
        """The value, found in the instance itself from then on."""
        if instance is None:
            raise AttributeError(self.name)
        value = instance.__dict__[self.name] = self.compute(instance)
        return value
