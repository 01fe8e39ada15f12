"""A PyTorch run of the 64-32-10 network, logged three ways, against its exact noise scale."""

from pathlib import Path

import numpy as np
import pytest

from app.science.logged.flaws import DERIVED, FLAWS

pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("sklearn", reason="the digits are scikit-learn's")

from benchmarks.logged.mistakes import HARMLESS, answers
from benchmarks.logged.network import BATCH, RATE, SPEC, compared, exact
from benchmarks.logged.ways import WAYS, trained

STEPS, FAR = 24, 4  # standard errors
WIDE = {"the last small batch alone"}  # not wrong: something may be said of it, or not
# By mistake, what is said of it.
SAID = {
    "none": set(),
    "the last small batch alone": {"impossible"},
    "estimates clamped at 0": {"clamped"},
    "read after clipping": {"clipped"},
    "read after clipping of every step": {"clipped"},
    "the mean alone clipped": {"clipped"},
    "the loss scale divided out of the parts' squares once": {"too-small", "impossible"},
    "the loss scale divided out of the mean's square once": {"impossible"},
    "the parts' shards averaged": {"impossible"},
    "the mean's shards averaged": {"too-small"},
    "each part clipped": {"clipped"},
    "equal weights of unequal parts": {"equal-weights"},
}


def test_three_ways_along_a_run(tmp_path: Path) -> None:
    batches = np.random.default_rng(1).integers(SPEC.examples, size=(STEPS, BATCH))
    ends = []
    for way in WAYS:
        directory = tmp_path / way
        directory.mkdir()
        logged = trained(way, batches, directory, RATE)
        assert len(logged.log.steps.step) == STEPS
        found = compared(logged.log.steps, logged.exact)
        assert abs(found.off) < FAR, (way, found)
        assert found.error < 0.5 * found.exact, (way, found)
        ends.append(logged.end)
    np.testing.assert_allclose(ends[1:], [ends[0]] * 2, rtol=1e-9, atol=1e-12)


def test_each_mistake_of_a_public_tool_is_told_of(tmp_path: Path) -> None:
    batches = np.random.default_rng(0).integers(SPEC.examples, size=(40, BATCH))
    theta = trained("accumulation", batches, tmp_path).end
    true = exact([theta]).noise_scale
    found = answers(theta, 200, np.random.default_rng(0))
    assert not {*SAID, *HARMLESS} - {*found}
    for name, said in SAID.items():
        assert {*found[name].said} <= {*FLAWS, *DERIVED}
        assert {*found[name].said} <= said, name
        assert said == set() or found[name].said or name in WIDE, name
    for name in ("none", *HARMLESS):
        assert found[name].estimate == pytest.approx(found["none"].estimate), name
        assert not found[name].said, name
    assert found["none"].estimate == pytest.approx(true, rel=0.25)
    (reason,) = found["successive weights, told as such"].said
    assert "different weights" in reason
