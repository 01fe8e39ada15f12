"""What a mini-batch can tell of its own gradient: tests and rules, each with its limits.

As in Cockpit (Schneider et al. 2021, arXiv:2102.06604), from the gradients of the update's own
batch. An instrument is refused where its theory does not hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.message import Message
from app.science.noise.batch_moments import BatchMoments
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.sampling import order_refusal

ROUNDING = 1e-12  # share of a variance along one direction that may be rounding alone

# (problem, plan, name of the optimizer) -> why there is nothing to read, or None.
Refusal: TypeAlias = Callable[[Problem, Plan, str], str | None]


@dataclass(frozen=True, kw_only=True)
class Instrument:
    r"""A number read off an update's batch, at least 0, and the rule that acts on it.

    Attributes:
        title: name for people.
        meaning: what it says, in one sentence.
        quantity: what is read, as an axis names it.
        formula: LaTeX; g is the batch's gradient, :math:`\hat\Sigma` the covariance of its
            examples' gradients with divisor B − 1. Written as with replacement: without it, 1/B
            is 1/B − 1/N where g stands beside G.
        source: the paper.
        threshold: at which the rule begins to act; None for the batch's own size.
        acts: on which side of it.
        verdict: what it then says.
        reading: how to read the value.
        undefined: at which updates there is none.
        measure: the values, shape (U,), not finite where undefined.
        refusal: why a whole run has none.
    """

    title: str
    meaning: str
    quantity: str
    formula: str
    source: str
    threshold: float | None
    acts: Literal["above", "below"] = "above"
    verdict: str = Message("a larger batch is asked for")
    reading: str
    undefined: str
    measure: Callable[[BatchMoments], FloatArray]
    refusal: Refusal

    def acted(self, values: FloatArray, sizes: IntArray) -> BoolArray:
        """Whether the rule acts on readings of batches of these sizes."""
        threshold = sizes if self.threshold is None else self.threshold
        return np.asarray(values > threshold if self.acts == "above" else values < threshold)


def norm_test(batches: BatchMoments) -> FloatArray:
    """√(tr Ĉ)/‖g‖, Ĉ the estimated covariance of g: the standard error of g over its length."""
    variance = np.trace(batches.sampling_covariance, axis1=1, axis2=2)
    return np.asarray(np.sqrt(variance / batches.squared_norm))


def inner_product_test(batches: BatchMoments) -> FloatArray:
    """√(g′Ĉg)/‖g‖²: the part of `norm_test` along g."""
    return _relative_error(batches, batches.gradient)


def orthogonality_test(batches: BatchMoments) -> FloatArray:
    """√(u′Ĉu)/‖g‖, u ⟂ g a unit vector: the part of `norm_test` across g."""
    return _relative_error(batches, batches.gradient[:, ::-1] * (-1, 1))


def cabs(batches: BatchMoments) -> FloatArray:
    """ε tr Σ̂/(L − L_min), in examples."""
    variance = np.trace(batches.covariance, axis1=1, axis2=2)
    return np.asarray(batches.learning_rate * variance / batches.excess_loss)


def early_stopping(batches: BatchMoments) -> FloatArray:
    """B/2 Σ_d g_d²/Σ̂_dd: about 1 for a gradient that is nothing but noise.

    The paper's criterion is 1 less this, and stops above 0.
    """
    variances = np.diagonal(batches.covariance, axis1=1, axis2=2)
    ratios = batches.gradient**2 / variances
    return np.asarray(batches.sizes / 2 * ratios.sum(axis=1))


def _relative_error(batches: BatchMoments, direction: FloatArray) -> FloatArray:
    """Standard error of g along vectors as long as g, over ‖g‖; NaN where it is but rounding."""
    variance = np.einsum("ud,ude,ue->u", direction, batches.sampling_covariance, direction)
    all_ways = np.trace(batches.sampling_covariance, axis1=1, axis2=2) * batches.squared_norm
    spread = np.where(variance > ROUNDING * all_ways, variance, np.nan)
    return np.asarray(np.sqrt(spread) / batches.squared_norm)


def _without_spread(problem: Problem, plan: Plan, optimizer: str) -> str | None:  # noqa: ARG001
    if plan.sizes.max() == 1:
        return Message("A batch of one example has no spread within it")
    if plan.skewed:
        return Message("In a mean of means the examples of an update do not all count the same")
    return None if plan.deterministic else order_refusal(plan.sampling)


def _without_sampling_error(problem: Problem, plan: Plan, optimizer: str) -> str | None:
    if plan.deterministic:
        return Message("The full batch's gradient is exact: there is no sampling error to test")
    return _without_spread(problem, plan, optimizer)


def _beside_plain_sgd(problem: Problem, plan: Plan, optimizer: str) -> str | None:
    if optimizer != "sgd":
        return Message(
            "It is a theory of plain SGD: a step of {optimizer} is more than its batch's gradient",
            optimizer=optimizer,
        )
    if plan.restraint:
        return Message(
            "It is a theory of plain SGD: with weight decay or clipping a step is another one"
        )
    return _without_spread(problem, plan, optimizer)


def _without_minimum(problem: Problem, plan: Plan, optimizer: str) -> str | None:
    if not problem.minima:
        return Message("The surface has no known minimum from which to measure the loss")
    return _beside_plain_sgd(problem, plan, optimizer)


UNTESTED = Message(
    "where the batch holds one example or all of them, its gradient is exactly 0, or the error is "
    "nothing but rounding"
)

INSTRUMENTS: dict[str, Instrument] = {
    "norm-test": Instrument(
        title="Norm test",
        meaning="How large the error of the batch's gradient is beside the gradient itself.",
        quantity="error of the gradient ÷ its length",
        formula=r"\sqrt{\operatorname{tr}\hat\Sigma / B}\;/\;\lVert g\rVert",
        source="Byrd, Chin, Nocedal and Wu 2012",
        threshold=0.9,
        reading="At most 0.9: the batch passes. Above: a larger one is asked for.",
        undefined=UNTESTED,
        measure=norm_test,
        refusal=_without_sampling_error,
    ),
    "inner-product-test": Instrument(
        title="Inner-product test",
        meaning="How uncertain the gradient is along itself: whether its step surely goes down.",
        quantity="error along the gradient ÷ its length",
        formula=r"\sqrt{g^\top\hat\Sigma\,g / B}\;/\;\lVert g\rVert^2",
        source="Bollapragada, Byrd and Nocedal 2017, arXiv:1710.11258",
        threshold=0.9,
        reading="At most 0.9: the batch passes. Above: a larger one is asked for.",
        undefined=UNTESTED,
        measure=inner_product_test,
        refusal=_without_sampling_error,
    ),
    "orthogonality-test": Instrument(
        title="Orthogonality test",
        meaning="How uncertain the gradient is across itself: how far off its direction may be.",
        quantity="error across the gradient ÷ its length",
        formula=(
            r"\sqrt{\left(\operatorname{tr}\hat\Sigma"
            r" - g^\top\hat\Sigma\,g/\lVert g\rVert^2\right) / B}\;/\;\lVert g\rVert"
        ),
        source="Bollapragada, Byrd and Nocedal 2017, arXiv:1710.11258",
        threshold=5.84,
        reading=(
            "At most 5.84, about the tangent of 80°: the batch passes. Above: a larger one is "
            "asked for."
        ),
        undefined=UNTESTED,
        measure=orthogonality_test,
        refusal=_without_sampling_error,
    ),
    "cabs": Instrument(
        title="CABS",
        meaning="The batch size whose noise is in balance with the loss still to be gained.",
        quantity="batch size asked for, examples",
        formula=r"\varepsilon\,\operatorname{tr}\hat\Sigma\;/\;(L - L_{\min})",
        source="Balles, Romero and Hennig 2017, arXiv:1612.05086",
        threshold=None,
        reading=(
            "Above the batch's own size (dotted): a larger one is asked for. The rule takes a "
            "batch's examples for independent draws, and the least loss for 0; here the loss is "
            "measured from the lowest known minimum."
        ),
        undefined=(
            "where the batch holds one example, its examples' gradients are the same to rounding, "
            "or the loss is not above the minimum"
        ),
        measure=cabs,
        refusal=_without_minimum,
    ),
    "early-stopping": Instrument(
        title="Early-stopping criterion",
        meaning="Whether the batch's gradient can be told from noise about 0.",
        quantity="gradient² ÷ its variance",
        formula=r"\frac{B}{2} \sum_{d=0}^{1} \frac{g_d^2}{\hat\Sigma_{dd}}",
        source="Mahsereci, Balles, Lassner and Hennig 2017, arXiv:1703.09580",
        threshold=1.0,
        acts="below",
        verdict="stop",
        reading=(
            "Below 1: the gradient is no larger than noise alone would make it, so stop (the "
            "paper's criterion, 1 minus this, is then above 0). Of the full batch, too: its "
            "examples are taken for a sample of more to come."
        ),
        undefined=(
            "where the batch holds one example, or a component's values within it are the same to "
            "rounding"
        ),
        measure=early_stopping,
        refusal=_beside_plain_sgd,
    ),
}
