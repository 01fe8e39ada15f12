"""The description of the interface, made once for all tests."""

from typing import Any

from app.main import create_app

OPENAPI: dict[str, Any] = create_app().openapi()
# By path; where one has two, that which is posted has its method before.
OPERATIONS: dict[str, dict[str, Any]] = {
    path if method == "get" or len(methods) == 1 else f"{method.upper()} {path}": operation
    for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items()
}
