"""The one error of the science: a parameter outside what the mathematics allows."""

from collections.abc import Iterable
from functools import reduce

from app.science.message import Message


class ParameterError(ValueError):
    """A parameter whose value is not allowed; says which, what it was, and what is allowed.

    ``allowed`` is English, a `Message` where it has values in it.

    >>> raise ParameterError("batch_size", 0, "an integer from 1 to 1050")
    Traceback (most recent call last):
    ...
    app.science.errors.ParameterError: batch_size is 0, which is not an integer from 1 to 1050
    >>> str(ParameterError("batch_size", None, "an integer from 1 to 1050"))
    'batch_size is missing: it is to be an integer from 1 to 1050'
    """

    def __init__(self, parameter: str, value: object, allowed: str) -> None:
        named = reduce(_and, parameter.split(" and "))
        wanted = allowed if isinstance(allowed, Message) else Message(allowed)
        self.message = (
            Message(
                "{parameter} is missing: it is to be {allowed}", parameter=named, allowed=wanted
            )
            if value is None
            else Message(
                "{parameter} is {value}, which is not {allowed}",
                parameter=named,
                value=shown(value),
                allowed=wanted,
            )
        )
        super().__init__(self.message)
        self.parameter = parameter
        self.value = value
        self.allowed = allowed

    def __reduce__(self) -> tuple[type["ParameterError"], tuple[str, object, str]]:
        """Its own arguments, not the text made of them: it comes back from worker processes."""
        return type(self), (self.parameter, self.value, self.allowed)


def shown(value: object) -> str:
    """A value as people are told it; several as in a list, not as Python's.

    >>> shown("sgd"), shown(["sgd", "adam"]), shown([0.5, 2.0])
    ("'sgd'", 'sgd, adam', '0.5, 2.0')
    """
    if isinstance(value, list | tuple) and value:
        return ", ".join(map(str, value))
    return repr(value)


def _and(one: str, another: str) -> str:
    return Message("{one} and {another}", one=one, another=another)


def check_one_of(parameter: str, value: str, names: Iterable[str]) -> None:
    """Refuse a name that is none of these.

    Raises:
        ParameterError: it is none.
    """
    known = [*names]
    if value not in known:
        raise ParameterError(parameter, value, Message("one of {names}", names=", ".join(known)))
