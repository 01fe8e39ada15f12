"""From a network's query to its runs, step by step."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from app.api.compute import laboratory
from app.api.compute.laboratory import Found, Laboratory, Step
from app.api.compute.network_budget import check_network
from app.api.compute.plans import lay_out
from app.api.queries.network import NetworkQuery, NetworkRunQuery
from app.api.queries.resolved import resolved
from app.api.queries.rules import check_shared_rate
from app.science.networks.cost import measuring_cost, training_cost
from app.science.networks.measured import Measured, Points, beside, measure_points
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.training import Trained, Training, joined, parts, train


def trainings(query: NetworkQuery) -> tuple[Training, ...]:
    """What a query asks, weighed: the runs of each batch size, of one update rule after another.

    Raises:
        ParameterError: a parameter outside what is allowed, or too much work.
    """
    check_shared_rate(query.alone)
    check_network(query, resolved(query, NetworkQuery))
    query.spec.split(0)  # refused here, where it is asked for
    return tuple(
        Training(
            spec=query.spec,
            plan=plan,
            optimizer=each.optimizer,
            hyperparameters=each.hyperparameters,
            seed=query.seed,
            replicas=range(query.replicas),
        )
        for each in query.alone
        for plan in lay_out(each, resolved(each, NetworkRunQuery))
    )


def key_of(query: NetworkRunQuery, *, measured: bool = True) -> Hashable:
    """What tells a query's runs from others, with what is measured along them or without."""
    return "network", measured, *_keys(query)


def _keys(query: NetworkRunQuery) -> tuple[str, ...]:
    """Of each update rule: what is known of it alone is known of it beside others."""
    return tuple(each.key(NetworkRunQuery) for each in query.alone)


def watch(
    where: Laboratory,
    query: NetworkRunQuery,
    asked: tuple[Training, ...],
    *,
    measured: bool = True,
) -> AsyncIterator[Step[NetworkRuns]]:
    """The steps of a query's `trainings`, or at once the last one if it is known.

    Args:
        where: they run.
        query: what is asked.
        asked: its trainings.
        measured: whether sharpness and noise are measured along them.

    Raises:
        BusyError: as `Laboratory.check_free`.
    """
    steps = partial(_measured if measured else _trained, where, query, asked)
    if len(query.alone) > 1:
        steps = partial(_in_turn, where, query, asked, measured=measured)
    return laboratory.watch(where, key_of(query, measured=measured), steps)


async def finish(where: Laboratory, query: NetworkQuery, *, measured: bool = True) -> NetworkRuns:
    """The runs of a query, all of them.

    Raises:
        ParameterError: as `trainings`.
        BusyError: as `Laboratory.check_free`.
    """
    asked = await asyncio.to_thread(trainings, query)
    return [step async for step in watch(where, query, asked, measured=measured)][-1].swept


async def _in_turn(
    where: Laboratory, query: NetworkRunQuery, asked: tuple[Training, ...], *, measured: bool
) -> AsyncIterator[Step[NetworkRuns]]:
    """One update rule after the other, all of them trained before any is measured."""
    alone = {each.optimizer: each for each in query.alone}
    theirs = {name: tuple(each for each in asked if each.optimizer == name) for name in alone}
    first = {name: sum(map(_training_cost, several)) for name, several in theirs.items()}
    then = len(asked) / len(alone) * measuring_cost(query.spec, query.replicas)
    turns = [(name, cost, 0.0, False) for name, cost in first.items()]
    if measured:  # of which training is done by then
        turns += [(name, then, cost / (cost + then), True) for name, cost in first.items()]
    known: dict[str, tuple[SizeRuns, ...]] = dict.fromkeys(alone, ())
    total, spent, pace = sum(cost for _name, cost, *_rest in turns), 0.0, None
    for name, cost, before, along in turns:
        async for step in watch(where, alone[name], theirs[name], measured=along):
            known[name] = _named(query, step.swept.sizes) or known[name]
            done = spent + cost * max(0.0, step.done - before) / (1 - before)
            if step.seconds_left and done < spent + cost:
                pace = step.seconds_left / (spent + cost - done)
            left = None if pace is None else pace * (total - done)
            yield Step(_of_all(query, known), done / total, left, finished=False)
        spent += cost
    yield Step(_of_all(query, known), 1.0, 0.0, finished=True)


