"""What a request may cost, weighed before anything is computed."""

from collections.abc import Iterable, Sequence

from app.api.queries.run import RunQuery
from app.science.accumulation import MEANS
from app.science.band import BAND_POINTS
from app.science.budget import Budget
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.local_descent import POINTS
from app.science.message import Message
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.relief import RESOLUTION
from app.science.sampling import POISSON
from app.science.tradeoff.sweep import Sweep

# One unit of work is to draw an example and average its gradient, some 20 ns.
WORK_BUDGET = 150_000_000
EPOCH_WORK = 1500  # to lay out an epoch, besides its updates
SHUFFLE_WORK = 250  # to draw the order of a replica's epoch, besides its examples
UPDATE_WORK = 20  # to make an update, besides its examples
LOCK_STEP_WORK = 500  # to make an update of all replicas at once, besides their examples
# Where a batch's gradient is not that of its mean features, numpy gathers its examples.
GATHERED_UPDATE_WORK = 1000
GATHERED_EXAMPLE_WORK = 6
MEANS_WORK = 1500  # besides, where micro-batches' means are averaged: there may be two gradients
POINTS_BUDGET = 500_000  # points in one answer
KEPT_BUDGET = 4_000_000  # points of all replicas, kept in memory
# What a page computes before it is sent, some 0.5 s at most; of more it has no picture at first.
PAGE_WORK_BUDGET = 10_000_000
PAGE_LOSS_BUDGET = 18_000_000
LOSS_BUDGET = 110_000_000  # losses of an example, evaluated on a grid or along paths
EVALUATION_BUDGET = 2_000_000_000  # losses and gradients, in all sweeps of a request: some 20 s
ORDERED_BUDGET = 5_000_000  # examples in orders that are drawn, each for about 20 batch sizes
MAP_BUDGET = 250_000_000  # the same, in a map of learning rates and batch sizes: some 10 s


def run_work(problem: Problem, query: RunQuery, sizes: Sequence[int], budget: Budget) -> int:
    """Units of work of runs at these batch sizes, before they are laid out."""
    work = 0
    for size in sizes:
        an_epoch = EpochPlan(query.examples, size, query.remainder).updates
        # While a batch grows, an epoch has fewer updates, and an update has more examples.
        largest = query.examples if query.batch_schedule == "double" else size
        gathered = problem.evaluations(largest) > 1 or query.workers > 1
        an_update = GATHERED_UPDATE_WORK if gathered else UPDATE_WORK
        an_update += MEANS_WORK if query.accumulation == MEANS else 0
        an_example = GATHERED_EXAMPLE_WORK if gathered else 1
        if budget.epochs:
            updates, examples = budget.epochs * an_epoch, budget.epochs * query.examples
        elif budget.updates:
            updates, examples = budget.updates, budget.updates * largest
        else:
            examples = budget.examples_seen or 0
            updates = examples // size
        work += examples // query.examples * (EPOCH_WORK + SHUFFLE_WORK * query.replicas)
        work += updates * (an_update + query.replicas) + examples * query.replicas * an_example
        work += updates * query.replicas * problem.surface.checks(problem.size)
        if query.sampling == POISSON:  # a draw an example for each batch, and no lock-step
            work += updates * query.replicas * (an_update + query.examples)
    return work * problem.surface.cost


def is_light(problem: Problem, query: RunQuery, work: int, runs: int) -> bool:
    """Whether a page may wait for runs of so much work, and for the losses that it draws."""
    points = RESOLUTION**2 + runs * (query.max_points + 2 * BAND_POINTS * query.replicas)
    points += runs * POINTS if query.workers > 1 else 0
    losses = points * problem.evaluations(problem.measured) * problem.surface.cost
    return work <= PAGE_WORK_BUDGET and losses <= PAGE_LOSS_BUDGET


def check_run(problem: Problem, query: RunQuery, sizes: Sequence[int], budget: Budget) -> int:
    """Refuse runs that are too much work, or whose losses are too many, before they are laid out.

    Gives their work.

    Raises:
        ParameterError: above `WORK_BUDGET` or `LOSS_BUDGET`.
    """
    work = run_work(problem, query, sizes, budget)
    if work > WORK_BUDGET:
        name, value = budget.given
        raise ParameterError(
            name,
            value,
            Message(
                "within the work budget: this request costs {work:,} of {budget:,}; "
                "lower {parameter}, replicas or examples, or raise the smallest batch_size",
                work=work,
                budget=WORK_BUDGET,
                parameter=name,
            ),
        )
    band = 2 * BAND_POINTS * query.replicas
    most = "replicas" if band > query.max_points else "max_points"
    check_losses(problem, len(sizes) * (query.max_points + band), most, getattr(query, most))
    return work


