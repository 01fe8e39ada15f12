"""Scripts of a network's runs against the runs themselves, and what is in them."""

import ast
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.api.compute.network import trainings
from app.api.queries.network import NetworkQuery
from app.export.functions import plain
from app.export.templates import MODULES
from app.science.epoch_plan import REMAINDERS
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.data import DATA_SETS
from app.science.networks.data.digits import installed
from app.science.networks.losses import LOSSES
from app.science.networks.training import train
from app.science.optimizers import OPTIMIZERS
from app.science.sampling import SAMPLINGS
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES
from tests.api.reading import HELD, effective
from tests.export.reproducing import NEAR, Get, code, run

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")

SMALL: dict[str, Any] = {
    "examples": 30,
    "hidden": "5,4",
    "batch_size": [1, 8, "full"],
    "updates": 12,
    "replicas": 2,
    "seed": 5,
}
GROWTH = {"batch_schedule": "double", "batch_epochs": 1}
STAGES = {"batch_schedule": "double", "batch_unit": "stages", "batch_stages": 3}
# Keras multiplies matrices in float32, but for TensorFlow's backend.
NEAR_IN = {"numpy": NEAR, "pytorch": NEAR, "keras": 1e-5}


def reproduces(get: Get, library: str, directory: Path, replica: int = 0, **query: Any) -> None:
    """A script's weights and scores are those of the run, at every update that it has."""
    found = run(get, library, directory, "network", replica=replica, **query)
    asked = trainings(NetworkQuery(**query))
    assert set(found["curves"]) == {training.plan.batch_size for training in asked}
    near = NEAR_IN[library]
    for training in asked:
        trained, size = train(training), training.plan.batch_size
        curve = found["curves"][size]
        places = np.searchsorted(trained.updates, curve[:, 0])
        np.testing.assert_array_equal(trained.updates[places], curve[:, 0])
        gone = trained.diverged_at[replica]
        assert (
            curve[-1, 0] == (training.plan.updates if not gone else curve[-1, 0]) < (gone or np.inf)
        )
        names = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
        scores = [getattr(trained.scores, name)[places, replica] for name in names]
        np.testing.assert_allclose(curve[:, 1:], np.transpose(scores), rtol=near, atol=near)
        if not gone:
            layers = training.spec.network.layers
            np.testing.assert_allclose(
                found["weights"][size],
                layers.told(trained.weights[-1, replica]),
                rtol=near,
                atol=near,
            )


# Each data set with each loss, and one of the activations, in turns.
@pytest.mark.parametrize(
    ("data", "loss", "activation"),
    [
        (*pair, activation)
        for pair, activation in zip(
            product([name for name in DATA_SETS if name != "digits"], LOSSES),
            cycle([*ACTIVATIONS, *reversed(ACTIVATIONS)]),
            strict=False,
        )
    ],
)
def test_every_data_set_loss_and_activation(
    get: Get, tmp_path: Path, library: str, data: str, loss: str, activation: str
) -> None:
    query: dict[str, Any] = SMALL | {
        "data": data,
        "loss": loss,
        "activation": activation,
        "label_noise": 0.2,
    }
    reproduces(get, library, tmp_path, replica=1, **query)


@pytest.mark.skipif(not installed(), reason="scikit-learn is not installed")
def test_digits(get: Get, tmp_path: Path) -> None:
    reproduces(get, "numpy", tmp_path, **SMALL | {"data": "digits"})


# Each choice with one of the rules, in turns.
CHOICES: list[dict[str, Any]] = [
    *({"lr_scaling": scaling} for scaling in LR_SCALINGS),
    *({"lr_schedule": schedule, "decay_epochs": 0.7} for schedule in [*LR_SCHEDULES][:4]),
    *({"sampling": sampling} for sampling in SAMPLINGS),
    *({"remainder": remainder} | GROWTH for remainder in REMAINDERS),
    {"lr_scaling": "linear", "lr_schedule": "inverse", "remainder": "weight"} | GROWTH,
    {"updates": None, "epochs": 3, "lr_schedule": "cosine", "lr_scaling": "sqrt"},
    {"updates": None, "examples_seen": 73, "remainder": "weight"},
    {"vary": "order", "weight_seed": 3, "data_seed": 4, "noise": 0.5},
    {"sampling": "poisson", "lr_schedule": "cosine", "lr_scaling": "sqrt"} | GROWTH,
    {"rare_share": 0.2, "label_noise": 0.1},
    {"data": "spirals", "rare_share": 0.1},
    {"data": "blobs", "sampling": "balanced", "label_noise": 0.2},
    {"batch_size": ["full"]},
    {"batch_size": ["full"], "sampling": "with-replacement", "hidden": "3"},
    {"data": "penguins", "measurements": 4, "hidden": "4,3,2"},
    *HELD,
    {"lr_schedule": "one-cycle", "decay_unit": "updates", "warmup": 4},
    {"lr_schedule": "step", "decay_unit": "updates", "decay_updates": 4, "lr_scaling": "linear"},
    {"beta_scaling": "power", "reference_batch_size": 4, "optimizer": "nesterov"},
    {"beta_scaling": "power", "reference_batch_size": 4, "optimizer": "adam"},
    {"updates": None, "epochs": 3, "lr_scaling": "sqrt", "warmup": 5} | STAGES,
    {"updates": None, "examples_seen": 73} | STAGES,
    {"batch_unit": "updates", "batch_updates": 3} | GROWTH | {"batch_epochs": 5},
]


