"""Where a run diverged, beside what is said of it."""

from app.language.speech import gettext as _
from app.science.comparison import Run


def until_divergence(clause: str, run: Run) -> str:
    """What is said of a run's first replica, and at which update it diverged if it did."""
    update = int(run.paths.diverged_at[0])
    if not update:
        return clause
    return _(
        "{clause} (diverged at update {update:,} of {updates:,})",
        clause=clause,
        update=update,
        updates=run.plan.updates,
    )
