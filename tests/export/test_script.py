"""Scripts of every library against the API, and what they hold."""

import ast
import importlib
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.export.templates import MODULES
from app.science.epoch_plan import REMAINDERS
from app.science.formulas.functions import FUNCTIONS
from app.science.growth import RAMPS
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.restraint import DECAYS
from app.science.sampling import SAMPLINGS
from app.science.schedules import BETA_SCALINGS, CLOCKS, LR_SCALINGS, LR_SCHEDULES
from tests.api.reading import HELD, effective
from tests.export.reproducing import PACKAGES, Get, code, exact_paths, reproduces, run
from tests.science.problems.own_points import BOUNDARY, LINE

# Keras with its PyTorch backend uses an older protocol of numpy's arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")

SMALL: dict[str, Any] = {
    "examples": 14,
    "batch_size": [1, 4, "full"],
    "epochs": 3,
    "replicas": 2,
    "seed": 5,
}
RAMP: dict[str, Any] = {"batch_schedule": "double"}
GROWTH: dict[str, Any] = RAMP | {"batch_epochs": 1}
STAGES: dict[str, Any] = RAMP | {"batch_unit": "stages", "batch_stages": 3}


# Each surface with one of the rules, in turns.
@pytest.mark.parametrize(("surface", "optimizer"), [*zip(SURFACES, cycle(OPTIMIZERS))])
def test_every_surface_and_optimizer(
    get: Get, tmp_path: Path, library: str, surface: str, optimizer: str
) -> None:
    reproduces(get, library, tmp_path, surface=surface, optimizer=optimizer, **SMALL)


@pytest.mark.parametrize(
    "text", ["sqrt(x^2 + y^2) + abs(x*y) - cos(3*x)", "x + x*sqrt(x) + tanh(y)^3"]
)
def test_a_formula(get: Get, tmp_path: Path, library: str, text: str) -> None:
    # The second one's paths end where it has no value.
    typed = {"surface": "formula", "formula": text, "domain": "0.1,4,-1,4", "learning_rate": 0.1}
    reproduces(get, library, tmp_path, **typed, **SMALL)


# Each choice with one of the rules, in turns, or with one under which it has an effect.
CHOICES: list[dict[str, Any]] = [
    *({"lr_scaling": scaling} for scaling in LR_SCALINGS),
    *({"lr_schedule": schedule, "decay_epochs": 0.7} for schedule in LR_SCHEDULES),
    *({"sampling": sampling} for sampling in SAMPLINGS),
    *({"remainder": remainder} for remainder in REMAINDERS),
    *({"remainder": remainder} | GROWTH for remainder in REMAINDERS),
    *({"lr_schedule": "cosine", "remainder": remainder} for remainder in REMAINDERS),
    *({"lr_scaling": scaling} | GROWTH for scaling in LR_SCALINGS),
    *HELD,
    {"lr_scaling": "linear", "lr_schedule": "inverse", "remainder": "weight"} | GROWTH,
    {"sampling": "poisson", "lr_schedule": "cosine", "lr_scaling": "sqrt"} | GROWTH,
    {"surface": "logistic", "rare_share": 0.1},
    {"surface": "logistic", "rare_share": 0.1, "sampling": "balanced"},
    {"warmup": 5},
    {"warmup": 9, "lr_schedule": "step", "decay_unit": "updates", "decay_updates": 4},
    {"lr_schedule": "one-cycle", "decay_unit": "updates", "remainder": "drop"},
    {"epochs": 5, "lr_scaling": "sqrt", "warmup": 3} | STAGES,
    {"epochs": None, "updates": 20} | STAGES,
    {"epochs": None, "examples_seen": 50} | STAGES,
    {"batch_unit": "updates", "batch_updates": 3, "lr_scaling": "linear"} | RAMP,
    {"beta_scaling": "power", "reference_batch_size": 4, "optimizer": "nesterov"},
    {"beta_scaling": "power", "reference_batch_size": 4, "optimizer": "adam"},
    {
        "beta_scaling": "power",
        "lr_scaling": "sqrt",
        "lr_schedule": "cosine",
        "warmup": 4,
        "optimizer": "adam",
    },
    {"epochs": None, "updates": 11},
    {"epochs": None, "updates": 11, "lr_schedule": "step", "lr_scaling": "sqrt"} | GROWTH,
    {"epochs": None, "examples_seen": 33, "remainder": "drop"},
    {"epochs": None, "examples_seen": 33, "lr_schedule": "cosine", "remainder": "weight"},
    {"start": "0.5,-0.25", "noise": 0.5, "data_seed": 3, "learning_rate": 0.03},
    {"batch_size": "full", "remainder": "drop"},
    {"batch_size": "full", "sampling": "with-replacement"},
    {"learning_rate": 3, "batch_size": ["full"], "epochs": 40},
]


