"""Runs whose sharpness and noise are planted rather than trained."""

from dataclasses import replace
from typing import Any

import numpy as np

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.networks.measured import Measured
from app.science.networks.recorded import recorded
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Scores, Trained
from app.science.planning import make_plan
from app.science.rule import Chosen

EXAMPLES, UPDATES, RATE = 200, 800, 0.5
MARKS = len(recorded(UPDATES)[1])


def planted(
    batch_size: int,
    sharpness: FloatArray,
    *,
    accuracy: float = 0.9,
    loss: float = 0.1,
    diverged: int = 0,
    updates: int = UPDATES,
    felt: bool = False,
    **measured: FloatArray,
) -> SizeRuns:
    """Runs of a batch size with a sharpness, broadcast to (M, R), and what else was measured.

    The first ``diverged`` replicas have nothing from the middle on.
    """
    record, marks = recorded(updates)
    sharpness = np.broadcast_to(sharpness, (len(marks), np.shape(sharpness)[-1])).copy()
    replicas = sharpness.shape[1]
    fields: dict[str, FloatArray] = {
        "sharpness": sharpness,
        "squared_norm": np.ones_like(sharpness),
        "trace": np.full_like(sharpness, 50.0),
        "noise_scale": np.full_like(sharpness, 50.0),
        "share": np.full_like(sharpness, 0.25),
        "felt": np.full_like(sharpness, 70.0 if felt else np.nan),
        "estimate": np.full_like(sharpness, 55.0),
        "low": np.full_like(sharpness, 40.0),
        "high": np.full_like(sharpness, 80.0),
    } | {name: np.broadcast_to(each, sharpness.shape).copy() for name, each in measured.items()}
    for each in fields.values():
        each[len(marks) // 2 :, :diverged] = np.nan
    scores = Scores(*(np.full((len(record), replicas), value) for value in [loss, accuracy] * 3))
    for each in scores:
        each[len(record) // 2 :, :diverged] = np.nan
    gone = np.where(np.arange(replicas) < diverged, updates // 2, 0)
    weights = np.zeros((len(marks), replicas, 1))
    scaling = weights + 1 if felt else None
    trained = Trained(
        record, scores, marks, weights, np.zeros((len(record), 1)), gone, scaling=scaling
    )
    plan = make_plan(
        examples=EXAMPLES,
        batch_size=batch_size,
        budget=Budget(updates=updates),
        learning_rate=RATE,
    )
    return SizeRuns(plan, trained, Measured(**fields))


def rated(size: SizeRuns, **more: Any) -> SizeRuns:
    """The same with another sampling, schedule or scaling."""
    budget = Budget(updates=size.plan.updates)
    plan = make_plan(
        examples=EXAMPLES, batch_size=size.batch_size, budget=budget, learning_rate=RATE, **more
    )
    return replace(size, plan=plan)


def beside(
    *sizes: SizeRuns, optimizer: str | tuple[str, ...] = "sgd", loss: str = "squared"
) -> NetworkRuns:
    """Runs of several batch sizes, by an update rule or by one after the other of several."""
    rules = (optimizer,) if isinstance(optimizer, str) else optimizer
    made = (
        replace(size, rule=Chosen(rule, _hyperparameters(rule), alone=len(rules) == 1))
        for rule in rules
        for size in sizes
    )
    return NetworkRuns(NetworkSpec(loss=loss), 0, tuple(made))


def _hyperparameters(optimizer: str) -> dict[str, float]:
    return {"momentum": 0.9} if optimizer in ("momentum", "nesterov") else {}
