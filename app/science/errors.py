"""The one error of the science: a parameter outside what the mathematics allows."""


class ParameterError(ValueError):
    """A parameter whose value is not allowed; says which, what it was, and what is allowed.

    >>> raise ParameterError("batch_size", 0, "an integer from 1 to 1050")
    Traceback (most recent call last):
    ...
    app.science.errors.ParameterError: batch_size is 0, which is not an integer from 1 to 1050
    """

    def __init__(self, parameter: str, value: object, allowed: str) -> None:
        super().__init__(f"{parameter} is {value!r}, which is not {allowed}")
        self.parameter = parameter
        self.value = value
        self.allowed = allowed
