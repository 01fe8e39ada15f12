"""The log of a small network's own run, with the exact noise scale beside it."""

import json
import math
from collections.abc import Iterator

import numpy as np

from app.science.arrays import IntArray
from app.science.errors import ParameterError
from app.science.logged.log import ORDERED, WITH_REPLACEMENT, Header, Log
from app.science.logged.reading import FORMAT, VERSION, LogStep, stacked
from app.science.logged.windows import LEAST_STEPS, MOST_WINDOWS
from app.science.message import Message
from app.science.networks.gradient_noise import gradient_noise, gradient_squares
from app.science.networks.training import Training, descend
from app.science.sampling import BALANCED, INDEPENDENT, Labels, class_shares

MOST_LOGGED = LEAST_STEPS * MOST_WINDOWS  # steps
EXACT = 4  # every so many logged steps is measured exactly, too; each that has all examples itself


def log_run(training: Training) -> Log:
    """One replica's log: each logged batch's examples are its parts.

    Batches of one example tell nothing and are left out. The run is logged up to its divergence.

    Args:
        training: of one replica.

    Raises:
        ParameterError: a batch size of 1, or a run that diverges before its first logged step; as
            `NetworkSpec.split`.
    """
    plan, network = training.plan, training.spec.network
    if plan.batch_size < 2:
        raise ParameterError("batch_size", plan.batch_size, "an integer of at least 2")
    rows = training.spec.stacked("train", training.replicas)
    rows = rows.of(slice(0, 1))
    theta = np.stack([training.spec.weights(r) for r in training.replicas])
    gone = np.zeros(1, dtype=np.int64)
    every = math.ceil(plan.updates / MOST_LOGGED)
    labels = rows.labels.reshape(-1)  # of the one replica
    shares = class_shares(labels) if plan.sampling == BALANCED else None
    steps: list[LogStep] = []
    batches = _batches(training, labels)
    descent = descend(training, training.replicas, rows, theta, gone)
    for update, (batch, _) in enumerate(zip(batches, descent, strict=False)):
        if gone[0]:
            break
        if update % every or len(batch) < 2:
            continue
        some = rows.taken(batch)
        squares = gradient_squares(network, theta, some)
        exact = (math.nan, math.nan)
        mean_square, square = float(squares.each[0].mean()), float(squares.mean[0])
        if len(batch) == rows.size and plan.sampling not in INDEPENDENT:
            exact = square, max(mean_square - square, 0.0)
        elif not len(steps) % EXACT:
            noise = gradient_noise(network, theta, rows, shares)
            exact = float(noise.squared_norm[0]), float(noise.trace[0])
        steps.append(
            LogStep(
                step=update,
                examples=len(batch),
                parts=len(batch),
                mean_part_norm=mean_square,
                norm=square,
                loss=float(network.losses(theta, some)[0].mean()),
                lr=float(plan.rates[update]),
                gradient_squared=exact[0],
                noise_trace=exact[1],
            )
        )
    if not steps:
        allowed = Message("one with which a batch of two examples is seen before the run diverges")
        raise ParameterError("learning_rate", plan.learning_rate, allowed)
    notes = (WITH_REPLACEMENT,) if plan.sampling in INDEPENDENT else ()
    if plan.sampling in ORDERED and not plan.deterministic:
        notes = (plan.sampling,)
    header = Header("batchscape", training.optimizer, "examples", notes, plan.examples)
    return Log(header, stacked(range(2, len(steps) + 2), steps, 1))


def written(log: Log) -> str:
    """A log as JSON lines, its parts not told apart; what is not known is left out."""
    header, steps = log.header, log.steps
    first = {"format": FORMAT, "version": VERSION, **vars(header)}
    lines = [json.dumps(first)]
    for k in range(len(steps.step)):
        single = header.parts == "examples"
        c, m = int(steps.examples[k]), int(steps.parts[k])
        line = {"step": int(steps.step[k]), "examples": [c] if single else _equal(c, m)}
        told = {
            name: float(getattr(steps, name)[k])
            for name in ("mean_part_norm", "norm", "loss", "lr", "gradient_squared", "noise_trace")
        }
        lines.append(json.dumps(line | {n: v for n, v in told.items() if math.isfinite(v)}))
    return "\n".join(lines) + "\n"


def _equal(examples: int, parts: int) -> list[int]:
    """Examples in parts as equal as they can be."""
    return [examples // parts + (k < examples % parts) for k in range(parts)]


def _batches(training: Training, labels: Labels) -> Iterator[IntArray]:
    """The examples of each update, in the order in which `descend` takes them."""
    plan = training.plan
    rng = np.random.default_rng([training.seed, training.replicas.start])
    orders = plan.orders(rng, labels)
    update = 0
    for epoch in plan.epochs:
        order = next(orders)
        for start, size in zip(epoch.starts.tolist(), epoch.sizes.tolist(), strict=True):
            if update == plan.updates:
                return
            yield order[start : start + size]
            update += 1
