"""Which points a share of them is."""

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.points.held_out import split
from app.science.points.points import Points


def points(count: int) -> Points:
    return Points({"x": np.linspace(0.5, count - 0.5, count), "y": np.sqrt(np.arange(0.0, count))})


def test_points_are_in_one_part_each_and_in_their_order() -> None:
    for share in (0, 0.1, 0.25, 0.5):
        parts = split(points(33), share)
        assert len(parts.rows) == round(33 * share)
        left = np.setdiff1d(np.arange(33), parts.rows)
        np.testing.assert_array_equal(parts.training.columns["x"], left + 0.5)
        np.testing.assert_array_equal(parts.held_out["x"], parts.rows + 0.5)


def test_more_hold_out_the_same_ones_and_one_point_changes_one() -> None:
    few, many = (set(split(points(60), share).rows.tolist()) for share in (0.2, 0.4))
    assert few < many
    for count in range(10, 60):
        before, after = (set(split(points(n), 0.3).rows.tolist()) for n in (count, count + 1))
        assert len(before - after) <= 1
        assert len(after - before) <= 1


@pytest.mark.parametrize("share", [-0.1, 0.51, float("nan"), 1e-9])
def test_a_share_that_cannot_be_is_refused(share: float) -> None:
    with pytest.raises(ParameterError, match="held_out"):
        split(points(9), share)


def test_training_keeps_what_points_need() -> None:
    with pytest.raises(ParameterError, match="it leaves 1 of 2"):
        split(points(2), 0.5)
    labels = np.full(8, -1.0)
    labels[split(points(8), 0.125).rows] = 1
    x, y = points(8).columns.values()
    with pytest.raises(ParameterError, match="labels both: it leaves 7 of 8"):
        split(Points({"x0": x, "x1": y, "label": labels}), 0.125)
