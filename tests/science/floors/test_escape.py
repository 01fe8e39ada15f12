"""Two wells: which one replicas end in, with what certainty."""

import math

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.floors.escape import escape, find_wells, in_well, wilson
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

TWO_WELLS = build_problem(SURFACES["two-wells"], 210)


def test_small_batches_leave_the_sharp_well() -> None:
    small, large = escape(TWO_WELLS, [1, 32], learning_rate=0.12, replicas=40)
    assert (small.batch_size, large.batch_size) == (1, 32)
    assert small.from_sharp.value > 0.6
    assert small.from_flat.value > 0.6
    assert large.from_sharp.value == 0
    assert large.from_flat.value == 1
    # An equilibrium: where paths move freely the start is forgotten.
    assert small.from_sharp.low < small.from_flat.high
    assert small.from_flat.low < small.from_sharp.high
    assert small.forgotten or not small.back
    assert large.still
    assert not large.forgotten


def test_the_full_batch_stays_where_it_is() -> None:
    (found,) = escape(TWO_WELLS, [TWO_WELLS.size], learning_rate=0.12, epochs=50, replicas=3)
    assert (found.from_sharp.number, found.from_flat.number) == (0, 3)


def test_shares_are_of_the_engine_s_replicas() -> None:
    (found,) = escape(TWO_WELLS, [2], learning_rate=0.12, epochs=10, replicas=20, seed=3)
    plan = make_plan(examples=210, batch_size=2, budget=Budget(epochs=10), learning_rate=0.12)
    sharp = find_wells(TWO_WELLS).sharp
    paths = run(TWO_WELLS, plan, sgd(), sharp.point, generators(3, 20))
    # Between the wells lies a ridge near x = -0.55; by then none stands near it.
    assert found.from_sharp.number == int(np.sum(paths.w0[-1] > -0.55))


def test_the_flat_well_is_the_less_curved_one() -> None:
    wells = find_wells(TWO_WELLS)
    assert wells.sharp.point[0] == pytest.approx(-1.17, abs=0.02)
    assert wells.flat.point[0] == pytest.approx(1.2, abs=0.1)
    assert wells.sharp.curvature > 5 * wells.flat.curvature
    # The sharp one is the deeper: depth is not what tells them apart.
    assert TWO_WELLS.minima[0].point == wells.sharp.point


def test_a_point_is_in_the_well_it_rolls_into() -> None:
    wells = find_wells(TWO_WELLS)
    w0 = np.array([-1.3, -0.2, 0.5, 3.0, np.nan])
    found = in_well(TWO_WELLS, wells, w0, np.zeros(5))
    assert found.tolist() == [0, 1, 1, 1, -1]


def test_surfaces_without_two_wells_are_refused() -> None:
    for surface in ("bowl", "logistic-separable"):
        with pytest.raises(ParameterError, match="one with 2 minima"):
            escape(build_problem(SURFACES[surface], 20), [1], learning_rate=0.1)


@pytest.mark.parametrize(("number", "total"), [(0, 1), (0, 100), (1, 3), (50, 100), (100, 100)])
def test_wilson_solves_its_equation(number: int, total: int) -> None:
    found = wilson(number, total)
    assert 0 <= found.low <= found.value <= found.high <= 1
    for bound in (found.low, found.high):
        if 0 < bound < 1:
            distance = abs(found.value - bound)
            assert distance == pytest.approx(
                1.959964 * math.sqrt(bound * (1 - bound) / total), rel=1e-6
            )
    mirrored = wilson(total - number, total)
    assert mirrored.low == pytest.approx(1 - found.high)
