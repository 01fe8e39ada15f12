"""Loops made of formulas, beside a plain one that calls gradient and rule."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from app.science.formulas.body import Batches, Body
from app.science.formulas.compiled import function
from app.science.formulas.formula import Formula
from app.science.formulas.loops import array_loop, float_loop
from app.science.formulas.update import RATE, WEIGHT, WEIGHTS, traced, unpacked
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.rule import Optimizer

UPDATES, BATCH, REPLICAS = 5, 3, 4
# A surface of each kind: its features, roots and waves, a power, what overflows nowhere, log1p.
KINDS = ("ackley", "rosenbrock", "logistic", "tanh-neuron", "robust-line")
LOSSES = {name: SURFACES[name].loss for name in KINDS}
LOSSES |= {f"{s.id}, features": s.affine.loss for s in [SURFACES["least-squares"]] if s.affine}
# Numbers of an update come in alike whatever the rule: all four ways in one, both at once in all.
EACH = [(), (RATE,), (WEIGHT,), (WEIGHT, RATE)]


def begun(optimizer: Optimizer, start: Sequence[Any], shape: tuple[int, ...]) -> tuple[Any, Any]:
    """The update's formulas, and its values before the first."""
    init = unpacked(optimizer.init)
    update = traced(optimizer.formula, tuple(optimizer.hyperparameters), len(init))
    values = dict(zip(WEIGHTS, start, strict=True))
    for names in update.kept:
        for name, value in zip(names, init, strict=True):
            values[name] = np.full(shape, value) if shape and name in update.laned else value
    return update, [values[name] for name in update.next]


def plain(
    gradient: Callable[..., tuple[Any, Any]],
    optimizer: Optimizer,
    start: Sequence[Any],
    batches: Sequence[Any],
    each: dict[str, Any],
) -> Any:
    """w0 and w1 after each update."""
    weights, states, path = list(start), [optimizer.init] * 2, []
    for i, batch in enumerate(batches):
        mean = gradient(*weights, batch)
        for k, g in enumerate(mean):
            step, states[k] = optimizer.update(
                states[k], each[WEIGHT][i] * g if WEIGHT in each else g,
                each[RATE][i] if RATE in each else 0.05,
            )  # fmt: skip
            weights[k] = weights[k] + step
        path.append(list(weights))
    return path


def beside(each: tuple[str, ...]) -> dict[str, Any]:
    rng = np.random.default_rng(5)
    return {name: rng.uniform(0.02, 0.1, UPDATES) for name in each}


def given_for(optimizer: Optimizer, each: tuple[str, ...]) -> list[float]:
    return [*optimizer.hyperparameters.values(), *([] if RATE in each else [0.05])]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("rule", OPTIMIZERS)
