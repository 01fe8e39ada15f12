"""``/paths``: the contract, against a plain loop on what ``/examples`` hands out, and at random."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.api.queries.run import RunQuery
from app.science.epoch_plan import REMAINDERS
from app.science.growth import RAMPS
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.sampling import SAMPLINGS
from app.science.schedules import BETA_SCALINGS, CLOCKS, LR_SCALINGS, LR_SCHEDULES
from tests.api.reading import effective

Get: TypeAlias = Callable[..., httpx.Response]
Array: TypeAlias = NDArray[np.float64]

KILOBYTES_150 = 150_000
COLUMNS = ["batch_size", "replica", "update", "epoch", "examples_seen", "w0", "w1", "loss"]
REPEATABLE = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def no_constant(name: str) -> None:
    raise AssertionError(f"{name} in JSON")


def ask(get: Get, **query: Any) -> Any:
    reply = get("/api/v1/paths?" + urlencode(query, doseq=True))
    assert reply.status_code == 200, reply.text
    return json.loads(reply.text, parse_constant=no_constant)


def table(get: Get, **query: Any) -> Array:
    reply = get("/api/v1/paths?format=csv&" + urlencode(query, doseq=True))
    assert reply.status_code == 200, reply.text
    names, *rows = csv.reader(io.StringIO(reply.text))
    assert names == COLUMNS
    return np.array(rows, float)


# The contract.


def test_how_the_weights_of_a_path_move(get: Get) -> None:
    paths = ask(get, examples=40, epochs=50, batch_size=[1, "full"], replicas=8, learning_rate=0.9)
    words = {
        "wandering": "wandering",
        "at rest": "at rest",
        "swinging": "swinging",
        "descending": "still descending",
        "moving": "still moving",
    }
    kinds: dict[int, set[str]] = {}
    for path in paths["paths"]:
        moves = path["movement"]
        assert (moves["kind"] == "diverged") == path["diverged"]
        if path["diverged"]:
            assert moves["text"] == f"diverged at {path['diverged_at']:,}"
            assert moves["since"] == path["diverged_at"]
        else:
            assert moves["text"] == words[moves["kind"]]
            assert moves["since"] == path["updates"] + 1 - max(10, path["updates"] // 10)
            kinds.setdefault(path["batch_size"], set()).add(moves["kind"])
    assert all(len(kind) == 1 for kind in kinds.values())  # they are judged together
    (path,) = ask(get, surface="himmelblau", batch_size=1, learning_rate=5, epochs=1)["paths"]
    assert path["movement"]["kind"] == "diverged"
    (path,) = ask(get, batch_size="full", epochs=3, lang="ja")["paths"]
    assert path["movement"] == {
        "kind": "descending",
        "text": "なお降下中",
        "since": 0,
        "settled_at": None,
    }


def test_the_default_comparison(get: Get) -> None:
    reply = get("/api/v1/paths")
    assert len(reply.content) < KILOBYTES_150
    answer = json.loads(reply.text, parse_constant=no_constant)
    paths = answer["paths"]
    assert [path["batch_size"] for path in paths] == [1, 32, 1050]
    assert [path["updates"] for path in paths] == [21000, 660, 20]
    assert [path["updates_per_epoch"] for path in paths] == [1050, 33, 1]
    assert [path["replica"] for path in paths] == [0, 0, 0]
    assert paths[1]["batches"] == [{"size": 32, "count": 32}, {"size": 26, "count": 1}]
    for path in paths:
        assert path["learning_rate"] == answer["request"]["learning_rate"]
        assert path["examples_seen"] == 21000
        assert (path["diverged"], path["diverged_at"]) == (False, None)
        final, points = path["final"], path["points"]
        assert points.pop("held_out_loss") is None
        assert list(points) == ["update", "epoch", "examples_seen", "w0", "w1", "loss", "excess"]
        start = [points[name][0] for name in points]
        assert start[:3] == [0, 0, 0]
        assert start[3:5] == answer["request"]["start"] == [-2, -1]
        end = [points[name][-1] for name in points]
        assert end[:3] == [path["updates"], 20, 21000]
        ended = [*final["point"], final["loss"], final["excess"]]
        np.testing.assert_allclose(end[3:], ended, rtol=1e-3)
        lowest = get("/api/v1/surfaces/least-squares").json()["minima"][0]["loss"]
        assert final["excess"] == pytest.approx(final["loss"] - lowest, rel=1e-9)
        assert final["distance_to_minimum"] >= 0


def test_request_resolves_every_parameter(get: Get) -> None:
    request = ask(get)["request"]
    assert set(request) == RunQuery.deciding()
    undecided = {name for name, value in request.items() if value is None}
    assert undecided == {
        *("updates", "examples_seen", "formula", "domain", "model", "loss", "points", "clip")
    }
    assert request["batch_size"] == [1, 32, 1050]
    surface = SURFACES["least-squares"]
    assert (request["learning_rate"], request["noise"]) == (surface.learning_rate, surface.noise)
    assert (request["start"], request["epochs"]) == (list(surface.start), surface.epochs)


def test_what_is_asked_is_what_is_resolved(get: Get) -> None:
    asked = {
        "surface": "beale", "examples": 50, "noise": 0.5, "data_seed": 7, "batch_size": [5, 10],
        "optimizer": "nesterov", "learning_rate": 0.001, "momentum": 0.5, "updates": 30,
        "lr_scaling": "sqrt", "reference_batch_size": 5, "lr_schedule": "cosine", "seed": 9,
        "batch_schedule": "double", "batch_epochs": 2, "batch_factor": 3, "sampling": "sequential",
        "remainder": "weight", "replicas": 2, "max_points": 10, "start": "1.25,0.5",
    }  # fmt: skip
    request = ask(get, **asked)["request"]
    assert {name: request[name] for name in asked} == asked | {"start": [1.25, 0.5]}


def test_asking_for_the_resolved_request_gives_the_same_paths(get: Get) -> None:
    first = ask(get, surface="himmelblau", optimizer="adam", examples=60, epochs=2)
    request = {name: value for name, value in first["request"].items() if value is not None}
    request["start"] = ",".join(map(str, request["start"]))
    assert ask(get, **request) == first


@pytest.mark.parametrize("surface", ["least-squares", "himmelblau"])
def test_the_default_rate_is_the_surface_s_own_for_the_rule(get: Get, surface: str) -> None:
    told = json.loads(get(f"/api/v1/surfaces/{surface}").text)
    for optimizer in OPTIMIZERS:
        answer = ask(get, surface=surface, optimizer=optimizer, examples=20, batch_size=5)
        name = "adaptive_learning_rate" if OPTIMIZERS[optimizer].adaptive else "learning_rate"
        assert answer["request"]["learning_rate"] == told[name]


def test_the_same_batch_size_twice_is_one_run(get: Get) -> None:
    answer = ask(get, examples=20, batch_size=[20, "full", 5, 5])
    assert [path["batch_size"] for path in answer["paths"]] == [20, 5]


def test_replicas(get: Get) -> None:
    query = {"examples": 40, "epochs": 2, "batch_size": [1, 8]}
    many = ask(get, **query, replicas=3)["paths"]
    assert [(p["batch_size"], p["replica"]) for p in many] == [(b, r) for b in (1, 8) for r in range(3)]  # noqa: E501  # fmt: skip
    third = ask(get, **query, replicas=3, replica=2)["paths"]
    assert third == [many[2], many[5]]
    # Lock-step and single runs may differ in the last bit, which 6 digits do not show.
    assert ask(get, **query)["paths"][0]["points"] == many[0]["points"]
    assert many[0]["points"] != many[1]["points"]


@pytest.mark.parametrize("max_points", [2, 50, 300])
@pytest.mark.parametrize("size", [1, 32])
def test_thinning_keeps_both_ends_and_every_epoch(get: Get, max_points: int, size: int) -> None:
    query = {"batch_size": size, "epochs": 7, "examples": 500}
    path = ask(get, **query, max_points=max_points)["paths"][0]
    kept = path["points"]["update"]
    assert kept == sorted(set(kept))
    assert (kept[0], kept[-1]) == (0, path["updates"])
    assert {k * path["updates_per_epoch"] for k in range(8)} <= set(kept)
    assert len(kept) <= max_points + 8
    whole = table(get, **query)
    assert len(whole) == path["updates"] + 1
    for i, name in enumerate(COLUMNS[2:], start=2):
        np.testing.assert_allclose(path["points"][name], whole[kept, i], rtol=1e-5, atol=1e-12)


def test_a_thinned_epoch_tells_updates_apart(get: Get) -> None:
    epochs = ask(get, examples=10_000, batch_size=1, epochs=2)["paths"][0]["points"]["epoch"]
    assert len(set(epochs)) == len(epochs)


def test_an_epoch_of_one_example_more_is_told_apart_late_in_a_run(get: Get) -> None:
    query = {"examples": 10_000, "batch_size": 9_999, "epochs": 300}
    epochs = ask(get, **query)["paths"][0]["points"]["epoch"]
    assert len(set(epochs)) == len(epochs) == 601


def test_segments_say_how_the_batch_grows(get: Get) -> None:
    query = {"examples": 100, "batch_size": 30, "batch_schedule": "double", "batch_epochs": 2}
    path = ask(get, **query, epochs=5)["paths"][0]
    assert [(s["first_epoch"], s["first_update"], s["updates_per_epoch"]) for s in path["segments"]] == [(0, 1, 4), (2, 9, 2), (4, 13, 1)]  # noqa: E501  # fmt: skip
    assert path["segments"][0]["batches"] == path["batches"]
    assert path["segments"][1]["batches"] == [{"size": 60, "count": 1}, {"size": 40, "count": 1}]
    assert path["updates"] == 13


def test_the_rate_follows_a_batch_that_grows(get: Get) -> None:
    query = {"batch_size": 32, "batch_schedule": "double", "batch_epochs": 5, "learning_rate": 0.1}
    for scaling, rates in (("none", [0.1, 0.1]), ("linear", [0.1, 0.2])):
        path = ask(get, **query, lr_scaling=scaling, epochs=6)["paths"][0]
        assert path["learning_rate"] == 0.1
        assert [segment["learning_rate"] for segment in path["segments"]] == rates
        # The step after the batch has grown, from its very examples.
        columns = build_problem(SURFACES["least-squares"]).columns
        rng = np.random.default_rng([0, 0])
        order = [rng.permutation(1050) for _ in range(6)][5][:64]
        update = path["segments"][1]["first_update"]
        at = path["points"]["update"].index(update)
        w = [np.array([path["points"][name][k] for name in ("w0", "w1")]) for k in (at - 1, at)]
        g = SURFACES["least-squares"].loss.gradient(w[0][0], w[0][1], [c[order] for c in columns])
        step = -rates[1] * np.mean(g, axis=1)
        np.testing.assert_allclose(w[1] - w[0], step, atol=2e-5)  # points have six digits


def test_the_three_budgets(get: Get) -> None:
    query = {"examples": 100, "batch_size": [1, 30, "full"]}
    for budget, updates, seen in (
        ({"epochs": 2}, [200, 8, 2], [200, 200, 200]),
        ({"updates": 5}, [5, 5, 5], [5, 130, 500]),
        ({"examples_seen": 150}, [150, 5, 1], [150, 130, 100]),
    ):
        paths = ask(get, **query, **budget)["paths"]
        assert [path["updates"] for path in paths] == updates
        assert [path["examples_seen"] for path in paths] == seen


@pytest.mark.parametrize("replicas", [1, 3])
def test_divergence(get: Get, replicas: int) -> None:
    query = {"learning_rate": 3, "examples": 50, "batch_size": [5, "full"], "replicas": replicas}
    answer = ask(get, **query)
    assert "w0 from -30 to 30 and w1 from -29 to 31" in answer["divergence_rule"]
    rows = table(get, **query)
    for path in answer["paths"]:
        assert path["diverged"]
        points = path["points"]
        # The path ends with the last update before the one at which it diverged.
        assert points["update"] == list(range(path["diverged_at"]))
        assert path["diverged_at"] <= path["updates"]
        assert all(abs(w) <= 30 for w in points["w0"])
        assert all(-29 <= w <= 31 for w in points["w1"])
        mine = (rows[:, 0] == path["batch_size"]) & (rows[:, 1] == path["replica"])
        assert rows[mine, 2].tolist() == points["update"]
        np.testing.assert_allclose(path["final"]["point"], rows[mine][-1, 5:7], rtol=1e-9)
    assert "diverged at update" in answer["summary"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_path_that_reaches_its_minimum(get: Get, optimizer: str) -> None:
    """Through the smallest numbers there are, down to 0."""
    query = {"surface": "bowl", "noise": 0, "learning_rate": 0.5, "optimizer": optimizer}
    path = ask(get, **query, batch_size="full", examples=4, updates=1200)["paths"][0]
    values = [v for name in ("w0", "w1", "loss") for v in path["points"][name]]
    assert None not in values


# Reproducible by anyone: ten lines of numpy on what /examples hands out.


def ten_lines(
    surface: str, optimizer: str, data: Array, n: int, size: int, start: Array, rate: float
) -> Array:
    gradient = SURFACES[surface].loss.gradient
    rng, w, v = np.random.default_rng([4, 1]), start, np.zeros(2)
    path = [w]
    for _ in range(3):
        order = rng.permutation(n)
        for i in range(0, n, size):
            parts = gradient(w[0], w[1], data[order[i : i + size]].T)
            g = np.array([np.mean(part) for part in parts])
            v = 0.9 * v + g if optimizer == "momentum" else g
            w = w - rate * v
            path.append(w)
    return np.array(path)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize("surface", ["least-squares", "logistic", "sine-fit", "himmelblau"])
def test_ten_lines_of_numpy(get: Get, surface: str, optimizer: str) -> None:
    n, url = 70, f"/api/v1/surfaces/{surface}/examples?examples=70&data_seed=5"
    json_rows = np.array(get(url).json()["rows"])
    csv_rows = np.array(list(csv.reader(io.StringIO(get(f"{url}&format=csv").text)))[1:], float)
    start, rate = np.array(SURFACES[surface].start) / 2, SURFACES[surface].learning_rate / 2
    whole = table(
        get, surface=surface, optimizer=optimizer, examples=n, data_seed=5, seed=4, replicas=2,
        epochs=3, batch_size=[1, 32, "full"], start=",".join(map(str, start)), learning_rate=rate,
    )  # fmt: skip
    for size in (1, 32, n):
        mine = whole[(whole[:, 0] == size) & (whole[:, 1] == 1)]
        for data in (json_rows, csv_rows):
            path = ten_lines(surface, optimizer, data, n, size, start, rate)
            assert len(mine) == len(path)
            np.testing.assert_allclose(mine[:, 5:7], path, rtol=1e-9, atol=1e-9)
        losses = [np.mean(SURFACES[surface].loss(w[0], w[1], json_rows.T)) for w in mine[:, 5:7]]
        np.testing.assert_allclose(mine[:, 7], losses, rtol=1e-9, atol=1e-9)
        per_epoch = -(-n // size)
        seen = [k // per_epoch * n + min(k % per_epoch * size, n) for k in range(len(mine))]
        np.testing.assert_array_equal(mine[:, 4], seen)
        np.testing.assert_allclose(mine[:, 3], np.array(seen) / n, rtol=1e-12)


def test_full_batch_is_the_same_whatever_the_seed(get: Get) -> None:
    query = {"batch_size": "full", "examples": 90}
    paths = [ask(get, **query, seed=seed)["paths"] for seed in (0, 1, 2**32 - 1)]
    assert paths[0] == paths[1] == paths[2]


# At random.


SMALL_RUNS = st.fixed_dictionaries(
    {
        "surface": st.sampled_from(list(SURFACES)),
        "examples": st.integers(2, 40),
        "batch_size": st.lists(st.integers(1, 40) | st.just("full"), min_size=1, max_size=3),
        "optimizer": st.sampled_from(list(OPTIMIZERS)),
        "sampling": st.sampled_from(list(SAMPLINGS)),
        "remainder": st.sampled_from(list(REMAINDERS)),
        "lr_schedule": st.sampled_from(list(LR_SCHEDULES)),
        "lr_scaling": st.sampled_from(list(LR_SCALINGS)),
        "beta_scaling": st.sampled_from(list(BETA_SCALINGS)),
        "batch_unit": st.sampled_from(list(RAMPS)),
        "decay_unit": st.sampled_from(list(CLOCKS)),
        "replicas": st.integers(1, 3),
        "max_points": st.integers(2, 60),
    },
    optional={
        "noise": st.sampled_from([0, 1e-300, 0.3, 1000]),
        "data_seed": st.integers(0, 2**32 - 1),
        "seed": st.integers(0, 2**32 - 1),
        "learning_rate": st.floats(1e-6, 100),
        "momentum": st.floats(0, 0.9999),
        "beta1": st.floats(0, 0.9999),
        "beta2": st.floats(0, 0.999999),
        "alpha": st.floats(0, 0.999999),
        "eps": st.floats(1e-16, 1),
        "decay_epochs": st.floats(0.01, 10_000),
        "decay_factor": st.floats(0.001, 1),
        "reference_batch_size": st.integers(1, 10_000),
        "start": st.tuples(st.floats(-9, 9), st.floats(-9, 9)).map(lambda w: f"{w[0]},{w[1]}"),
        "batch_epochs": st.integers(1, 4),
        "batch_factor": st.integers(2, 100),
        "batch_updates": st.integers(1, 1_000_000),
        "batch_stages": st.integers(2, 1000),
        "decay_updates": st.integers(1, 1_000_000),
        "warmup": st.integers(0, 1_000_000),
    },
)
BUDGETS: st.SearchStrategy[dict[str, int]] = st.one_of(
    st.just({}),
    st.integers(1, 12).map(lambda k: {"epochs": k}),
    st.integers(1, 150).map(lambda k: {"updates": k}),
    st.integers(40, 300).map(lambda k: {"examples_seen": k}),
)


@settings(REPEATABLE, max_examples=70)
@given(SMALL_RUNS, BUDGETS, st.sampled_from(["constant", "double"]))
def test_any_valid_query(
    get: Get, run: dict[str, Any], budget: dict[str, int], batch_schedule: str
) -> None:
    n = run["examples"]
    run["batch_size"] = [b if b == "full" else 1 + (b - 1) % n for b in run["batch_size"]]
    run = effective(run | budget | {"batch_schedule": batch_schedule})
    answer = ask(get, **run)
    for path in answer["paths"]:
        points = path["points"]
        assert points.pop("held_out_loss") is None
        lengths = {len(column) for column in points.values()}
        assert len(lengths) == 1
        excess = points.pop("excess")
        assert {value is None for value in excess} == {path["final"]["excess"] is None}
        assert all(None not in column for column in points.values())
        assert points["update"] == sorted(set(points["update"]))
        assert points["update"][0] == 0
        assert path["diverged"] == (path["diverged_at"] is not None)
        if path["diverged"]:
            assert points["update"][-1] < path["diverged_at"] <= path["updates"]
        else:
            assert points["update"][-1] == path["updates"]
            assert points["examples_seen"][-1] == path["examples_seen"]
        plan = get(
            f"/api/v1/epoch-plan?examples={n}&batch_size={path['batch_size']}"
            f"&remainder={run.get('remainder', 'keep')}&sampling={run['sampling']}"
        ).json()
        assert path["batches"] == plan["batches"]
        assert path["updates_per_epoch"] == plan["updates_per_epoch"]
        if batch_schedule == "constant":
            last = points["epoch"][-1] if not path["diverged"] else None
            if "updates" in budget:
                assert path["updates"] == budget["updates"]
            elif "examples_seen" not in budget:
                epochs = budget.get("epochs", SURFACES[run["surface"]].epochs)
                assert path["updates"] == epochs * plan["updates_per_epoch"]
                assert last in (None, epochs)
        if "examples_seen" in budget:
            assert path["examples_seen"] <= budget["examples_seen"]
        final = path["final"]
        assert None not in (*final["point"], final["loss"])
        np.testing.assert_allclose(
            final["point"], [points["w0"][-1], points["w1"][-1]], rtol=1e-4, atol=1e-12
        )


@pytest.mark.parametrize(("examples", "sizes"), [(10, [1, 10]), (32, [1, 32]), (33, [1, 32, 33])])
def test_default_batch_sizes_are_those_there_are_examples_for(
    get: Get, examples: int, sizes: list[int]
) -> None:
    assert ask(get, examples=examples)["request"]["batch_size"] == sizes
    assert get(f"/api/v1/paths?examples={examples}&batch_size=34").status_code == 422


@pytest.mark.parametrize(
    "path", ["moment?update=1", "epoch-plan?", "figures/last-batch?", "noise?"]
)
def test_few_examples_need_no_batch_size(get: Get, path: str) -> None:
    assert get(f"/api/v1/{path}&examples=10").status_code == 200


@pytest.mark.parametrize("more", ["", "&lr_schedule=cosine", "&replicas=3&replica=2"])
def test_runs_that_end_early_begin_as_the_whole_ones(get: Get, more: str) -> None:
    query = f"/api/v1/paths?examples=60&epochs=4&batch_size=1&batch_size=16{more}"
    whole, early = get(query).json(), get(f"{query}&max_updates=100").json()
    assert early["story"] is None
    for path, part in zip(whole["paths"], early["paths"], strict=True):
        assert part["updates_planned"] == min(100, path["updates_planned"])
        length = len(part["points"]["update"])
        assert length == part["updates_planned"] + 1
        for name in ("w0", "w1", "loss", "epoch"):
            assert part["points"][name] == path["points"][name][:length]


@pytest.mark.parametrize("decay", ["coupled", "decoupled"])
def test_where_decay_and_gradient_balance_weights_are_at_rest(get: Get, decay: str) -> None:
    query = {"surface": "logistic", "weight_decay": 0.2, "decay": decay, "batch_size": "full"}
    kinds = {
        epochs: ask(get, **query, epochs=epochs)["paths"][0]["movement"]["kind"]
        for epochs in (5, 3000)
    }
    assert kinds == {5: "descending", 3000: "at rest"}


def test_balanced_batches_do_not_descend_the_loss_that_is_told(get: Get) -> None:
    query = {"surface": "logistic", "rare_share": 0.1, "batch_size": "full", "epochs": 12}
    for sampling in ("sequential", "balanced"):
        (path,) = ask(get, **query, sampling=sampling)["paths"]
        assert (path["movement"]["kind"] == "descending") is (sampling == "sequential")
