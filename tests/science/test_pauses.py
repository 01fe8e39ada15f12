"""Whoever starts a long computation may end it between two blocks."""

from collections.abc import Callable
from contextvars import copy_context

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.engine import BLOCK, generators, run
from app.science.noise.cloud import draw_clouds
from app.science.noise.point import noise_at
from app.science.optimizers import sgd
from app.science.pauses import AT_PAUSE, pause
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem

PAUSES = 3  # until it is ended


class EndedError(Exception):
    pass


def descend(problem: Problem) -> object:
    epochs = 10 * BLOCK // problem.size
    plan = make_plan(
        examples=problem.size, batch_size=100, budget=Budget(epochs=epochs), learning_rate=0.1
    )
    return run(problem, plan, sgd(), problem.surface.start, generators(0, 2))


def evaluate(problem: Problem) -> object:
    return problem.loss(*np.zeros((2, 1000)))


def draw(problem: Problem) -> object:
    return draw_clouds(noise_at(problem, problem.surface.start), [10], draws=1000)


@pytest.mark.parametrize("compute", [descend, evaluate, draw])
def test_it_ends_at_the_pause_that_raises(compute: Callable[[Problem], object]) -> None:
    problem = build_problem(SURFACES["logistic"])
    pauses = 0

    def end() -> None:
        nonlocal pauses
        pauses += 1
        if pauses == PAUSES:
            raise EndedError

    def ended() -> None:
        AT_PAUSE.set(end)
        with pytest.raises(EndedError):
            compute(problem)

    copy_context().run(ended)
    assert pauses == PAUSES
    pause()  # outside nothing has changed
    assert pauses == PAUSES
