"""The application: wiring only."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from app.api import figures, routes, schemas
from app.api.dependencies import (
    ADMITTED,
    ADMITTED_SOON,
    ADMITTED_SOON_IF_ASKED,
    GIVEN_ONCE,
)
from app.api.errors import invalid_parameter
from app.pages import routes as pages
from app.pages.lost import lost
from app.pages.warming import warm
from app.resources import STATIC, plotly_bundle
from app.science.errors import ParameterError
from app.science.formulas.native import COMPILER
from app.settings import Settings
from app.version import VERSION
from app.web.admission import Gate
from app.web.answers import Answers, AnswersMiddleware
from app.web.assets import Assets, AssetsMount
from app.web.cache import Cache
from app.web.compression import LEVEL, SMALLEST, CompressionMiddleware
from app.web.description import DescribedAPI, operation_id
from app.web.errors import add_error_handlers
from app.web.headers import SecurityHeadersMiddleware
from app.web.jobs import Jobs
from app.web.language import LanguageMiddleware
from app.web.limits import HeadMiddleware, LimitsMiddleware
from app.web.monitoring import Monitor, MonitoringMiddleware, StateCollector
from app.web.places import places
from app.web.published import FormatMiddleware
from app.web.shared import Shared
from app.web.warming import Warming
from app.web.workers import Workers

CACHED_RESULTS = 1024  # most are small; their bytes are what bounds them
MEASURED = 1000, 16 * 2**20  # trials of sweeps that are kept, and their bytes
SWEEPS = 8  # different sweeps at once, which share the worker processes


def create_app(settings: Settings | None = None) -> FastAPI:
    """A new application, with a cache and a queue of its own; settings from the environment."""
    settings = settings or Settings()
    app = DescribedAPI(
        title="Batchscape",
        summary="See what batch size does: real gradient noise, on exact finite sums.",
        version=VERSION,
        openapi_url=None,  # it publishes its description itself
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        lifespan=_lifespan,
        dependencies=[GIVEN_ONCE],
    )
    app.referred = schemas.REFERRED
    app.state.cache = Cache(
        CACHED_RESULTS, shared=Shared(settings.shared) if settings.shared else None
    )
    app.state.warm = settings.warm
    app.state.host = settings.host
    app.state.stopping = False
    app.state.measured = Cache(*MEASURED)
    app.state.workers = Workers(dask=settings.dask)
    app.state.jobs = Jobs(SWEEPS)
    app.state.gate = Gate(settings.threads, settings.queue)
    answers = Answers()
    app.state.monitor = Monitor()
    app.state.monitor.registry.register(
        StateCollector(app.state.gate, app.state.cache, app.state.jobs, answers)
    )
    add_error_handlers(app)
    computed = (*routes.COMPUTED, *figures.COMPUTED, *(router for router, _body in routes.SENT))
    served = (*computed, *routes.SWEPT, *figures.SWEPT, *routes.AT_ONCE)
    app.state.places = places((*served, pages.router, pages.sheets))
    app.add_exception_handler(HTTPException, lost)
    app.add_exception_handler(ParameterError, invalid_parameter)
    # A request meets the one that is added last first.
    app.add_middleware(CompressionMiddleware, minimum_size=SMALLEST, compresslevel=LEVEL)
    app.add_middleware(AnswersMiddleware, answers=answers)
    app.add_middleware(FormatMiddleware)
    app.add_middleware(LimitsMiddleware)
    app.add_middleware(LanguageMiddleware)
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(MonitoringMiddleware, monitor=app.state.monitor)
    for router in (*routes.COMPUTED, *figures.COMPUTED):
        app.include_router(router, dependencies=[ADMITTED])
    for router, body in routes.SENT:
        # What is slow to be sent takes no turn, and who waits for one is asked whether it has left,
        # which would take parts of what it sends.
        app.include_router(router, dependencies=[body, ADMITTED])
    for router in (*routes.SWEPT, *figures.SWEPT):
        app.include_router(router)
    for router in routes.AT_ONCE:
        app.include_router(router)
    app.include_router(pages.router, dependencies=[ADMITTED_SOON_IF_ASKED])
    app.include_router(pages.sheets, dependencies=[ADMITTED_SOON])
    app.router.routes.append(AssetsMount("/static", app=_assets(), name="static"))
    return app


@cache
def _assets() -> Assets:
    """Read once a process, however many applications it has: it is some five megabytes."""
    bundle = plotly_bundle()
    return Assets({"": STATIC, "plotly/": bundle}, compiled={f"plotly/{bundle.name}"})


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start what goes on in the background; end it, and worker processes, with the server."""
    _assets().compress()
    if not gc.get_freeze_count():  # once a process, for what is frozen is never freed
        # All that is loaded stays; to look through it again and again is a tenth of an answer.
        gc.collect()
        gc.freeze()
    COMPILER.enable()  # not in worker processes, which a sweep may need for a second
    monitor: Monitor = app.state.monitor
    warming = Warming(warm(app.state.cache), lambda: monitor.busy)
    if app.state.warm:
        warming.start()
    yield
    app.state.stopping = True
    warming.stop()
    COMPILER.stop()
    app.state.workers.close()
