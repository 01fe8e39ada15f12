"""``/tradeoff``: the sweep of the science, streamed, shared, cached, cancelled."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from app.api.compute.laboratory import Laboratory
from app.api.compute.tradeoff import finish, sweeps, watch
from app.api.queries.tradeoff import TradeoffQuery
from app.main import create_app
from app.science.tradeoff.sweep import refinement, run_task, tasks
from app.science.tradeoff.sweep_result import gather, measured
from app.web.cache import Cache
from app.web.workers import Workers
from tests.api.reading import Get, parse
from tests.science.tradeoff.sweeps import sweep_of

T = TypeVar("T")

SMALL = {
    "surface": "least-squares", "examples": 60, "batch_size": [1, 8, "full"], "replicas": 8,
    "epochs": 5, "target": 0.05,
}  # fmt: skip
SWEEP = sweep_of(examples=60, batch_sizes=(1, 8, 60), replicas=8, epochs=5, target=0.05)


def url(**query: Any) -> str:
    return "/api/v1/tradeoff?" + urlencode(query, doseq=True)


def ask(get: Get, **query: Any) -> Any:
    reply = get(url(**query))
    assert reply.status_code == 200, reply.text
    return parse(reply.text)


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((lines["event"], parse(lines["data"])))
    return found


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_it_is_the_sweep_of_the_science(get: Get, optimizer: str) -> None:
    answer = ask(get, **SMALL, optimizer=optimizer)
    sweep = sweep_of(
        examples=60, batch_sizes=(1, 8, 60), replicas=8, epochs=5, target=0.05, optimizer=optimizer
    )
    trials = []
    for task in tasks(sweep):
        trials.append(run_task(task))
        if more := refinement(task, trials[-1]):
            trials.append(run_task(more))
    swept = gather(sweep, task.goal, trials)
    (found,) = answer["optimizers"]
    assert found["optimizer"] == optimizer
    assert found["target_loss"] == swept.goal.level
    assert answer["request"]["batch_size"] == [1, 8, 60]
    for batch, tuned in zip(found["batches"], swept.tuned, strict=True):
        assert batch["batch_size"] == tuned.batch_size
        assert batch["learning_rate"] == tuned.learning_rate
        assert tuple(batch["updates"].values()) == tuned.updates
        assert tuple(batch["examples"].values()) == tuned.examples
        assert list(batch["updates"]) == ["p05", "p50", "p95"]
        assert batch["updates_to_target"] == batch["updates"]
        assert batch["examples_seen_to_target"] == batch["examples"]
        assert batch["learning_rate_refused"] == tuned.reason
        assert len(batch["tried"]) == len(tuned.tried)
    assert found["fit_refused"] == swept.refused
    if swept.fit:
        critical = found["fit"]["critical_batch_size"]
        assert tuple(critical.values()) == tuple(swept.fit.batch_size)
        assert found["fit"]["approximate"] is True


def test_bounds_of_regimes_have_intervals(get: Get) -> None:
    (found,) = ask(get, surface="bowl", seed=1, target=0.001, epochs=50, replicas=32)["optimizers"]
    assert found["perfect_scaling_until"] == found["plateau_from"] == 256
    for name in ("perfect_scaling_until", "plateau_from"):
        low, high = found[f"{name}_interval"].values()
        assert low <= 256
        assert high is None or high >= 256
    assert found["perfect_scaling_until_interval"]["high"] >= 256
    scaling = {batch["batch_size"]: batch["regime"] for batch in found["batches"]}
    assert set(list(scaling.values())[:9]) == {"perfect"}
    assert "diminishing" not in scaling.values()


def test_the_lowest_loss_is_the_surface_s_and_the_target_is_counted_from_another(get: Get) -> None:
    (found,) = ask(get, **SMALL | {"surface": "six-hump-camel"})["optimizers"]
    assert found["lowest_loss"] == pytest.approx(-1.0316, abs=1e-3)
    assert found["target_above"] == pytest.approx(-0.2155, abs=1e-3)
    assert found["target_loss"] > found["target_above"]


def test_one_batch_size_belongs_to_no_regime(get: Get) -> None:
    (found,) = ask(get, **SMALL | {"batch_size": 8})["optimizers"]
    assert found["batches"][0]["regime"] is None
    assert found["perfect_scaling_until"] is found["plateau_from"] is None


def test_the_same_url_is_answered_from_the_cache(get: Get, new_get: Callable[[], Get]) -> None:
    first = get(url(**SMALL))
    begun = time.monotonic()
    again = get(url(**SMALL))
    assert time.monotonic() - begun < 1  # workers alone take longer to start
    assert again.content == first.content
    assert get(url(**SMALL), If_None_Match=first.headers["ETag"]).status_code == 304
    assert new_get()(url(**SMALL)).content == first.content


def test_events_tell_how_far_it_is_and_end_with_the_answer(get: Get) -> None:
    unknown = SMALL | {"seed": 5}  # which no other test has asked for
    reply = get(url(**unknown, theme="dark"), Accept="text/event-stream")
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    assert reply.headers["Cache-Control"] == "no-store"
    *before, (last, result) = events(reply.text)
    assert last == "result"
    assert result == ask(get, **unknown)
    assert before
    done = [data["done"] for name, data in before if name == "progress"]
    assert len(done) == len(before)
    assert done == sorted(done)
    assert done[0] > 0
    assert all(data["seconds_left"] >= 0 for _, data in before)
    for _, data in before:
        assert data["asked"] == 3
        begun = f"So far, with {data['measured']} of 3 measured, and of these alone: "
        assert data["summary"].startswith(begun)
        assert len(data["optimizers"][0]["batches"]) == data["measured"]
        assert set(data["figures"]) == {
            f"tradeoff-{name}" for name in ("updates", "examples", "pareto", "rates")
        }
        assert data["figure"] == data["figures"]["tradeoff-updates"]
        for figure in data["figures"].values():
            assert figure["layout"]["meta"]["caption"].startswith("So far, with ")
    drawn = [
        {t["meta"]["role"] for t in figure["data"]} for figure in before[-1][1]["figures"].values()
    ]
    assert all("measured" in roles for roles in drawn)


def test_a_known_answer_is_one_event(get: Get) -> None:
    answer = ask(get, **SMALL)
    reply = get(url(**SMALL), Accept="text/event-stream")
    assert events(reply.text) == [("result", answer)]


def test_a_target_out_of_reach_is_words(get: Get) -> None:
    query = SMALL | {"epochs": 1, "batch_size": "full", "target": 0.001, "learning_rate": 0.01}
    answer = ask(get, **query)
    ((batch,),) = (found["batches"] for found in answer["optimizers"])
    assert batch["learning_rate"] is None
    assert batch["regime"] is None
    assert batch["updates"] == {"p05": None, "p50": None, "p95": None}
    assert "within 1 epoch" in batch["learning_rate_refused"]
    assert "No batch size reaches the target" in answer["summary"]


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ({"target": 0}, "target", "1e-06 or more"),
        ({"target": 0.95}, "target", "0.9"),
        ({"batch_size": 61}, "batch_size", "from 1 to 60"),
        ({"learning_rate": -1}, "learning_rate", "1e-06 or more"),
        ({"optimizer": "lion"}, "optimizer", "sgd"),
        ({"replicas": 2}, "replicas", "4"),
        ({"start": "1,2,3"}, "start", "two finite numbers"),
        ({"start": "1e9,0"}, "start", "from"),
        ({"momentum": 0.9}, "momentum", "not a parameter here"),
        (
            {"examples": 10_000, "epochs": 1000, "batch_size": 1, "replicas": 128},
            "epochs",
            "at most",
        ),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_bad_input_is_named(
    get: Get, query: dict[str, Any], parameter: str, allowed: str, accept: str
) -> None:
    reply = get(url(**SMALL | query), Accept=accept)
    if reply.headers["Content-Type"].startswith("text/event-stream"):  # seen once under way
        ((name, problem),) = events(reply.text)
        assert name == "problem"
    else:
        assert reply.status_code == 422
        problem = reply.json()
    (error,) = problem["errors"]
    assert error["parameter"].split(".")[0] == parameter
    assert allowed in error["message"]


@pytest.mark.parametrize("accept", ["text/event-stream;q=0", "application/json, */*;q=0.1"])
def test_a_stream_is_for_those_who_would_rather_have_it(get: Get, accept: str) -> None:
    assert get(url(**SMALL), Accept=accept).headers["Content-Type"] == "application/json"


# These end their workers, and with them all of this process: each later sweep starts its own.


def test_the_number_of_workers_does_not_matter() -> None:
    async def run(count: int) -> Any:
        state = create_app().state
        workers = Workers(count)
        try:
            step = await finish(Laboratory(workers, state.jobs, state.cache, state.measured), query)
        finally:
            workers.close()
        return [(t.batch_size, t.learning_rate, t.updates, t.examples) for t in step.swept[0].tuned]

    query = TradeoffQuery.model_validate(SMALL | {"seed": 7})
    assert asyncio.run(run(1)) == asyncio.run(run(2))


def test_a_sweep_that_was_given_up_goes_on_where_it_was() -> None:
    """Only the batch sizes that are not known are handed to workers, and the answer is the same."""

    class Counting(Workers):
        given = 0

        def submit(self, function: Callable[..., T], *args: Any) -> Future[T]:
            self.given += 1
            return super().submit(function, *args)

    async def run() -> None:
        state = create_app().state
        workers = Counting(1)
        laboratory = Laboratory(workers, state.jobs, state.cache, state.measured)
        asked = SMALL | {"seed": 3, "examples": 400, "batch_size": [1, 2, 3, 4, 5]}
        query = TradeoffQuery.model_validate(asked)
        try:
            async for _ in watch(laboratory, query, sweeps(query)):
                break
            while len(state.jobs):  # until it has ended
                await asyncio.sleep(0.01)
            workers.given = 0
            steps = [step async for step in watch(laboratory, query, sweeps(query))]
            known, all_of_them = measured(steps[0].swept)
            assert known >= 1
            assert workers.given == all_of_them - known
            assert steps[0].seconds_left is None
            assert (steps[-1].done, steps[-1].finished) == (1, True)
            # Another batch size more is one task more.
            workers.given = 0
            more = TradeoffQuery.model_validate(asked | {"batch_size": [1, 2, 3, 4, 5, 6]})
            found = (await finish(laboratory, more)).swept[0]
            assert workers.given == 1
            alone = Laboratory(workers, state.jobs, Cache(9), Cache(9))
            again = (await finish(alone, more)).swept[0]
            assert workers.given == 7
        finally:
            workers.close()
        for one, other in zip(found.tuned, again.tuned, strict=True):
            assert one.tried == other.tried
            assert (one.updates, one.examples) == (other.updates, other.examples)

    asyncio.run(run())
