"""The application, asked as over HTTP."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from app.main import create_app


def client() -> Callable[..., httpx.Response]:
    """``get(url, header=…)`` of a new application."""
    app = create_app()

    def get(url: str, method: str = "GET", **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await asking.request(method, url, headers=named)

        return asyncio.run(ask())

    return get


@pytest.fixture(scope="session")
def get() -> Callable[..., httpx.Response]:
    """Asks one application: its cache lasts the session."""
    return client()


@pytest.fixture
def new_get() -> Callable[[], Callable[..., httpx.Response]]:
    """Makes a ``get`` of another, new application."""
    return client
