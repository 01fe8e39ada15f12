"""Which of the scripts are run where."""

import os

import pytest

FEW = 20  # of PyTorch's and Keras' scripts stand in CI for all, which take a minute


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most of them out in CI; what stays is spread over surfaces, optimizers and choices."""
    if os.environ.get("CI"):
        others = [item for item in items if _library(item) in ("pytorch", "keras")]
        left_out = set(others) - {*others[:: len(others) // FEW + 1]}
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def _library(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("library") if callspec else None
