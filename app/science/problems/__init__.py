"""The surfaces: an explicit registry, a surface or a family of them a file."""

from app.science.problems import (
    ackley,
    beale,
    bowl,
    himmelblau,
    least_squares,
    linear_network,
    logistic,
    rastrigin,
    ravine,
    robust_line,
    rosenbrock,
    saddle,
    sine_fit,
    six_hump_camel,
    styblinski_tang,
    tanh_neuron,
    two_wells,
)
from app.science.problems.surface import Surface

SURFACES: dict[str, Surface] = {
    surface.id: surface
    for surface in (
        least_squares.STANDARDISED,
        least_squares.RAW,
        logistic.OVERLAPPING,
        logistic.SEPARABLE,
        tanh_neuron.TANH_NEURON,
        linear_network.LINEAR_NETWORK,
        sine_fit.SINE_FIT,
        robust_line.ROBUST_LINE,
        two_wells.TWO_WELLS,
        bowl.BOWL,
        ravine.RAVINE,
        rosenbrock.ROSENBROCK,
        himmelblau.HIMMELBLAU,
        beale.BEALE,
        six_hump_camel.SIX_HUMP_CAMEL,
        rastrigin.RASTRIGIN,
        ackley.ACKLEY,
        styblinski_tang.STYBLINSKI_TANG,
        saddle.SADDLE,
    )
}
