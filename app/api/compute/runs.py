"""From a query to its computation: parameters resolved, work weighed, results cached."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from app.api.queries.base import DataQuery
from app.api.queries.resolved import resolved
from app.api.queries.run import RunQuery
from app.figures.levels import RESOLUTION, Relief, relief
from app.science.arrays import Point
from app.science.comparison import BAND_POINTS, Comparison, Run, compare, thin
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Budget, Plan, make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.problems.surface import Surface
from app.science.rule import Optimizer
from app.science.sampling import EpochPlan
from app.science.schedules import Decay, Growth
from app.web.cache import Cache

# One unit is about what one example costs to draw and average, some 20 ns.
WORK_BUDGET = 150_000_000
EPOCH_WORK = 1500  # of an epoch, besides its updates: laying it out
SHUFFLE_WORK = 250  # of an epoch of a replica, besides its examples: drawing their order
UPDATE_WORK = 20  # of an update, besides its examples: the loop itself
LOCK_STEP_WORK = 500  # of an update of an ensemble, one for all replicas
# Where a batch's gradient is not that of its mean features, its examples go through numpy.
GATHERED_UPDATE_WORK = 1000
GATHERED_EXAMPLE_WORK = 6
POINTS_BUDGET = 500_000  # points in one answer
KEPT_BUDGET = 4_000_000  # points of all replicas, kept in memory
LOSS_BUDGET = 110_000_000  # examples' losses evaluated: for a grid, along paths


@dataclass(frozen=True)
class RunRequest:
    """A run query with nothing left to choose."""

    problem: Problem
    plans: tuple[Plan, ...]
    budget: Budget
    optimizer: Optimizer
    start: Point
    seed: int
    replicas: int
    parameters: dict[str, Any]
    first_replica: int = 0

    def points(self, max_points: int | None) -> int:
        """Points of one replica, at all batch sizes, thinned to ``max_points`` or all of them."""
        return sum(
            plan.updates + 1 if max_points is None else len(thin(plan, max_points))
            for plan in self.plans
        )

    def compute(self, max_points: int | None) -> Comparison:
        """Run it.

        Raises:
            ParameterError: more points than `KEPT_BUDGET`.
        """
        kept = self.replicas * self.points(max_points)
        if kept > KEPT_BUDGET:
            raise ParameterError(
                "replicas",
                self.replicas,
                Message(
                    "within the memory budget: {points:,} points of {budget:,}; "
                    "lower replicas, {parameter} or the number of batch sizes",
                    points=kept,
                    budget=KEPT_BUDGET,
                    parameter=self.budget.given[0] if max_points is None else "max_points",
                ),
            )
        return compare(
            self.problem,
            self.plans,
            self.optimizer,
            self.start,
            seed=self.seed,
            replicas=self.replicas,
            first_replica=self.first_replica,
            max_points=max_points,
        )


def get_problem(cache: Cache, surface: str, query: DataQuery) -> Problem:
    """The problem a query speaks of."""
    key = ("problem", surface, query.examples, query.noise, query.data_seed)
    return cache.get(
        key,
        lambda: build_problem(SURFACES[surface], query.examples, query.noise, query.data_seed),
    )


def get_relief(cache: Cache, surface: str, query: DataQuery) -> Relief:
    """The loss over a surface's domain."""
    check_losses(RESOLUTION**2, SURFACES[surface], query.examples, "examples", query.examples)
    key = ("relief", surface, query.examples, query.noise, query.data_seed)
    return cache.get(key, lambda: relief(get_problem(cache, surface, query)))


def get_comparison(cache: Cache, query: RunQuery) -> Comparison:
    """A query's paths, thinned to its ``max_points``."""
    return cache.get(
        ("comparison", query.key(RunQuery)),
        lambda: get_request(cache, query).compute(query.max_points),
    )


def get_whole_runs(cache: Cache, query: RunQuery, replica: int = 0) -> tuple[Run, ...]:
    """A query's runs, of one replica alone, with every update recorded."""

    def compute() -> tuple[Run, ...]:
        request = get_request(cache, query)
        return replace(request, replicas=1, first_replica=replica).compute(None).runs

    return cache.get(("whole runs", query.key(RunQuery), replica), compute)


def get_request(cache: Cache, query: RunQuery) -> RunRequest:
    """What a query asks to be run."""
    return cache.get(("request", query.key(RunQuery)), lambda: _resolve(cache, query))


