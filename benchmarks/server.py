"""The default comparison over HTTP, beside the engine's own time for it."""

import subprocess
import sys
import time
from typing import NamedTuple

import httpx

from app.api.compute.runs import get_planned
from app.api.queries.rules import PathsQuery
from app.web.cache import Cache
from benchmarks.fast import compile_loops
from benchmarks.measure import Timing, interleaved, summary

URL = "/api/v1/paths"
ROUNDS_A_ROUND = 5  # one is quick: more of them
ADDED = 6e-3  # what is asked: the engine's time and so many seconds
SETTLED = 5  # seconds in which the server has compressed its files, and compiled what is asked for
PAYLOAD = 150_000  # bytes of JSON, before compression


class Served(NamedTuple):
    """Seconds of the engine and of the whole answer, each of new seeds, and its bytes.

    Attributes:
        fast: whether both take loops that are compiled.
    """

    fast: bool
    engine: Timing
    answer: Timing
    payload: int

    @property
    def short_of(self) -> float:
        """How far from what is asked; at most 1 is met."""
        allowed = self.engine.median + ADDED
        return max(self.answer.median / allowed, self.payload / PAYLOAD)


def serve(rounds: int, *, fast: bool) -> Served:
    """Start the command on a free port and ask it in turns with the engine."""
    hidden = "" if fast else "sys.modules['numba'] = None; "
    program = f"import sys; {hidden}from app.__main__ import main; main()"
    command = [sys.executable, "-c", program, "--port", "0", "--no-warm"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            url = process.stdout.readline().split()[-1]  # type: ignore[union-attr]
            with httpx.Client(base_url=url) as client:
                return _race(client, rounds * ROUNDS_A_ROUND, fast=fast)
        finally:
            process.terminate()


def _race(client: httpx.Client, rounds: int, *, fast: bool) -> Served:
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

    compiled = {0} if fast else set()
    interleaved([engine, answer], 2, compiled)  # to warm up
    if fast:
        compile_loops(engine)
    time.sleep(SETTLED)
    ours, theirs = interleaved([engine, answer], rounds, compiled)
    return Served(fast, summary(ours), summary(theirs), max(answers))
