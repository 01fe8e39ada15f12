"""The words: each clause held against paths with every update recorded, measured in a plain way."""

import itertools
import re
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from app.language.speech import speaking
from app.science.budget import Budget
from app.science.comparison import Comparison, Run, compared, trajectories
from app.science.growth import Growth
from app.science.late import late_updates
from app.science.optimizers import momentum, sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.rule import Optimizer
from app.words.runs import movement, summary
from tests.comparing import compare

N = 60
SIZES = (1, 7, N)
NUMBER = r"(?:less than )?−?[\d.,]*\d"
WANDERING = "Where weights wander, the loss is the median over the last tenth of the updates."
CLAUSE = re.compile(
    rf"(?P<size>full batch|batch size [\d,]+) made (?P<updates>[\d,]+) updates? and ended "
    rf"(?:at (?P<lowest>the lowest loss)|at a loss of (?:about )?(?P<loss>{NUMBER})"
    rf"|(?:about )?(?P<above>{NUMBER}))(?: \((?P<low>{NUMBER}) to (?P<high>{NUMBER})\))?"
    rf"(?: above the lowest loss)?(?:, (?P<rest>at rest))?"
    rf"(?:, its weights wandering by ±?(?P<wander>{NUMBER}))?"
    rf"(?:, its weights swinging by ±?(?P<swing>{NUMBER}))?(?:, (?P<descends>still descending))?"
    rf"(?:, (?P<away>{NUMBER}) from the nearest minimum)?"
)


@cache
def small(surface: str, noise: float | None = None) -> Problem:
    return build_problem(SURFACES[surface], N, noise)


def both(
    sizes: tuple[int, ...] = SIZES,
    replicas: int = 1,
    rate: float | None = None,
    surface: str = "least-squares",
    budget: Budget | None = None,
    optimizer: Optimizer | None = None,
    seed: int = 0,
    max_points: int | None = None,
    noise: float | None = None,
) -> tuple[Comparison, Comparison]:
    """Runs whose paths are thinned to so many points, and the same with every update."""
    problem = small(surface, noise)
    plans = [
        make_plan(
            examples=N,
            batch_size=size,
            budget=budget or Budget(epochs=10),
            learning_rate=rate or problem.surface.learning_rate,
        )
        for size in sizes
    ]
    start = problem.surface.start
    paths = trajectories(problem, plans, optimizer or sgd(), start, seed=seed, replicas=replicas)
    thinned, whole = (
        compared(problem, plans, start, paths, points) for points in (max_points, None)
    )
    return thinned, whole


def comparison(*given: Any, **more: Any) -> Comparison:
    return both(*given, **more)[0]


def clauses(words: str) -> list[dict[str, str | None]]:
    """What is said of each run."""
    told = words.removesuffix(f" {WANDERING}")
    assert ("wandering" in told) == (told != words)
    words = told
    assert words.endswith(".")
    found = [CLAUSE.fullmatch(clause) for clause in words[:-1].split(": ", 1)[1].split("; ")]
    assert all(found), words
    return [match.groupdict() for match in found if match]


def says(text: str | None, value: float) -> bool:
    """Whether a text is a number, to the two digits that it has."""
    assert text is not None
    if text.startswith("less than "):
        return 0 < value < float(text.removeprefix("less than "))
    return float(text.replace(",", "").replace("−", "-")) == pytest.approx(
        value, rel=0.051, abs=1e-12
    )