def _resolve(cache: Cache, query: RunQuery) -> RunRequest:
    """Every parameter filled in, and the work weighed before it starts.

    Raises:
        ParameterError: a parameter that the mathematics does not allow, or too much work.
    """
    problem = get_problem(cache, query.surface, query)
    parameters = resolved(query, RunQuery)
    sizes: list[int] = parameters["batch_size"]
    budget = Budget(**{field.name: parameters[field.name] for field in fields(Budget)})
    _weigh(query, sizes, budget)
    shown = len(sizes) * (query.max_points + (2 * BAND_POINTS * query.replicas))
    most = "replicas" if 2 * BAND_POINTS * query.replicas > query.max_points else "max_points"
    check_losses(shown, problem.surface, query.examples, most, getattr(query, most))
    rule = OPTIMIZERS[query.optimizer]
    plans = tuple(
        make_plan(
            examples=query.examples,
            batch_size=size,
            budget=budget,
            learning_rate=parameters["learning_rate"],
            sampling=query.sampling,
            remainder=query.remainder,
            lr_scaling=query.lr_scaling,
            reference_batch_size=query.reference_batch_size,
            lr_schedule=query.lr_schedule,
            decay=Decay(query.decay_epochs, query.decay_factor),
            growth=(
                Growth(query.batch_factor, query.batch_epochs)
                if query.batch_schedule == "double"
                else None
            ),
        )
        for size in sizes
    )
    return RunRequest(
        problem=problem,
        plans=plans,
        budget=budget,
        optimizer=rule(**{name: getattr(query, name) for name in rule.hyperparameters}),
        start=parameters["start"],
        seed=query.seed,
        replicas=query.replicas,
        parameters=parameters,
    )


def check_points(request: RunRequest, parameter: str, points: int) -> None:
    """Refuse an answer whose ``parameter`` makes it too many points, or too much work.

    Raises:
        ParameterError: above `POINTS_BUDGET` or `LOSS_BUDGET`.
    """
    if points > POINTS_BUDGET:
        raise ParameterError(
            parameter,
            request.parameters[parameter],
            Message(
                "within the points budget: this answer has {points:,} of {budget:,}; "
                "lower {parameter} or replicas, or ask for one replica",
                points=points,
                budget=POINTS_BUDGET,
                parameter=parameter,
            ),
        )
    problem = request.problem
    check_losses(points, problem.surface, problem.size, parameter, request.parameters[parameter])


def check_losses(
    points: int, surface: Surface, examples: int, parameter: str, value: object
) -> None:
    """Refuse the mean losses at too many points.

    Raises:
        ParameterError: above `LOSS_BUDGET`; a point of a surface that is affine in features
            costs one loss, of any other one an example.
    """
    losses = points * (1 if surface.affine else examples)
    if losses > LOSS_BUDGET:
        raise ParameterError(
            parameter,
            value,
            Message(
                "within the work budget: {points:,} points at {examples:,} examples cost "
                "{losses:,} losses of {budget:,}; lower {parameter} or examples",
                points=points,
                examples=examples,
                losses=losses,
                budget=LOSS_BUDGET,
                parameter=parameter,
            ),
        )


def check_ensemble(
    problem: Problem,
    runs: Iterable[tuple[int, int]],
    replicas: int,
    parameter: str,
    value: object,
) -> None:
    """Refuse ensembles in lock-step that are too much work: runs of so many updates and size.

    Raises:
        ParameterError: above `WORK_BUDGET`.
    """
    work = 0
    for updates, size in runs:
        gathered = not problem.surface.affine and size > 1
        an_example = GATHERED_EXAMPLE_WORK if gathered else 1
        work += updates * (LOCK_STEP_WORK + size * replicas * an_example)
    if work > WORK_BUDGET:
        raise ParameterError(
            parameter,
            value,
            Message(
                "within the work budget: this request costs {work:,} of {budget:,}; "
                "lower {parameter}",
                work=work,
                budget=WORK_BUDGET,
                parameter=parameter,
            ),
        )


def _weigh(query: RunQuery, sizes: list[int], budget: Budget) -> None:
    """Refuse more than `WORK_BUDGET` before anything is laid out."""
    work = 0
    for size in sizes:
        an_epoch = EpochPlan(query.examples, size, query.remainder).updates
        # A batch that grows makes fewer updates of an epoch, and larger ones of an update.
        largest = query.examples if query.batch_schedule == "double" else size
        gathered = not SURFACES[query.surface].affine and largest > 1
        an_update = GATHERED_UPDATE_WORK if gathered else UPDATE_WORK
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
