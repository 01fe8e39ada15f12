"""The application: wiring only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from app import pages
from app.api import (
    code,
    epoch_plan,
    figures,
    floor_figures,
    health,
    learn_figures,
    noise,
    noise_figures,
    paths,
    qr,
    run_noise_figures,
    surfaces,
    tradeoff,
    tradeoff_figures,
)
from app.api.cache import Cache
from app.api.errors import add_error_handlers
from app.api.jobs import Jobs
from app.api.workers import Workers
from app.headers import SecurityHeadersMiddleware
from app.language.middleware import LanguageMiddleware
from app.resources import STATIC, plotly_bundle, swagger_directory
from app.settings import Settings
from app.version import VERSION

CACHED_RESULTS = 64


def create_app() -> FastAPI:
    """A new application, with a cache of its own."""
    app = FastAPI(
        title="Batchscape",
        summary="See what batch size does: real gradient noise, on exact finite sums.",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.cache = Cache(CACHED_RESULTS)
    app.state.workers = Workers(dask=Settings().dask)
    app.state.jobs = Jobs()
    add_error_handlers(app)
    app.add_middleware(LanguageMiddleware)
    app.add_middleware(SecurityHeadersMiddleware)
    # Level 2 is three times quicker than 5, and a tenth larger.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=2)
    for module in (
        surfaces, epoch_plan, paths, code, noise, tradeoff, figures, noise_figures,
        run_noise_figures, tradeoff_figures, floor_figures, learn_figures, qr, health, pages,
    ):  # fmt: skip
        app.include_router(module.router)
    app.mount("/static/plotly", StaticFiles(directory=plotly_bundle().parent), name="plotly")
    app.mount("/static/swagger", StaticFiles(directory=swagger_directory()), name="swagger")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Worker processes end with the server."""
    yield
    app.state.workers.close()