@pytest.mark.parametrize("batches", ["none", "arrays"])
def test_arrays(name: str, rule: str, batches: Batches) -> None:
    loss, optimizer = LOSSES[name], OPTIMIZERS[rule]()
    rng = np.random.default_rng(1)
    start = [*rng.uniform(-0.5, 0.5, (2, REPLICAS))]
    shape = (UPDATES, *([BATCH] if batches == "arrays" else []), REPLICAS)
    inputs = rng.uniform(-1, 1, (len(loss.needed), *shape))

    def mean(w0: Any, w1: Any, batch: Any) -> Any:
        slopes = loss.gradient(w0, w1, batch)
        return slopes if batches == "none" else [np.add.reduce(g, axis=0) / BATCH for g in slopes]

    for each in EACH if rule == "momentum" else EACH[-1:]:
        more = beside(each)
        update, values = begun(optimizer, start, (REPLICAS,))
        path = np.full((2, UPDATES, REPLICAS), np.nan)
        run = array_loop(Body(loss.slopes, loss.needed, update, each, batches))
        run(
            [*inputs, *(v[:, None] for v in more.values())],
            values,
            given_for(optimizer, each),
            path,
        )
        expected = plain(mean, optimizer, start, [*inputs.swapaxes(0, 1)], more)
        np.testing.assert_array_equal(path.swapaxes(0, 1), expected)
        # What it leaves is where the next block begins.
        np.testing.assert_array_equal(
            dict(zip(update.next, values, strict=True))["w0"], path[0, -1]
        )


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("rule", OPTIMIZERS)
@pytest.mark.parametrize("batches", ["none", "lists", "arrays"])
def test_floats(name: str, rule: str, batches: Batches) -> None:
    loss, optimizer = LOSSES[name], OPTIMIZERS[rule]()
    rng = np.random.default_rng(2)
    start = rng.uniform(-0.5, 0.5, 2).tolist()
    inputs = rng.uniform(-1, 1, (len(loss.needed), UPDATES, BATCH))
    taken, rows = _rows(loss, inputs, batches)
    for each in EACH if rule == "momentum" else EACH[-1:]:
        more = beside(each)
        update, values = begun(optimizer, start, ())
        run = float_loop(Body(loss.slopes, loss.needed, update, each, batches))
        beside_ = [v.tolist() for v in more.values()]
        found = [*run([*rows, *beside_], values, given_for(optimizer, each))]
        assert {type(w) for w in found} == {float}
        expected = plain(_mean(loss, batches), optimizer, start, taken, more)
        # A root is the library's power of a half elsewhere: its last bit may be another.
        near = 1e-12 if OPTIMIZERS[rule].adaptive else 0
        np.testing.assert_allclose(np.reshape(found, (-1, 2)), expected, rtol=near, atol=near)
        assert [dict(zip(update.next, values, strict=True))[w] for w in WEIGHTS] == found[-2:]


def _rows(loss: Formula, inputs: Any, batches: Batches) -> tuple[list[Any], list[Any]]:
    """An update's batches as the plain loop has them, and as the loop takes them."""
    if batches == "none":
        return inputs[:, :, 0].T.tolist(), inputs[:, :, 0].tolist()
    if batches == "arrays":
        return [*inputs.swapaxes(0, 1)], [*inputs]
    examples = inputs.transpose(1, 2, 0).tolist()
    assert len(examples[0][0]) == len(loss.needed)
    return examples, [examples]


def _mean(loss: Formula, batches: Batches) -> Callable[..., Any]:
    on_floats = function((*WEIGHTS, *loss.needed), loss.slopes, "python")

    def of_one(w0: float, w1: float, example: Any) -> Any:
        return on_floats(w0, w1, *example)

    def of_list(w0: float, w1: float, batch: Any) -> Any:
        sums = [0.0, 0.0]
        for example in batch:
            for k, g in enumerate(of_one(w0, w1, example)):
                sums[k] += g
        return [total / len(batch) for total in sums]

    def of_arrays(w0: float, w1: float, batch: Any) -> Any:
        return [float(np.add.reduce(g) / BATCH) for g in loss.gradient(w0, w1, batch)]

    return {"none": of_one, "lists": of_list, "arrays": of_arrays}[batches]


def test_floats_end_where_a_formula_has_no_value() -> None:
    """The cosine of what has overflowed; nothing goes on from there."""
    loss, optimizer = SURFACES["rastrigin"].loss, OPTIMIZERS["sgd"]()
    update, values = begun(optimizer, (1.0, 1.0), ())
    run = float_loop(Body(loss.slopes, loss.needed, update, (), "none"))
    found = [*run([[0.0] * 50, [0.0] * 50], values, [1e60])]
    assert 2 <= len(found) < 100
    assert np.isfinite(found[:2]).all()
    assert np.isnan([dict(zip(update.next, values, strict=True))[w] for w in WEIGHTS]).all()


def test_a_loop_is_made_once() -> None:
    loss = SURFACES["bowl"].loss
    update, _ = begun(OPTIMIZERS["adam"](), (0.0, 0.0), ())
    for make in (float_loop, array_loop):
        body = [Body(loss.slopes, loss.needed, update, (RATE,), "none") for _ in range(2)]
        made = [*map(make, body)]
        assert made[0] is made[1]
