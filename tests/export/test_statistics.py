"""Scripts of batch statistics have the figures' numbers; what Keras does instead is so."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.api.compute.statistics import get_running, get_statistics
from app.api.queries.statistics import MatesQuery, RunningQuery
from app.export.statistics import LIBRARIES
from app.science.normalising.neuron import EPSILON
from app.web.cache import Cache
from tests.export.reproducing import NEAR, PACKAGES, Get, run
from tests.science.problems.own_points import LINE

OWN = {"surface": "model", "model": "w0 + w1*x", "points": LINE, "examples": 40}
QUERIES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"examples": 41, "batch_size": [1, 2, 8, 10, "full"], "seed": 3},
        {"example": 5, "draws": 40, "epochs": 2, "share": 0.05},
    ),
    ({**OWN, "batch_size": [3]}, {"draws": 30, "drop_last": True, "epochs": 4}),
]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("shared", "more"), QUERIES)
def test_a_script_has_the_figures_numbers(
    get: Get, library: str, tmp_path: Path, shared: dict[str, Any], more: dict[str, Any]
) -> None:
    torch = pytest.importorskip(PACKAGES[library])
    before = torch.get_default_dtype() if library == "pytorch" else None
    try:
        found = run(get, library, tmp_path, "batch-statistics", **shared, **more)
    finally:
        if before is not None:
            torch.set_default_dtype(before)
    own = {name: more[name] for name in more if name in MatesQuery.model_fields}
    statistics = get_statistics(Cache(8), MatesQuery(**shared, **own))
    own = {name: more[name] for name in more if name in RunningQuery.model_fields}
    runs = get_running(Cache(8), RunningQuery(**shared, **own))
    kept = {each.plan.batch_size: each for each in runs}
    assert set(found["losses"]) == {*statistics.asked} - {1}
    for each in statistics.mates:
        if each.batch_size in statistics.asked:
            losses = np.sort(found["losses"][each.batch_size])
            np.testing.assert_allclose(losses, np.sort(each.losses), rtol=NEAR, atol=NEAR)
    for best in statistics.scales:
        if best.size in statistics.asked:
            assert found["scales"][best.size] == pytest.approx(best.scale, rel=NEAR)
    for size, running in kept.items():
        ends = None if running.failed else (running.mean[-1], running.variance[-1])
        assert found["kept"][size] == (ends and pytest.approx(ends, rel=NEAR))
    assert any(running.failed for running in kept.values()) == (1 in statistics.asked)


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
def test_keras_goes_on_with_0_and_keeps_the_biased_variance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "KERAS_BACKEND" not in os.environ:
        monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    x = np.array([0.3, 2.0, 2.5, 4.1])
    start = [np.array([each]) for each in (0.7, 1.5, 0.0, 1.0)]  # γ, β, mean, variance
    norm = keras.layers.BatchNormalization(epsilon=EPSILON, momentum=0.9)
    norm.build((None, 1))
    norm.set_weights(start)
    alone = keras.ops.convert_to_numpy(norm(x[:1, None], training=True))
    assert alone[0, 0] == pytest.approx(1.5)
    norm.set_weights(start)
    norm(x[:, None], training=True)
    mean, variance = norm.get_weights()[2:]
    assert mean[0] == pytest.approx(0.1 * x.mean(), rel=1e-5)
    assert variance[0] == pytest.approx(0.9 + 0.1 * x.var(), rel=1e-5)
