"""Request ids, log lines and metrics."""

import json
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.web.monitoring import BUCKETS, HEAD_START, QUIET, Monitor

Get = Callable[..., httpx.Response]
PATHS = "/api/v1/paths?examples=40&batch_size=8&epochs=1"
PROCESS = f'process="{os.getpid()}"'


def metrics(get: Get) -> dict[str, float]:
    """Each sample by name and labels, of which every one has its process besides."""
    lines = [line for line in get("/metrics").text.splitlines() if not line.startswith("#")]
    found = {}
    for line in lines:
        name, value = line.rsplit(" ", 1)
        assert PROCESS in name
        name = name.replace(f"{PROCESS},", "").removesuffix(f"{{{PROCESS}}}")
        found[name] = float(value)
    return found


def test_requests_are_counted_by_route_and_status(new_get: Callable[[], Get]) -> None:
    get = new_get()
    for seed in (1, 2):
        get(f"/api/v1/surfaces/bowl?data_seed={seed}")
    get("/api/v1/surfaces/nowhere")
    get("/no/such/page")
    counted = metrics(get)
    route = "/api/v1/surfaces/{id}"
    assert counted[f'batchscape_requests_total{{route="{route}",status="200"}}'] == 2
    assert counted[f'batchscape_requests_total{{route="{route}",status="422"}}'] == 1
    assert counted['batchscape_requests_total{route="other",status="404"}'] == 1
    assert counted[f'batchscape_request_seconds_count{{route="{route}"}}'] == 3
    last = f'batchscape_request_seconds_bucket{{le="{float(BUCKETS[-1])}",route="{route}"}}'
    assert counted[last] == 3


def test_what_is_sent_as_before_is_counted_where_it_was_made(new_get: Callable[[], Get]) -> None:
    get = new_get()
    for _ in range(3):
        etag = get("/api/v1/epoch-plan").headers["ETag"]
    for _ in range(2):
        get("/api/v1/epoch-plan", if_none_match=etag)
    counted = metrics(get)
    assert counted["batchscape_answers_hits_total"] == 4
    route = 'route="/api/v1/epoch-plan"'
    assert counted[f'batchscape_requests_total{{{route},status="200"}}'] == 3
    assert counted[f'batchscape_requests_total{{{route},status="304"}}'] == 2
    assert counted[f"batchscape_request_seconds_count{{{route}}}"] == 5
    assert not [name for name in counted if 'route="other"' in name]


def test_what_is_no_operation_is_counted_too(new_get: Callable[[], Get]) -> None:
    get = new_get()
    get("/openapi.json", "POST")  # for it takes seconds to be made
    get("/static/js/main.js")
    counted = metrics(get)
    assert counted['batchscape_requests_total{route="/openapi.json",status="405"}'] == 1
    assert counted['batchscape_requests_total{route="/static",status="200"}'] == 1


def test_the_cache_and_the_queue_are_told(new_get: Callable[[], Get]) -> None:
    get = new_get()
    get(PATHS)
    first = metrics(get)
    get(PATHS.replace("paths", "figures/loss"))  # of the same run
    second = metrics(get)
    assert first["batchscape_cache_misses_total"] > 0
    assert second["batchscape_cache_misses_total"] == first["batchscape_cache_misses_total"]
    assert second["batchscape_cache_hits_total"] > first["batchscape_cache_hits_total"]
    assert second["batchscape_cache_results"] == second["batchscape_cache_misses_total"]
    assert second["batchscape_cache_bytes"] > 0
    for name in ("computing", "waiting", "sweeps"):
        assert second[f"batchscape_{name}"] == 0
    assert second["batchscape_rejected_total"] == 0


def test_each_application_counts_for_itself(new_get: Callable[[], Get]) -> None:
    one, other = new_get(), new_get()
    one("/healthz")
    assert 'batchscape_requests_total{route="/healthz",status="200"}' not in metrics(other)


@pytest.mark.parametrize(
    ("given", "kept"), [("class-7.a", True), ("x" * 65, False), ("a b", False), ("{}", False)]
)
def test_a_sane_id_is_kept_and_any_other_replaced(get: Get, given: str, kept: bool) -> None:
    said = get("/healthz", X_Request_ID=given).headers["X-Request-ID"]
    assert (said == given) is kept
    assert re.fullmatch(r"[\w.-]{1,64}", said)


def test_a_request_is_a_line_of_json(
    new_get: Callable[[], Get], caplog: pytest.LogCaptureFixture
) -> None:
    get = new_get()
    with caplog.at_level(logging.INFO, "batchscape.requests"):
        get(PATHS, X_Request_ID="one")
        get(PATHS, "HEAD", X_Request_ID="two")
        get("/api/v1/paths?batch_size=0", X_Request_ID="three")
    lines = [json.loads(record.message) for record in caplog.records]
    assert [line["request"] for line in lines] == ["one", "two", "three"]
    assert [line["method"] for line in lines] == ["GET", "HEAD", "GET"]
    assert [line["status"] for line in lines] == [200, 200, 422]
    assert lines[0]["path"] + "?" + lines[0]["query"] == PATHS
    assert lines[0]["results_computed"] > 0
    assert lines[1]["results_computed"] == 0
    assert lines[1]["results_found"] > 0
    for line in lines:
        assert line["client"] == "127.0.0.1"
        assert line["milliseconds"] >= line["milliseconds_waited"] >= 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"])


def test_nothing_is_logged_unless_asked_for(get: Get, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "batchscape.requests"):
        get("/healthz")
    assert caplog.records == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="they are read from /proc")
def test_memory_and_processor_time_are_told(get: Get) -> None:
    counted = metrics(get)
    assert counted["process_resident_memory_bytes"] > 1e7
    assert counted["process_cpu_seconds_total"] > 0


def test_it_is_busy_until_a_while_after_the_last_request() -> None:
    now = 0.0
    monitor = Monitor(lambda: now)
    monitor.end(monitor.begin(), "/healthz", 200)  # by which the command knows that it is ready
    now = QUIET
    assert monitor.busy  # somebody may open the first page now
    now = HEAD_START
    assert not monitor.busy
    begun = monitor.begin()
    now = 9
    assert monitor.busy
    assert monitor.end(begun, "/", 200) == 9 - HEAD_START
    assert monitor.busy
    now += QUIET
    assert not monitor.busy
