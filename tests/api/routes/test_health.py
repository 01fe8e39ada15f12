"""Whether the process answers, and whether it goes on to."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from app.version import VERSION

Get = Callable[..., httpx.Response]


def test_health_and_liveness(get: Get) -> None:
    assert get("/healthz").json() == {"status": "ok", "version": VERSION}
    assert get("/livez").json() == {"status": "ok"}
    assert get("/readyz").json() == {"status": "ok"}


def test_a_full_queue_is_ready_and_alive_and_refuses_what_would_be_computed(
    new_get: Callable[[], Get], monkeypatch: pytest.MonkeyPatch
) -> None:
    get = new_get()
    monkeypatch.setattr("app.web.admission.Gate.expected_seconds", lambda *_: 1000.0)
    for path in ("/readyz", "/healthz", "/livez", "/metrics", "/"):
        assert get(path).status_code == 200
    refused = get("/api/v1/surfaces")
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0


def test_what_is_being_stopped_is_not_ready_and_still_alive() -> None:
    app = create_app(Settings(warm=False))

    async def statuses() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            async with app.router.lifespan_context(app):
                started = await client.get("/readyz")
            stopped = [await client.get(path) for path in ("/readyz", "/livez")]
            return [answer.status_code for answer in (started, *stopped)]

    assert asyncio.run(statuses()) == [200, 503, 200]