@pytest.mark.parametrize(("query", "optimizer"), [*zip(CHOICES, cycle(OPTIMIZERS))])
def test_every_choice(
    get: Get, tmp_path: Path, library: str, query: dict[str, Any], optimizer: str
) -> None:
    asked = {k: v for k, v in (SMALL | query).items() if v is not None}
    reproduces(get, library, tmp_path, **effective({"optimizer": optimizer} | asked))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    # A seed that is not asked for elsewhere: an answer may be kept.
    "query",
    [
        {"lr_scaling": "linear", "reference_batch_size": 7},
        {"lr_schedule": "cosine", "lr_scaling": "sqrt", "remainder": "weight"} | GROWTH,
    ],
)
def test_a_rule_that_no_library_has(
    get: Get, tmp_path: Path, library: str, optimizer: str, query: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Its script holds the rule itself."""
    alone = replace(OPTIMIZERS[optimizer], pytorch="", keras="", keras_differs="")
    monkeypatch.setitem(OPTIMIZERS, optimizer, alone)
    asked = {"optimizer": optimizer} | query
    text = code(get, library, **SMALL, **asked)
    assert "torch.optim" not in text
    assert "keras.optimizers.SGD" not in text
    reproduces(get, library, tmp_path, **SMALL, **asked)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_momentum_of_nothing(get: Get, tmp_path: Path, library: str, optimizer: str) -> None:
    reproduces(get, library, tmp_path, optimizer=optimizer, momentum=0, **SMALL)


@pytest.mark.parametrize(
    "query",
    [
        {"model": "w1*tanh(w0*x) + sqrt(x*x)", "points": LINE},
        {"model": "w0*x0 + w1*x1", "points": BOUNDARY},
        {"model": "w0*x0 + w1*x1", "points": BOUNDARY, "loss": "cauchy", "scale": 0.5},
        {"model": "w0 + w1*x", "points": LINE, "held_out": 0.25},
    ],
    ids=["squared", "logistic", "cauchy", "held-out"],
)
def test_a_readers_own_model(get: Get, tmp_path: Path, library: str, query: dict[str, Any]) -> None:
    few = {name: value for name, value in SMALL.items() if name != "examples"}
    reproduces(get, library, tmp_path, surface="model", **few, **query)


@pytest.mark.parametrize(
    ("model", "points"),
    [
        # A slope that no example changes.
        *((model, LINE) for model in ("w1*x", "w0*x", "w0", "w1", "w0 + x", "exp(w0)")),
        *((model, BOUNDARY) for model in ("w0*x0", "w1*x1 + x0", "w0")),
        # No finite loss somewhere within reach.
        ("w0 + w1*exp(w0*x)", LINE),
        ("exp(w0)*x0 + w1*x1", BOUNDARY),
        ("sqrt(1 + w0^2)*x0 + w1", BOUNDARY),
        ("log(1 + exp(w0))*x0 - w1", BOUNDARY),
        ("w1*exp(w0*x0) - x1", BOUNDARY),
    ],
)
def test_any_model(get: Get, tmp_path: Path, library: str, model: str, points: str) -> None:
    few = SMALL | {"examples": None, "epochs": 2, "replicas": 1, "remainder": "weight"}
    query = {name: value for name, value in few.items() if value is not None}
    reproduces(get, library, tmp_path, surface="model", model=model, points=points, **query)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("query", [{"accumulate": 2}, {"workers": 2, "sync_every": 2}])
def test_a_model_of_one_weight_in_parts(
    get: Get, tmp_path: Path, library: str, query: dict[str, int], optimizer: str
) -> None:
    asked = query | {"batch_size": [4, 10], "epochs": 2, "optimizer": optimizer}
    asked |= {"surface": "model", "model": "w1*x", "points": LINE, "remainder": "drop"}
    reproduces(get, library, tmp_path, **asked)


def test_a_model_ends_where_its_mean_loss_has_no_value(
    get: Get, tmp_path: Path, library: str
) -> None:
    """At inputs and a target of 0 it would have one."""
    query: dict[str, Any] = {"surface": "model", "model": "w0 + sqrt(x + w1 + 9)", "points": LINE}
    query |= {"start": "10,-5", "learning_rate": 0.2, "epochs": 2, "batch_size": [1, "full"]}
    reproduces(get, library, tmp_path, **query)
    assert [len(path) for path in exact_paths(get, **query).values()] == [4, 3]


@pytest.mark.parametrize("formula", ["x^2 + sin(y)^2", "x^2", "cos(y)", "exp(x) - x"])
def test_a_readers_own_formula(get: Get, tmp_path: Path, library: str, formula: str) -> None:
    reproduces(get, library, tmp_path, surface="formula", formula=formula, **SMALL)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_ridge_is_not_left(get: Get, tmp_path: Path, library: str, optimizer: str) -> None:
    """Rounding would push the path off it, and adaptive rates would make steps of rounding."""
    query: dict[str, Any] = {
        "surface": "saddle",
        "optimizer": optimizer,
        "batch_size": "full",
        "epochs": 60,
    }
    found = run(get, library, tmp_path, examples=101, **query)
    assert not found["paths"][101, 0][:, 1].any()
    reproduces(get, library, tmp_path, examples=101, **query)


def test_the_cusp_itself(get: Get, tmp_path: Path, library: str) -> None:
    query = {"surface": "ackley", "start": "0,0", "batch_size": ["full", 2], "epochs": 2}
    reproduces(get, library, tmp_path, examples=9, **query)


def test_a_default_run_of_each_surface(get: Get, tmp_path: Path) -> None:
    """As long as the page shows it, where noise would enlarge a difference."""
    for surface in SURFACES:
        reproduces(get, "numpy", tmp_path, surface=surface, batch_size=[32, "full"], epochs=20)


RUNS = st.fixed_dictionaries(
    {
        "surface": st.sampled_from(list(SURFACES)),
        "examples": st.integers(2, 30),
        "batch_size": st.lists(st.integers(1, 30) | st.just("full"), min_size=1, max_size=3),
        "optimizer": st.sampled_from(list(OPTIMIZERS)),
        "sampling": st.sampled_from(list(SAMPLINGS)),
        "remainder": st.sampled_from(list(REMAINDERS)),
        "lr_schedule": st.sampled_from(list(LR_SCHEDULES)),
        "lr_scaling": st.sampled_from(list(LR_SCALINGS)),
        "batch_schedule": st.sampled_from(["constant", "double"]),
        "batch_unit": st.sampled_from(list(RAMPS)),
        "decay_unit": st.sampled_from(list(CLOCKS)),
        "beta_scaling": st.sampled_from(list(BETA_SCALINGS)),
        "replicas": st.integers(1, 3),
    },
    optional={
        "data_seed": st.integers(0, 2**32 - 1),
        "seed": st.integers(0, 2**32 - 1),
        "momentum": st.floats(0, 0.99),
        "weight_decay": st.floats(0, 1),
        "decay": st.sampled_from(list(DECAYS)),
        "clip": st.floats(0.1, 10),
        "decay_epochs": st.floats(0.01, 10_000),
        "decay_factor": st.floats(0.001, 1),
        "reference_batch_size": st.integers(1, 10_000),
        "batch_epochs": st.integers(1, 4),
        "batch_factor": st.integers(2, 100),
        "batch_updates": st.integers(1, 9),
        "batch_stages": st.integers(2, 5),
        "decay_updates": st.integers(1, 30),
        "warmup": st.integers(0, 60),
    },
)
BUDGETS: st.SearchStrategy[dict[str, int]] = st.one_of(
    st.integers(1, 4).map(lambda k: {"epochs": k}),
    st.integers(1, 50).map(lambda k: {"updates": k}),
    st.integers(30, 100).map(lambda k: {"examples_seen": k}),
)


@settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(RUNS, BUDGETS)
def test_any_run(get: Get, tmp_path: Path, query: dict[str, Any], budget: dict[str, int]) -> None:
    n = query["examples"]
    query["batch_size"] = [b if b == "full" else 1 + (b - 1) % n for b in query["batch_size"]]
    reproduces(get, "numpy", tmp_path, **effective(query | budget))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_of_a_formula(library: str, name: str) -> None:
    points = np.array([0.05, 0.9, 4.0])
    module = importlib.import_module("keras.ops" if library == "keras" else PACKAGES[library])
    given_ = points if library == "numpy" else importlib.import_module("torch").tensor(points)
    written = getattr(FUNCTIONS[name], library).format("x")
    found = np.array(eval(written, {MODULES[library]: module, "x": given_}))  # noqa: S307
    np.testing.assert_allclose(found, [FUNCTIONS[name].value(x) for x in points], rtol=1e-12)


# What is in a script.


@pytest.mark.parametrize("name", MODULES)
def test_a_script_reads_well(get: Get, name: str) -> None:
    rules = product(OPTIMIZERS, LR_SCHEDULES)
    # The longest surface, and one with a comment, in turns.
    for (optimizer, schedule), surface in zip(rules, cycle(("two-wells", "logistic"))):
        text = code(
            get, name, surface=surface, optimizer=optimizer, lr_schedule=schedule, examples=100,
            lr_scaling="sqrt", remainder="weight", batch_schedule="double", updates=30,
        )  # fmt: skip
        ast.parse(text)
        lines = text.splitlines()
        assert all(line == line.rstrip() for line in lines)
        assert all(len(line) <= 100 for line in lines if "http" not in line)
        assert "\n\n\n\n" not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert len([line for line in lines if line]) < 120


@pytest.mark.parametrize("name", MODULES)
def test_nothing_that_the_run_does_not_need(get: Get, name: str) -> None:
    text = code(get, name)
    for word in ("MOMENTUM", "factor", "weight =", "DECAY", "REFERENCE", "UPDATES", "used", "math"):
        assert word not in text
    # An even cut has no last, smaller batch, and a full batch no order.
    assert "used" not in code(get, name, examples=100, batch_size=[10, 50], remainder="drop")
    full = code(get, name, batch_size="full")
    assert "rng" not in full
    assert "rng" in code(get, name, batch_size="full", sampling="with-replacement")
    assert len([line for line in text.splitlines() if line]) <= (75 if name == "keras" else 60)


def test_every_name_is_used(get: Get) -> None:
    """A script sets nothing that it does not read."""
    for surface in SURFACES:
        tree = ast.parse(code(get, "numpy", surface=surface))
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        stored = {node.id for node in named if isinstance(node.ctx, ast.Store)}
        loaded = {node.id for node in named if isinstance(node.ctx, ast.Load)}
        assert stored - loaded <= {"epoch", "paths", "_"}, surface


def test_numbers_are_those_of_the_request(get: Get, tmp_path: Path) -> None:
    query: dict[str, Any] = {"learning_rate": 0.1 + 0.2, "start": f"{1 / 3},-2e-7"}
    query |= {"examples": 14, "batch_size": [1, 4, "full"], "seed": 2**32 - 1}
    found = run(get, "numpy", tmp_path, **query)
    assert found["LEARNING_RATE"] == 0.1 + 0.2
    assert found["START"] == [1 / 3, -2e-7]
    assert found["SEED"] == 2**32 - 1
    assert found["BATCH_SIZES"] == [1, 4, 14]
    assert found["EPOCHS"] == SURFACES["least-squares"].epochs
    np.testing.assert_array_equal(found["paths"][4, 0][0], found["START"])
