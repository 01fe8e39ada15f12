"""A story as it is told, the numbers of its sentence, and its runs to compute them anew from."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pytest

from app.api.compute.runs import get_comparison, get_planned
from app.api.stories import STORIES
from app.science.arrays import FloatArray
from app.science.comparison import Run
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
    """As it is told; every update of its runs, which are made again for that, if asked for."""
    story = STORIES[name]
    kept = Cache(64)
    queries = story.queries(seed)
    compared = [get_comparison(kept, query) for query in queries]
    whole = [get_planned(kept, query).compute(None) for query in queries] if every else compared
    return Told(story.tell(*compared), [one.runs for one in whole])


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
