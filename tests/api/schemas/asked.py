"""What is asked of each endpoint, so that an answer of every kind is there."""

from typing import Any
from urllib.parse import urlencode

from app.api.stories import STORIES
from tests.api.reading import HELD, NETWORK_GAP, NETWORK_STEPS, QUICK, SWEEP, TRAINED
from tests.openapi import OPENAPI
from tests.science.logged.links import LOGS
from tests.science.problems.own_points import BOUNDARY, LINE

API = "/api/v1"
EVENTS = "text/event-stream"
PATHS: dict[str, Any] = OPENAPI["paths"]

RUN = {"examples": 40, "epochs": 2, "batch_size": [1, 16, "full"]}
DIVERGED = {**RUN, "learning_rate": 100}
NO_MINIMUM = {**RUN, "surface": "logistic-separable"}
FITTED = {
    "examples": 64, "replicas": 8, "epochs": 20, "target": 0.01, "batch_size": [1, 4, 16, 32],
}  # fmt: skip
SADDLE = {**RUN, "surface": "saddle"}
TYPED: dict[str, object] = {"surface": "formula", "formula": "x^2 + y^2", "domain": "-2,2,-1,1"}

OWN: dict[str, object] = {
    "surface": "model",
    "model": "w0*x0 + w1*x1",
    "points": BOUNDARY,
}

