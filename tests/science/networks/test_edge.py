"""Sharpness late in runs, and the line of their rule and rate."""

from dataclasses import replace

import numpy as np
import pytest

from app.science.networks.edge import comes_near, late, stability_line
from app.science.optimizers import OPTIMIZERS
from app.science.restraint import DECAYS, Restraint
from tests.science.networks.planted import MARKS, UPDATES, beside, planted, rated

AT, BELOW, ABOVE = [3.98, 4.0, 4.02], [1.5, 1.6, 1.7], [6.0, 6.1, 6.2]


@pytest.mark.parametrize(
    ("sharpness", "verdict"),
    [
        (AT, "at"),
        (BELOW, "below"),
        (ABOVE, "above"),
        ([3.0, 4.0, 5.0], ""),  # near, but who knows
        ([3.0, 3.8, 3.9], ""),
        ([4.0], ""),  # one replica
    ],
)
def test_a_verdict_takes_the_whole_interval(sharpness: list[float], verdict: str) -> None:
    size = planted(8, np.array(sharpness))
    found = late(beside(size), size)
    assert found
    assert [name for name in ("at", "below", "above") if getattr(found, name)] == (
        [verdict] if verdict else []
    )
    assert found.sharpness == pytest.approx(np.mean(sharpness))


def test_the_interval_is_students() -> None:
    size = planted(8, np.array([1.0, 2.0, 3.0]))
    found = late(beside(size), size)
    assert found
    assert found.interval == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5))


def test_only_the_last_quarter_counts_and_only_replicas_that_are_left() -> None:
    course = np.full((MARKS, 3), 4.0)
    course[: MARKS // 2] = 9.0
    size = planted(8, course, diverged=1)
    found = late(beside(size), size)
    assert found
    assert (found.replicas, found.sharpness) == (2, 4.0)
    gone = planted(8, course, diverged=3)
    assert late(beside(gone), gone) is None


@pytest.mark.parametrize("decay", DECAYS)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_weight_decay_lowers_the_line(optimizer: str, decay: str) -> None:
    """On a quadratic of that curvature the full batch's steps just neither grow nor shrink."""
    size = planted(8, np.array(BELOW))
    restraint = Restraint(0.3, decay)
    size = replace(size, plan=replace(size.plan, restraint=restraint))
    runs = beside(size, optimizer=optimizer)
    (size,) = runs.sizes
    found = stability_line(runs, size, np.array([0]))
    assert found is not None
    rule, rate = OPTIMIZERS[optimizer](), float(size.plan.rates[0])
    ends = []
    for curvature in found[0] * np.array([0.99, 1.01]):
        theta, state = np.ones(1), rule.init
        for _ in range(2000):
            step, state = rule.update(state, restraint.held(theta, curvature * theta), rate)
            theta = restraint.kept(rate) * theta + step
        ends.append(abs(theta[0]))
    assert ends[0] < 1e-3 < 1e3 < ends[1]


def test_where_gradients_are_clipped_there_is_no_line() -> None:
    size = planted(8, np.array(BELOW))
    size = replace(size, plan=replace(size.plan, restraint=Restraint(clip=1.0)))
    assert stability_line(beside(size), size, np.array([0])) is None


@pytest.mark.parametrize(
    ("optimizer", "line"),
    [("sgd", 4.0), ("momentum", 7.6), ("nesterov", 7.6 / 2.8), ("adam", None), ("rmsprop", None)],
)
def test_each_rule_has_its_own_line_or_none(optimizer: str, line: float | None) -> None:
    size = planted(8, np.array(BELOW))
    runs = beside(size, optimizer=optimizer)
    (size,) = runs.sizes
    found = stability_line(runs, size, np.array([0, UPDATES]))
    assert (None if found is None else found.tolist()) == (
        None if line is None else pytest.approx([line, line])
    )
    if line is None:
        late_found = late(runs, size)
        assert late_found
        assert late_found.of_line is None
        assert not comes_near(runs, size)


def test_the_line_follows_the_rate_of_the_next_update() -> None:
    size = rated(planted(8, np.array(AT)), lr_schedule="cosine")
    updates = np.array([0, 400, UPDATES - 1, UPDATES])
    line = stability_line(beside(size), size, updates)
    assert line is not None
    np.testing.assert_allclose(line, 2 / size.plan.rates[[0, 400, UPDATES - 1, UPDATES - 1]])
    found = late(beside(size), size)
    assert found
    assert found.below  # 4 is below where the line has gone since
    assert comes_near(beside(size), size)
