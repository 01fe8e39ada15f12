"""Every rule's update as formulas: what the rule itself makes of numbers, to the last bit."""

from typing import Any

import numpy as np
import pytest

from app.science.formulas.compiled import function
from app.science.formulas.graph import known, symbol, symbols
from app.science.formulas.update import (
    GRADIENT,
    RATE,
    WEIGHTS,
    Update,
    packed,
    traced,
    unpacked,
)
from app.science.optimizers import OPTIMIZERS
from app.science.rule import Optimizer

EVERY = pytest.mark.parametrize("name", OPTIMIZERS)


def update_of(optimizer: Optimizer) -> Update:
    kept = len(unpacked(optimizer.init))
    return traced(optimizer.formula, tuple(optimizer.hyperparameters), kept)


@EVERY
def test_it_is_the_rule_itself(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    update = update_of(optimizer)
    arguments = (*update.next, *GRADIENT, RATE, *update.hyperparameters)
    step = function(arguments, tuple(update.next.values()))
    rng = np.random.default_rng(0)
    # Arrays of numpy, whose power of a half is a root, as it is in the formulas.
    weights: list[Any] = [*rng.standard_normal((2, 5))]
    states = [optimizer.init, optimizer.init]
    kept = {
        n: v for names in update.kept for n, v in zip(names, unpacked(optimizer.init), strict=True)
    }
    values: list[Any] = [dict(zip(WEIGHTS, weights, strict=True), **kept)[n] for n in update.next]
    for rate in (0.1, 0.1, 0.03, 0.2):
        gradient = rng.standard_normal((2, 5))
        values = [*step(*values, *gradient, rate, *optimizer.hyperparameters.values())]
        for i, g in enumerate(gradient):
            moved, states[i] = optimizer.update(states[i], g, rate)
            weights[i] = weights[i] + moved
        now = dict(zip(update.next, values, strict=True))
        for i, weight in enumerate(WEIGHTS):
            np.testing.assert_array_equal(now[weight], weights[i])
            for named, expected in zip(update.kept[i], unpacked(states[i]), strict=True):
                np.testing.assert_array_equal(now[named], expected)


@EVERY
def test_what_no_gradient_changes_is_kept_once(name: str) -> None:
    update = update_of(OPTIMIZERS[name]())
    assert len(set(update.next)) == len(update.next)
    shared = set(update.kept[0]) & set(update.kept[1])
    for each in shared:
        assert {*symbols(update.next[each])} <= {each, *update.hyperparameters}
    assert update.laned == {*WEIGHTS, *update.kept[0], *update.kept[1]} - shared
    assert len(shared) == (2 if name == "adam" else 0)


@EVERY
def test_a_gradient_in_its_place(name: str) -> None:
    update = update_of(OPTIMIZERS[name]())
    a = symbol("a")
    found = update.of([a, a * 2])
    assert list(found) == list(update.next)
    assert not {*GRADIENT} & {*symbols(*found.values())}
    assert "a" in {*symbols(found["w0"])} & {*symbols(found["w1"])}


def test_made_once_for_all_hyperparameters() -> None:
    assert update_of(OPTIMIZERS["momentum"](momentum=0.5)) is update_of(OPTIMIZERS["momentum"]())


def test_states_of_none_one_and_several() -> None:
    for state in (None, 0.5, (0.5, 1.0)):
        assert packed(unpacked(state)) == state


def test_a_state_that_stays() -> None:
    """A rule may answer a number for what it keeps."""
    update = traced(lambda s, g, rate: (-rate * g * s, 1.0), (), 1)
    assert known(update.next["s0"]) == 1
    assert update.kept == (("s0",), ("s0",))
