"""Loops that are compiled in the background: equal to the last bit, and never in the way."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from itertools import cycle
from threading import Event, Timer
from typing import Any

import numpy as np
import pytest

from app.science import engine
from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.formulas import native
from app.science.formulas.graph import in_order
from app.science.formulas.indexed import EXACT
from app.science.formulas.native import Compiler
from app.science.optimizers import OPTIMIZERS, default_learning_rate
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.problems.surface import Surface
from app.science.restraint import FREE, Restraint
from tests.conftest import PATIENCE

EXAMPLES = 40
RULES = dict(zip(SURFACES, cycle(OPTIMIZERS), strict=False))  # each several times
SCHEDULES = dict(zip(SURFACES, cycle(("constant", "inverse")), strict=False))
HELD = Restraint(0.01, "coupled", 1.0), Restraint(0.01, "decoupled", 1.0)
RESTRAINTS = dict(zip(SURFACES, cycle((FREE, HELD[0], FREE, HELD[1])), strict=False))
FACTORS = (1.0, 1000.0)  # of the learning rate: with the second many end without a finite value
IN_TURN = [name for name, surface in SURFACES.items() if not surface.affine]
EXACTLY = [
    name
    for name, surface in SURFACES.items()
    if {part.op for part in in_order(surface.loss.slopes)} <= EXACT
]

needs_numba = pytest.mark.skipif(not find_spec("numba"), reason="numba is not installed")


class Asked(Compiler):
    """A compiler that remembers whether there was a loop when it was last asked."""

    there = False

    def ready(self, make: Callable[..., Any], *of: Any) -> Any:
        loop = super().ready(make, *of)
        self.there = loop is not None
        return loop


@pytest.fixture(scope="module")
def compiler() -> Iterator[Asked]:
    made = Asked()
    made.enable()
    yield made
    made.stop()


def points(
    surface: Surface, batch_size: int, replicas: int, factors: FloatArray | None = None
) -> list[FloatArray]:
    """Two epochs of each of `FACTORS`, as they come, an epoch after the other."""
    problem, rule = build_problem(surface, EXAMPLES), RULES[surface.id]
    found: list[FloatArray] = []
    for factor in FACTORS:
        plan = make_plan(
            examples=EXAMPLES,
            batch_size=batch_size,
            budget=Budget(epochs=2),
            learning_rate=factor * default_learning_rate(surface, rule),
            remainder="weight",
            lr_schedule=SCHEDULES[surface.id],
            restraint=RESTRAINTS[surface.id],
        )
        rngs = engine.generators(0, replicas)
        run = engine.descend(problem, plan, OPTIMIZERS[rule](), surface.start, rngs, factors)
        found += run
    return found


def check_equal(compiler: Asked, monkeypatch: pytest.MonkeyPatch, *asked: Any) -> None:
    """That points are the same before, while and after their loop is compiled."""
    monkeypatch.setattr(engine, "BLOCK", 1)  # an epoch at a time: what is kept goes on
    before = points(*asked)
    monkeypatch.setattr(native, "COMPILER", compiler)
    meanwhile = points(*asked)
    compiler.wait()
    after = points(*asked)
    assert compiler.there
    for once, again in ((before, meanwhile), (before, after)):
        for a, b in zip(once, again, strict=True):
            np.testing.assert_array_equal(a, b, strict=True)


@needs_numba
@pytest.mark.parametrize("name", SURFACES)
def test_a_path_is_the_same(name: str, compiler: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    check_equal(compiler, monkeypatch, SURFACES[name], 1, 1)


@needs_numba
@pytest.mark.parametrize("name", IN_TURN)
def test_a_path_of_small_batches_is_the_same(
    name: str, compiler: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_equal(compiler, monkeypatch, SURFACES[name], 3, 1)


@needs_numba
@pytest.mark.parametrize("name", EXACTLY[::2])
def test_replicas_are_the_same(name: str, compiler: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    several_rates = np.array([0.5, 1.0]) if SCHEDULES[name] == "constant" else None
    batch_size = 3 if SURFACES[name].affine else 1
    check_equal(compiler, monkeypatch, SURFACES[name], batch_size, 9, several_rates)


def test_shipped_formulas_alone_are_compiled(
    compiler: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader's own would take turns from others, however like a shipped one it is."""
    asked: list[object] = []
    monkeypatch.setattr(compiler, "ready", lambda *key: asked.append(key))
    monkeypatch.setattr(native, "COMPILER", compiler)
    points(SURFACES["bowl"], 1, 1)
    assert asked
    asked.clear()
    points(replace(SURFACES["bowl"]), 1, 1)
    assert not asked


def test_numba_is_imported_by_a_process_that_asks_for_it_alone() -> None:
    program = """
import sys
from app.science.engine import generators, run
from app.science.formulas.native import COMPILER
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.budget import Budget
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

problem = build_problem(SURFACES["bowl"], 1050)
plan = make_plan(examples=1050, batch_size=1, budget=Budget(epochs=2), learning_rate=0.1)
again = lambda: run(problem, plan, sgd(), (1.0, 1.0), generators(0, 1)).theta.tobytes()
first = again()
COMPILER.wait()
assert sys.modules.get("numba") is None
COMPILER.enable()
assert again() == first  # and it ends while that is compiled
"""
    for block in ("", "import sys; sys.modules['numba'] = None\n"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block + program],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiler]:
    """A compiler of anything, which needs no numba."""
    monkeypatch.setattr(native, "find_spec", lambda _: True)
    made = Compiler()
    made.enable()
    yield made
    made.stop()


def test_a_loop_that_cannot_be_compiled_is_told_of_once(
    line: Compiler, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise NotImplementedError

    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert line.ready(fails) is None
            line.wait()
    assert len(caplog.records) == 1


def test_a_numba_that_cannot_be_imported_is_told_of_once(
    line: Compiler, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: int) -> None:
        raise ImportError

    with caplog.at_level(logging.ERROR):
        for number in range(3):
            assert line.ready(fails, number) is None
            line.wait()
    assert len(caplog.records) == 1


def test_the_line_and_what_is_kept_are_bounded(
    line: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "WAITING", 3)
    monkeypatch.setattr(native, "KEPT", 2)
    go, made = Event(), []

    def make(number: int) -> Any:
        go.wait(PATIENCE)
        made.append(number)
        return lambda: number

    def ready(number: int) -> Any:
        loop = line.ready(make, number)
        return loop and loop()

    assert [ready(number) for number in (0, 1, 2, 3, 1)] == [None] * 5
    go.set()
    line.wait()
    assert made == [0, 1, 2]
    assert [ready(number) for number in (2, 1, 3)] == [2, 1, None]
    line.wait()  # now 2, which was used before 1, has made room
    assert [ready(number) for number in (1, 3, 2)] == [1, 3, None]


def test_what_waits_is_left_when_the_process_ends(line: Compiler) -> None:
    began, go, made = Event(), Event(), []

    def make(number: int) -> None:
        began.set()
        go.wait(PATIENCE)
        made.append(number)

    for number in range(3):
        line.ready(make, number)
    began.wait(PATIENCE)
    Timer(0.01, go.set).start()
    line.stop()
    line.wait()
    assert made == [0]
    line.enable()
    line.ready(make, 1)
    line.wait()
    assert made == [0, 1]
