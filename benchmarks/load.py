"""Many clients at once: ``python -m benchmarks.load`` (it needs ``wrk``).

64 connections on loopback ask for the same answer, for static files, and for answers that nobody
has asked for before; wrk and the server share the machine. A 503 is counted, any other error is one
too many.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import httpx

from benchmarks.serving import Server, served

CONNECTIONS = 64
SECONDS = 60
# The path with {} is asked with another number each time.
PATHS = {
    "the home page": "/",
    "health": "/healthz",
    "a script": "/static/js/main.js",
    "the default paths, known": "/api/v1/paths",
    "the default paths, a new seed each time": "/api/v1/paths?seed={}",
    "a figure of 64 replicas, a new seed each time": "/api/v1/figures/loss?replicas=64&seed={}",
}
SCRIPT = """
local threads, number = {}, 0
function setup(thread) table.insert(threads, thread) end
function init(args) statuses = {} end
function request()
  number = number + 1
  local path = string.gsub("PATH", "{}", tostring(number))
  return wrk.format("GET", path, {["Accept-Encoding"] = "gzip"})
end
function response(status) statuses[status] = (statuses[status] or 0) + 1 end
function done(summary, latency)
  io.write(string.format("RESULT %.1f %.1f %.1f\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
  local e = summary.errors
  io.write(string.format("BROKEN %d\\n", e.connect + e.read + e.write + e.timeout))
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("statuses")) do
      io.write(string.format("STATUS %d %d\\n", status, count))
    end
  end
end
"""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    seconds = parser.parse_args().seconds
    _say(
        "| asked for | requests/s | median, ms | 99 %, ms | statuses "
        "| MB before, after | health meanwhile, ms |"
    )
    _say("| --- | --- | --- | --- | --- | --- | --- |")
    with served() as server:
        for name, path in PATHS.items():
            _say(_row(server, name, path, seconds))


def _row(server: Server, name: str, path: str, seconds: int) -> str:
    before = server.megabytes()
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "ask.lua"
        script.write_text(SCRIPT.replace("PATH", path))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s"]
        with subprocess.Popen(  # noqa: S603
            [*command, "-s", str(script), server.url], stdout=subprocess.PIPE, text=True
        ) as wrk:
            health = _health(server, seconds)
            out, _ = wrk.communicate()
    (rate, median, high), (broken,), *statuses = (
        line.split()[1:]
        for line in out.splitlines()
        if line.startswith(("RESULT", "BROKEN", "STATUS"))
    )
    said = ", ".join(f"{count} × {status}" for status, count in statuses)
    if int(broken):
        said += f", {broken} broken"
    memory = f"{before:.0f}, {server.megabytes():.0f}"
    return f"| {name} | {rate} | {median} | {high} | {said} | {memory} | {health:.0f} |"


def _health(server: Server, seconds: int) -> float:
    """The longest that /healthz took, asked a few times meanwhile, in milliseconds."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        asked = [client.get("/healthz") for _ in range(max(3, seconds))]
    return max(1000 * reply.elapsed.total_seconds() for reply in asked)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