@pytest.mark.parametrize(("query", "optimizer"), [*zip(CHOICES, cycle(OPTIMIZERS), strict=False)])
def test_every_choice(
    get: Get, tmp_path: Path, library: str, query: dict[str, Any], optimizer: str
) -> None:
    asked = {k: v for k, v in (SMALL | query).items() if v is not None}
    reproduces(get, library, tmp_path, **effective({"optimizer": optimizer} | asked))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_rule(get: Get, tmp_path: Path, library: str, optimizer: str) -> None:
    reproduces(get, library, tmp_path, **SMALL, optimizer=optimizer)


def test_a_run_that_diverges(get: Get, tmp_path: Path) -> None:
    query = SMALL | {"learning_rate": 100, "activation": "relu", "updates": 40}
    reproduces(get, "numpy", tmp_path, **query)


def test_a_full_batch_at_the_edge_of_stability(get: Get, tmp_path: Path) -> None:
    """Where rounding grows: its sums are made in the order in which the run makes them."""
    query: dict[str, Any] = {
        "examples": 200,
        "batch_size": [8, "full"],
        "updates": 600,
        "replicas": 1,
    }
    reproduces(get, "numpy", tmp_path, **query)


@pytest.mark.parametrize("name", MODULES)
def test_a_script_reads_well(get: Get, name: str) -> None:
    choices = {"lr_schedule": "cosine", "lr_scaling": "sqrt", "remainder": "weight"}
    few = {"updates": 60, "label_noise": 0.1}
    for data, optimizer, more in product(("spirals", "penguins"), OPTIMIZERS, ({}, choices)):
        text = code(get, name, "network", data=data, optimizer=optimizer, **few, **more)
        tree = ast.parse(text)
        lines = text.splitlines()
        assert all(line == line.rstrip() for line in lines)
        assert all(len(line) <= 100 for line in lines if "http" not in line)
        assert "\n\n\n\n" not in text
        assert text.endswith(")\n")
        assert len([line for line in lines if line]) < 160
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        stored = {node.id for node in named if isinstance(node.ctx, ast.Store)}
        loaded = {node.id for node in named if isinstance(node.ctx, ast.Load)}
        assert stored - loaded <= {"epoch", "_", "rate"}, text


def test_nothing_that_the_run_does_not_need(get: Get) -> None:
    text = code(get, "numpy", "network")
    for word in (
        "MOMENTUM",
        "factor",
        "weight =",
        "DECAY",
        "REFERENCE",
        "WRONG",
        "EXAMPLES",
        "sys",
    ):
        assert word not in text
    full = code(get, "numpy", "network", batch_size="full", vary="order")
    assert "REPLICA" not in full
    assert len([line for line in text.splitlines() if line]) <= 105


def test_a_notebook_shows_the_curves(get: Get) -> None:
    text = code(get, "notebook", "network", hidden="8,8")
    assert "/api/v1/figures/network-curves?hidden=8,8" in text


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("replica=4", "replica"),
        ("hidden=0", "hidden"),
        ("batch_size=300", "batch_size"),
        ("data=penguins&examples=300", "examples"),
        ("updates=100000&batch_size=full&replicas=32", "updates"),
        ("surface=bowl", "surface"),
    ],
)
def test_what_the_run_refuses_is_refused(get: Get, query: str, parameter: str) -> None:
    reply = get(f"/api/v1/network/code/numpy?{query}")
    assert reply.status_code == 422
    assert parameter in [error["parameter"] for error in reply.json()["errors"]]


def test_an_optimizer_that_pytorch_does_not_have(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPTIMIZERS, "adam", replace(OPTIMIZERS["adam"], pytorch=""))
    reply = get("/api/v1/network/code/pytorch?optimizer=adam")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["parameter"] == "optimizer"
    assert "sgd, momentum, nesterov, rmsprop" in error["message"]
    assert "BETA1" in code(get, "numpy", "network", optimizer="adam")


def of_two(a: float, b: float) -> float:
    """Their sum."""
    return a + b


def test_a_function_keeps_its_words() -> None:
    assert plain(of_two).splitlines() == [
        "def of_two(a, b):",
        '    """Their sum."""',
        "    return a + b",
    ]
