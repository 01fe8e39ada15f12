"""From a query to the loss while the learning rate rises."""

from app.api.compute.budgets import check_ensemble, check_losses
from app.api.compute.cached import cached, shared
from app.api.compute.problems import get_problem
from app.api.queries.parameters import FULL, resolve_batch_sizes
from app.api.queries.tradeoff import RangeTestQuery
from app.science.sampling import check_unbiased
from app.science.tradeoff.range_test import POINTS, RangeTest, range_tests
from app.web.cache import Cache

SIZES = (1, 8, 64)  # those below N, and N


@cached
@shared
def get_range_tests(cache: Cache, query: RangeTestQuery) -> tuple[RangeTest, ...]:
    """A run a batch size.

    Raises:
        ParameterError: a start that has diverged already, too much work, or as `check_unbiased`.
    """
    check_unbiased(query.sampling)
    problem = get_problem(cache, query)
    asked = query.batch_size or [*(size for size in SIZES if size < query.examples), FULL]
    sizes = resolve_batch_sizes(asked, query.examples)
    runs = [(query.updates, size) for size in sizes]
    check_ensemble(problem, runs, query.replicas, "updates", query.updates)
    check_losses(problem, len(sizes) * POINTS * query.replicas, "replicas", query.replicas)
    return range_tests(
        problem,
        sizes,
        updates=query.updates,
        replicas=query.replicas,
        sampling=query.sampling,
        start=query.start,
        seed=query.seed,
    )
