"""How far directions differ: of mini-batches from the full gradient, of a step from the last."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure
from app.figures.noise.ridges import ridges_figure, say_instead
from app.language.speech import gettext as _
from app.science.comparison import Run
from app.science.noise.cloud import Cloud
from app.science.noise.directions import BatchAngles, angles, turning_angles
from app.science.noise.point import PointNoise
from app.words.noise_captions import angles_caption
from app.words.run_noise import turning_caption


def angles_figure(noise: PointNoise, clouds: Sequence[Cloud], theme: str) -> Figure:
    """The angle of each draw to the full gradient.

    At a stationary point the angle is undefined, and the figure says so instead.
    """
    ridges = []
    for cloud in clouds:
        directed = cloud.gradients[np.any(cloud.gradients != 0, axis=1)]
        degrees = directed[:0, 0] if noise.stationary else angles(directed, noise.gradient)
        ridges.append(BatchAngles(cloud.batch_size, degrees))
    figure = ridges_figure(
        ridges,
        noise.examples,
        theme,
        title=_("angle to the full gradient"),
        beyond=_("uphill"),
        caption=angles_caption(noise, clouds),
    )
    if noise.stationary:
        say_instead(figure, _("The full gradient is zero here:<br>there is no angle to it"))
    return figure


def turning_figure(runs: Sequence[Run], theme: str) -> Figure:
    """The angle of each update's step to the step before it, along whole runs."""
    ridges = [
        BatchAngles(run.batch_size, turning_angles(np.hstack([run.paths.w0, run.paths.w1])))
        for run in runs
    ]
    # A run of n steps has n − 1 angles, unless some of the steps have no direction.
    made = [run.length(0) - 1 for run in runs]
    left_out = sum(
        steps - 1 - len(ridge.degrees)
        for steps, ridge in zip(made, ridges, strict=True)
        if steps > 1
    )
    return ridges_figure(
        ridges,
        runs[0].problem.size,
        theme,
        title=_("angle to the step before"),
        beyond=_("turned back"),
        caption=turning_caption(runs, ridges, left_out),
        replica=0,
    )
