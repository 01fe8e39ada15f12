"""``/moment``: each update again in plain numpy, and the same as the paths to rounding."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, product
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from app.science.epoch_plan import REMAINDERS
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.sampling import SAMPLINGS
from tests.api.reading import allowed, numbers
from tests.openapi import OPENAPI

Get: TypeAlias = Callable[..., httpx.Response]
Array: TypeAlias = NDArray[np.float64]

near = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-9)


def ask(get: Get, **query: Any) -> Any:
    reply = get("/api/v1/moment?" + urlencode(query, doseq=True))
    assert reply.status_code == 200, reply.text
    return reply.json()


def refused(get: Get, **query: Any) -> str:
    reply = get("/api/v1/moment?" + urlencode(query, doseq=True))
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    return f"{error['parameter']}: {error['message']}"


def rows(get: Get, url: str) -> Array:
    return np.array(list(csv.reader(io.StringIO(get(url).text)))[1:], float)


def batches(sampling: str, y: Array, size: int, *, drop: bool, replica: int) -> Iterator[Any]:
    """Epoch, place in it and rows of each update's examples, drawn as the contract says."""
    rng, n = np.random.default_rng([4, replica]), len(y)
    order = rng.permutation(n) if sampling == "shuffle-once" else np.arange(n)
    if sampling == "sorted":
        order = np.array(sorted(range(n), key=lambda i: float(y[i])))
    for epoch in range(1, 9):
        if sampling == "reshuffle":
            order = rng.permutation(n)
        elif sampling == "with-replacement":
            order = rng.integers(n, size=n)
        cut = [order[i : i + size] for i in range(0, n, size)]
        if sampling == "poisson":
            cut = [np.flatnonzero(rng.random(n) < size / n) for _ in cut]
        drop = drop and sampling != "poisson"
        cut = [batch for batch in cut if len(batch) == size or not drop]
        yield from ((epoch, i + 1, len(cut), batch) for i, batch in enumerate(cut))


@pytest.mark.parametrize(
    ("sampling", "remainder"),
    [
        *product([s for s in SAMPLINGS if s not in ("poisson", "balanced")], REMAINDERS),
        ("poisson", "keep"),
    ],
)
@pytest.mark.parametrize("size", [1, 8, 50])
def test_ten_lines_of_numpy(get: Get, sampling: str, remainder: str, size: int) -> None:
    n, rate = 50, 0.2
    query = {"examples": n, "seed": 4, "sampling": sampling, "remainder": remainder}
    x, y = rows(get, f"/api/v1/surfaces/least-squares/examples?examples={n}&format=csv").T
    run = {"batch_size": size, "epochs": 2, "replicas": 2, "replica": 1, "learning_rate": rate}
    found = ask(get, **query, **run, count=200)["moments"]
    w = np.array([-2.0, -1.0])
    drawn = batches(sampling, y, size, drop=remainder == "drop", replica=1)
    for k, (moment, (epoch, number, of, batch)) in enumerate(zip(found, drawn, strict=False)):
        assert (moment["update"], moment["epoch"]) == (k + 1, epoch)
        expected = {"number": number, "of": of, "size": len(batch), "examples": batch.tolist()}
        if size == n and sampling != "with-replacement":
            expected["examples"] = list(range(n))  # a full batch is in the stored order
        assert moment["batch"] == expected
        residual = w[0] + w[1] * x - y
        near(moment["before"], w)
        near(moment["loss"], np.mean(residual**2) / 2)
        full = [np.mean(residual), np.mean(residual * x)]
        near(moment["full_gradient"], full)
        mine = residual[batch]
        gradient = np.zeros(2)
        if len(batch):
            near(moment["loss_of_batch"], np.mean(mine**2) / 2)
            gradient = np.array([np.mean(mine), np.mean(mine * x[batch])])
        else:
            assert moment["loss_of_batch"] is None
        near(moment["gradient"], gradient)
        summed = remainder == "weight" or sampling == "poisson"
        weight = len(batch) / size if summed else 1.0
        w = w - rate * weight * gradient
        near(moment["after"], w)
        near(moment["step"], -rate * weight * gradient)
    assert len(found) == 2 * found[0]["batch"]["of"]


