"""Scripts of workers that average their weights: their mean's paths are the API's."""

from pathlib import Path
from typing import Any

import pytest

from tests.export.reproducing import Get, code, reproduces

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")

SMALL: dict[str, Any] = {
    "examples": 18,
    "batch_size": [3, 6, "full"],
    "epochs": 3,
    "replicas": 2,
    "workers": 3,
    "sync_every": 2,
}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"surface": "bowl", "optimizer": "nesterov", "lr_schedule": "cosine", "weight_decay": 0.1},
        {"surface": "logistic", "optimizer": "adam", "examples": 21, "remainder": "weight"},
        {
            "surface": "himmelblau",
            "optimizer": "rmsprop",
            "sync_every": 50,
            "sampling": "sequential",
        },
        {"optimizer": "adam", "weight_decay": 0.2, "decay": "decoupled", "warmup": 3},
    ],
    ids=["sgd", "nesterov", "adam", "rmsprop", "adamw"],
)
def test_workers(get: Get, tmp_path: Path, library: str, query: dict[str, Any]) -> None:
    reproduces(get, library, tmp_path, **SMALL | query)


def test_one_worker_is_not_told(get: Get, library: str) -> None:
    assert "WORKERS, SYNC_EVERY = 3, 2" in code(get, library, **SMALL)
    assert "WORKERS" not in code(get, library, **SMALL | {"workers": 1, "sync_every": 1})
