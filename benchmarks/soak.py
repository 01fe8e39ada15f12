"""Ten minutes of everything: ``python -m benchmarks.soak``.

Valid, invalid and abandoned requests in random order from a few clients: memory has to be flat
within 10 % once the caches are full, nothing may be under way at the end, and health is quick. A
worker process is killed on the way.
"""

import argparse
import asyncio
import os
import random
import signal
import statistics
import time
from collections import Counter
from pathlib import Path

import httpx

from benchmarks.serving import Server, served

MINUTES = 10
CLIENTS = 12
WARM = 0.3  # of the time, until the caches are full
VALID = (
    "/api/v1/paths?seed={}",
    "/api/v1/figures/paths?seed={}&surface=rosenbrock",
    "/api/v1/figures/loss?replicas=32&seed={}&lang=ja",
    "/api/v1/noise?seed={}&draws=100",
    "/api/v1/figures/noise-law?seed={}&draws=50",
    "/api/v1/tradeoff?surface=bowl&examples=64&replicas=4&epochs=4&target=0.5&seed={}",
    "/api/v1/figures/orders?seed={}&replicas=4",
    "/api/v1/code/numpy?seed={}",
    "/learn?lang=ja",
    "/?seed={}",
)
INVALID = (
    "/api/v1/paths?batch_size=0&seed={}",
    "/api/v1/paths?epochs=10000&seed={}",
    "/api/v1/figures/none?seed={}",
    "/?noise=abc&seed={}",
    "/api/v1/qr?text=",
)


def main() -> None:
    """Soak and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    minutes = parser.parse_args().minutes
    with served() as server:
        statuses, memory = asyncio.run(_soak(server, 60 * minutes))
        time.sleep(12)  # what was begun of abandoned sweeps ends
        left = {name: server.metric(name) for name in ("computing", "waiting", "sweeps")}
        health = [_milliseconds(server) for _ in range(20)]
    half = memory[int(WARM * len(memory)) :]
    third = len(half) // 3
    first, last = statistics.median(half[:third]), statistics.median(half[-third:])
    _say(f"{sum(statuses.values()):,} requests in {minutes:g} minutes: {dict(statuses)}")
    _say(
        f"memory: {first:.0f} MB after warming up, {last:.0f} MB at the end, "
        f"{last / first - 1:+.1%}"
    )
    _say(f"left under way: {left}; health: {statistics.median(health):.1f} ms")


async def _soak(server: Server, seconds: float) -> tuple[Counter[str], list[float]]:
    statuses: Counter[str] = Counter()
    memory: list[float] = []
    end = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client:

        async def ask(number: int) -> None:
            rng = random.Random(number)  # noqa: S311 - which requests, not a secret
            while time.monotonic() < end:
                kind = rng.choice(("valid", "valid", "invalid", "abandoned"))
                path = rng.choice(INVALID if kind == "invalid" else VALID)
                patience = rng.uniform(0.001, 0.1) if kind == "abandoned" else 60
                try:
                    reply = await asyncio.wait_for(
                        client.get(path.format(rng.randrange(10**6))), patience
                    )
                    statuses[str(reply.status_code)] += 1
                except TimeoutError:
                    statuses["abandoned"] += 1

        async def watch() -> None:
            killed = False
            while time.monotonic() < end:
                memory.append(server.megabytes())
                if not killed and time.monotonic() > end - seconds / 2:
                    killed = _kill_a_worker(server)
                await asyncio.sleep(1)

        await asyncio.gather(watch(), *map(ask, range(CLIENTS)))
    return statuses, memory


def _kill_a_worker(server: Server) -> bool:
    """End one of the processes that sweep, as a machine short of memory would."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    commands = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    workers = [child for child, command in commands.items() if b"spawn_main" in command]
    if workers:
        os.kill(int(workers[-1]), signal.SIGKILL)
    return bool(workers)


def _milliseconds(server: Server) -> float:
    return 1000 * httpx.get(f"{server.url}/healthz").elapsed.total_seconds()


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
