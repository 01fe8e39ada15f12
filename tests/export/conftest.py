"""Which of the scripts are run where, and in which libraries."""

import os
from collections.abc import Iterator

import pytest

from app.export.templates import MODULES
from tests.export.reproducing import PACKAGES

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


@pytest.fixture(params=MODULES)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each library that is installed; it is left with the precision that it had."""
    name: str = request.param
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    if name == "keras":
        pytest.importorskip("torch", reason="Keras runs on PyTorch here, which is not installed")
    package = pytest.importorskip(PACKAGES[name], reason=f"{PACKAGES[name]} is not installed")
    if name == "numpy":
        yield name
    elif name == "pytorch":
        before = package.get_default_dtype()
        yield name
        package.set_default_dtype(before)
    else:
        before, policy = package.config.floatx(), package.config.dtype_policy()
        yield name
        package.config.set_floatx(before)
        package.config.set_dtype_policy(policy)
