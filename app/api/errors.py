"""What the science refuses, as a problem."""

from fastapi import Request, Response

from app.language.speech import gettext, translated
from app.science.errors import ParameterError
from app.web.errors import ParameterProblem, ProblemDetails, problem_response


def as_problem(error: ParameterError) -> ProblemDetails:
    """The problem of a parameter that the mathematics does not allow."""
    names = error.parameter.split(" and ")
    said = translated(error.message)
    problems = [ParameterProblem(parameter=name, message=said) for name in names]
    return ProblemDetails(
        title=gettext("Invalid parameters"), status=422, detail=said, errors=problems
    )


async def invalid_parameter(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """The answer to a request with such a parameter."""
    assert isinstance(error, ParameterError)  # noqa: S101 - what it is registered for
    return problem_response(as_problem(error))
