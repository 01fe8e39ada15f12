"""The default comparison over HTTP, beside the engine's own time for it."""

import subprocess
import sys
from typing import NamedTuple

import httpx

from app.api.compute.runs import get_planned
from app.api.queries.run import PathsQuery
from app.web.cache import Cache
from benchmarks.measure import Timing, interleaved, summary

URL = "/api/v1/paths"
ROUNDS_A_ROUND = 5  # one is quick: more of them
FACTOR, ADDED = 1.5, 3e-3  # what is asked: so many times the engine's time, and so many seconds
PAYLOAD = 150_000  # bytes of JSON, before compression


class Served(NamedTuple):
    """Seconds of the engine and of the whole answer, each of new seeds, and its bytes."""

    engine: Timing
    answer: Timing
    payload: int

    @property
    def short_of(self) -> float:
        """How far from what is asked; at most 1 is met."""
        allowed = FACTOR * self.engine.median + ADDED
        return max(self.answer.median / allowed, self.payload / PAYLOAD)


def serve(rounds: int) -> Served:
    """Start the command on a free port and ask it in turns with the engine."""
    command = [sys.executable, "-m", "app", "--port", "0", "--no-warm"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            url = process.stdout.readline().split()[-1]  # type: ignore[union-attr]
            with httpx.Client(base_url=url) as client:
                return _race(client, rounds * ROUNDS_A_ROUND)
        finally:
            process.terminate()


def _race(client: httpx.Client, rounds: int) -> Served:
    seeds = {"engine": 0, "answer": 0}  # a new one each time: nothing comes from a cache
    cache = Cache(1)
    answers: list[int] = []

    def seed(who: str) -> int:
        seeds[who] += 1
        return seeds[who]

    def engine() -> object:
        query = PathsQuery.model_validate({"seed": seed("engine")})
        return get_planned(cache, query).compute(query.max_points)

    def answer() -> None:
        response = client.get(URL, params={"seed": seed("answer")})
        answers.append(len(response.raise_for_status().content))

    interleaved([engine, answer], 2)  # to warm up
    ours, theirs = interleaved([engine, answer], rounds)
    return Served(summary(ours), summary(theirs), max(answers))
