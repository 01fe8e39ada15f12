"""The pages, asked as over HTTP."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from app.main import create_app


@pytest.fixture(scope="session")
def get() -> Callable[[str], httpx.Response]:
    """``get(url)`` of a new application."""
    app = create_app()

    def get(url: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
                return await asking.get(url)

        return asyncio.run(ask())

    return get
