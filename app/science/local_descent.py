"""The steps of workers, and what is kept of where they were."""

from collections.abc import Callable

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.batches import Cut
from app.science.local_sgd import Apart, Workers
from app.science.restraint import Restraint
from app.science.rule import Optimizer, State

POINTS = 4000  # of the first replica's workers that are kept, all together


def descend_apart(
    gradient: Callable[[FloatArray, IntArray], FloatArray],
    batches: Cut,
    weights: FloatArray,
    rates: FloatArray,
    optimizer: Optimizer,
    restraint: Restraint,
    theta: FloatArray,
    state: State,
    workers: Workers,
    done: int,
) -> tuple[FloatArray, State]:
    """θ of each worker after each of a block's updates, before they are averaged.

    Args:
        gradient: the mean over examples of shape (B, ...) at θ, (P, ...).
        batches: the block's.
        weights: of the batches' gradients, shape (U,).
        rates: learning rates, shape (U,).
        optimizer: of which each worker has a state of its own.
        restraint: weight decay.
        theta: before the block, shape (P, W, R).
        state: the optimizer's; None before the first update.
        workers: theirs.
        done: updates before the block.

    Returns:
        Shape (P, U, W, R), and the state.
    """
    path = np.empty((len(theta), len(rates), *theta.shape[1:]))
    state = optimizer.init if state is None else state
    examples = batches.slices(batches.taken(theta.shape[2:]))
    for k, (batch, weight, rate) in enumerate(zip(examples, weights, rates, strict=False)):
        mean = weight * gradient(theta, workers.split(batch))
        step, state = optimizer.update(state, restraint.held(theta, mean), rate)
        path[:, k] = restraint.kept(rate) * theta + step
        theta = workers.met(path[:, k], done + k + 1)
    return path, state


class Log:
    """What is kept of workers while they run."""

    def __init__(self, workers: Workers, updates: int) -> None:
        self._measured = workers.measured(updates)
        self._room = POINTS // workers.count
        self._kept: list[FloatArray] = []
        self._squares: list[FloatArray] = []

    def mean(self, path: FloatArray, done: int) -> FloatArray:
        """The mean over workers, of shape (P, U, R), of the next of their points, (P, U, W, R)."""
        mean: FloatArray = path.mean(axis=2)
        self._kept.append(path[:, : self._room, :, 0].copy())
        self._room -= self._kept[-1].shape[1]
        here: IntArray = self._measured - done - 1
        here = here[(here >= 0) & (here < path.shape[1])]
        away = path[:, here] - mean[:, here, None]
        self._squares.append((away * away).sum(axis=0).mean(axis=1))
        return mean

    def apart(self, diverged_at: IntArray) -> Apart:
        """What there is, of a run whose replicas diverged at these updates, 0 for none."""
        squares = np.concatenate(self._squares)
        with np.errstate(invalid="ignore"):
            drift = np.sqrt(squares.sum(axis=0) / len(self._measured))
        kept = np.concatenate(self._kept, axis=1)
        return Apart(kept, np.where(diverged_at > 0, np.nan, drift))
