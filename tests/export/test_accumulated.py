"""Scripts that accumulate gradients as each library does there: their paths are the API's."""

from pathlib import Path
from typing import Any

import pytest

from tests.export.reproducing import Get, code, reproduces

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")

SMALL: dict[str, Any] = {
    "examples": 19,
    "batch_size": [1, 7, "full"],
    "epochs": 3,
    "replicas": 2,
    "accumulate": 4,
}
GROWTH = {"batch_schedule": "double", "batch_epochs": 1}


@pytest.mark.parametrize("accumulation", ["size", "means"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"surface": "bowl", "optimizer": "nesterov", "lr_schedule": "cosine"},
        {"surface": "logistic", "optimizer": "adam", "remainder": "weight"} | GROWTH,
        {"surface": "sine-fit", "optimizer": "rmsprop", "epochs": None, "examples_seen": 40},
    ],
    ids=["sgd", "nesterov", "adam", "rmsprop"],
)
def test_accumulated_gradients(
    get: Get, tmp_path: Path, library: str, accumulation: str, query: dict[str, Any]
) -> None:
    asked = SMALL | {"accumulation": accumulation} | query
    given = {name: value for name, value in asked.items() if value is not None}
    reproduces(get, library, tmp_path, **given)


def test_a_batch_of_one_has_no_parts(get: Get, library: str) -> None:
    assert "ACCUMULATE" not in code(get, library, **SMALL | {"batch_size": 1})
    assert "ACCUMULATE = 4" in code(get, library, **SMALL)
