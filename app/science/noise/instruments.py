"""What a mini-batch can tell of its own gradient: tests and rules, each with its limits.

As in Cockpit (Schneider et al. 2021, arXiv:2102.06604), from the gradients of the update's own
batch. An instrument is refused where its theory does not hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from app.science.message import Message
from app.science.noise.samples import Samples
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.problems.surface import FloatArray

# (problem, plan, name of the optimizer) -> why there is nothing to read, or None.
Refusal: TypeAlias = Callable[[Problem, Plan, str], str | None]


@dataclass(frozen=True, kw_only=True)
class Instrument:
    r"""A number read off an update's batch.

    Attributes:
        title: name for people.
        meaning: what it says, in one sentence.
        formula: LaTeX; g is the batch's gradient, :math:`\hat\Sigma` the covariance of its
            examples' gradients with divisor B − 1.
        source: the paper.
        threshold: where to draw a line, None where there is none.
        reading: how to read the value.
        undefined: at which updates there is none.
        measure: the values, shape (U,), not finite where undefined.
        refusal: why a whole run has none.
    """

    title: str
    meaning: str
    formula: str
    source: str
    threshold: float | None
    reading: str
    undefined: str
    measure: Callable[[Samples], FloatArray]
    refusal: Refusal


def norm_test(samples: Samples) -> FloatArray:
    """√(tr Σ̂/B)/‖g‖: the standard error of g over its length."""
    variance = np.trace(samples.sampling_covariance, axis1=1, axis2=2)
    return np.asarray(np.sqrt(variance / samples.squared_norm))


def inner_product_test(samples: Samples) -> FloatArray:
    """√(g′Σ̂g/B)/‖g‖²: the part of `norm_test` along g."""
    return _relative_error(samples, samples.gradient)


def orthogonality_test(samples: Samples) -> FloatArray:
    """√(u′Σ̂u/B)/‖g‖, u ⟂ g a unit vector: the part of `norm_test` across g."""
    return _relative_error(samples, samples.gradient[:, ::-1] * (-1, 1))


def cabs(samples: Samples) -> FloatArray:
    """ε tr Σ̂/(L − L_min), in examples."""
    variance = np.trace(samples.covariance, axis1=1, axis2=2)
    return np.asarray(samples.learning_rate * variance / samples.excess_loss)


def early_stopping(samples: Samples) -> FloatArray:
    """1 − B/2 Σ_d g_d²/Σ̂_dd: near 0 for a gradient that is nothing but noise."""
    variances = np.diagonal(samples.covariance, axis1=1, axis2=2)
    ratios = samples.gradient**2 / variances
    return np.asarray(1 - samples.sizes / 2 * ratios.sum(axis=1))


def _relative_error(samples: Samples, direction: FloatArray) -> FloatArray:
    """Standard error of g along vectors as long as g, over ‖g‖."""
    variance = np.einsum("ud,ude,ue->u", direction, samples.sampling_covariance, direction)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)) / samples.squared_norm)


def _without_spread(problem: Problem, plan: Plan, optimizer: str) -> str | None:  # noqa: ARG001
    if plan.sizes.max() == 1:
        return Message("A batch of one example has no spread within it")
    return None


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
    return _without_spread(problem, plan, optimizer)


def _without_minimum(problem: Problem, plan: Plan, optimizer: str) -> str | None:
    if not problem.minima:
        return Message("The surface has no known minimum from which to measure the loss")
    return _beside_plain_sgd(problem, plan, optimizer)


UNTESTED = Message("where the batch holds one example or all of them, or its gradient is exactly 0")

INSTRUMENTS: dict[str, Instrument] = {
    "norm-test": Instrument(
        title="Norm test",
        meaning="How large the error of the batch's gradient is beside the gradient itself.",
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
        formula=(
            r"\sqrt{\left(\operatorname{tr}\hat\Sigma"
            r" - g^\top\hat\Sigma\,g/\lVert g\rVert^2\right) / B}\;/\;\lVert g\rVert"
        ),
        source="Bollapragada, Byrd and Nocedal 2017, arXiv:1710.11258",
        threshold=5.84,
        reading="At most 5.84, the tangent of 80°: the batch passes.",
        undefined=UNTESTED,
        measure=orthogonality_test,
        refusal=_without_sampling_error,
    ),
    "cabs": Instrument(
        title="CABS",
        meaning="The batch size whose noise is in balance with the loss still to be gained.",
        formula=r"\varepsilon\,\operatorname{tr}\hat\Sigma\;/\;(L - L_{\min})",
        source="Balles, Romero and Hennig 2017, arXiv:1612.05086",
        threshold=None,
        reading=(
            "Above the run's own batch size: a larger one is asked for. The rule takes the least "
            "loss for 0; here the loss is measured from the lowest known minimum."
        ),
        undefined="where the batch holds one example, or the loss is not above the minimum",
        measure=cabs,
        refusal=_without_minimum,
    ),
    "early-stopping": Instrument(
        title="Early-stopping criterion",
        meaning="Whether the batch's gradient can be told from noise about 0.",
        formula=r"1 - \frac{B}{2} \sum_{d=0}^{1} \frac{g_d^2}{\hat\Sigma_{dd}}",
        source="Mahsereci, Balles, Lassner and Hennig 2017, arXiv:1703.09580",
        threshold=0.0,
        reading=(
            "Above 0: the gradient is indistinguishable from noise, so stop. Of the full batch, "
            "too: its examples are then taken for a sample of more to come."
        ),
        undefined="where the batch holds one example, or a component has no spread within it",
        measure=early_stopping,
        refusal=_beside_plain_sgd,
    ),
}
