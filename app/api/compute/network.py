"""From a network's query to its runs, step by step."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from app.api.compute import laboratory
from app.api.compute.laboratory import Laboratory, Step
from app.api.compute.network_budget import check_network
from app.api.compute.plans import lay_out
from app.api.queries.network import NetworkQuery
from app.api.queries.resolved import resolved
from app.science.arrays import FloatArray
from app.science.networks.cost import measuring_cost, training_cost
from app.science.networks.measured import Measured, beside, measure
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Trained, Training, joined, parts, train


class _Piece(NamedTuple):
    """A part of a batch size's runs.

    Attributes:
        size: which batch size, by its place among those asked for.
        training: of some of its replicas.
    """

    size: int
    training: Training


class _Points(NamedTuple):
    """Points of one replica that are measured.

    Attributes:
        size: which batch size, by its place.
        spec: the network.
        weights: of its points, shape (M, 1, P).
        replica: which.
        batch_size, seed: of the batches that estimate.
    """

    size: int
    spec: NetworkSpec
    weights: FloatArray
    replica: int
    batch_size: int
    seed: int


def trainings(query: NetworkQuery) -> tuple[Training, ...]:
    """What a query asks, weighed: the runs of each batch size.

    Raises:
        ParameterError: a parameter outside what is allowed, or too much work.
    """
    parameters = resolved(query, NetworkQuery)
    check_network(query, parameters)
    query.spec.split(0)  # refused here, where it is asked for
    return tuple(
        Training(
            spec=query.spec,
            plan=plan,
            optimizer=query.optimizer,
            hyperparameters=query.hyperparameters,
            seed=query.seed,
            replicas=range(query.replicas),
        )
        for plan in lay_out(query, parameters)
    )


def key_of(query: NetworkQuery, *, measured: bool = True) -> Hashable:
    """What tells a query's runs from others, with what is measured along them or without."""
    return "network", measured, query.key(NetworkQuery)


def watch(
    where: Laboratory, query: NetworkQuery, asked: tuple[Training, ...], *, measured: bool = True
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
    return laboratory.watch(where, key_of(query, measured=measured), steps)


async def finish(where: Laboratory, query: NetworkQuery, *, measured: bool = True) -> NetworkRuns:
    """The runs of a query, all of them.

    Raises:
        ParameterError: as `trainings`.
        BusyError: as `Laboratory.check_free`.
    """
    asked = await asyncio.to_thread(trainings, query)
    return [step async for step in watch(where, query, asked, measured=measured)][-1].swept


async def _trained(
    where: Laboratory, query: NetworkQuery, asked: tuple[Training, ...]
) -> AsyncIterator[Step[NetworkRuns]]:
    tasks = [_Piece(i, part) for i, training in enumerate(asked) for part in parts(training)]
    whole = [len(parts(training)) for training in asked]

    def gather(found: list[tuple[_Piece, Trained]]) -> NetworkRuns:
        pieces: dict[int, dict[int, Trained]] = defaultdict(dict)
        for piece, trained in found:
            pieces[piece.size][piece.training.replicas.start] = trained
        known = [i for i in sorted(pieces) if len(pieces[i]) == whole[i]]
        apart = ([pieces[i][r] for r in sorted(pieces[i])] for i in known)
        sizes = [
            SizeRuns(asked[i].plan, joined(each)) for i, each in zip(known, apart, strict=True)
        ]
        return _runs(query, sizes)

    yield Step(_runs(query, ()), 0.0, None, finished=False)  # so that progress is seen at once
    own = query.key(NetworkQuery)
    async for step in laboratory.measured(
        where,
        tasks,
        _train,
        key=lambda piece: ("training", own, piece.size, piece.training.replicas),
        cost=lambda piece: _training_cost(piece.training),
        gather=gather,
    ):
        yield step


async def _measured(
    where: Laboratory, query: NetworkQuery, asked: tuple[Training, ...]
) -> AsyncIterator[Step[NetworkRuns]]:
    first = sum(map(_training_cost, asked))
    then = len(asked) * measuring_cost(query.spec, query.replicas)
    share = first / (first + then)
    runs = _runs(query, ())
    async for step in watch(where, query, asked, measured=False):
        runs, left = step.swept, step.seconds_left
        later = left if left is None else left + then / first * left
        yield Step(runs, step.done * share, later, finished=False)
    tasks = [
        _Points(i, query.spec, each.trained.weights[:, [r]], r, each.batch_size, query.seed)
        for i, each in enumerate(runs.sizes)
        for r in range(query.replicas)
    ]

    def gather(found: list[tuple[_Points, Measured]]) -> NetworkRuns:
        pieces: dict[int, dict[int, Measured]] = defaultdict(dict)
        for points, measured in found:
            pieces[points.size][points.replica] = measured
        sizes = list(runs.sizes)
        for i, known in pieces.items():
            if len(known) == query.replicas:
                sizes[i] = replace(sizes[i], measured=beside([known[r] for r in sorted(known)]))
        return _runs(query, sizes)

    own = query.key(NetworkQuery)
    async for step in laboratory.measured(
        where,
        tasks,
        _measure,
        key=lambda points: ("measured", own, points.size, points.replica),
        cost=lambda _: 1.0,
        gather=gather,
    ):
        yield step._replace(done=share + step.done * (1 - share))


def _train(piece: _Piece) -> Trained:
    return train(piece.training)


def _measure(points: _Points) -> Measured:
    replicas = range(points.replica, points.replica + 1)
    return measure(points.spec, points.weights, replicas, points.batch_size, points.seed)


def _training_cost(training: Training) -> float:
    plan = training.plan
    return training_cost(
        training.spec, plan.updates, float(plan.examples_seen[-1]), len(training.replicas)
    )


def _runs(query: NetworkQuery, sizes: Sequence[SizeRuns]) -> NetworkRuns:
    return NetworkRuns(query.spec, query.optimizer, query.hyperparameters, query.seed, tuple(sizes))
