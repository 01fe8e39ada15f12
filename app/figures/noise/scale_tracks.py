"""The noise scale along a run: exact, and as two batches of the run itself estimate it."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.noise.scale_tracks import Track
from app.words.numbers import batch_size_label
from app.words.run_noise import along_caption, most_said


def along_figure(tracks: Sequence[Track], theme: str) -> Figure:
    """tr Σ/‖G‖² against epochs, log scale; a dotted line at each batch size itself.

    Where a run's line is above its own batch size, a batch has more noise than gradient. Diamonds
    are the two-batch estimates; dashed is what they are of under the run's sampling. The axis ends
    at `most_said`, as towards a minimum the full batch's has no bound.
    """
    colours = THEMES[theme]
    examples = tracks[0].run.problem.size
    traces: list[Part] = []
    for track in tracks:
        size = track.run.batch_size
        colour = colours.batch_size(size, examples)
        label = batch_size_label(size, examples)
        traces.append(
            scatter(
                x=track.epoch[[0, -1]],
                y=[size, size],
                mode="lines",
                line={"width": 1.5, "color": colour, "dash": "dot"},
                name=_("{label} itself", label=label),
                hoverinfo="name",
                meta={"role": "batch size", "batch_size": size, "scenery": True},
            )
        )
        traces.append(
            scatter(
                x=track.epoch.astype(np.float32),
                y=track.noise.noise_scale.astype(np.float32),
                mode="lines",
                line={"width": 1.6, "color": colour},
                name=label,
                hovertemplate=_("epoch %{x:.2f}<br>noise scale %{y:.3~s}"),
                meta={"role": "noise scale", "batch_size": size, "replica": 0},
            )
        )
        if track.pairs:
            traces.append(
                scatter(
                    x=track.pairs_epoch,
                    y=track.targets,
                    mode="lines",
                    line={"width": 1.2, "color": colour, "dash": "dash"},
                    opacity=0.8,
                    name=_("{label}, target of the estimate", label=label),
                    hoverinfo="name",
                    meta={"role": "target", "batch_size": size, "replica": 0},
                )
            )
            traces.append(
                scatter(
                    x=track.pairs_epoch,
                    y=[estimate.noise_scale for estimate in track.estimates],
                    mode="markers",
                    marker={"symbol": "diamond", "size": 7, "color": colour},
                    name=_("{label}, estimated", label=label),
                    customdata=[
                        [estimate.pairs, scale]
                        for estimate, scale in zip(track.estimates, track.noise_scales, strict=True)
                    ],
                    hovertemplate=_(
                        "estimate of %{customdata[0]} pairs: %{y:.3~s}<br>"
                        "noise scale there: %{customdata[1]:.3~s}"
                    ),
                    meta={"role": "estimate", "batch_size": size, "replica": 0},
                )
            )
    return chart(
        traces,
        colours,
        along_caption(tracks),
        margin=(62, 12, 10, 42),
        measures={"x": "epochs", "y": "noise_scale"},
        xaxis=axis(colours, _("epochs")),
        yaxis=axis(
            colours,
            _("noise scale, examples"),
            **POWERS,
            autorangeoptions={"clipmax": most_said(tracks)},
        ),
        hovermode="closest",
    )
