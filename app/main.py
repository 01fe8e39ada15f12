"""The application: wiring only."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from app import pages
from app.api import (
    epoch_plan,
    figures,
    health,
    noise,
    noise_figures,
    paths,
    run_noise_figures,
    surfaces,
)
from app.api.cache import Cache
from app.api.errors import add_error_handlers
from app.headers import SecurityHeadersMiddleware
from app.resources import STATIC, plotly_bundle, swagger_directory
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
    )
    app.state.cache = Cache(CACHED_RESULTS)
    add_error_handlers(app)
    app.add_middleware(SecurityHeadersMiddleware)
    # Level 2 is three times quicker than 5, and a tenth larger.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=2)
    for module in (
        surfaces, epoch_plan, paths, noise, figures, noise_figures, run_noise_figures, health, pages
    ):  # fmt: skip
        app.include_router(module.router)
    app.mount("/static/plotly", StaticFiles(directory=plotly_bundle().parent), name="plotly")
    app.mount("/static/swagger", StaticFiles(directory=swagger_directory()), name="swagger")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
