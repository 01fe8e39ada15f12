"""Every path against a plain numpy loop, and the statistics of the gradients it is made of."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from app.science import engine
from app.science.arrays import Point
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.growth import Growth
from app.science.optimizers import OPTIMIZERS, default_learning_rate
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.divergence import diverged, divergence_rule
from app.science.problems.problem import Problem, build_problem
from app.science.sampling import SAMPLINGS
from app.science.schedules import LR_SCHEDULES, Decay
from app.science.trajectories import Trajectories, last_points
from app.science.two_weights import FEW
from tests.science.textbook import TEXTBOOK, Rule, sgd

Array: TypeAlias = NDArray[np.float64]

N = 70  # 3 batches of 32, the last of 6
SEED = 5


# What the engine is checked against, written without it: textbook rules in a plain loop.


def mean_gradient(problem: Problem, w: Array, batch: NDArray[np.int64]) -> Array:
    columns = [column[batch] for column in problem.columns]
    return np.array([np.mean(part) for part in problem.surface.loss.gradient(w[0], w[1], columns)])


def plain_path(
    problem: Problem,
    rule: Rule,
    rng: np.random.Generator,
    start: Point,
    batch_size: int,
    epochs: int,
    rate: float,
) -> tuple[Array, int]:
    """The path, NaN from its first point outside the box onwards, and that point's number."""
    w = np.array(start)
    path = [w]
    with np.errstate(all="ignore"):  # past the box, up to infinity and beyond
        for _ in range(epochs):
            order = rng.permutation(problem.size)
            for i in range(0, problem.size, batch_size):
                w = w + rule(mean_gradient(problem, w, order[i : i + batch_size]), rate)
                path.append(w)
    return blank_after_divergence(problem, np.array(path))


def blank_after_divergence(problem: Problem, path: Array) -> tuple[Array, int]:
    domain = np.array(problem.surface.domain)
    centre, half = domain.mean(axis=1), (domain[:, 1] - domain[:, 0]) / 2
    outside = ~np.all(np.abs(path - centre) <= 10 * half, axis=1)
    if not outside.any():
        return path, 0
    first = int(outside.argmax())
    return np.where(np.arange(len(path))[:, None] < first, path, np.nan), first


# Helpers that only call the engine.


def small(surface: str, **changes: Any) -> Problem:
    return build_problem(SURFACES[surface], N, **changes)


def paths(
    problem: Problem,
    *,
    batch_size: int,
    optimizer: str = "sgd",
    replicas: int = 1,
    start: Point | None = None,
    record: NDArray[np.int64] | None = None,
    seed: int = SEED,
    **plan: Any,
) -> Trajectories:
    defaults: dict[str, Any] = {
        "budget": Budget(epochs=3),
        "learning_rate": problem.surface.learning_rate,
    }
    made = make_plan(examples=problem.size, batch_size=batch_size, **defaults | plan)
    start = problem.surface.start if start is None else start
    rngs = generators(seed, replicas)
    return run(problem, made, OPTIMIZERS[optimizer](), start, rngs, record)


def points(trajectories: Trajectories, replica: int = 0) -> Array:
    return np.column_stack([trajectories.w0[:, replica], trajectories.w1[:, replica]])


def assert_same(first: Trajectories, second: Trajectories) -> None:
    """Bit for bit."""
    np.testing.assert_array_equal(first.updates, second.updates)
    np.testing.assert_array_equal(first.w0, second.w0)
    np.testing.assert_array_equal(first.w1, second.w1)
    np.testing.assert_array_equal(first.diverged_at, second.diverged_at)


# Every path.


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("surface", SURFACES)
def test_every_path_is_the_plain_loop(surface: str, optimizer: str) -> None:
    problem = small(surface)
    rate = default_learning_rate(problem.surface, optimizer)
    if optimizer in ("momentum", "nesterov"):
        rate /= 10  # whose steps add up to ten times it: rounding would grow on an egg box
    for batch_size, epochs in ((1, 2), (32, 3), (N, 3)):
        for last in (0, 2, FEW):
            rng = np.random.default_rng([SEED, last])
            path, diverged_at = plain_path(
                problem, TEXTBOOK[optimizer](), rng, problem.surface.start, batch_size, epochs, rate
            )
            made = paths(
                problem,
                batch_size=batch_size,
                optimizer=optimizer,
                replicas=last + 1,
                budget=Budget(epochs=epochs),
                learning_rate=rate,
            )
            np.testing.assert_allclose(points(made, last), path, rtol=1e-9, atol=1e-9)
            assert made.diverged_at[last] == diverged_at


