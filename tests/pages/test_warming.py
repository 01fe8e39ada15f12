"""The first picture of each surface is there before it is asked for."""

import asyncio
import threading

import httpx
import pytest

from app.main import CACHED_RESULTS, create_app
from app.pages import warming
from app.science.problems import SURFACES
from app.settings import Settings

FEW = ("bowl", "saddle")  # as the others are
PICTURE = ("/", "/api/v1/surfaces/{}", "/api/v1/paths")
FIGURES = [f"/api/v1/figures/{name}" for name in ("surface", "paths", "loss")]


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_what_the_home_page_asks_for_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "SURFACES", {name: SURFACES[name] for name in FEW})
    app = create_app(Settings(warm=False))
    cache = app.state.cache
    for _ in warming.warm(cache):
        pass
    warmed = cache.lookups.computed

    async def ask() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for path in (*PICTURE, *FIGURES):
                for surface in FEW:
                    query = "" if "{}" in path else f"?surface={surface}"
                    assert (await client.get(path.format(surface) + query)).is_success

    asyncio.run(ask())
    assert cache.lookups.computed == warmed
    assert cache.lookups.found > 0
    # Nothing of it is dropped for the rest of it, with much room for what is asked.
    assert len(cache) / len(FEW) * len(SURFACES) < CACHED_RESULTS / 4


@pytest.mark.parametrize("warm", [True, False])
def test_it_goes_on_in_the_background_and_ends_with_the_server(warm: bool) -> None:
    app = create_app(Settings(warm=warm))

    async def live() -> set[str]:
        async with app.router.lifespan_context(app):
            return names()

    assert ("warming" in asyncio.run(live())) is warm
    assert "warming" not in names()
