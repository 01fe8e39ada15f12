"""Errors as ``application/problem+json`` (RFC 9457), naming each bad parameter."""

import re
from typing import Any, TypeAlias

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo
from starlette.requests import ClientDisconnect

from app.language.nearest import nearest
from app.language.speech import clauses, gettext, listed, speaking, translated
from app.web.admission import RETRY_SECONDS, BusyError
from app.web.headers import headers_of
from app.web.language import language_of
from app.web.workers import UnreachableError

MEDIA_TYPE = "application/problem+json"
CLIENT_CLOSED_REQUEST = 499  # as some servers log it; HTTP has no name for it
SHOWN_CHARACTERS = 80  # of a bad value, in a message


class ParameterProblem(BaseModel):
    """One bad parameter."""

    parameter: str = Field(description="Name of a parameter that is not allowed")
    message: str = Field(description="Its value, and what is allowed, in words")


class ProblemDetails(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    type: str = Field(
        default="about:blank",
        description="A URI of the kind of problem; about:blank where the status says it all",
    )
    title: str = Field(description="The kind of problem, in words")
    status: int = Field(description="The HTTP status again")
    detail: str = Field(description="What is wrong with this request, in words")
    errors: list[ParameterProblem] = Field(
        default=[], description="The parameters that are not allowed"
    )


def reference(model: type[BaseModel]) -> dict[str, str]:
    """A model where the OpenAPI description names it."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def problem(description: str) -> dict[str, Any]:
    """What the OpenAPI description says of an error."""
    schema = {"schema": reference(ProblemDetails)}
    return {"description": description, "content": {MEDIA_TYPE: schema}}


Responses: TypeAlias = dict[int | str, dict[str, Any]]
# What the OpenAPI description says of every route's errors.
PROBLEMS: Responses = {
    413: problem(description="The request has a body"),
    414: problem(description="The URL is too long"),
    422: problem(description="A parameter is not allowed, or the request is above the work budget"),
    503: problem(description="Too many requests wait already; ask again after Retry-After"),
}


def title_of(status: int) -> str:
    """The kind of problem that a status says of itself, in words."""
    titles = {
        404: gettext("Not Found"),
        405: gettext("Method Not Allowed"),
        413: gettext("Content Too Large"),
        414: gettext("URI Too Long"),
        415: gettext("Unsupported Media Type"),
        500: gettext("Internal Server Error"),
        503: gettext("Service Unavailable"),
    }
    return titles[status]


def add_error_handlers(app: FastAPI) -> None:
    """Have every error of the application answered as problem+json, but for wrong addresses."""
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(UnreachableError, _unreachable)
    app.add_exception_handler(Exception, _internal)


async def _invalid_request(request: Request, error: Exception) -> Response:
    known = list(query_fields(request))
    problems = [
        describe(".".join(map(str, e["loc"][1:2])) or "query", e, known)
        for e in getattr(error, "errors", list)()
    ]
    return _answer(422, gettext("Invalid parameters"), problems)


def busy_problem(retry: int = RETRY_SECONDS) -> ProblemDetails:
    """The problem that it would not be a request's turn in time."""
    said = gettext("The server is busy; please try again in {seconds} seconds.", seconds=retry)
    return _unavailable(said)


def stopping_problem() -> ProblemDetails:
    """The problem that the server ends."""
    return _unavailable(gettext("The server is being stopped."))


def unreachable_problem(error: UnreachableError) -> ProblemDetails:
    """The problem that there is nobody to sweep."""
    said = gettext("The Dask scheduler {address} does not answer.", address=error.address)
    return _unavailable(said)


def _unavailable(said: str) -> ProblemDetails:
    return ProblemDetails(title=title_of(503), status=503, detail=said)


async def _internal(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Nothing of the error is told; the log has it, by the request's id."""
    # It is answered outside of all middlewares, which would have spoken and added headers.
    with speaking(language_of(request.scope)):
        said = gettext("The server failed; its log says why.")
        failed = ProblemDetails(title=title_of(500), status=500, detail=said)
    response = problem_response(failed)
    response.headers.update(headers_of(request.scope))
    response.headers["X-Request-ID"] = request.scope.get("state", {}).get("request_id", "")
    return response


async def _busy(request: Request, error: Exception) -> Response:  # noqa: ARG001
    retry = getattr(error, "retry", RETRY_SECONDS)
    response = problem_response(busy_problem(retry))
    response.headers.update({"Retry-After": str(retry), "Cache-Control": "no-store"})
    return response


async def _unreachable(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, UnreachableError)  # noqa: S101 - what it is registered for
    response = problem_response(unreachable_problem(error))
    response.headers["Cache-Control"] = "no-store"
    return response


async def _gone(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return Response(status_code=CLIENT_CLOSED_REQUEST)  # which nobody reads


def describe(name: str, error: dict[str, Any], known: list[str]) -> ParameterProblem:
    """A parameter that Pydantic refuses, in our words; ``known`` are the names there are."""
    if error["type"] == "extra_forbidden":
        message = unknown(name, nearest(name, known), known)
    elif error["type"] == "missing":
        message = gettext("{name} is required", name=name)
    else:
        given = error["input"]
        value = _shown(given)
        if len(value) > SHOWN_CHARACTERS:
            value = value[:SHOWN_CHARACTERS] + "…"
        message = gettext(
            "{name} is {value}: {reason}", name=name, value=value, reason=_reason(error)
        )
    return ParameterProblem(parameter=name, message=message)


def _shown(given: Any) -> str:
    """A value as Python has it; several as in a list of people's."""
    if isinstance(given, list) and given:
        return ", ".join(map(str, given)) if len(given) > 1 else repr(given[0])
    return repr(given)


def unknown(name: str, meant: str | None, known: list[str]) -> str:
    """That there is no such parameter, which one was ``meant``, and which there are."""
    name = name if len(name) <= SHOWN_CHARACTERS else f"{name[:SHOWN_CHARACTERS]}…"
    names = listed(known)
    if meant is None:
        return gettext(
            "{name} is not a parameter here; allowed are {names}", name=name, names=names
        )
    return gettext(
        "{name} is not a parameter here: did you mean {meant}? Allowed are {names}",
        name=name,
        meant=meant,
        names=names,
    )


def _reason(error: dict[str, Any]) -> str:
    """What is allowed; Pydantic's own words where there are no others."""
    facts = error.get("ctx", {})
    if error["type"] == "value_error":
        return translated(facts["error"].args[0])
    if error["type"] == "literal_error":  # what is expected is "'light' or 'dark'", or "2 or 4"
        names = re.split(", | or ", facts["expected"].replace("'", ""))
        return gettext("allowed are {names}", names=listed(names))
    said = {
        "greater_than_equal": gettext("allowed is {ge:.15g} or more"),
        "less_than_equal": gettext("allowed is {le:.15g} or less"),
        "int_parsing": gettext("allowed are integers"),
        "int_parsing_size": gettext("allowed are integers"),
        "int_from_float": gettext("allowed are integers"),
        "finite_number": gettext("allowed are finite numbers"),
        "repeated": gettext("allowed is one value"),
        "bool_parsing": gettext("allowed are true and false"),
        "string_too_long": gettext("allowed is a text of {max_length:,} or fewer characters"),
        "string_too_short": gettext("allowed is a text of {min_length:,} or more characters"),
        "string_pattern_mismatch": gettext("allowed is a text that matches {pattern}"),
        "too_long": gettext("allowed are at most {max_length} values, not {actual_length}"),
        "too_short": gettext("allowed are at least {min_length} values, not {actual_length}"),
    }
    if error["type"] in said:
        return said[error["type"]].format(**facts)
    words = str(error["msg"])
    return words[0].lower() + words[1:]


def query_fields(request: Request) -> dict[str, FieldInfo]:
    """The query parameters that the route knows."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    fields: dict[str, FieldInfo] = {}
    for parameter in getattr(dependant, "query_params", []):
        model = parameter.field_info.annotation
        fields |= getattr(model, "model_fields", {parameter.alias: parameter.field_info})
    return fields


def repetition(name: str, values: list[str], why: ValueError | None = None) -> dict[str, Any]:
    """The error of a parameter that holds one value and has come with several.

    ``why`` says what is allowed, if it is more than that.
    """
    said = {"type": "value_error", "ctx": {"error": why}} if why else {"type": "repeated"}
    return {**said, "loc": ("query", name), "input": values}


def _answer(
    status: int, title: str, problems: list[ParameterProblem], detail: str = ""
) -> Response:
    said = detail or clauses(p.message for p in problems)
    return problem_response(
        ProblemDetails(title=title, status=status, detail=said, errors=problems)
    )


def problem_response(problem: ProblemDetails) -> Response:
    """The answer that tells a problem."""
    return Response(orjson.dumps(problem.model_dump()), problem.status, media_type=MEDIA_TYPE)
