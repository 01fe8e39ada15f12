"""A story as it is told, the numbers of its sentence, and its runs to compute them anew from."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import pytest

from app.api.compute.runs import PlannedRuns, get_planned
from app.api.stories import STORIES
from app.science.arrays import FloatArray, IntArray
from app.science.comparison import Run
from app.science.engine import generators, run
from app.science.late import late_updates
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.thinned import thin
from app.science.trajectories import Trajectories
from app.web.cache import Cache

SEEDS = range(20)
NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
ROUNDED = 0.06  # relative error of a number told in two digits
Height: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]


class Told(NamedTuple):
    """A sentence, and the runs that it is of, for each of its queries."""

    sentence: str
    runs: list[tuple[Run, ...]]

    def read(self, text: str) -> list[float]:
        """The numbers that stand in the sentence where the text, otherwise the same, has a #."""
        pattern = re.escape(text).replace(r"\#", NUMBER)
        found = re.fullmatch(pattern, self.sentence)
        assert found, self.sentence
        return [float(number.replace(",", "")) for number in found.groups()]


def tell(name: str, seed: int = 0, **changed: Any) -> str:
    """A story's sentence, of its query with some parameters changed; None has their defaults."""
    story = STORIES[name]
    shifted = story._replace(query=story.query | changed)
    kept = Cache(64)
    return story.tell(*(story.of(kept, query) for query in shifted.queries(seed)))


def told(name: str, seed: int, every: bool = False) -> Told:
    """As it is told, with its runs; with every update of theirs, if asked for."""
    return over_seeds(name, every)[seed]


def alone(name: str, seed: int) -> Told:
    """As it is told at one seed, by itself, with every update of its runs."""
    story = STORIES[name]
    kept = Cache(64)
    whole = [get_planned(kept, query).compute(None) for query in story.queries(seed)]
    return Told(tell(name, seed), [one.runs for one in whole])


@lru_cache(maxsize=1)
def over_seeds(name: str, every: bool) -> list[Told]:
    """As it is told at each of `SEEDS`, whose replicas run side by side: a path is its seed's."""
    story = STORIES[name]
    kept = Cache(64)
    queries = story.queries(0)
    planned = [get_planned(kept, query) for query in queries]
    most = queries[0].max_points
    found = []
    draws = Draws()
    paths_of = [side_by_side(one, None if every else most, draws) for one in planned]
    for paths in zip(*paths_of, strict=True):
        shown, whole = (
            [one.compared(path, points) for one, path in zip(planned, paths, strict=True)]
            for points in (most, None if every else most)
        )
        found.append(Told(story.tell(*shown), [one.runs for one in whole]))
    return found


class Replayed:
    """A generator whose orders are drawn once for all runs: each draws those of the one before."""

    def __init__(self, seed: int, replica: int) -> None:
        self._rng = np.random.default_rng([seed, replica])
        self._drawn: list[IntArray] = []
        self._next = 0

    def rewound(self) -> np.random.Generator:
        """Itself, at its first order again."""
        self._next = 0
        return cast("np.random.Generator", self)

    def __getattr__(self, name: str) -> Callable[..., IntArray]:
        def draw(*given: Any, **more: Any) -> IntArray:
            if self._next == len(self._drawn):
                order = getattr(self._rng, name)(*given, **more)
                self._drawn.append(order.astype(np.int16))  # they are many
            self._next += 1
            return self._drawn[self._next - 1]

        return draw


class Draws:
    """What draws the orders of all replicas of all `SEEDS`, the same for each run of a story."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], list[Replayed]] = {}

    def __call__(self, plan: Plan, replicas: int) -> list[np.random.Generator]:
        """A generator for each replica, of one seed after the other."""
        each = [(seed, replica) for seed in SEEDS for replica in range(replicas)]
        if plan.drawn_sizes:  # which draws no orders
            return [np.random.default_rng([*one]) for one in each]
        key = plan.sampling, replicas
        if key not in self._known:
            self._known[key] = [Replayed(*one) for one in each]
        return [one.rewound() for one in self._known[key]]


def side_by_side(
    planned: PlannedRuns, most: int | None, draws: Draws
) -> list[tuple[Trajectories, ...]]:
    """The paths of a query's runs at each of `SEEDS`, thinned to so many points or all of them."""
    found = []
    for plan, rule in zip(planned.plans, planned.rules, strict=True):
        optimizer = OPTIMIZERS[rule.name](**rule.hyperparameters)
        record = None if most is None else np.union1d(thin(plan, most), late_updates(plan))
        given = planned.problem, plan, optimizer, planned.start
        if plan.workers.several:  # of whom the first replica's ways alone are kept
            each = [generators(seed, planned.replicas) for seed in SEEDS]
            found.append([run(*given, rngs, record) for rngs in each])
        else:
            found.append(apart(run(*given, draws(plan, planned.replicas), record)))
    return list(zip(*found, strict=True))


def apart(paths: Trajectories) -> list[Trajectories]:
    """The replicas of each of `SEEDS`, of those of all."""

    def parts(values: IntArray | None) -> list[IntArray] | list[None]:
        return [None] * len(SEEDS) if values is None else np.split(values, len(SEEDS), axis=-1)

    thetas = np.split(paths.theta, len(SEEDS), axis=2)
    rest = zip(thetas, *map(parts, (paths.diverged_at, paths.clipped, paths.seen)), strict=True)
    return [Trajectories(paths.updates, *one) for one in rest]


def bowl(w0: FloatArray, w1: FloatArray) -> FloatArray:
    """The bowl's loss, which is 0 at its minimum: the examples' tilts sum to 0."""
    return np.asarray(w0 * w0 / 2 + w1 * w1 / 4)


def late(run: Run, height: Height = bowl) -> float:
    """Median over replicas of the median height late in a run, at the updates that are told of.

    They are few of its last tenth, of which all say much the same.
    """
    _, points, replicas = run.late.points.shape
    some = np.linspace(0, points - 1, min(points, max(20, 500 // replicas))).round().astype(int)
    of_some = np.median(np.median(height(*run.late.points[:, some]), axis=0))
    last = slice(-(run.plan.updates // 10), None)
    of_all = np.median(np.median(height(run.paths.w0[last], run.paths.w1[last]), axis=0))
    assert of_some == pytest.approx(of_all, rel=0.5)
    return float(of_some)


def diverged(run: Run) -> int:
    """Replicas whose points are not all finite."""
    return int(np.count_nonzero(~np.isfinite(run.paths.w0).all(axis=0)))