def together(surface: str, sampling: str, remainder: str) -> tuple[str, str]:
    """What a surface allows: of Poisson batches none is a last, smaller one."""
    return allowed(surface, sampling), "keep" if sampling == "poisson" else remainder


SAMPLED, LEFT, SCHEDULED = cycle(SAMPLINGS), cycle(REMAINDERS), cycle(("constant", "cosine"))
CASES = [
    (surface, optimizer, *together(surface, next(SAMPLED), next(LEFT)), next(SCHEDULED))
    for surface in SURFACES
    for optimizer in OPTIMIZERS
]


@pytest.mark.parametrize(("surface", "optimizer", "sampling", "remainder", "schedule"), CASES)
def test_moments_are_the_points_of_the_path(
    get: Get, surface: str, optimizer: str, sampling: str, remainder: str, schedule: str
) -> None:
    query = {
        "surface": surface, "optimizer": optimizer, "sampling": sampling, "remainder": remainder,
        "lr_schedule": schedule, "examples": 30, "batch_size": 7, "epochs": 3, "seed": 2,
        "batch_schedule": "double", "batch_epochs": 2,
    }  # fmt: skip
    path = rows(get, "/api/v1/paths?format=csv&" + urlencode(query))
    examples = rows(get, f"/api/v1/surfaces/{surface}/examples?examples=30&format=csv").T
    found = ask(get, **query, count=200)["moments"]
    assert [moment["update"] for moment in found] == path[1:, 2].tolist()

    def told(name: str) -> Array:
        return np.array([moment[name] for moment in found])

    near(told("before"), path[:-1, 5:7])
    near(told("after"), path[1:, 5:7])
    near(told("step"), np.diff(path[:, 5:7], axis=0))
    near(told("loss"), path[:-1, 7])
    near(told("loss_after"), path[1:, 7])
    near(told("epochs_elapsed"), path[1:, 3])
    expected: dict[str, list[Any]] = {"gradient": [], "full_gradient": [], "loss_of_batch": []}
    for before, after, moment in zip(path[:-1], path[1:], found, strict=True):
        assert moment["examples_seen"] == after[4]
        assert not moment["diverged"]
        batch = examples[:, moment["batch"]["examples"]]
        assert batch.shape[1] == moment["batch"]["size"] == after[4] - before[4]
        for chosen, name in ((batch, "gradient"), (examples, "full_gradient")):
            parts = SURFACES[surface].loss.gradient(before[5], before[6], list(chosen))
            means = [np.mean(np.broadcast_to(part, chosen.shape[1])) for part in parts]
            expected[name].append(means)
        losses = SURFACES[surface].loss(before[5], before[6], list(batch))
        expected["loss_of_batch"].append(np.mean(losses))
    for name, values in expected.items():
        near(told(name), values)


def test_the_loss_of_micro_batches_is_averaged_as_their_gradient_is(get: Get) -> None:
    query = {"examples": 30, "batch_size": 7, "accumulate": 3, "accumulation": "means"}
    table = rows(get, "/api/v1/surfaces/least-squares/examples?examples=30&format=csv").T
    for moment in ask(get, **query, epochs=1, count=5)["moments"]:
        batch = table[:, moment["batch"]["examples"]]
        parts = np.split(batch, range(3, batch.shape[1], 3), axis=1)  # 7 = 3 + 3 + 1
        w0, w1 = moment["before"]
        losses = [SURFACES["least-squares"].loss(w0, w1, list(part)) for part in parts]
        near(moment["loss_of_batch"], np.mean([each.mean() for each in losses]))


