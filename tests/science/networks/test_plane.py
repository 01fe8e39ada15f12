"""The plane of paths beside plain singular values, and what there is where it is none."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from app.science.networks.network import Rows
from app.science.networks.plane import Plane, plane_of, random_walks_share, within
from app.science.networks.result import NetworkRuns
from app.science.networks.section import MARGIN, losses, rows_of, section_of
from app.science.networks.spec import NetworkSpec
from tests.science.networks.short_runs import SMALL, SPECS, short_runs

Array = np.ndarray


def with_paths(runs: NetworkRuns, *paths: Array) -> NetworkRuns:
    """The same runs, had their first replicas gone through these weights."""
    sizes = []
    for size, path in zip(runs.sizes, paths, strict=True):
        count = len(path)
        scores = size.trained.scores
        cut = type(scores)(*(column[:count] for column in scores))
        trained = replace(size.trained, updates=size.trained.updates[:count], path=path, scores=cut)
        sizes.append(replace(size, trained=trained))
    return replace(runs, sizes=tuple(sizes))


def diverged(runs: NetworkRuns, *which: int) -> NetworkRuns:
    """The same runs, had some diverged at update 5, and been recorded far out before that."""
    sizes = list(runs.sizes)
    for k in which:
        trained = sizes[k].trained
        path = trained.path.copy()
        path[4] = 1e5
        path[5:] = np.nan
        at = trained.diverged_at.copy()
        at[0] = 5
        sizes[k] = replace(sizes[k], trained=replace(trained, path=path, diverged_at=at))
    return replace(runs, sizes=tuple(sizes))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.data)
def test_the_plane_is_that_of_the_first_two_singular_vectors(spec: NetworkSpec) -> None:
    runs = short_runs(spec)
    plane = plane_of(runs)
    points = np.concatenate([size.trained.path for size in runs.sizes])
    away = points - points.mean(axis=0)
    _, values, vectors = np.linalg.svd(away, full_matrices=False)
    assert plane.rank == 2
    assert plane.share == pytest.approx((values[:2] ** 2).sum() / (values**2).sum())
    assert np.abs(np.sum(plane.axes * vectors[:2], axis=1)) == pytest.approx(1)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-9)
    assert np.all(plane.coordinates(points[0]) <= 0)
    rest = away - away @ vectors[:2].T @ vectors[:2]
    assert plane.distance(points) == pytest.approx(np.linalg.norm(rest, axis=1), abs=1e-8)
    flat = plane.weights(plane.coordinates(points))
    assert plane.distance(flat) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("points", [4, 10, 113])
def test_of_even_points_a_walks_share_is_the_known_one(points: int) -> None:
    held = sum(1 / (2 - 2 * np.cos(np.pi * k / points)) for k in (1, 2)) * 6 / (points**2 - 1)
    assert random_walks_share([np.arange(points)]) == pytest.approx(held)


def test_a_walk_is_recorded_as_the_path_is() -> None:
    runs = short_runs(SMALL, (4, 40), 400, 1)
    updates = runs.sizes[0].trained.updates
    found = plane_of(runs)
    # Steps between two recorded points are independent: each is √(updates between them) long.
    rng = np.random.default_rng(1)
    steps = np.sqrt(np.diff(updates))[:, None] * rng.normal(size=(len(updates) - 1, 4000))
    away = np.concatenate([np.zeros((1, 4000)), np.cumsum(steps, axis=0)])
    away -= away.mean(axis=0)
    held = np.linalg.eigvalsh(away @ away.T)
    share = held[-2:].sum() / held.sum()
    assert share == pytest.approx(0.777, abs=0.008)  # of even points .76
    assert found.walk_share == pytest.approx(share, abs=0.008)


@pytest.mark.parametrize("walks", [[np.arange(60)], [np.array([0, 1, 2, 5, 30]), np.arange(25)]])
def test_walks_in_many_dimensions_have_the_share_that_is_said(walks: list[Array]) -> None:
    rng = np.random.default_rng()
    paths = []
    for recorded in walks:
        steps = rng.normal(size=(recorded[-1], 4000))
        path = np.concatenate([np.zeros((1, 4000)), np.cumsum(steps, axis=0)])
        paths.append(path[recorded])
    away = np.concatenate(paths)
    away -= away.mean(axis=0)
    held = np.linalg.eigvalsh(away @ away.T)
    # The standard deviation of the share is below .004 at 4,000 dimensions: more than five.
    assert held[-2:].sum() / held.sum() == pytest.approx(random_walks_share(walks), abs=0.02)


def test_where_nothing_moves_the_plane_has_no_rank() -> None:
    runs = short_runs(SMALL)
    start = runs.sizes[0].trained.path[:1]
    still = with_paths(runs, np.repeat(start, 3, axis=0), start)
    plane = plane_of(still)
    assert (plane.rank, plane.share) == (0, 1.0)
    check_orthonormal(plane)
    section = section_of(still, resolution=5)
    assert np.all(np.isfinite(section.relief.loss))
    assert section.paths[0].coordinates == pytest.approx(0, abs=1e-9)


def test_on_a_line_the_other_axis_is_orthogonal() -> None:
    runs = short_runs(SMALL)
    start = runs.sizes[0].trained.path[0]
    along = np.outer(np.arange(4.0), np.linspace(1, 2, len(start)))
    line = with_paths(runs, start + along, start + along[:2])
    plane = plane_of(line)
    assert plane.rank == 1
    assert plane.share == pytest.approx(1)
    check_orthonormal(plane)
    assert section_of(line, resolution=5).paths[0].coordinates[:, 1] == pytest.approx(0, abs=1e-6)


def test_two_weights_have_their_own_plane() -> None:
    spec = NetworkSpec(data="penguins", examples=20, columns=1, hidden=())
    assert section_of(short_runs(spec, (20,), 20, 1), resolution=3).plane.axes.shape[0] == 2


def check_orthonormal(plane: Plane) -> None:
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-9)


def test_runs_that_diverge_are_left_out_unless_all_do() -> None:
    runs = short_runs(SMALL)
    one = diverged(runs, 0)
    alone = plane_of(replace(runs, sizes=runs.sizes[1:]))
    assert within(one) == one.sizes[1:]
    assert plane_of(one).axes == pytest.approx(alone.axes)
    assert np.isfinite(section_of(one).relief.loss).all()
    every = diverged(runs, 0, 1)
    assert within(every) == every.sizes
    section = section_of(every)
    assert np.isfinite(section.relief.loss).all()
    assert [len(path.updates) for path in section.paths] == [5, 5]


@pytest.mark.parametrize(("part", "spec"), list(zip(["train", "test"] * 3, SPECS, strict=True)))
def test_losses_are_those_of_the_weights(spec: NetworkSpec, part: str) -> None:
    runs = short_runs(spec)
    section = section_of(runs, part, resolution=7)
    relief, plane, rows = section.relief, section.plane, rows_of(runs, part)

    def loss(theta: Array) -> float:
        # A batch's mean by its examples, one after another.
        each = [
            spec.network.losses(theta[None], Rows(rows.x[[k]], rows.y[[k]], rows.labels[[k]]))[0, 0]
            for k in range(rows.size)
        ]
        return float(np.mean(each))

    at = plane.origin + relief.w0[2] * plane.axes[0] + relief.w1[5] * plane.axes[1]
    assert relief.loss[5, 2] == pytest.approx(loss(at))
    for size, path in zip(runs.sizes, section.paths, strict=True):
        assert path.loss == pytest.approx(losses(spec.network, size.trained.path, rows))
        assert path.flat_loss[3] == pytest.approx(loss(plane.weights(path.coordinates[3])))
        ends = np.array([relief.w0[[0, -1]], relief.w1[[0, -1]]])
        room = MARGIN / (1 + 2 * MARGIN) * np.ptp(ends[0])
        assert np.all(path.coordinates >= ends[:, 0] + room - 1e-9)
        assert np.all(path.coordinates <= ends[:, 1] - room + 1e-9)
        assert section.relief.levels.lowest <= path.loss.min()
    steps = np.concatenate([np.diff(relief.w0), np.diff(relief.w1)])
    assert all(one == pytest.approx(other) for one, other in pairwise(steps))


def test_an_unknown_part_is_told() -> None:
    with pytest.raises(ValueError, match="part is 'validation', which is not one of train, test"):
        section_of(short_runs(SMALL), "validation")