@pytest.mark.parametrize("surface", SURFACES)
def test_every_clause_is_what_the_whole_paths_show(surface: str) -> None:
    for seed in range(10):
        replicas = 1 if seed < 5 else 4
        made, dense = both(surface=surface, seed=seed, replicas=replicas, max_points=30)
        problem, floor = dense.problem, min((m.loss for m in dense.problem.minima), default=0.0)
        started = float(problem.loss(*dense.start)) - floor
        said = clauses(summary(made))
        for run, clause, size in zip(dense.runs, said, SIZES, strict=True):
            w = np.stack([run.paths.w0, run.paths.w1])
            updates = w.shape[1] - 1
            assert clause["size"] == ("full batch" if size == N else f"batch size {size}")
            assert says(clause["updates"], updates)
            tail = w[:, -max(10, updates // 10) :]
            losses = problem.loss(*tail) - floor
            early, late = np.array_split(tail, 2, axis=1)
            spread = np.median(np.sqrt(((tail - tail.mean(axis=1)[:, None]) ** 2).sum(0).mean(0)))
            if clause["wander"]:
                assert size < N
                assert says(clause["wander"], spread)
                # Progress alone would bring the halves' means 3.5 spreads apart.
                apart = np.hypot(*(late.mean(axis=1) - early.mean(axis=1)))
                within = np.sqrt((early.var(axis=1) + late.var(axis=1)).sum(axis=0) / 2)
                assert np.median(apart / within) <= 1
            ends = np.median(losses, axis=0) if clause["wander"] else losses[-1]
            if clause["lowest"]:
                assert np.all(np.abs(ends) <= 1e-6 * started)
            else:
                assert (clause["loss"] is None) == bool(problem.minima)
                assert says(clause["loss"] or clause["above"], np.median(ends))
            if clause["low"]:
                assert replicas > 1
                assert says(clause["low"], np.quantile(ends, 0.05))
                assert says(clause["high"], np.quantile(ends, 0.95))
            if clause["rest"]:
                g0, g1 = problem.surface.loss.gradient(
                    tail[0, -1, 0], tail[1, -1, 0], problem.columns
                )
                assert np.hypot(g0.mean(), g1.mean()) < 1e-4
                assert spread < 1e-5
            if clause["descends"]:
                falls = [half.mean(axis=0) for half in np.array_split(losses, 2)]
                assert np.median(falls[1] - falls[0]) < 0
                slopes = [
                    np.hypot(*problem.gradient(*point)) for point in (tail[:, -1], dense.start)
                ]
                assert np.median(slopes[0]) > 0.01 * slopes[1]
            if clause["away"]:
                away = [np.hypot(*(tail[:, -1].T - m.point).T) for m in problem.minima]
                assert says(clause["away"], float(np.median(np.min(away, axis=0))))
            assert not clause["swing"]


def plain_movement(run: Run, first: int) -> str:
    """What replicas do from an update on, all of whose points are at hand."""
    problem = run.problem
    alive = run.paths.diverged_at == 0
    if not alive.any():
        return "diverged"
    w = np.stack([run.paths.w0, run.paths.w1])[:, first:, alive]
    early, late = np.array_split(w, 2, axis=1)
    apart = np.hypot(*(late.mean(axis=1) - early.mean(axis=1)))
    within = np.sqrt((early.var(axis=1) + late.var(axis=1)).sum(axis=0) / 2)
    keeps = bool(np.median(apart) == 0 or np.median(apart / np.maximum(within, 1e-300)) <= 1)
    spread = np.median(np.sqrt(((w - w.mean(axis=1)[:, None]) ** 2).sum(0).mean(0)))
    if run.batch_size < N and spread > 0 and keeps:
        return "wandering"
    each = np.hypot(*problem.surface.loss.gradient(*run.late.start, problem.columns))
    ends = np.hypot(*problem.gradient(*w[:, -1]))
    width = max(high - low for low, high in problem.surface.domain)
    if spread <= 1e-6 * width and np.all(ends <= 1e-6 * np.sqrt(np.mean(each**2))):
        return "at rest"
    if run.batch_size == N and keeps:
        across = w[np.argmax(w[..., 0].var(axis=1)), :, 0]
        turns = np.sum(np.diff(np.sign(across - across.mean())) != 0)
        half = len(across) - len(across) // 2
        if turns >= 4 and np.ptp(across[half:]) >= 0.9 * np.ptp(across[:half]) > 0:
            return "swinging"
    slope = np.hypot(*problem.gradient(*run.late.start))
    losses = problem.loss(*w)
    first_half, second_half = np.array_split(losses, 2)
    falls = first_half.mean(axis=0) - second_half.mean(axis=0)
    varies = np.sqrt((first_half.var(axis=0) + second_half.var(axis=0)) / 2)
    steadily = np.median(falls / np.maximum(varies, 1e-300)) > 1 and np.median(falls) > 0
    changes = losses[1:] - losses[:-1]
    apart = changes - changes.mean()
    rho = max(0, (apart[:-1] * apart[1:]).sum() / (apart * apart).sum())
    error = changes.std(ddof=1) / np.sqrt(changes.size) * np.sqrt((1 + rho) / (1 - rho))
    certain = run.batch_size == N or changes.mean() < -1.96 * error
    descends = np.median(ends) > 0.01 * slope and steadily and certain
    return "still descending" if descends else "still moving"


@pytest.mark.parametrize("surface", SURFACES)
def test_a_word_says_how_the_weights_move(surface: str) -> None:
    seen: set[str] = set()
    default = SURFACES[surface].learning_rate
    for seed, (rate, replicas) in enumerate(itertools.product((0.1, 1, 3, 100), (1, 3))):
        made, dense = both(
            surface=surface, seed=seed, replicas=replicas, rate=rate * default, max_points=30
        )
        told = clauses_of(summary(made))
        for run, whole, clause in zip(made.runs, dense.runs, told, strict=True):
            updates = run.plan.updates
            plainly = plain_movement(whole, updates + 1 - min(updates + 1, max(10, updates // 10)))
            for replica, at in enumerate(run.paths.diverged_at.tolist()):
                word = movement(run, replica)
                assert word == (f"diverged at {at:,}" if at else plainly)
                seen.add(word.split(" at ")[0] if at else word)
            if plainly in ("wandering", "at rest", "still descending"):
                assert plainly in clause
    assert len(seen) >= 2


@pytest.mark.parametrize(
    ("surface", "size", "updates", "beta", "least", "most"),
    [
        # 20 updates are as long as a loss on the bowl remembers where it was: the mean over 100
        # replicas is that of the floor by then, and stays.
        ("bowl", 8, 300, 0.0, 0.0, 0.02),
        ("bowl", 32, 660, 0.0, 0.0, 0.02),
        ("robust-line", 8, 300, 0.0, 0.0, 0.02),
        ("bowl", 8, 300, 0.9, 0.0, 0.02),
        # Here it falls in every replica.
        ("rosenbrock", 32, 60, 0.0, 0.98, 1.0),
        ("rosenbrock", 32, 300, 0.0, 0.8, 1.0),
        ("saddle", 32, 60, 0.0, 0.8, 1.0),
    ],
)
def test_a_swing_of_the_noise_is_no_descent(
    surface: str, size: int, updates: int, beta: float, least: float, most: float
) -> None:
    problem = build_problem(SURFACES[surface])
    rate, start = problem.surface.learning_rate, problem.surface.start
    plan = make_plan(
        examples=1050, batch_size=size, budget=Budget(updates=updates), learning_rate=rate
    )
    (paths,) = trajectories(problem, [plan], momentum(beta), start, replicas=100)
    late = compared(problem, [plan], start, [paths], 2).runs[0].late
    before, after = (half.mean(axis=0) for half in np.array_split(problem.loss(*late.points), 2))
    falls = after - before
    assert (falls.mean() / (falls.std() / 10) < -4) == (least > 0)
    each = [
        replace(late.paths, theta=late.paths.theta[:, :, [r]], diverged_at=np.zeros(1, np.int64))
        for r in range(100)
    ]
    said = [replace(late, paths=alone).movement for alone in each]
    assert least <= np.mean([word == "descending" for word in said]) <= most
    assert (late.movement == "descending") == (least > 0)


def clauses_of(words: str) -> list[str]:
    """The text of each run's clause."""
    return words.removesuffix(f" {WANDERING}").split(": ", 1)[1].split("; ")


def test_jitter_is_not_that_of_the_ends_of_epochs() -> None:
    """They are what a long path is thinned to, and nearer to each other than the rest."""
    budget = Budget(epochs=200)
    made, whole = both((1,), surface="bowl", budget=budget, max_points=20)
    (dense,), (clause,) = whole.runs, clauses(summary(made))
    late = np.stack([dense.paths.w0, dense.paths.w1])[:, -1200:, 0]
    assert says(clause["wander"], np.sqrt(late.var(axis=1).sum()))
    of_ends = late[:, dense.plan.epoch_ends[-20:] - 10_801]
    assert not says(clause["wander"], np.sqrt(of_ends.var(axis=1).sum()))


def test_a_long_run_on_rosenbrock_jitters_by_more_than_its_epochs_end() -> None:
    problem = build_problem(SURFACES["rosenbrock"])
    plan = make_plan(examples=1050, batch_size=4, budget=Budget(epochs=2000), learning_rate=0.005)
    start = problem.surface.start
    paths = trajectories(problem, [plan], sgd(), start)
    made = compared(problem, [plan], start, paths, 2000)
    late = paths[0].theta[:, -52_600:, 0]
    jitter = np.sqrt(late.var(axis=1).sum())
    of_ends = np.sqrt(late[:, plan.epoch_ends[-200:] - plan.updates - 1].var(axis=1).sum())
    assert of_ends < 0.6 * jitter  # all that a picture of 2,000 points keeps of the end
    (clause,) = clauses(summary(made))
    # 500 points, some 30 apart, whose memory is longer: good to a few per cent.
    assert float(clause["wander"] or 0) == pytest.approx(jitter, rel=0.15)


@pytest.mark.parametrize("updates", [1, 5, 10, 100, 4999, 5000, 100_000])
@pytest.mark.parametrize("size", [1, 7, N])
def test_late_updates_meet_every_part_of_an_epoch_alike(updates: int, size: int) -> None:
    plan = make_plan(examples=N, batch_size=size, budget=Budget(updates=updates), learning_rate=0.1)
    late = late_updates(plan)
    count = min(updates + 1, max(10, updates // 10))
    assert len(late) == min(count, 500)
    assert np.all(np.diff(late) > 0)
    assert late[0] >= updates + 1 - count
    assert late[-1] <= updates
    if len(late) < count:
        places = np.bincount(late % plan.epochs[0].updates) / len(late)
        np.testing.assert_allclose(places, 1 / plan.epochs[0].updates, rtol=0.5)


@pytest.mark.parametrize(
    ("budget", "sizes", "begins"),
    [
        (Budget(epochs=10), (1, 16), "In the same 10 epochs:"),
        (Budget(epochs=1), (1,), "In 1 epoch:"),
        (Budget(updates=30), (1, 16), "In the same 30 updates:"),
        (Budget(updates=1), (4, 5), "In the same 1 update:"),
        (Budget(updates=1), (1,), "In 1 update:"),
        (Budget(updates=N - 1), (1,), f"In {N - 1} updates:"),
        (Budget(updates=N), (1,), "In 1 epoch:"),
        (Budget(examples_seen=90), (1, N), "In at most 90 examples each:"),
        (Budget(epochs=1200), (30, N), "In the same 1,200 epochs:"),
    ],
)
def test_the_budget(budget: Budget, sizes: tuple[int, ...], begins: str) -> None:
    assert summary(comparison(sizes, budget=budget)).startswith(begins)


def test_at_rest_only_where_nothing_would_move() -> None:
    still = summary(comparison((N,), budget=Budget(updates=2000)))
    assert "ended at the lowest loss, at rest" in still
    # Hardly a movement, and downhill all the way.
    slow = summary(comparison(rate=1e-6, budget=Budget(epochs=1)))
    assert "at rest" not in slow
    assert "wandering" not in slow
    assert slow.count("still descending") == 3
    # A path that starts where it stays.
    rests = comparison(surface="bowl", noise=0.0, rate=0.9, budget=Budget(epochs=300))
    assert summary(rests).count("ended at the lowest loss, at rest") == 3


def test_a_full_batch_does_not_wander_but_may_swing() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    for rate, swings in ((1.9, False), (2.0, True)):  # 2 over the largest curvature is 2
        made = comparison((N,), surface="bowl", rate=rate, budget=Budget(updates=400))
        (clause,) = clauses(summary(made))
        assert not clause["wander"]
        assert bool(clause["swing"]) == swings
    # Where examples are alike every batch is a full one.
    alike = comparison((7,), surface="bowl", noise=0.0, rate=2.0, budget=Budget(updates=400))
    assert clauses(summary(alike))[0]["swing"] == clause["swing"]
    assert says(clause["swing"], abs(problem.surface.start[0]))
    # Damped swings are progress.
    for steps in (20, 40, 80, 160, 320):
        damped = comparison(
            (N,),
            surface="bowl",
            rate=0.02,
            optimizer=momentum(0.99),
            budget=Budget(updates=steps),
        )
        (clause,) = clauses(summary(damped))
        assert (clause["wander"], clause["swing"]) == (None, None)


def test_where_minima_form_a_valley_none_is_the_nearest() -> None:
    assert "nearest" not in summary(comparison(surface="linear-network", budget=Budget(updates=9)))


def test_below_the_lowest_minimum_drawn_the_loss_itself_is_said() -> None:
    problem = build_problem(SURFACES["six-hump-camel"], N)
    vars(problem)["minima"] = problem.minima[2:]  # as if the lowest lay outside
    plan = make_plan(examples=N, batch_size=N, budget=Budget(epochs=90), learning_rate=0.02)
    (clause,) = clauses(summary(compare(problem, [plan], sgd(), (0.3, -0.6))))
    assert says(clause["loss"], -1.0316)


@pytest.mark.parametrize("replicas", [1, 3])
def test_all_diverged(replicas: int) -> None:
    made = comparison(rate=5.0, replicas=replicas)
    said = summary(made)[:-1].split(": ", 1)[1].split("; ")
    for clause, run in zip(said, made.runs, strict=True):
        middle = f"{np.median(run.paths.diverged_at):,.0f}"
        assert re.search(rf"diverged at update {middle}( \(\d+ to \d+\))?$", clause)
    assert "nan" not in summary(made)


def test_when_replicas_diverged_is_their_median_and_range() -> None:
    made = comparison((1,), rate=1.4, replicas=30, budget=Budget(epochs=100))
    at = made.runs[0].paths.diverged_at
    assert np.all(at > 0)
    assert at.min() < np.median(at)
    low, middle, high = np.quantile(at, (0.05, 0.5, 0.95))
    assert f"diverged at update {middle:,.0f} ({low:,.0f} to {high:,.0f})." in summary(made)


@pytest.mark.parametrize("replicas", [1, 20])
def test_a_batch_has_grown_as_far_as_its_run_came(replicas: int) -> None:
    seen = set()
    for surface, scaling, rate in (
        *(("bowl", "linear", rate) for rate in (0.2, 0.57, 0.7, 1.2, 10.0)),
        ("least-squares", "none", 1.24),
    ):
        problem = small(surface)
        plan = make_plan(
            examples=N,
            batch_size=2,
            budget=Budget(epochs=24),
            learning_rate=rate,
            lr_scaling=scaling,
            reference_batch_size=8,
            growth=Growth(epochs=4),
        )
        start = problem.surface.start
        paths = trajectories(problem, [plan], sgd(), start, replicas=replicas)
        made = compared(problem, [plan], start, paths)
        lost_at = [at for at in made.runs[0].paths.diverged_at.tolist() if at]
        # Four epochs of 30 updates of 2 examples, four of 15 of 4 and so on, up to all 60.
        sizes = np.repeat([2, 4, 8, 16, 32, 60], [120, 60, 32, 16, 8, 4]).tolist()
        come = max(sizes[: int(np.median(lost_at))]) if lost_at else 60
        words, some = summary(made), 0 < len(lost_at) < replicas
        assert f": batch size 2{'' if come == 2 else f', grown to {come},'} " in words
        assert ("grew to 60, made 240 updates" in words) == (some and come < 60)
        seen.add((come, some))
    assert {(2, False), (16, False), (60, False)} <= seen
    assert ((2, True) in seen) == (replicas > 1)


def test_those_that_are_left_speak_for_themselves() -> None:
    for rate in np.linspace(0.8, 1.3, 11):
        made = comparison((2,), replicas=20, rate=float(rate), budget=Budget(epochs=2))
        run = made.runs[0]
        lost = np.count_nonzero(run.paths.diverged_at)
        at = run.paths.diverged_at[run.paths.diverged_at > 0]
        if not 0 < lost < 20:
            continue
        words = summary(made)
        middle = f"{np.median(at):,.0f}"
        assert f"batch size 2 diverged in {lost} of 20 replicas at update {middle}" in words
        left = "the other one" if lost == 19 else f"the other {20 - lost}"
        assert f"{left} made 60 updates and ended" in words
        alive = run.paths.diverged_at == 0
        tail = made.problem.loss(run.paths.w0[-10:, alive], run.paths.w1[-10:, alive])
        above = np.median(tail, axis=0) if "wandering" in words else tail[-1]
        found = re.search(rf"ended (?:about )?({NUMBER})", words)
        assert found
        assert says(found[1], np.median(above) - made.problem.minima[0].loss)


def test_no_exponents_in_any_language() -> None:
    for surface in SURFACES:
        made = comparison((7,), surface=surface, budget=Budget(updates=3))
        for language in ("en", "ja"):
            with speaking(language):
                assert not re.search(r"\de[+-]?\d|nan|inf", summary(made))
