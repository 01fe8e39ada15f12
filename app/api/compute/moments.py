"""From a query to what an update of its run saw."""

import numpy as np

from app.api.compute.runs import get_whole_runs
from app.api.queries.parameters import check_replica, resolve_batch_size, resolve_batch_sizes
from app.api.queries.run import MomentQuery, SizesQuery, UpdateQuery
from app.science.comparison import Run
from app.science.errors import ParameterError
from app.science.local_sgd import check_alone
from app.science.message import Message
from app.science.moment import Moment, moments
from app.science.noise.cloud import Cloud, draw_clouds
from app.science.noise.point import PointNoise, noise_at
from app.science.sampling import BALANCED, POISSON, class_shares
from app.web.cache import Cache

DRAWN = 100  # batches of each size, at the point before an update


def get_update(cache: Cache, query: UpdateQuery) -> tuple[Run, Moment, PointNoise]:
    """A replica's run, what an update of it saw, and every example's gradient before it.

    Raises:
        ParameterError: as those of `get_moments`.
    """
    run, (moment,) = _get_moments(cache, query, 1)
    return run, moment, noise_at(run.problem, moment.before)


def get_sizes(
    cache: Cache, query: SizesQuery
) -> tuple[tuple[Run, Moment, PointNoise], tuple[Cloud, ...]]:
    """An update of the run that is followed, and batches of every size drawn at its point.

    They are drawn anew: at one point the order of an epoch does not matter.

    Raises:
        ParameterError: a run to follow that is of none of these sizes; as those of `get_update`.
    """
    sizes = resolve_batch_sizes(query.batch_size, query.examples)
    followed = sizes[0] if query.followed is None else query.followed
    if resolve_batch_size(followed, query.examples) not in sizes:
        allowed = Message("one of the batch sizes: {sizes}", sizes=", ".join(map(str, sizes)))
        raise ParameterError("followed", followed, allowed)
    found = get_update(cache, query.followed_update)
    labels = found[0].problem.labels
    clouds = draw_clouds(
        found[2],
        sizes,
        draws=DRAWN,
        seed=query.seed,
        replacement=query.sampling == "with-replacement",
        poisson=query.sampling == POISSON,
        shares=class_shares(labels) if query.sampling == BALANCED and labels is not None else None,
    )
    return found, clouds


def get_moments(cache: Cache, query: MomentQuery) -> tuple[Run, list[Moment]]:
    """A replica's run, and what the updates that are asked for saw.

    Raises:
        ParameterError: a replica that is not one of those run, or an update after the last.
    """
    return _get_moments(cache, query, query.count)


def _get_moments(cache: Cache, query: UpdateQuery, count: int) -> tuple[Run, list[Moment]]:
    check_alone(query.workers)
    check_replica(query.replica, query.replicas)
    (run,) = get_whole_runs(cache, query, query.replica)
    rng = np.random.default_rng([query.seed, query.replica])
    updates = range(query.update, query.update + count)
    return run, moments(run.problem, run.plan, run.paths, rng, updates)
