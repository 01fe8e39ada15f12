"""The description of the interface, made once for all tests."""

from typing import Any

from app.main import create_app
from app.web.published import published


def by_path(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Operations; where a path has two, that which is posted has its method before."""
    return {
        path if method == "get" or len(methods) == 1 else f"{method.upper()} {path}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


OPENAPI: dict[str, Any] = create_app().openapi()
OPERATIONS = by_path(OPENAPI)
# As it is sent to programs.
PUBLISHED: dict[str, Any] = published(OPENAPI)
PUBLISHED_OPERATIONS = by_path(PUBLISHED)
