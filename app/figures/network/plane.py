"""The paths of a network's runs in the plane that holds most of them, over its losses."""

from collections.abc import Iterator

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.levels import ticks
from app.figures.marks import ring
from app.figures.plane import BAR, LETTER, MARGIN
from app.figures.rules import dash, of_runs
from app.figures.surface import ground
from app.figures.theme import THEMES, Theme
from app.figures.tradeoff.labels import annotations, place_labels
from app.figures.tradeoff.marks import size_text
from app.language.speech import gettext as _
from app.science.ellipse import ellipse
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.scatter import Scatter, scatter_of
from app.science.networks.section import Flattened, Section
from app.words.network.plane import plane_caption
from app.words.network.runs import label
from app.words.numbers import number
from app.words.run_label import rule_title

MEASURES = {"x": "plane0", "y": "plane1"}
VISIBLE = 0.016  # of the picture's side: an ellipse that reaches less far hides in its mark
SQUARES = ((240, 240), (300, 300), (420, 420), (560, 560))  # pixels: on a telephone to a desk
DIGITS = 3  # of a loss at a path's end


def plane_figure(
    runs: NetworkRuns,
    section: Section,
    theme: str,
    update: int | None = None,
    batch_size: int | None = None,
    optimizer: str | None = None,
) -> Figure:
    """Each batch size's first replica over the losses of `Section.part`, ends with true losses.

    Roles: surface, path, ellipse, moment, head and start.

    Args:
        runs: of one or more batch sizes.
        section: theirs.
        theme: one of `THEMES`.
        update: after which the ellipse of the next step is drawn, where the latest recorded point
            up to it is; None for none.
        batch_size, optimizer: whose; None for the first.

    Raises:
        ParameterError: as `scatter_of`.
    """
    colours, relief = THEMES[theme], section.relief
    draw = _Draw(runs, section, colours)
    pairs = list(zip(runs.sizes, section.paths, strict=True))
    traces = [ground(relief, colours), *(draw.path(size, path) for size, path in pairs)]
    spread, seen = None, True
    if update is not None:
        size = batch_size or runs.sizes[0].batch_size
        spread = scatter_of(runs, section.plane, size, update, optimizer)
        traces += draw.scatter(spread)
        away = ellipse(spread.mean, spread.covariance) - spread.mean
        seen = float(np.abs(away).max()) >= VISIBLE * float(np.ptp(relief.w0))
    traces += [draw.head(size, path) for size, path in pairs]
    traces.append(draw.start(section.paths[0]))
    longest = max(map(len, ticks(relief.levels)[1]))
    side = {"showgrid": False, "constrain": "domain"}
    figure = chart(
        traces,
        colours,
        plane_caption(runs, section, spread, seen),
        margin=(MARGIN["l"], int(max(MARGIN["r"], BAR + LETTER * longest)), 12, 42),
        measures=MEASURES,
        columns=("loss",),
        xaxis=axis(
            colours,
            _("first principal component"),
            range=relief.w0[[0, -1]].tolist(),
            constraintoward="right",
            **side,
        ),
        yaxis=axis(
            colours,
            _("second principal component"),
            range=relief.w1[[0, -1]].tolist(),
            scaleanchor="x",
            constraintoward="top",
            **side,
        ),
        hovermode="closest",
    )
    figure.layout["annotations"] = draw.labels()
    return figure


