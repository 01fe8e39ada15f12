"""An epoch's steps laid end to end, against plain loops and the full batch's step."""

import math

import numpy as np
import pytest

from app.science.epoch_plan import REMAINDERS, EpochPlan
from app.science.errors import ParameterError
from app.science.noise.epoch_sum import epoch_sum, full_steps
from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.sampling import BALANCED, POISSON, SAMPLINGS

N, RATE = 70, 0.05
PLACES = [
    (surface, point)
    for surface in ("least-squares", "logistic", "tanh-neuron", "rosenbrock")
    for point in ((0.4, -0.7), (1.7, 1.2))
]


# The sampling is which examples come when; a remainder is of batches of 32 alone.
@pytest.mark.parametrize(
    ("batch_size", "remainder"), [(1, "keep"), *((32, name) for name in REMAINDERS), (N, "keep")]
)
@pytest.mark.parametrize(
    ("surface", "point", "sampling"),
    [
        (surface, point, sampling)
        for sampling in sorted({*SAMPLINGS} - {POISSON, BALANCED})
        for surface, point in PLACES[:: 1 if sampling == "reshuffle" else 3]
        if sampling != "sorted" or SURFACES[surface].label
    ],
)
def test_both_walks_are_plain_loops(
    surface: str, point: tuple[float, float], batch_size: int, remainder: str, sampling: str
) -> None:
    problem, seed = build_problem(SURFACES[surface], N), 4
    rate = problem.surface.learning_rate / 10
    found = epoch_sum(
        problem, point, batch_size=batch_size, learning_rate=rate, remainder=remainder,
        sampling=sampling, seed=seed,
    )  # fmt: skip
    rng = np.random.default_rng([seed, 0])
    if sampling == "with-replacement":
        order = rng.integers(N, size=N)
    else:
        stored = {"sequential": np.zeros(N), "sorted": problem.columns[-1]}.get(sampling)
        order = rng.permutation(N) if stored is None else np.argsort(stored, kind="stable")
    frozen, moving = [np.array(point)], [np.array(point)]
    used = N // batch_size * batch_size if remainder == "drop" else N
    for i in range(0, used, batch_size):
        batch = order[i : min(i + batch_size, used)]
        weight = len(batch) / batch_size if remainder == "weight" else 1.0
        for path, at in ((frozen, frozen[0]), (moving, moving[-1])):
            columns = [column[batch] for column in problem.columns]
            gradient = [
                np.mean(part) for part in problem.surface.loss.gradient(at[0], at[1], columns)
            ]
            path.append(path[-1] - rate * weight * np.array(gradient))
    np.testing.assert_allclose(found.frozen, frozen, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.moving, moving, rtol=1e-9, atol=1e-9)
    assert found.plan.updates == len(frozen) - 1
    full = -rate * noise_at(problem, point).gradient
    np.testing.assert_allclose(found.full_step, full, rtol=1e-12)


@pytest.mark.parametrize(("surface", "point"), PLACES)
def test_weighted_steps_add_up_to_full_batch_steps_exactly(
    surface: str, point: tuple[float, float]
) -> None:
    problem = build_problem(SURFACES[surface], N)
    sizes = [(32, "weight"), (69, "weight"), (1, "keep"), (7, "drop"), (35, "keep"), (N, "keep")]
    for seed, (batch_size, remainder) in enumerate(sizes):
        found = epoch_sum(
            problem,
            point,
            batch_size=batch_size,
            learning_rate=RATE,
            remainder=remainder,
            seed=seed,
        )
        scale = float(np.hypot(*found.expected))
        np.testing.assert_allclose(found.difference, 0, atol=1e-12 * scale)
        np.testing.assert_allclose(
            found.frozen[-1] - point, found.expected, atol=1e-12 * (1 + scale)
        )
        np.testing.assert_allclose(found.expected, N / batch_size * found.full_step, rtol=1e-12)
        assert not np.any(found.covariance)


@pytest.mark.parametrize(
    ("surface", "batch_size", "remainder", "sampling"),
    [
        ("least-squares", 32, "drop", "reshuffle"),
        ("tanh-neuron", 23, "keep", "reshuffle"),
        ("logistic", 32, "keep", "with-replacement"),
        ("least-squares", 32, "drop", "with-replacement"),
        ("tanh-neuron", 23, "weight", "with-replacement"),
    ],
)
def test_otherwise_the_last_batch_or_the_draws_make_the_difference(
    surface: str, batch_size: int, remainder: str, sampling: str
) -> None:
    # At five standard errors: a right formula fails at one seed in 1.7 million.
    problem, seeds = build_problem(SURFACES[surface], N), 200
    made = [
        epoch_sum(
            problem,
            (0.4, -0.7),
            batch_size=batch_size,
            learning_rate=RATE,
            remainder=remainder,
            sampling=sampling,
            seed=seed,
        )
        for seed in range(seeds)
    ]
    d = np.array([each.difference for each in made]).T
    for part in d:
        assert abs(part.mean()) < 5 * part.std() / math.sqrt(seeds)
    for i, j in ((0, 0), (0, 1), (1, 1)):
        error = (d[i] * d[j]).std() / math.sqrt(seeds)
        assert abs((d[i] * d[j]).mean() - made[0].covariance[i, j]) < 5 * error
    epoch = EpochPlan(N, batch_size, remainder)
    np.testing.assert_allclose(made[0].expected, full_steps(epoch) * made[0].full_step)


def test_an_epoch_with_replacement_misses_as_n_independent_draws_do() -> None:
    problem, point = build_problem(SURFACES["least-squares"], N), (0.4, -0.7)
    noise = noise_at(problem, point)
    for size in (1, 7, 35, N):
        found = epoch_sum(
            problem, point, batch_size=size, learning_rate=RATE, sampling="with-replacement"
        )
        missed = math.sqrt(np.trace(found.covariance)) / np.hypot(*found.expected)
        assert missed == pytest.approx(math.sqrt(noise.trace / N) / noise.norm)


def test_a_full_batch_is_one_step_either_way() -> None:
    problem = build_problem(SURFACES["tanh-neuron"], N)
    found = epoch_sum(problem, (0.4, -0.7), batch_size=N, learning_rate=RATE)
    assert len(found.frozen) == len(found.moving) == 2
    np.testing.assert_allclose(found.frozen, found.moving, rtol=1e-12)
    np.testing.assert_allclose(found.expected, found.full_step, rtol=1e-12)


def test_a_moving_epoch_ends_where_it_diverges() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    found = epoch_sum(problem, (0.4, -0.7), batch_size=1, learning_rate=5.0)
    assert len(found.frozen) == N + 1
    assert 1 <= len(found.moving) < N + 1
    assert np.all(np.isfinite(found.moving))
    assert np.all(np.isfinite(found.frozen))


@pytest.mark.parametrize(
    ("point", "options", "parameter"),
    [
        ((0.0, 0.0), {"batch_size": 71}, "batch_size"),
        ((0.0, 0.0), {"learning_rate": 0.0}, "learning_rate"),
        ((0.0, 0.0), {"remainder": "pad"}, "remainder"),
        ((1e3, 0.0), {}, "at"),
        ((math.nan, 0.0), {}, "at"),
    ],
)
def test_errors_name_the_parameter(
    point: tuple[float, float], options: dict[str, object], parameter: str
) -> None:
    problem = build_problem(SURFACES["bowl"], N)
    defaults: dict[str, object] = {"batch_size": 8, "learning_rate": 0.1}
    with pytest.raises(ParameterError, match=f"^{parameter} is "):
        epoch_sum(problem, point, **defaults | options)  # type: ignore[arg-type]