def check_ensemble(
    problem: Problem,
    runs: Iterable[tuple[int, int]],
    replicas: int,
    parameter: str,
    value: object,
) -> None:
    """Refuse runs in lock-step, of (updates, batch size) each, that are too much work together.

    Raises:
        ParameterError: above `WORK_BUDGET`.
    """
    work = 0
    for updates, size in runs:
        an_example = GATHERED_EXAMPLE_WORK if problem.evaluations(size) > 1 else 1
        checks = problem.surface.checks(problem.size)
        work += updates * (LOCK_STEP_WORK + replicas * (size * an_example + checks))
    _check(work * problem.surface.cost, WORK_BUDGET, parameter, value)


def check_sweeps(sweeps: Sequence[Sweep]) -> None:
    """Refuse sweeps of more than `EVALUATION_BUDGET`, each having an equal part of it.

    Raises:
        ParameterError: as `Sweep.check_work`.
    """
    for sweep in sweeps:
        sweep.check_work(EVALUATION_BUDGET // len(sweeps))


def check_batch_losses(
    problem: Problem, plans: Sequence[Plan], parameter: str, value: object
) -> None:
    """Refuse every batch's loss along runs, one replica of each, where they are too many.

    Raises:
        ParameterError: above `LOSS_BUDGET`.
    """
    losses = sum(int(plan.sizes.sum()) for plan in plans) * problem.surface.cost
    _check(losses, LOSS_BUDGET, parameter, value)


def check_lanes(evaluations: int, parameter: str, value: object) -> None:
    """Refuse a map of more losses and gradients than `MAP_BUDGET`.

    Raises:
        ParameterError: naming ``parameter``, less of which would do.
    """
    _check(evaluations, MAP_BUDGET, parameter, value)


def check_draws(draws: int, examples: int) -> None:
    """Refuse orders of all examples that are too long together.

    Raises:
        ParameterError: above `ORDERED_BUDGET`.
    """
    _check(draws * examples, ORDERED_BUDGET, "draws", draws)


def _check(work: int, budget: int, parameter: str, value: object) -> None:
    if work > budget:
        raise ParameterError(
            parameter,
            value,
            Message(
                "within the work budget: this request costs {work:,} of {budget:,}; "
                "lower {parameter}",
                work=work,
                budget=budget,
                parameter=parameter,
            ),
        )


def check_kept(points: int, replicas: int, parameter: str) -> None:
    """Refuse to keep too many points of all replicas; fewer of ``parameter`` would do.

    Raises:
        ParameterError: above `KEPT_BUDGET`.
    """
    if points > KEPT_BUDGET:
        raise ParameterError(
            "replicas",
            replicas,
            Message(
                "within the memory budget: {points:,} points of {budget:,}; "
                "lower replicas, {parameter} or the number of batch sizes",
                points=points,
                budget=KEPT_BUDGET,
                parameter=parameter,
            ),
        )


def check_answer(problem: Problem, points: int, parameter: str, value: object) -> None:
    """Refuse an answer whose ``parameter`` makes it too many points, or too many losses.

    Raises:
        ParameterError: above `POINTS_BUDGET` or `LOSS_BUDGET`.
    """
    if points > POINTS_BUDGET:
        raise ParameterError(
            parameter,
            value,
            Message(
                "within the points budget: this answer has {points:,} of {budget:,}; "
                "lower {parameter} or replicas, or ask for one replica",
                points=points,
                budget=POINTS_BUDGET,
                parameter=parameter,
            ),
        )
    check_losses(problem, points, parameter, value)


def check_losses(problem: Problem, points: int, parameter: str, value: object) -> None:
    """Refuse the mean losses at too many points.

    Raises:
        ParameterError: above `LOSS_BUDGET`.
    """
    losses = points * problem.evaluations(problem.measured) * problem.surface.cost
    if losses > LOSS_BUDGET:
        raise ParameterError(
            parameter,
            value,
            Message(
                "within the work budget: {points:,} points at {examples:,} examples cost "
                "{losses:,} losses of {budget:,}; lower {parameter} or examples",
                points=points,
                examples=problem.measured,
                losses=losses,
                budget=LOSS_BUDGET,
                parameter=parameter,
            ),
        )
