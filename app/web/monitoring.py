"""What the process tells of its requests: a line of JSON for each, and metrics for Prometheus."""

import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.admission import Gate
from app.web.answers import Answers
from app.web.cache import LOOKUPS, Cache, Lookups
from app.web.jobs import Jobs

REQUEST_ID = "X-Request-ID"
SANE_ID = re.compile(r"[\w.-]{1,64}")  # a client's id that is kept; any other is replaced
BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
HEAD_START = 1.0  # seconds after the start in which somebody may open the first page
QUIET = 0.2  # seconds after a request in which the next one of the same page may come
LOGGER = logging.getLogger("batchscape.requests")


class ProcessRegistry(CollectorRegistry):
    """Labels each sample with its process, so that those of several are not taken for one's.

    Of several processes behind one address any may answer; without the label a counter would
    seem to start anew at every other answer.
    """

    def collect(self) -> Iterator[Metric]:
        """Every metric, as it is now."""
        process = {"process": str(os.getpid())}
        for metric in super().collect():
            metric.samples = [s._replace(labels={**s.labels, **process}) for s in metric.samples]
            yield metric


class Monitor:
    """Counts requests. A process tells of itself alone, whichever of several is asked."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._open = 0
        self._quiet_from = clock() + HEAD_START
        self.registry = ProcessRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "batchscape_requests",
            "Requests answered",
            ("route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "batchscape_request_seconds",
            "Seconds from a request to the end of its answer",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )

    @property
    def busy(self) -> bool:
        """Whether a request is under way, or expected at once."""
        return self._open > 0 or self.clock() < self._quiet_from

    def begin(self) -> float:
        """A request has come; the time."""
        self._open += 1
        return self.clock()

    def end(self, begun: float, route: str, status: int) -> float:
        """The answer to a request of that time has ended; seconds that it took."""
        self._open -= 1
        now = self.clock()
        self._quiet_from = max(self._quiet_from, now + QUIET)
        self.requests.labels(route, status).inc()
        self.seconds.labels(route).observe(now - begun)
        return now - begun


class StateCollector(Collector):
    """The queue, the cache and the sweeps, read when they are asked for."""

    def __init__(self, gate: Gate, cache: Cache, jobs: Jobs, answers: Answers) -> None:
        self.gate, self.cache, self.jobs, self.answers = gate, cache, jobs, answers

    def collect(self) -> Iterator[Metric]:
        """Every number, as it is now."""
        gate, cache = self.gate, self.cache
        yield _gauge("computing", "Computations under way", gate.running)
        yield _gauge("waiting", "Requests that wait for their turn to compute", gate.waiting)
        yield _gauge("resting", "Computations that let others go first", gate.resting)
        yield _counter("rejected", "Requests sent away, for too many waited", gate.rejected)
        yield _gauge("sweeps", "Sweeps under way", len(self.jobs))
        yield _counter("answers_hits", "Answers sent as before", self.answers.found)
        yield _gauge("answers_bytes", "Bytes of answers kept", self.answers.bytes)
        yield _counter("cache_hits", "Results found in the cache", cache.lookups.found)
        yield _counter("cache_misses", "Results computed", cache.lookups.computed)
        yield _counter("cache_evictions", "Results dropped for others", cache.evicted)
        yield _gauge("cache_results", "Results kept", len(cache))
        yield _gauge("cache_bytes", "Bytes that they hold, about", cache.bytes)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"batchscape_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"batchscape_{name}", text, value=value)


class MonitoringMiddleware:
    """Times each request, gives it an id, counts it and logs it at level info."""

    def __init__(self, app: ASGIApp, monitor: Monitor) -> None:
        self.app, self.monitor = app, monitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = self.monitor.begin()
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if SANE_ID.fullmatch(given) else uuid4().hex
        method, lookups = scope["method"], Lookups()
        token = LOOKUPS.set(lookups)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500  # unless an answer is begun

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            LOOKUPS.reset(token)
            route = getattr(scope.get("route"), "path", "other")
            seconds = self.monitor.end(begun, route, status)
            if LOGGER.isEnabledFor(logging.INFO):
                LOGGER.info(_line(scope, method, request_id, status, seconds, lookups))


def _line(
    scope: Scope, method: str, request_id: str, status: int, seconds: float, lookups: Lookups
) -> str:
    state: dict[str, Any] = scope.get("state", {})
    return json.dumps(
        {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "request": request_id,
            "client": (scope.get("client") or [""])[0],  # none of a Unix socket
            "method": method,
            "path": scope["path"],
            "query": scope["query_string"].decode("latin-1"),
            "status": status,
            "milliseconds": round(1000 * seconds, 1),
            "milliseconds_waited": round(1000 * state.get("waited", 0.0), 1),
            "results_found": lookups.found,
            "results_computed": lookups.computed,
        }
    )
