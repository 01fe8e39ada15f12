"""From a query to its runs: parameters resolved, costs weighed, plans made, paths computed."""

from dataclasses import dataclass, replace
from typing import Any

from app.api.compute.budgets import (
    check_answer,
    check_batch_losses,
    check_kept,
    check_run,
    is_light,
)
from app.api.compute.cached import cached, shared
from app.api.compute.plans import budget_of, lay_out
from app.api.compute.problems import get_problem
from app.api.queries.parameters import check_replica
from app.api.queries.resolved import resolved
from app.api.queries.rules import PathsQuery, check_shared_rate
from app.api.queries.run import (
    MOMENTS,
    PlansQuery,
    RunQuery,
)
from app.science.arrays import Point
from app.science.budget import Budget
from app.science.comparison import Comparison, Run, compared, trajectories
from app.science.local_sgd import Workers, check_alone
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.printed import Printed, printed_losses
from app.science.problems.problem import Problem
from app.science.rule import Chosen
from app.science.sampling import check_theory
from app.science.thinned import thin
from app.science.trajectories import Trajectories
from app.web.cache import Cache

WHOLE = 100_000  # points of a query's paths that are kept, all of them


@dataclass(frozen=True)
class PlannedRuns:
    """The runs of a query, a plan a batch size of each rule, with nothing left to choose.

    They are ``light`` if a page may wait for them.
    """

    problem: Problem
    plans: tuple[Plan, ...]
    budget: Budget
    rules: tuple[Chosen, ...]
    start: Point
    seed: int
    replicas: int
    parameters: dict[str, Any]
    light: bool
    first_replica: int = 0

    def points(self, max_points: int | None) -> int:
        """Points of one replica, at all batch sizes, thinned to ``max_points`` or all of them."""
        return sum(
            plan.updates + 1 if max_points is None else len(thin(plan, max_points))
            for plan in self.plans
        )

    def check(self, max_points: int | None) -> None:
        """Refuse what `compute` would.

        Raises:
            ParameterError: too many points to keep.
        """
        most = self.budget.given[0] if max_points is None else "max_points"
        check_kept(self.replicas * self.points(max_points), self.replicas, most)

    def until(self, update: int | None) -> "PlannedRuns":
        """The same runs, ended after an update; None for as planned."""
        if update is None:
            return self
        return replace(self, plans=tuple(plan.until(update) for plan in self.plans))

    def run(self, max_points: int | None) -> tuple[Trajectories, ...]:
        """Run it.

        Raises:
            ParameterError: too many points to keep.
        """
        self.check(max_points)
        runs: list[Trajectories] = []
        for plan, rule in zip(self.plans, self.rules, strict=True):
            runs += trajectories(
                self.problem,
                [plan],
                OPTIMIZERS[rule.name](**rule.hyperparameters),
                self.start,
                seed=self.seed,
                replicas=self.replicas,
                first_replica=self.first_replica,
                max_points=max_points,
            )
        return tuple(runs)

    def compared(self, paths: tuple[Trajectories, ...], max_points: int | None) -> Comparison:
        """The comparison of its runs, as `run` has made them."""
        return compared(self.problem, self.plans, self.start, paths, max_points, self.rules)

    def compute(self, max_points: int | None) -> Comparison:
        """Run it, and compare.

        Raises:
            ParameterError: too many points to keep.
        """
        return self.compared(self.run(max_points), max_points)


@cached
def get_plans(cache: Cache, query: PlansQuery) -> tuple[Plan, ...]:
    """The runs of a query laid out, one a batch size, wherever they start.

    Raises:
        ParameterError: a parameter that the mathematics does not allow.
    """
    parameters = resolved(query, PlansQuery)
    sizes = parameters["batch_size"]
    if len(sizes) > 1:  # each is asked for alone too
        alone = (query.model_copy(update={"batch_size": [size]}) for size in sizes)
        return tuple(plan for each in alone for plan in get_plans(cache, each))
    return lay_out(query, parameters, Workers(query.workers, query.sync_every))


@cached
def get_planned(cache: Cache, query: RunQuery) -> PlannedRuns:
    """The runs that a query asks for: every parameter filled in, their cost weighed.

    Raises:
        ParameterError: a parameter that the mathematics does not allow, or a cost above a budget.
    """
    if len(query.alone) > 1:
        return _beside(query, [get_planned(cache, each) for each in query.alone])
    problem = get_problem(cache, query)
    (query,) = query.alone
    parameters = resolved(query, RunQuery)
    budget = budget_of(parameters)
    work = check_run(problem, query, parameters["batch_size"], budget)
    plans = get_plans(cache, query)
    rule = Chosen(query.optimizer, query.hyperparameters)
    return PlannedRuns(
        problem=problem,
        plans=plans,
        budget=budget,
        rules=(rule,) * len(plans),
        start=parameters["start"],
        seed=query.seed,
        replicas=query.replicas,
        parameters=parameters,
        light=is_light(problem, query, work, len(plans)),
    )


