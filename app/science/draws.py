"""What an epoch draws by lot: how often each example comes, how many a Poisson batch has."""

import math

import numpy as np
from scipy.special import bdtr

from app.science.arrays import FloatArray, IntArray
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.sampling import POISSON, SAMPLINGS, member_counts, poisson_epoch


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
    if sampling == POISSON and not plan.whole:
        return plan.examples - expected_missed(plan)
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


def expected_missed(plan: EpochPlan) -> float:
    """How many of N examples none of an epoch's Poisson batches is expected to have.

    N (1 − B/N)^K of K batches; none where B = N.
    """
    if plan.whole:
        return 0.0
    share = plan.batch_size / plan.examples
    return plan.examples * math.exp(plan.updates * math.log1p(-share))


def drawn_sizes(plan: EpochPlan, seed: int) -> tuple[IntArray, int]:
    """Sizes of the Poisson batches of the first epoch of a run's replica 0, and who missed it.

    Returns:
        The sizes, shape (K,), and how many examples are in none of them.
    """
    members = poisson_epoch(np.random.default_rng([seed, 0]), plan)
    sizes = member_counts(members, plan)
    return sizes, plan.examples - len(np.unique(members % plan.examples))


def expected_sizes(plan: EpochPlan, edges: IntArray) -> FloatArray:
    """How many of an epoch's K Poisson batches are expected to have so many examples.

    Binomial: K times the probability of ``edges[j]`` to ``edges[j + 1] − 1`` of N, at B/N each.

    >>> plan = EpochPlan(4, 1, poisson=True)
    >>> expected_sizes(plan, np.arange(6)) * 64
    array([ 81., 108.,  54.,  12.,   1.])

    Args:
        plan: the epoch.
        edges: increasing sizes, from 0.
    """
    below = np.clip(edges - 1, 0, plan.examples)
    cumulated = bdtr(below, plan.examples, plan.batch_size / plan.examples)
    return np.asarray(plan.updates * np.diff(np.where(edges > 0, cumulated, 0.0)))
