"""Drawn with replacement: how often each example of an epoch comes."""

import math

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.sampling import SAMPLINGS, EpochPlan


def drawn_times(plan: EpochPlan, seed: int) -> IntArray:
    """How often each example comes in the first epoch of a run's replica 0, shape (N,).

    Args:
        plan: the epoch; what its remainder leaves out is not drawn.
        seed: of the run.
    """
    draws = next(SAMPLINGS["with-replacement"](np.random.default_rng([seed, 0]), plan.examples))
    return np.bincount(draws[: plan.examples_used], minlength=plan.examples)


def expected_distinct(plan: EpochPlan, sampling: str) -> float:
    """How many different examples an epoch is expected to draw."""
    if sampling != "with-replacement":
        return plan.examples_used
    return plan.examples - float(expected_times(plan.examples, plan.examples_used, 0)[0])


def expected_times(examples: int, draws: int, most: int) -> FloatArray:
    """How many of N examples are expected to come 0, 1, … ``most`` times in n draws.

    Binomial: N · C(n, k) · N⁻ᵏ · (1 − 1/N)ⁿ⁻ᵏ, of which about N/e come never where n = N.

    >>> expected_times(4, 4, 4) * 64
    array([ 81., 108.,  54.,  12.,   1.])

    Args:
        examples: N, at least 2.
        draws: n.
        most: the last k.

    Raises:
        ParameterError: fewer than 2 examples.
    """
    if examples < 2:
        raise ParameterError("examples", examples, "an integer of at least 2")
    times = np.arange(most)
    steps = (draws - times) / (times + 1) / (examples - 1)
    never = examples * math.exp(draws * math.log1p(-1 / examples))
    return never * np.cumprod(np.append(1.0, steps))
