"""The application's own description, OpenAPI 3.1."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from app.web.headers import DESCRIPTION
from app.web.published import published
from app.web.responses import json_response

EXAMPLE = "x-example"  # of an operation: a query whose answer is short and soon made


def example(query: str) -> dict[str, Any]:
    """An example in an operation's description: a query, as in a URL."""
    return {EXAMPLE: query}


def operation_id(route: APIRoute) -> str:
    """The name of the route's function, by which a generated client calls it."""
    return route.name


class DescribedAPI(FastAPI):
    """An application whose description has more schemas than those of its JSON answers.

    Attributes:
        referred: the models that other answers refer to: problems, and the events of streams.
    """

    referred: tuple[type[BaseModel], ...] = ()

    published: dict[str, Any] | None = None

    def setup(self) -> None:
        """Add the routes of the application's own, which are the description for programs."""
        super().setup()
        self.add_api_route(
            DESCRIPTION, self._get_published, name="openapi", include_in_schema=False
        )

    async def _get_published(self, request: Request) -> Response:
        if self.published is None:
            self.published = published(self.openapi())
        root = request.scope.get("root_path", "").rstrip("/")
        servers = {"servers": [{"url": root}]} if root else {}
        return json_response(request, self.published | servers)

    def openapi(self) -> dict[str, Any]:
        """The description for people, made once."""
        if self.openapi_schema is None:
            _, schemas = models_json_schema(
                [(model, "serialization") for model in self.referred],
                ref_template="#/components/schemas/{model}",
            )
            components = super().openapi().setdefault("components", {})
            components["schemas"] = schemas["$defs"] | components.get("schemas", {})
        return super().openapi()
