"""Where paths come to wander, and what their ellipses hold."""

from collections.abc import Callable

from app.language.speech import gettext as _
from app.language.speech import listed, sentences
from app.science.comparison import Comparison, Run
from app.words.numbers import percent


def rest_note(comparison: Comparison, label: Callable[[Run], str]) -> str:
    """From which drawn update on each path is pale, and what share of what its ellipses hold.

    ``label`` is what a run is called.
    """
    runs = comparison.runs
    pale = [run for run in runs if run.settled is not None]
    held = [run for run in runs if run.regions]
    several = runs[0].replicas > 1
    bare = [run for run in (runs if several else pale) if run.late.noisy and not run.regions]
    since = [
        _("{label} from update {update:,}", label=label(run), update=run.settled) for run in pale
    ]
    return sentences(
        [
            _(
                "Pale is the wandering, once the loss is no higher than its median over the last "
                "tenth of the updates: {since}.",
                since=listed(since),
            )
            if pale
            else "",
            _held(several, listed(_share(run, label(run)) for run in held)) if held else "",
            _(
                "No ellipse is drawn where the points by one minimum are few or do not lie as a "
                "Gaussian's do: {labels}.",
                labels=listed(map(label, bare)),
            )
            if bare
            else "",
        ]
    )


def _held(several: bool, shares: str) -> str:
    if several:
        return _(
            "Ellipses would hold 95 % of a Gaussian with the covariance of the ends by one "
            "minimum; they hold {shares}.",
            shares=shares,
        )
    return _(
        "Ellipses would hold 95 % of a Gaussian with the covariance of that last tenth's points; "
        "they hold {shares}.",
        shares=shares,
    )


def _share(run: Run, label: str) -> str:
    ends = sum(region.count for region in run.regions)
    inside = sum(region.share * region.count for region in run.regions)
    if run.replicas == 1:
        return _("{share} of {label}", share=percent(inside / ends), label=label)
    return _("{inside:,} of {ends:,} of {label}", inside=round(inside), ends=ends, label=label)