# Of the endpoints that answer JSON of their own.
QUERIES: dict[str, list[dict[str, object]]] = {
    f"{API}/surfaces": [{}],
    f"{API}/surfaces/{{id}}": [
        {"id": "least-squares"},
        {"id": "saddle", "lang": "ja"},
        {"id": "formula", "formula": "x*y"},
        {"id": "model", "model": "w0 + w1*x", "points": LINE, "loss": "cauchy", "scale": 0.5},
        {"id": "logistic-separable", "examples": 20, "noise": 0},
    ],
    f"{API}/surfaces/{{id}}/grid": [
        {"id": "least-squares", "resolution": 3},
        {"id": "saddle", "resolution": 3, "field": "noise_scale"},
        {"id": "rastrigin", "resolution": 5, "field": "gradient_norm"},
        {"id": "sine-fit", "resolution": 2, "field": "noise_trace", "examples": 20},
    ],
    f"{API}/surfaces/{{id}}/examples": [
        {"id": "least-squares", "examples": 5},
        {"id": "logistic", "examples": 5},
        {"id": "bowl", "examples": 5},
        {"id": "model", "model": "w0 + w1*x", "points": LINE, "held_out": 0.25},
    ],
    f"{API}/epoch-plan": [
        {},
        {"batch_size": "full"},
        {"batch_size": 100, "remainder": "weight", "sampling": "sequential"},
        {"examples": 1001, "batch_size": 100},
        {"examples": 10**9, "batch_size": 7, "remainder": "drop", "sampling": "with-replacement"},
    ],
    f"{API}/paths": [
        {},
        {**OWN, "epochs": 1, "held_out": 0.25},
        RUN,
        DIVERGED,
        NO_MINIMUM,
        SADDLE,
        {**RUN, **TYPED},
        {**RUN, **OWN, "examples": 40},
        {**RUN, "replicas": 3, "replica": 1, "optimizer": "adam", "lang": "ja"},
        {**RUN, "surface": "logistic", "sampling": "poisson", "rare_share": 0.1, "replicas": 2},
        {**RUN, "surface": "logistic", "sampling": "balanced", "rare_share": 0.1},
        {**RUN, "optimizer": ["sgd", "adam"]},
        {**RUN, "batch_schedule": "double", "batch_epochs": 1, "lr_scaling": "linear"},
        {**RUN, "accumulate": 3, "accumulation": "means", "clip": 1, "clip_each": "micro-batch"},
        {**RUN, "batch_schedule": "double", "batch_unit": "stages", "warmup": 4},
        {**RUN, "batch_size": [8, "full"], "workers": 4, "sync_every": 3, "examples": 40},
        {**STORIES["last-batch"].query, "replica": 0, "seed": 1},
        {"examples": 40, "updates": 5, "max_points": 2, "remainder": "drop"},
        {**RUN, **HELD[0]},
        {"examples": 40, "examples_seen": 5, "batch_size": 1, "start": "1,2"},
    ],
    f"{API}/moment": [
        {},
        {"examples": 40, "update": 2, "count": 5, "batch_size": 16},
        {**DIVERGED, "batch_size": "full", "update": 1, "count": 9},
        {"examples": 40, "batch_size": 16, **HELD[1]},
        {**NO_MINIMUM, "batch_size": 1},
        {**NO_MINIMUM, "batch_size": 1, "count": 2},
        {"examples": 40, "batch_size": 1, "count": 20, "sampling": "poisson"},
    ],
    f"{API}/rule": [
        {},
        {**RUN, **HELD[0]},
        {**RUN, **HELD[1], "optimizer": "adam"},
        {**RUN, "optimizer": "adam", "lr_schedule": "cosine", "lr_scaling": "sqrt", "lang": "ja"},
        {**RUN, "optimizer": "adam", "beta_scaling": "power", "warmup": 3},
        {**RUN, "surface": "formula", "formula": "x^4 - x^2 + y^2"},
        {**RUN, "optimizer": ["sgd", "adam"]},
    ],
    f"{API}/noise": [
        {},
        {"surface": "saddle", "at": "0,0", "draws": 30},
        {**TYPED, "draws": 30},
        {**OWN, "draws": 30, "loss": "squared"},
        {"surface": "saddle", "at": "0,0", "draws": 30, "noise": 0},
        {"examples": 40, "draws": 30, "sampling": "with-replacement", "at": "0.5,1"},
        {"examples": 40, "draws": 30, "sampling": "poisson", "at": "0.5,1"},
    ],
    f"{API}/networks": [{}],
    f"{API}/network/data": [{"examples": 20}, {"data": "penguins", "loss": "cross-entropy"}],
    f"{API}/network": [
        TRAINED,
        {**TRAINED, "vary": "order", "lang": "ja", **HELD[0]},
        {**TRAINED, "vary": "order", "replicas": 1},
        {**TRAINED, "learning_rate": 100, "activation": "relu"},
        {**TRAINED, "data": "penguins", "updates": None, "epochs": 4},
        {**TRAINED, "updates": None, "examples_seen": 200},
        {**TRAINED, "sampling": "poisson", "rare_share": 0.2},
        {**TRAINED, "sampling": "balanced", "rare_share": 0.2},
        {**TRAINED, "examples": 41, "batch_size": [8], "optimizer": "adam"},
        {**TRAINED, "vary": "order", "learning_rate": None, "optimizer": ["sgd", "adam"]},
    ],
    f"{API}/network/gap": [
        NETWORK_GAP,
        {**NETWORK_GAP, "learning_rate": [100], **HELD[0]},
        {**NETWORK_GAP, "data": "penguins", "target": 0.3},
    ],
    f"{API}/network/steps": [
        NETWORK_STEPS,
        {**NETWORK_STEPS, "target": 1e-9, "data": "penguins"},
        {**NETWORK_STEPS, "optimizer": "adam", "lang": "ja"},
        {**NETWORK_STEPS, **HELD[0]},
    ],
    f"{API}/tradeoff": [
        SWEEP,
        {**SWEEP, **TYPED},
        {**SWEEP, **OWN, "examples": 40, "loss": "squared"},
        {**SWEEP, "surface": "bowl", "optimizer": ["adam", "sgd"], "start": "1,1", "noise": 1},
        {**SWEEP, "examples": 60, "replicas": 8, "target": 0.05, "batch_size": [1, 8, "full"]},
        {**SWEEP, "epochs": 1, "target": 1e-6, "batch_size": ["full"], "learning_rate": [1e-6, 9]},
        {**FITTED, "surface": "least-squares"},
        {**FITTED, "surface": "bowl", "examples": 256},
    ],
    f"{API}/points": [{}, {"label": "side", "lang": "ja"}],
    f"POST {API}/logged": [{}],
    f"{API}/logged": [{"log": each} for each in LOGS],
    f"{API}/devices": [
        {},
        {"log": LOGS[0], "lang": "ja", "architecture": "transformer"},
        {"examples": 1000, "timed_batch": [32, 64], "timed_seconds": [1, 1.5]},
        {"examples": 1001, "per_device": 100},
        {"architecture": "dense", "timed_batch": [32, 64], "timed_seconds": [1, 1.5]},
    ],
    "/healthz": [{}],
    "/queue": [{}],
    "/livez": [{}],
    "/readyz": [{}],
    "/addresses": [{}],
}
# Those of figures that answer in more than one way.
MORE_FIGURES: dict[str, list[dict[str, object]]] = {
    f"{API}/figures/surface": [{"view": "3d"}, {"surface": "logistic-separable"}],
    f"{API}/figures/paths": [DIVERGED, {**RUN, "view": "3d"}, {**RUN, "window": 1}, NO_MINIMUM],
    f"{API}/figures/loss": [DIVERGED, {**RUN, "replicas": 3}, SADDLE],
    f"{API}/figures/noise-cloud": [{"surface": "saddle", "at": "0,0", "draws": 30}],
    f"{API}/figures/felt-noise-scale": [{"surface": "saddle", "at": "0,0", "draws": 30}],
    f"{API}/figures/adascale": [{"surface": "saddle", "at": "0,0", "draws": 30}],
    f"{API}/figures/running-statistics": [{"examples": 33, "batch_size": [1, 2]}],
    f"{API}/figures/printed-loss": [DIVERGED, {**RUN, "surface": "bowl", "smoothing": 0.9}],
    f"{API}/figures/largest-rate": [{"surface": "saddle", "examples": 40, "draws": 30}],
    f"{API}/figures/accumulation": [{"examples": 40, "batch_size": 16, "epochs": 2, "clip": 1}],
    f"{API}/figures/local-sgd": [{"examples": 40, "batch_size": 8, "epochs": 2, "replicas": 2}],
    f"{API}/figures/accumulation-weights": [{"batch_size": "full", "accumulate": 64}],
    f"{API}/figures/epoch-plan": [
        {"sampling": "with-replacement", "examples": 40},
        {"sampling": "poisson", "examples": 40},
    ],
    f"{API}/figures/rare-class": [
        {"sampling": "sorted", "examples": 40, "batch_size": [8]},
        {"sampling": "balanced", "examples": 40, "batch_size": [8]},
    ],
}


def url(path: str, query: dict[str, object]) -> str:
    """Its place in the path is filled by the query's value of that name."""
    given = {name: value for name, value in query.items() if value is not None}
    rest = {name: value for name, value in given.items() if f"{{{name}}}" not in path}
    return f"{path.format(**query)}?{urlencode(rest, doseq=True)}"


def _figures() -> dict[str, list[dict[str, object]]]:
    paths = [path for path in PATHS if path.startswith(f"{API}/figures/")]
    soon = {path: QUICK.get(path.rpartition("/")[2], {}) for path in paths}
    return {
        path: [soon[path], soon[path] | {"format": "table"}, *MORE_FIGURES.get(path, [])]
        for path in paths
    }


FIGURES = _figures()