class _Draw:
    """Traces of one section."""

    def __init__(self, runs: NetworkRuns, section: Section, theme: Theme) -> None:
        self.runs, self.section, self.theme = runs, section, theme

    def path(self, size: SizeRuns, path: Flattened) -> Part:
        x, y = path.coordinates.T.astype(np.float32)
        facts = {
            "update": path.updates,
            "loss": path.loss,
            "loss_in_plane": path.flat_loss,
            "off_plane": path.distance,
        }
        return scatter(
            x=x,
            y=y,
            mode="lines+markers" if size.rule.alone else "lines",  # dots would fill a dash
            line={"width": 2, "color": self.colour(size), **dash(size)},
            marker={"size": 3.5, "color": self.colour(size)},
            name=label(size),
            customdata=np.column_stack(list(facts.values())).astype(np.float32),
            hovertemplate=_(
                "update %{customdata[0]:,.0f}<br>loss %{customdata[1]:.4~g}, "
                "within the plane %{customdata[2]:.4~g}<br>%{customdata[3]:.3~g} off the plane"
            ),
            meta={"role": "path", **of_runs(size), "replica": 0, "facts": facts},
        )

    def scatter(self, spread: Scatter) -> Iterator[Part]:
        colour = self.theme.batch_size(spread.batch_size, self.runs.spec.examples)
        followed = self.runs.of(spread.batch_size, spread.optimizer)
        said = {**of_runs(followed), "replica": 0}
        if np.any(spread.covariance) and not spread.clipped:
            x, y = ellipse(spread.mean, spread.covariance).T
            yield scatter(
                x=x,
                y=y,
                mode="lines",
                line={"width": 2, "color": self.theme.text},
                fill="toself",
                fillcolor=self.theme.batch_size(
                    spread.batch_size, self.runs.spec.examples, alpha=0.35
                ),
                hoveron="points",
                name=_("{label}: where the next step may lead", label=label(followed)),
                hoverinfo="name",
                meta={"role": "ellipse", **said},
            )
        yield scatter(
            x=spread.at[:1],
            y=spread.at[1:],
            mode="markers",
            marker={
                "size": 8,
                "symbol": "diamond",
                "color": colour,
                "line": {"width": 1.5, "color": self.theme.paper},
            },
            name=_("{label}, update {update:,}", label=label(followed), update=spread.update),
            hoverinfo="name",
            meta={"role": "moment", **said, "facts": {"update": [spread.update]}},
        )

    def head(self, size: SizeRuns, path: Flattened) -> Part:
        x, y = path.coordinates[-1:].T.astype(np.float32)
        return scatter(
            x=x,
            y=y,
            mode="markers",
            marker={
                "size": 10,
                "symbol": "x" if size.trained.diverged_at[0] else "circle",
                "color": self.colour(size),
                "line": {"width": 1.5, "color": self.theme.paper},
            },
            name=_("{label}, end", label=label(size)),
            hoverinfo="name",
            meta={
                "role": "head",
                **of_runs(size),
                "replica": 0,
                "facts": {"kind": "end", "loss": path.loss[-1:]},
            },
        )

    def start(self, path: Flattened) -> Part:
        x, y = path.coordinates[:1].T.astype(np.float32)
        return scatter(
            x=x,
            y=y,
            mode="markers",
            marker=ring(self.theme),
            name=_("start"),
            hoverinfo="name",
            meta={"role": "start", "facts": {"loss": path.loss[:1]}},
        )

    def labels(self) -> list[Part]:
        """The true loss at each end that is in the picture, and none over another."""
        relief = self.section.relief
        low = np.array([relief.w0[0], relief.w1[0]])
        wide = np.array([np.ptp(relief.w0), np.ptp(relief.w1)])
        ends = np.array([path.coordinates[-1] for path in self.section.paths])
        inside = np.all((ends >= low) & (ends <= low + wide), axis=1).tolist()
        texts = [
            _(
                "{label}: {loss}",
                label=self.short(size),
                loss=number(float(path.loss[-1]), DIGITS),
            )
            if shown and not size.trained.diverged_at[0]
            else ""
            for size, path, shown in zip(self.runs.sizes, self.section.paths, inside, strict=True)
        ]
        lines = np.concatenate([path.coordinates for path in self.section.paths])
        placed = place_labels((ends - low) / wide, texts, (lines - low) / wide, SQUARES)
        return [
            {**label, "bgcolor": self.theme.paper, "opacity": 0.92, "borderpad": 1}
            for label in annotations(ends, texts, placed, self.theme)
        ]

    def short(self, size: SizeRuns) -> str:
        text = size_text(size.batch_size, self.runs.spec.examples, named=True)
        return text if size.rule.alone else f"{rule_title(size.rule)} {text}"

    def colour(self, size: SizeRuns) -> str:
        return self.theme.batch_size(size.batch_size, self.runs.spec.examples)
