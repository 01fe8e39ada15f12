"""Where paths come to wander, and what their ellipses hold."""

from app.language.speech import gettext as _
from app.language.speech import listed, sentences
from app.science.comparison import Comparison, Run
from app.words.numbers import batch_size_label, percent


def rest_note(comparison: Comparison) -> str:
    """From which drawn update on each path is pale, and what share of what its ellipses hold."""
    runs = comparison.runs
    pale = [run for run in runs if run.settled is not None]
    held = [run for run in runs if run.regions]
    several = runs[0].replicas > 1
    bare = [run for run in (runs if several else pale) if run.late.noisy and not run.regions]
    since = [
        _("{label} from update {update:,}", label=_label(run), update=run.settled) for run in pale
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
            _held(several, listed(map(_share, held))) if held else "",
            _(
                "No ellipse is drawn where the points by one minimum are few or do not lie as a "
                "Gaussian's do: {labels}.",
                labels=listed(map(_label, bare)),
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


def _share(run: Run) -> str:
    ends = sum(region.count for region in run.regions)
    inside = sum(region.share * region.count for region in run.regions)
    if run.replicas == 1:
        return _("{share} of {label}", share=percent(inside / ends), label=_label(run))
    return _(
        "{inside:,} of {ends:,} of {label}", inside=round(inside), ends=ends, label=_label(run)
    )


def _label(run: Run) -> str:
    return batch_size_label(run.batch_size, run.problem.size)
