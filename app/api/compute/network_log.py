"""From a network's query to the log of one of its runs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from app.api.compute import laboratory
from app.api.compute.laboratory import Laboratory, Step
from app.api.compute.network import trainings
from app.api.queries.logged import NetworkLogQuery
from app.api.queries.parameters import check_replica, resolve_batch_size
from app.api.queries.rules import check_one_rule
from app.science.errors import ParameterError
from app.science.logged.log import Log
from app.science.logged.own import log_run
from app.science.message import Message
from app.science.networks.training import Training
from app.science.sampling import check_sizes


async def finish_log(where: Laboratory, query: NetworkLogQuery) -> Log:
    """The log of the replica that is asked for, of the batch size that is followed.

    Raises:
        ParameterError: a replica or a batch size that is not run, or of which there is no log; as
            `trainings`.
        BusyError: as `Laboratory.check_free`.
    """
    training = await asyncio.to_thread(_asked, query)
    key = "network log", query.key()

    async def steps() -> AsyncIterator[Step[Log | None]]:
        async for step in laboratory.measured(
            where,
            [training],
            log_run,
            key=lambda _: ("task", *key),
            cost=lambda _: 1.0,
            gather=lambda found: found[-1][1] if found else None,
        ):
            yield step

    log = [step async for step in laboratory.watch(where, key, steps)][-1].swept
    assert log is not None  # noqa: S101 - the last step has what was asked
    return log


def _asked(query: NetworkLogQuery) -> Training:
    check_sizes(query.sampling)
    check_one_rule(query.optimizer, Message("one update rule: a log is of one run"))
    check_replica(query.replica, query.replicas)
    asked = trainings(query)
    sizes = [each.plan.batch_size for each in asked]
    size = sizes[0]
    if query.followed is not None:
        size = resolve_batch_size(query.followed, query.examples)
    if size not in sizes:
        names = ", ".join(map(str, sizes))
        raise ParameterError("followed", size, Message("one of {names}", names=names))
    if size < 2:
        raise ParameterError("batch_size", size, "an integer of at least 2")
    only = range(query.replica, query.replica + 1)
    return replace(asked[sizes.index(size)], replicas=only)
