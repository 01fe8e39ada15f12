"""Scripts that accumulate gradients as each library does there: their paths are the API's."""

from pathlib import Path
from typing import Any

import pytest

from tests.export.reproducing import Get, code, reproduces
from tests.export.test_network import reproduces as trains_again

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")

SMALL: dict[str, Any] = {
    "examples": 19,
    "batch_size": [1, 7, "full"],
    "epochs": 3,
    "replicas": 2,
    "accumulate": 4,
}
NETWORK: dict[str, Any] = {
    "examples": 30,
    "hidden": "5",
    "batch_size": [1, 8],
    "updates": 12,
    "remainder": "weight",
    "accumulate": 3,
}
GROWTH = {"batch_schedule": "double", "batch_epochs": 1}


@pytest.mark.parametrize(
    ("accumulation", "query"),
    [
        ("size", {}),
        ("means", {"surface": "bowl", "optimizer": "nesterov", "lr_schedule": "cosine"}),
        ("means", {"surface": "logistic", "optimizer": "adam", "remainder": "weight"} | GROWTH),
        ("means", {"surface": "sine-fit", "optimizer": "rmsprop", "epochs": None, "updates": 7}),
    ],
    ids=["sgd", "nesterov", "adam", "rmsprop"],
)
def test_accumulated_gradients(
    get: Get, tmp_path: Path, library: str, accumulation: str, query: dict[str, Any]
) -> None:
    asked = SMALL | {"accumulation": accumulation} | query
    given = {name: value for name, value in asked.items() if value is not None}
    reproduces(get, library, tmp_path, **given)


CLIPPED: dict[str, Any] = {
    "clip": 0.5,
    "clip_each": "micro-batch",
    "accumulation": "means",
    "weight_decay": 0.1,
}


def test_micro_batches_that_are_clipped(get: Get, tmp_path: Path, library: str) -> None:
    if library == "keras":  # which clips what it has accumulated
        reproduces(get, library, tmp_path, **SMALL, **CLIPPED | {"clip_each": "update"})
        for of in ("", "network/"):
            query = "accumulate=4&clip=1&clip_each=micro-batch"
            refused = get(f"/api/v1/{of}code/keras?{query}").json()
            assert [each["parameter"] for each in refused["errors"]] == ["clip_each"]
        return
    for optimizer, kind in (("sgd", "means"), ("adam", "size")):
        asked: dict[str, Any] = SMALL | CLIPPED | {"accumulation": kind, "remainder": "weight"}
        reproduces(get, library, tmp_path, optimizer=optimizer, **asked)
    trains_again(get, library, tmp_path, **NETWORK, **CLIPPED)


@pytest.mark.parametrize("accumulation", ["size", "means"])
def test_networks(get: Get, tmp_path: Path, library: str, accumulation: str) -> None:
    asked = NETWORK | {"accumulation": accumulation, "optimizer": "momentum"}
    trains_again(get, library, tmp_path, **asked)


def test_a_batch_of_one_has_no_parts(get: Get, library: str) -> None:
    assert "ACCUMULATE" not in code(get, library, **SMALL | {"batch_size": 1})
    assert "ACCUMULATE = 4" in code(get, library, **SMALL)