def _of_all(query: NetworkRunQuery, known: Mapping[str, tuple[SizeRuns, ...]]) -> NetworkRuns:
    return _runs(query, [each for sizes in known.values() for each in sizes])


def _named(query: NetworkRunQuery, sizes: Sequence[SizeRuns]) -> tuple[SizeRuns, ...]:
    """Runs whose rule has others beside it."""
    return tuple(replace(each, rule=query.rules[each.rule.name]) for each in sizes)


async def _trained(
    where: Laboratory, query: NetworkRunQuery, asked: tuple[Training, ...]
) -> AsyncIterator[Step[NetworkRuns]]:
    (rule,) = query.rules.values()
    pieces = {training.plan.batch_size: parts(training) for training in asked}

    def gather(found: list[tuple[Training, Trained]]) -> NetworkRuns:
        known: dict[int, dict[int, Trained]] = defaultdict(dict)
        for part, trained in found:
            known[part.plan.batch_size][part.replicas.start] = trained
        sizes = []
        for training in asked:
            size = training.plan.batch_size
            if len(known[size]) == len(pieces[size]):
                sizes.append(SizeRuns(training.plan, joined(_in_order(known[size])), rule=rule))
        return _runs(query, sizes)

    yield Step(_runs(query, ()), 0.0, None, finished=False)  # so that progress is seen at once
    own = _keys(query)
    async for step in laboratory.measured(
        where,
        [part for several in pieces.values() for part in several],
        train,
        key=lambda part: ("training", own, part.plan.batch_size, part.replicas),
        cost=_training_cost,
        gather=gather,
    ):
        yield step


async def _measured(
    where: Laboratory, query: NetworkRunQuery, asked: tuple[Training, ...]
) -> AsyncIterator[Step[NetworkRuns]]:
    first = sum(map(_training_cost, asked))
    then = len(asked) * measuring_cost(query.spec, query.replicas)
    share = first / (first + then)
    runs, pace = _runs(query, ()), None
    async for step in watch(where, query, asked, measured=False):
        runs, training = step.swept, first * (1 - step.done)
        if step.seconds_left and training:
            pace = step.seconds_left / training
        left = None if pace is None else pace * (training + then)
        yield Step(runs, step.done * share, left, finished=False)
    tasks = [
        Points(
            query.spec,
            each.trained.weights[:, [r]],
            range(r, r + 1),
            each.batch_size,
            query.seed,
            None if each.trained.scaling is None else each.trained.scaling[:, [r]],
        )
        for each in runs.sizes
        for r in range(query.replicas)
    ]

    def gather(found: list[tuple[Points, Measured]]) -> NetworkRuns:
        known: dict[int, dict[int, Measured]] = defaultdict(dict)
        for points, measured in found:
            known[points.batch_size][points.replicas.start] = measured
        sizes = list(runs.sizes)
        for i, each in enumerate(sizes):
            if len(of := known[each.batch_size]) == query.replicas:
                sizes[i] = replace(each, measured=beside(_in_order(of)))
        return _runs(query, sizes)

    own = _keys(query)
    async for step in laboratory.measured(
        where,
        tasks,
        measure_points,
        key=lambda points: ("measured", own, points.batch_size, points.replicas),
        cost=lambda _: 1.0,
        gather=gather,
    ):
        yield step._replace(done=share + step.done * (1 - share))


def _in_order(parts_by_replica: dict[int, Found]) -> list[Found]:
    return [parts_by_replica[r] for r in sorted(parts_by_replica)]


def _training_cost(training: Training) -> float:
    plan = training.plan
    return training_cost(
        training.spec, plan.updates, float(plan.examples_seen[-1]), len(training.replicas)
    )


def _runs(query: NetworkRunQuery, sizes: Sequence[SizeRuns]) -> NetworkRuns:
    return NetworkRuns(query.spec, query.seed, tuple(sizes))
