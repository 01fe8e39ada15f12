"""A network's answers: the science's own numbers, the same however they are asked for."""

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.networks.data import DATA_SETS
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.planning import make_plan
from tests.api.reading import Get

QUERY: dict[str, Any] = {
    "examples": 40, "hidden": "5,3", "updates": 50, "replicas": 3, "batch_size": [8, "full"],
    "learning_rate": 0.3,
}  # fmt: skip
SPEC = NetworkSpec(examples=40, hidden=(5, 3))


def ask(get: Get, path: str = "network", **more: Any) -> Any:
    reply = get(f"/api/v1/{path}?" + urlencode(QUERY | more, doseq=True))
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.fixture(scope="module")
def answer(get: Get) -> Any:
    return ask(get)


def test_it_answers_what_training_comes_to(answer: Any) -> None:
    for batch, size in zip(answer["batches"], (8, 40), strict=True):
        plan = make_plan(examples=40, batch_size=size, budget=Budget(updates=50), learning_rate=0.3)
        trained = train(Training(spec=SPEC, plan=plan, replicas=range(3)))
        assert batch["batch_size"] == size
        assert batch["update"] == trained.updates.tolist()
        for r, final in enumerate(batch["final"]):
            told = SPEC.network.layers.told(trained.weights[-1, r])
            assert final["weights"] == told.tolist()  # in full
            assert final["train_loss"] == trained.scores.train_loss[-1, r]
            curve = trained.scores.test_loss[:, r]
            np.testing.assert_allclose(batch["test_loss"]["replicas"][r], curve, rtol=1e-5)


@pytest.mark.parametrize("sampling", ["reshuffle", "poisson"])
def test_a_run_says_how_far_it_came_before_it_diverged(get: Get, sampling: str) -> None:
    found = ask(get, updates=100, learning_rate=9, batch_size=13, sampling=sampling)["batches"][0]
    assert any(final["diverged"] for final in found["final"])
    for final in found["final"]:
        made, left = final["diverged_at"] or 100, final["diverged_at"] or 100
        rng, seen, epoch = np.random.default_rng([0, final["replica"]]), 0, 0
        while left:  # of 40 rows 13, 13, 13 and 1 an epoch
            sizes = [13, 13, 13, 1]
            if sampling == "poisson":
                sizes = [int((rng.random(40) < 13 / 40).sum()) for _ in range(4)]
            some = sizes[:left]
            seen, left, epoch = seen + sum(some), left - len(some), epoch + (len(some) == 4)
        part = made % 4 / 4 if sampling == "poisson" else 13 * (made % 4) / 40
        assert final["examples_seen"] == seen
        assert final["epoch"] == pytest.approx(epoch + part)


def test_a_replica_is_the_same_however_many_there_are(get: Get, answer: Any) -> None:
    fewer = ask(get, replicas=2)
    for one, other in zip(fewer["batches"], answer["batches"], strict=True):
        assert one["final"] == other["final"][:2]
        for name in ("train_loss", "sharpness", "noise_scale"):
            assert one[name]["replicas"] == other[name]["replicas"][:2]


def test_its_data_train_it_again(get: Get, answer: Any) -> None:
    """Of the full batch: plain descent on what ``/network/data`` answers."""
    rows = ask(get, "network/data", replica=1)
    x, y = np.array(rows["train"]["x"]), np.array(rows["train"]["y"])
    theta, shapes = np.array(rows["weights"]), rows["layers"]
    for _ in range(50):
        parts, first = [], 0
        for out, inputs in shapes:
            w = theta[first : first + out * inputs].reshape(out, inputs)
            parts.append((w, theta[first + out * inputs : first + out * inputs + out]))
            first += out * inputs + out
        taken = [x]
        for k, (w, b) in enumerate(parts):
            z = taken[-1] @ w.T + b
            taken.append(np.tanh(z) if k < len(parts) - 1 else z)
        delta, slopes = taken[-1] - y[:, None], []
        for (w, _), a in zip(parts[::-1], taken[-2::-1], strict=True):
            slopes += [delta.sum(axis=0), (delta.T @ a).ravel()]
            delta = (delta @ w) * (1 - a * a)
        theta = theta - 0.3 * np.concatenate(slopes[::-1]) / len(x)
    np.testing.assert_allclose(answer["batches"][1]["final"][1]["weights"], theta, rtol=1e-9)


def test_a_table_has_a_row_an_update_of_each_replica(get: Get, answer: Any) -> None:
    reply = get("/api/v1/network?" + urlencode(QUERY | {"format": "csv"}, doseq=True))
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert len(rows) == sum(3 * len(batch["update"]) for batch in answer["batches"])
    last = [row for row in rows if row["batch_size"] == "8" and row["replica"] == "2"][-1]
    assert float(last["train_loss"]) == answer["batches"][0]["final"][2]["train_loss"]
    assert float(last["sharpness"]) > 0


def test_a_stream_ends_in_the_same_answer(get: Get, answer: Any) -> None:
    url = "/api/v1/network?" + urlencode(QUERY | {"seed": 0}, doseq=True)
    reply = get(url, accept="text/event-stream")
    *_, last = reply.text.strip().split("\n\n")
    name, data = (line.partition(": ")[2] for line in last.splitlines())
    assert name == "result"
    assert json.loads(data) == answer


@pytest.mark.parametrize("rules", [["sgd"], ["sgd", "momentum"]])
def test_a_stream_is_not_said_to_end_while_it_goes_on(get: Get, rules: list[str]) -> None:
    """What is measured after training takes its time too, at the pace seen so far."""
    fresh = QUERY | {"seed": 1, "optimizer": rules}
    reply = get("/api/v1/network?" + urlencode(fresh, doseq=True), accept="text/event-stream")
    *before, _ = reply.text.strip().split("\n\n")
    steps = [json.loads(each.partition("data: ")[2]) for each in before]
    assert len(steps) > 2
    assert [step["done"] for step in steps] == sorted(step["done"] for step in steps)
    known = [step for step in steps if step["seconds_left"] is not None]
    assert len(known) > 1
    assert all((step["seconds_left"] > 0) == (step["done"] < 1) for step in known)


def test_runs_of_the_full_batch_agree_everywhere(get: Get) -> None:
    found = ask(get, vary="order")["boundary"]["disagreement"]
    assert [each["batch_size"] for each in found] == [8, 40]
    assert found[1]["share"] == 0
    assert found[0]["share"] > 0
    assert ask(get)["boundary"] is None


def test_what_there_is_to_train(get: Get) -> None:
    listed = get("/api/v1/networks").json()
    assert [each["id"] for each in listed["data"]] == [*DATA_SETS]
    assert listed["parameters"]["hidden"]["default"] == "16,16"
    assert all(each["most_examples"] > 100 for each in listed["data"])