# Every option, the plain loop once more with all of them.


def order_of_epoch(
    sampling: str, n: int, rng: np.random.Generator, labels: Array
) -> Iterator[NDArray[np.int64]]:
    once = rng.permutation(n) if sampling == "shuffle-once" else np.arange(n)
    if sampling == "sorted":
        once = np.array(sorted(range(n), key=lambda i: float(labels[i])))
    while True:
        match sampling:
            case "reshuffle":
                yield rng.permutation(n)
            case "with-replacement":
                yield rng.integers(n, size=n)
            case "balanced":
                kinds = [*map(labels.tolist().count, labels.tolist())]
                chance = 1 / np.array(kinds) / len({*labels.tolist()})
                yield rng.choice(n, n, p=chance)
            case _:
                yield once


def factor(schedule: str, t: float, total: float) -> float:
    """With time constant 2 and factor 0.3."""
    factors = {
        "constant": 1.0,
        "inverse": 1 / (1 + t / 2),
        "step": math.pow(0.3, t // 2),
        "cosine": (1 + math.cos(math.pi * t / total)) / 2,
        "one-cycle": min(0.04 + 3.2 * t / total, (1 - t / total) / 0.7),
    }
    return factors[schedule]


def plain_path_with_options(
    problem: Problem,
    batch_size: int,
    epochs: int,
    *,
    sampling: str = "reshuffle",
    remainder: str = "keep",
    lr_scaling: str = "none",
    lr_schedule: str = "constant",
    growth: tuple[int, int] | None = None,
    optimizer: str = "momentum",
    replica: int = 0,
) -> Array:
    n, rng, rule = problem.size, np.random.default_rng([SEED, replica]), TEXTBOOK[optimizer]()
    rate = problem.surface.learning_rate / 10
    w = np.array(problem.surface.start)
    path = [w]
    orders = order_of_epoch(sampling, n, rng, problem.columns[-1])
    for epoch, order in zip(range(epochs), orders, strict=False):
        poisson = sampling == "poisson"
        b = min(n, batch_size * growth[0] ** (epoch // growth[1])) if growth else batch_size
        used = n // b * b if remainder == "drop" else n
        for i in range(0, used, b):
            batch = np.flatnonzero(rng.random(n) < b / n) if poisson else order[i : i + b]
            weight = len(batch) / b if remainder == "weight" or poisson else 1.0
            scaling = {"none": 1, "linear": b / 32, "sqrt": (b / 32) ** 0.5}[lr_scaling]
            done = i // b / math.ceil(n / b) if poisson else i / used
            decayed = rate * scaling * factor(lr_schedule, epoch + done, epochs)
            gradient = mean_gradient(problem, w, batch) if len(batch) else np.zeros(2)
            w = w + rule(weight * gradient, decayed)
            path.append(w)
    return np.array(path)


@pytest.mark.parametrize(
    "options",
    [
        *({"sampling": sampling} for sampling in SAMPLINGS),
        *({"remainder": remainder} for remainder in ("drop", "weight")),
        *({"lr_scaling": scaling} for scaling in ("linear", "sqrt")),
        *({"lr_schedule": schedule} for schedule in LR_SCHEDULES),
        {"growth": (2, 1)},
        {"growth": (2, 2), "lr_scaling": "linear"},
        {"growth": (3, 2), "remainder": "drop", "sampling": "with-replacement"},
        {"growth": (3, 2), "sampling": "poisson", "lr_schedule": "cosine"},
        {"growth": (2, 1), "remainder": "weight", "lr_schedule": "cosine", "lr_scaling": "sqrt"},
        {"remainder": "drop", "sampling": "shuffle-once", "lr_schedule": "inverse"},
    ],
    ids=lambda options: ",".join(f"{v}" for v in options.values()),
)
@pytest.mark.parametrize("surface", ["least-squares-raw", "tanh-neuron"])
def test_every_option_is_the_plain_loop(
    surface: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = small(surface)
    growth = options.get("growth")
    for batch_size in (1, 16):
        expected = plain_path_with_options(problem, batch_size, 5, **options)
        for block in (1, 1 << 17):  # epoch by epoch, and all at once
            monkeypatch.setattr(engine, "BLOCK", block)
            made = paths(
                problem,
                batch_size=batch_size,
                optimizer="momentum",
                budget=Budget(epochs=5),
                learning_rate=problem.surface.learning_rate / 10,
                decay=Decay(epochs=2, factor=0.3),
                **options | {"growth": growth and Growth(*growth)},
            )
            np.testing.assert_allclose(points(made), expected, rtol=1e-9, atol=1e-9)


# The last batch's weight.


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron"])
@pytest.mark.parametrize("growth", [None, (2, 2)])
def test_weight_is_on_the_gradient_under_every_optimizer(
    surface: str, optimizer: str, growth: tuple[int, int] | None
) -> None:
    problem = small(surface)
    for batch_size, last in itertools.product((4, 32), (0, 2, FEW)):
        made = paths(
            problem,
            batch_size=batch_size,
            optimizer=optimizer,
            replicas=last + 1,
            budget=Budget(epochs=4),
            learning_rate=problem.surface.learning_rate / 10,
            remainder="weight",
            growth=growth and Growth(*growth),
        )
        expected = plain_path_with_options(
            problem, batch_size, 4,
            remainder="weight", growth=growth, optimizer=optimizer, replica=last,
        )  # fmt: skip
        np.testing.assert_allclose(points(made, last), expected, rtol=1e-9, atol=1e-9)


def test_weight_cures_the_floor_under_momentum_too() -> None:
    """A last batch of 1: 140 times the floor of none; only a weight on its gradient cures that."""
    problem = build_problem(SURFACES["least-squares"], 1001)
    lowest = problem.minima[0]
    floors, errors = [], []
    for remainder in ("keep", "drop", "weight"):
        made = paths(
            problem,
            batch_size=100,
            optimizer="momentum",
            replicas=24,
            start=lowest.point,
            seed=0,
            budget=Budget(epochs=60),
            learning_rate=0.01,
            remainder=remainder,
        )
        late = slice(len(made.updates) // 2, None)
        excess = (problem.loss(made.w0[late], made.w1[late]) - lowest.loss).mean(axis=0)
        floors.append(excess.mean())
        errors.append(excess.std(ddof=1) / math.sqrt(24))
    keep, drop, weight = floors
    assert [f"{floor:.1e}" for floor in floors] == ["5.0e-03", "3.6e-05", "3.2e-05"]
    # And whatever the seed, at five standard errors.
    assert keep - 100 * max(drop, weight) > -5 * math.hypot(errors[0], 100 * max(errors[1:]))
    assert abs(weight - drop) < 0.2 * drop + 5 * math.hypot(*errors[1:])


# The lock-step.


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron", "two-wells"])
@pytest.mark.parametrize("batch_size", [1, 32])
def test_replicas_in_lock_step_are_the_replicas_alone(
    surface: str, optimizer: str, batch_size: int
) -> None:
    problem, replicas = small(surface), FEW + 1
    plan = make_plan(examples=N, batch_size=batch_size, budget=Budget(epochs=4), learning_rate=0.01)
    together = run(
        problem, plan, OPTIMIZERS[optimizer](), problem.surface.start, generators(SEED, replicas)
    )
    assert together.w0.shape == together.w1.shape == (plan.updates + 1, replicas)
    for r, rng in enumerate(generators(SEED, replicas)):
        alone = run(problem, plan, OPTIMIZERS[optimizer](), problem.surface.start, [rng])
        np.testing.assert_allclose(points(together, r), points(alone), rtol=1e-12, atol=1e-12)
    assert len(np.unique(together.w0[-1])) == replicas


def test_generators_are_the_documented_ones() -> None:
    for r, rng in enumerate(generators(9, 4)):
        expected = np.random.default_rng([9, r]).permutation(20)
        np.testing.assert_array_equal(rng.permutation(20), expected)


def test_more_replicas_leave_the_first_ones_as_they_were() -> None:
    problem = small("least-squares")
    few = paths(problem, batch_size=7, replicas=2)
    many = paths(problem, batch_size=7, replicas=FEW + 1)
    np.testing.assert_array_equal(few.w0, many.w0[:, :2])
    np.testing.assert_array_equal(few.w1, many.w1[:, :2])


@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron"])
@pytest.mark.parametrize("replicas", [1, 3, FEW + 1])
@pytest.mark.parametrize(
    "plan",
    [
        {"batch_size": 1},
        {"batch_size": 32},
        {"batch_size": 32, "remainder": "drop"},
        {"batch_size": N, "sampling": "with-replacement"},
        {"batch_size": 32, "budget": Budget(updates=8)},
        # What is left of the budget after the first epoch fits no batch.
        {"batch_size": 60, "budget": Budget(examples_seen=120)},
        {"batch_size": 60, "budget": Budget(examples_seen=119), "remainder": "drop"},
    ],
    ids=str,
)
def test_blocks_do_not_show(
    surface: str, replicas: int, plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = small(surface)
    at_once = paths(problem, replicas=replicas, optimizer="adam", **plan)
    for block in (1, 2 * N * replicas):
        monkeypatch.setattr(engine, "BLOCK", block)
        assert_same(paths(problem, replicas=replicas, optimizer="adam", **plan), at_once)


@pytest.mark.parametrize(
    "surface", [name for name, surface in SURFACES.items() if surface.affine is not None]
)
@pytest.mark.parametrize("replicas", [1, 3, FEW + 1])
def test_the_general_path_agrees_with_the_affine_one(surface: str, replicas: int) -> None:
    affine = small(surface)
    general = Problem(replace(affine.surface, affine=None), affine.noise, affine.columns)
    for batch_size in (1, 7, N):
        # Few updates: an egg box would blow rounding up, whichever way it was averaged.
        few = Budget(updates=12)
        first = paths(affine, batch_size=batch_size, replicas=replicas, budget=few)
        second = paths(general, batch_size=batch_size, replicas=replicas, budget=few)
        np.testing.assert_array_equal(first.diverged_at, second.diverged_at)
        scale = np.nanmax(np.abs([first.w0, first.w1]))
        for r in range(replicas):
            np.testing.assert_allclose(
                points(first, r), points(second, r), rtol=1e-12, atol=1e-12 * scale
            )


# The full batch.


@pytest.mark.parametrize("surface", SURFACES)
def test_the_full_batch_is_gradient_descent(surface: str) -> None:
    problem = small(surface)
    made = paths(problem, batch_size=N, budget=Budget(epochs=10))
    w = np.array(problem.surface.start)
    for point in points(made)[1:]:
        w = w - problem.surface.learning_rate * np.array(problem.gradient(w[0], w[1]))
        np.testing.assert_allclose(point, w, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("surface", ["least-squares-raw", "tanh-neuron", "rastrigin"])
def test_the_full_batch_is_the_same_for_every_seed(surface: str) -> None:
    problem = small(surface)
    first = paths(problem, batch_size=N, seed=0, replicas=3)
    np.testing.assert_array_equal(first.w0, first.w0[:, [0, 0, 0]])
    np.testing.assert_array_equal(first.w1, first.w1[:, [0, 0, 0]])
    for seed, sampling in itertools.product(range(4), ("reshuffle", "shuffle-once", "sequential")):
        assert_same(paths(problem, batch_size=N, seed=seed, sampling=sampling, replicas=3), first)


@pytest.mark.parametrize("surface", ["least-squares-raw", "tanh-neuron", "rastrigin"])
def test_n_draws_with_replacement_are_not_the_full_batch(surface: str) -> None:
    problem = small(surface)
    full = paths(problem, batch_size=N)
    drawn = paths(problem, batch_size=N, sampling="with-replacement", replicas=3)
    assert len({*drawn.w0[-1].tolist(), full.w0[-1, 0]}) == 4


# What is recorded.


@pytest.mark.parametrize("replicas", [1, 3, FEW + 1])
@pytest.mark.parametrize(
    "record", [[0], [0, 1, 2, 30, 31, 350], [5, 69, 70, 71, 140], [350], [140, 141]], ids=str
)
def test_record_thins_and_changes_nothing(
    replicas: int, record: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = small("least-squares")
    common: dict[str, Any] = {"batch_size": 1, "replicas": replicas, "budget": Budget(epochs=5)}
    everything = paths(problem, **common)
    np.testing.assert_array_equal(everything.updates, np.arange(351))
    for block in (1 << 17, 1):
        monkeypatch.setattr(engine, "BLOCK", block)
        thinned = paths(problem, **common, record=np.array(record))
        assert thinned.updates.tolist() == record
        np.testing.assert_array_equal(thinned.w0, everything.w0[record])
        np.testing.assert_array_equal(thinned.w1, everything.w1[record])


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("replicas", [1, FEW + 1])
def test_point_0_is_the_start(surface: str, replicas: int) -> None:
    problem = small(surface)
    made = paths(problem, batch_size=32, replicas=replicas, budget=Budget(updates=1))
    for r in range(replicas):
        assert tuple(points(made, r)[0]) == problem.surface.start


# Divergence.


@pytest.mark.parametrize(
    ("surface", "rate", "epochs"),
    [
        ("least-squares", 5.0, 60),
        ("bowl", 10.0, 400),  # goes on until it overflows
        ("rastrigin", 3.0, 400),  # cos of infinity: an error for a float, NaN for an array
        ("ackley", 1e6, 20),
        ("rosenbrock", 1.0, 20),
        ("himmelblau", 1.0, 20),
        ("beale", 5.0, 20),
        ("six-hump-camel", 2.0, 20),
        ("logistic", 1e4, 20),
        ("tanh-neuron", 200.0, 20),
        ("robust-line", 1e4, 20),
        ("sine-fit", 1e3, 20),
    ],
)
@pytest.mark.parametrize(
    ("optimizer", "batch_size"), [("sgd", N), ("momentum", 32), ("nesterov", 32)]
)
def test_divergence_ends_a_path_at_its_first_point_outside(
    surface: str, rate: float, epochs: int, optimizer: str, batch_size: int
) -> None:
    problem = small(surface)
    expected, diverged_at = plain_path(
        problem,
        TEXTBOOK[optimizer](),
        np.random.default_rng([SEED, 0]),
        problem.surface.start,
        batch_size,
        epochs,
        rate,
    )
    assert diverged_at > 0
    for replicas in (1, FEW + 1):
        made = paths(
            problem,
            batch_size=batch_size,
            optimizer=optimizer,
            replicas=replicas,
            budget=Budget(epochs=epochs),
            learning_rate=rate,
        )
        assert made.diverged_at[0] == diverged_at
        scale = float(np.nanmax(np.abs(expected)))
        np.testing.assert_allclose(points(made), expected, rtol=1e-9, atol=1e-9 * scale)
        assert np.all(np.isnan(points(made)[diverged_at:]))
        assert last_points(made)[0] == diverged_at - 1


@pytest.mark.parametrize(
    ("surface", "noise", "rate"), [("bowl", 2.8, 0.6), ("least-squares", 2.0, 0.4)]
)
def test_a_diverged_replica_leaves_the_others_alone(
    surface: str, noise: float, rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A domain so narrow that noise alone throws some replicas out of it.
    narrow = replace(SURFACES[surface], domain=((-0.6, 0.6), (-0.6, 0.6)), start=(1.0, 1.0))
    problem, replicas = build_problem(narrow, N, noise=noise), 24
    made = paths(problem, batch_size=1, replicas=replicas, learning_rate=rate)
    monkeypatch.setattr(engine, "BLOCK", 1)
    assert_same(paths(problem, batch_size=1, replicas=replicas, learning_rate=rate), made)
    assert 0 < np.count_nonzero(made.diverged_at) < replicas
    for r in range(replicas):
        expected, diverged_at = plain_path(
            problem, sgd(), np.random.default_rng([SEED, r]), narrow.start, 1, 3, rate
        )
        assert made.diverged_at[r] == diverged_at
        np.testing.assert_allclose(points(made, r), expected, rtol=1e-9, atol=1e-9)
        end = diverged_at or len(expected)
        assert np.all(np.isfinite(points(made, r)[:end]))
        assert last_points(made)[r] == end - 1


def test_the_box_is_ten_half_widths_about_the_centre() -> None:
    surface = replace(SURFACES["bowl"], domain=((-1.0, 3.0), (0.0, 1.0)))
    assert divergence_rule(surface) == "w0 from -19 to 21 and w1 from -4.5 to 5.5"
    table: list[tuple[Point, bool]] = [
        ((21.0, 5.5), False),
        ((-19.0, -4.5), False),
        ((math.nextafter(21, 22), 0.0), True),
        ((math.nextafter(-19, -20), 0.0), True),
        ((1.0, math.nextafter(5.5, 6)), True),
        ((math.nan, 0.0), True),
        ((0.0, math.inf), True),
    ]
    for point, outside in table:
        assert diverged(surface, *point) == outside
    w0, w1 = np.array([point for point, _ in table]).T
    assert diverged(surface, w0, w1).tolist() == [outside for _, outside in table]


@pytest.mark.parametrize(
    "start", [(45.0, 0.0), (0.0, -41.0), (math.nan, 0.0), (0.0, math.inf)], ids=str
)
@pytest.mark.parametrize("batch_size", [1, N])
def test_a_start_outside_the_box(start: Point, batch_size: int) -> None:
    surface = replace(SURFACES["bowl"], domain=((-4.0, 4.0), (-4.0, 4.0)))
    problem = build_problem(surface, N)
    with pytest.raises(ParameterError, match=r"^start is .*w0 from -40 to 40 and w1"):
        paths(problem, batch_size=batch_size, start=start)


def test_no_replica() -> None:
    with pytest.raises(ParameterError, match=r"^replicas is 0, which is not"):
        paths(small("bowl"), batch_size=1, replicas=0)


# Statistics, at five standard errors: a right engine fails at one seed in 1.7 million each.


@pytest.mark.parametrize("sampling", ["with-replacement", "reshuffle"])
@pytest.mark.parametrize("surface", ["least-squares-raw", "tanh-neuron"])
@pytest.mark.parametrize("batch_size", [1, 32, 60])
def test_covariance_of_a_mini_batch_gradient(surface: str, sampling: str, batch_size: int) -> None:
    problem, replicas, rate = small(surface), 2000, 2.0**-10
    made = paths(
        problem,
        batch_size=batch_size,
        replicas=replicas,
        sampling=sampling,
        budget=Budget(updates=1),
        learning_rate=rate,
    )
    g0, g1 = ((w[0] - w[1]) / rate for w in (made.w0, made.w1))
    per_example = np.broadcast_arrays(
        *problem.surface.loss.gradient(*problem.surface.start, problem.columns)
    )
    full = [part.mean() for part in per_example]
    shrink = 1.0 if sampling == "with-replacement" else (N - batch_size) / (N - 1)
    predicted = np.cov(per_example, bias=True) / batch_size * shrink
    for mean, part in zip(full, (g0, g1), strict=True):
        assert abs(part.mean() - mean) < 5 * part.std() / math.sqrt(replicas)
    d = (g0 - full[0], g1 - full[1])
    for i, j in ((0, 0), (0, 1), (1, 1)):
        products = d[i] * d[j]
        standard_error = products.std() / math.sqrt(replicas)
        assert abs(products.mean() - predicted[i, j]) < 5 * standard_error


@pytest.mark.parametrize(("rate", "batch_size"), [(0.3, 4), (0.9, 16)])
def test_stationary_covariance_of_independent_batches(rate: float, batch_size: int) -> None:
    # On ½x² + ¼y² with constant tilts: A S + S A − ε A S A = (ε/B) C, C the tilts' covariance.
    problem, replicas = build_problem(SURFACES["bowl"], 64), 2000
    updates = math.ceil(30 / rate)  # what is left of the start: (1 − ε/2)^{2U} < e^{−30}
    made = paths(
        problem,
        batch_size=batch_size,
        replicas=replicas,
        sampling="with-replacement",
        budget=Budget(updates=updates),
        learning_rate=rate,
        record=np.array([updates]),
    )
    noise = np.cov(problem.columns, bias=True)
    curvature = (1.0, 0.5)
    w = (made.w0[0], made.w1[0])
    for i, j in ((0, 0), (0, 1), (1, 1)):
        a, b = curvature[i], curvature[j]
        exact = rate / batch_size * noise[i, j] / (a + b - rate * a * b)
        products = w[i] * w[j]
        standard_error = products.std() / math.sqrt(replicas)
        assert abs(products.mean() - exact) < 5 * standard_error
        if i == j == 0 and rate == 0.9:
            # Sharp enough to tell the exact law from that of small learning rates.
            approximate = rate / batch_size * noise[0, 0] / 2
            assert products.mean() - approximate > 5 * standard_error


def test_the_floor_without_replacement_is_lower() -> None:
    problem, replicas, rate, batch_size = build_problem(SURFACES["bowl"], 64), 1000, 0.3, 8
    common: dict[str, Any] = {
        "batch_size": batch_size,
        "replicas": replicas,
        "budget": Budget(epochs=15),
        "learning_rate": rate,
        "record": np.array([15 * 64 // batch_size]),
    }
    squares = {
        sampling: paths(problem, sampling=sampling, **common).w0[0] ** 2
        for sampling in ("reshuffle", "with-replacement")
    }
    gap = squares["with-replacement"].mean() - squares["reshuffle"].mean()
    error = math.hypot(*(s.std() / math.sqrt(replicas) for s in squares.values()))
    assert gap > 5 * error


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_full_batch_stays_on_an_axis_of_symmetry(optimizer: str) -> None:
    problem = build_problem(SURFACES["saddle"])
    made = paths(problem, batch_size=problem.size, optimizer=optimizer, budget=Budget(epochs=1500))
    assert made.w1[-1, 0] == 0