def _beside(query: RunQuery, alone: list[PlannedRuns]) -> PlannedRuns:
    """The runs of several rules, one after the other, whose cost is that of all together.

    Raises:
        ParameterError: one learning rate for rules to which it means different things, or a cost.
    """
    first = alone[0]
    check_shared_rate(query.alone)
    sizes = [size for each in alone for size in each.parameters["batch_size"]]
    work = check_run(first.problem, query, sizes, first.budget)
    return replace(
        first,
        plans=tuple(plan for each in alone for plan in each.plans),
        rules=tuple(rule._replace(alone=False) for each in alone for rule in each.rules),
        parameters=resolved(query, RunQuery),
        light=is_light(first.problem, query, work, len(sizes)),
    )


def get_paths(cache: Cache, query: RunQuery) -> tuple[Trajectories, ...]:
    """The points of a query's paths that are kept: all of them, or thinned to its ``max_points``.

    All are kept of one replica's paths that are not long: an update of theirs is asked for next.
    """
    planned = get_planned(cache, query)
    if query.replicas == 1 and planned.points(None) <= WHOLE:
        return get_whole_paths(cache, query, 0)
    return get_thinned_paths(cache, query)


@shared
def get_thinned_paths(cache: Cache, query: RunQuery) -> tuple[Trajectories, ...]:
    """The points of a query's paths, thinned to its ``max_points``."""
    return get_planned(cache, query).run(query.max_points)


@cached
def get_comparison(cache: Cache, query: RunQuery) -> Comparison:
    """A query's paths, thinned to its ``max_points``."""
    return get_planned(cache, query).compared(get_paths(cache, query), query.max_points)


def get_whole_paths(cache: Cache, query: RunQuery, replica: int) -> tuple[Trajectories, ...]:
    """Every point of a query's paths, of one replica alone."""
    sizes = get_planned(cache, query).parameters["batch_size"]
    # A path depends neither on the other runs nor on how many of its points are shown.
    alone = {"max_points": RunQuery.model_fields["max_points"].default}
    return tuple(
        get_whole_path(cache, each.model_copy(update={**alone, "batch_size": [size]}), replica)
        for each in query.alone
        for size in sizes
    )


@cached
@shared
def get_whole_path(cache: Cache, query: RunQuery, replica: int) -> Trajectories:
    """Every point of the path of a query's one batch size, of one replica alone."""
    (path,) = _alone(get_planned(cache, query), replica).run(None)
    return path


@cached
def get_whole_runs(cache: Cache, query: RunQuery, replica: int = 0) -> tuple[Run, ...]:
    """A query's runs, of one replica alone, with every update recorded."""
    paths = get_whole_paths(cache, query, replica)
    return _alone(get_planned(cache, query), replica).compared(paths, None).runs


@cached
def get_printed(cache: Cache, query: RunQuery) -> tuple[Printed, ...]:
    """What a training loop prints along a query's runs.

    Raises:
        ParameterError: too many losses, or as `check_theory`.
    """
    check_theory(query.sampling)
    check_alone(query.workers)
    planned = get_planned(cache, query)
    check_batch_losses(planned.problem, planned.plans, *planned.budget.given)
    return tuple(printed_losses(run, query.seed) for run in get_whole_runs(cache, query))


def _alone(planned: PlannedRuns, replica: int) -> PlannedRuns:
    return replace(planned, replicas=1, first_replica=replica)


def get_window(cache: Cache, query: RunQuery, first: int | None) -> tuple[Comparison, Comparison]:
    """A query's paths, and what is drawn of them: all, or `MOMENTS` updates from ``first`` on."""
    if first is None:
        comparison = get_comparison(cache, query)
        return comparison, comparison
    runs = get_whole_runs(cache, query)
    whole = Comparison(runs[0].problem, runs[0].late.start, runs)
    return whole, replace(whole, runs=tuple(run.window(first, MOMENTS) for run in runs))


def get_chosen_paths(
    cache: Cache, query: PathsQuery, *, whole: bool
) -> tuple[PlannedRuns, Comparison, range]:
    """What a query asks to be run, its paths, and which of their replicas are answered.

    Paths with every point are not kept: they are large, and seldom asked for again; nor are those
    that end before their budget, of which there is one a move of a pointer.

    Raises:
        ParameterError: a replica that is not one of those run, or too many points or losses.
    """
    planned = get_planned(cache, query).until(query.max_updates)
    replicas = range(query.replicas)
    if query.replica is not None:
        check_replica(query.replica, query.replicas)
        replicas = range(query.replica, query.replica + 1)
    parameter = planned.budget.given[0] if whole else "max_points"
    answered = len(replicas) * planned.points(None if whole else query.max_points)
    check_answer(planned.problem, answered, parameter, planned.parameters[parameter])
    if whole or query.max_updates:
        comparison = planned.compute(None if whole else query.max_points)
    else:
        comparison = get_comparison(cache, query)
    return planned, comparison, replicas
