"""The description of the interface, made once for all tests."""

from typing import Any

from app.main import create_app

OPENAPI: dict[str, Any] = create_app().openapi()
