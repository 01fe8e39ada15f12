"""Whether the process answers, and whether it has room."""

from collections.abc import Callable

import httpx
import pytest

from app.version import VERSION

Get = Callable[..., httpx.Response]


def test_health_and_liveness(get: Get) -> None:
    assert get("/healthz").json() == {"status": "ok", "version": VERSION}
    assert get("/livez").json() == {"status": "ok"}
    assert get("/readyz").json() == {"status": "ok"}


def test_a_full_queue_is_not_ready_and_still_alive(
    new_get: Callable[[], Get], monkeypatch: pytest.MonkeyPatch
) -> None:
    get = new_get()
    monkeypatch.setattr("app.web.admission.Gate.full", property(lambda _: True))
    assert get("/readyz").status_code == 503
    for path in ("/healthz", "/livez", "/metrics", "/"):
        assert get(path).status_code == 200
    refused = get("/api/v1/surfaces")
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