def test_one_is_an_object_and_several_are_a_list(get: Get) -> None:
    query = {"examples": 40, "batch_size": 8, "epochs": 4, "replicas": 2, "replica": 1}
    several = ask(get, **query, update=3, count=5)["moments"]
    assert [moment["update"] for moment in several] == [3, 4, 5, 6, 7]
    assert ask(get, **query, update=5) == several[2]
    assert ask(get, **query, update=5, count=1) == several[2]
    assert [m["update"] for m in ask(get, **query, update=19, count=9)["moments"]] == [19, 20]
    # One replica, whatever the others.
    assert ask(get, **{**query, "replicas": 9}, update=5) == several[2]


def test_a_run_that_diverges_has_a_last_update(get: Get) -> None:
    query = {"examples": 40, "batch_size": 4, "learning_rate": 3, "epochs": 4}
    at = get("/api/v1/paths?" + urlencode(query)).json()["paths"][0]["diverged_at"]
    *before, last = ask(get, **query, update=at - 1, count=9)["moments"]
    assert [moment["diverged"] for moment in before] == [False]
    assert (last["update"], last["diverged"]) == (at, True)
    missing = {name for name, value in last.items() if value is None}
    # Nothing is clipped here.
    assert missing == {"after", "step", "loss_after", "excess_after", "clip_factor"}
    assert last["before"] == before[-1]["after"]
    said = refused(get, **query, update=at + 1)
    assert said.startswith("update: ")
    assert f"an integer from 1 to {at}, at which the run diverged" in said


def test_what_is_refused(get: Get) -> None:
    query = {"examples": 40, "batch_size": 8, "epochs": 2}
    assert "an integer from 1 to 10, the run's last update" in refused(get, **query, update=11)
    assert "update" in refused(get, **query, update=0)
    assert "an integer from 0 to 0" in refused(get, **query, replica=1)
    assert "200 or less" in refused(get, **query, count=201)
    assert refused(get, examples=40, batch_size=[8, 9]).startswith("batch_size")
    assert refused(get, examples=40, batch_size=41).startswith("batch_size")
    assert "work budget" in refused(get, examples=10_000, batch_size=1, epochs=10_000)


def test_where_there_is_no_minimum_there_is_no_excess(get: Get) -> None:
    moment = ask(get, surface="logistic-separable", examples=40, epochs=1)
    assert (moment["excess"], moment["excess_after"]) == (None, None)
    moment = ask(get, surface="bowl", examples=40, epochs=1)
    assert (moment["excess"], moment["excess_after"]) == (moment["loss"], moment["loss_after"])


def test_the_answers_have_a_schema(get: Get) -> None:
    content = OPENAPI["paths"]["/api/v1/moment"]["get"]["responses"]["200"]["content"]
    named = {
        kind["$ref"].rpartition("/")[2] for kind in content["application/json"]["schema"]["anyOf"]
    }
    assert named == {"MomentAnswer", "MomentsAnswer"}
    fields = set(OPENAPI["components"]["schemas"]["MomentAnswer"]["properties"])
    assert fields == set(json.loads(get("/api/v1/moment?epochs=1").text))


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_a_window_of_the_paths_figure_draws_each_update(get: Get, view: str) -> None:
    query = {"examples": 200, "batch_size": 1, "epochs": 3, "max_points": 50}
    found = ask(get, **query, update=301, count=200)["moments"]
    reply = get(f"/api/v1/figures/paths?{urlencode(query)}&view={view}&background=false&window=301")
    path = reply.json()["data"][0]
    facts = numbers(path["customdata"])
    assert path["meta"]["role"] == "path"
    assert facts[:, 0].tolist() == [moment["update"] for moment in found]
    np.testing.assert_allclose(facts[:, 1], [m["epochs_elapsed"] for m in found], rtol=1e-6)
    np.testing.assert_allclose(facts[:, 2], [m["loss_after"] for m in found], rtol=1e-6)
    np.testing.assert_allclose(facts[:, 3], [m["excess_after"] for m in found], rtol=1e-5)
    wrong = get(f"/api/v1/figures/paths?{urlencode(query)}&window=601").json()["errors"]
    assert [error["parameter"] for error in wrong] == ["window"]
