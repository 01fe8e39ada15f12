"""From a query to the final loss over learning rate × batch size."""

from app.api.compute.budgets import check_lanes
from app.api.compute.cached import cached, shared
from app.api.compute.problems import get_problem
from app.api.queries.tradeoff import RateMapQuery
from app.science.epoch_plan import EpochPlan
from app.science.sampling import check_theory
from app.science.tradeoff.rate_map import RATES, RateMap, map_batch_sizes, measure_map, points_of
from app.web.cache import Cache


@cached
@shared
def get_rate_map(cache: Cache, query: RateMapQuery) -> RateMap:
    """The map.

    Raises:
        ParameterError: a start that has diverged already, or too much work.
    """
    check_theory(query.sampling)
    problem = get_problem(cache, query)
    sizes = map_batch_sizes(query.examples)
    lanes = RATES * query.replicas
    gradients = sum(
        query.epochs
        * EpochPlan(query.examples, size, "drop").updates
        * (problem.evaluations(size) + problem.surface.checks(query.examples))
        for size in sizes
    )
    losses = len(sizes) * points_of(problem) * problem.evaluations(query.examples)
    check_lanes((gradients + losses) * lanes * problem.surface.cost, "epochs", query.epochs)
    return measure_map(
        problem,
        epochs=query.epochs,
        replicas=query.replicas,
        sampling=query.sampling,
        start=query.start,
        seed=query.seed,
    )
