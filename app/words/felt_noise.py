"""The noise scale that an adaptive rule feels, and AdaScale's gain, in words with numbers."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.language.speech import clauses, listed, sentences
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.noise.adascale import SizeGains, adascale_gain
from app.science.noise.point import PointNoise
from app.science.noise.preconditioned import FeltScales
from app.words.caption import Caption
from app.words.noise import poisson_said, scale_said, size_said
from app.words.numbers import number

TIMES = 32  # batches for one, of which the gain is said


def felt_caption(felt: FeltScales, asked: Sequence[int]) -> Caption:
    """The noise scale of steps scaled by coordinate beside the plain one, at batch sizes."""
    noise = felt.noise
    if noise.stationary and noise.noiseless:
        return Caption(
            sentences(
                [
                    _("The full gradient is zero here, and so is every mini-batch's."),
                    _("The noise scale, 0/0, is undefined here."),
                ]
            ),
            [],
        )
    if felt.scales is None or noise.noise_scale is None:
        return Caption(
            _("The full gradient is zero here: no noise scale has a bound, plain or scaled."), []
        )
    return Caption(
        _(
            "The noise scale that RMSprop and Adam feel here is, in examples, {clauses}; plain SGD "
            "feels {plain}.",
            clauses=listed(_felt(felt, felt.scales, asked)),
            plain=scale_said(noise.noise_scale, noise.examples),
        ),
        [
            _(
                "They scale each coordinate by P = 1/(√ŝ + eps), eps their small constant, so what "
                "counts is tr PΣP/‖PG‖² in place of tr Σ/‖G‖²."
            ),
            _limits(noise),
            _(
                "Line: with ŝ at its mean while a rule stays at the point, E g_B² in each "
                "coordinate, exact; dots: with the mean square of {draws:,} drawn batches in its "
                "place. A run that moves arrives with an older ŝ.",
                draws=felt.draws,
            ),
            poisson_said(felt.poisson),
            _("Dashed: the plain noise scale; dotted: the batch size itself."),
        ],
    )


def _felt(felt: FeltScales, scales: FloatArray, asked: Sequence[int]) -> Iterator[str]:
    examples = felt.noise.examples
    for size, scale in zip(felt.batch_sizes.tolist(), scales.tolist(), strict=True):
        if size in asked:
            yield _(
                "{scale} with {size}",
                scale=scale_said(scale, examples),
                size=size_said(size, examples),
            )


def _limits(noise: PointNoise) -> str:
    """Between which means of the coordinates' own noise scales it lies."""
    slope, spread = noise.gradient**2, np.diag(noise.covariance)
    if not (np.all(slope > 0) and np.all(spread > 0)):
        return ""
    each = spread / slope
    said = [*each.tolist(), 2 / float(np.sum(1 / each)), float(each.mean())]
    first, second, harmonic, arithmetic = (scale_said(one, noise.examples) for one in said)
    return _(
        "By coordinate the noise scale is {first} and {second}. What is felt lies between their "
        "harmonic mean, {harmonic}, where ŝ is mostly the spread of examples, as of small "
        "batches, and their arithmetic mean, {arithmetic}, where it is mostly slope.",
        first=first,
        second=second,
        harmonic=harmonic,
        arithmetic=arithmetic,
    )


def gain_caption(noise: PointNoise, gains: Sequence[SizeGains], draws: int) -> Caption:
    """What S batches for one gain, at each batch size, and where the formula does not hold."""
    poisson = gains[0].poisson
    return Caption(
        _(
            "{times} batches for one are worth, in updates of one: {clauses}.",
            times=TIMES,
            clauses=clauses(_worth(noise, each) for each in gains),
        ),
        [
            _(
                "It is AdaScale's gain (σ² + μ²)/(σ²/S + μ²), with σ² = {variance} and μ² = ‖G‖², "
                "by which that rule multiplies plain SGD's learning rate: between 1, where a batch "
                "has no noise, and S, where it has no slope (Johnson et al. 2020, "
                "arXiv:2007.05105).",
                variance="(1/B − 1/N)(tr Σ + ‖G‖²)" if poisson else "tr Σ/B",
            ),
            _("There is no slope here: every gain is S.") if noise.stationary else "",
            _("There is no noise here: every gain is 1.")
            if noise.noiseless and not poisson
            else "",
            poisson_said(poisson),
            _(
                "Lines are exact; dots are quotients of the mean squares of {draws:,} gradients "
                "each, with 95 % intervals; dashed is S. It takes the batches to be independent.",
                draws=draws,
            ),
            _without(noise, gains),
        ],
    )


def _worth(noise: PointNoise, each: SizeGains) -> str:
    gain = float(adascale_gain(noise, each.batch_size, [TIMES], poisson=each.poisson)[0])
    return _(
        "{gain} with {size}", gain=number(gain, 3), size=size_said(each.batch_size, noise.examples)
    )


def _without(noise: PointNoise, gains: Sequence[SizeGains]) -> str:
    """The quotient where no example is drawn twice."""
    known = [
        (each, *each.largest)
        for each in gains
        if each.largest and _differs(each.largest[1], _formula(noise, each))
    ]
    if not known or noise.noiseless:
        return ""
    return _(
        "Drawn without replacement they are not, and it does not hold: the same quotient is "
        "{clauses}.",
        clauses=listed(
            _(
                "{exact} in place of {gain} for {batches:,} batches of {size:,}",
                exact=number(exact, 3),
                gain=number(_formula(noise, each), 3),
                batches=batches,
                size=each.batch_size,
            )
            for each, batches, exact in known
        ),
    )


def _formula(noise: PointNoise, each: SizeGains) -> float:
    """The gain at `SizeGains.largest`."""
    batches = each.largest[0] if each.largest else 1
    return float(adascale_gain(noise, each.batch_size, [batches])[0])


def _differs(one: float, another: float) -> bool:
    return number(one, 3) != number(another, 3)
