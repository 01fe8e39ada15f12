"""What is seen, in plain words with measured numbers."""

import numpy as np

from app.language.speech import clauses, ngettext
from app.language.speech import gettext as _
from app.science.comparison import Comparison, Run

AT_REST = 1e-6  # less movement than this, in widths of the domain, is none; loss likewise
SMALL = 1e-4  # anything smaller needs no digits


def summary(comparison: Comparison) -> str:
    """The budget, and of each run its updates, the loss it ended at and how much it still moves.

    Loss and movement are measured over the last tenth of the updates.
    """
    replicas = comparison.runs[0].replicas
    budget, said = _budget(comparison), clauses(_clause(run) for run in comparison.runs)
    if replicas == 1:
        return _("{budget}: {clauses}.", budget=budget, clauses=said)
    return _(
        "{budget} (medians of {replicas} replicas): {clauses}.",
        budget=budget,
        replicas=replicas,
        clauses=said,
    )


def _budget(comparison: Comparison) -> str:
    runs = comparison.runs
    epochs = {round(float(run.epoch[-1]), 6) for run in runs}
    updates = {run.plan.updates for run in runs}
    if len(runs) > 1 and len(updates) == 1:
        return ngettext(
            "After the same {count:,} update", "After the same {count:,} updates", updates.pop()
        )
    if len(epochs) == 1:
        (count,) = epochs
        number = f"{count:,.2f}".rstrip("0").rstrip(".")
        if len(runs) == 1:
            return ngettext("After {number} epoch", "After {number} epochs", count, number=number)
        return ngettext(
            "After the same {number} epoch", "After the same {number} epochs", count, number=number
        )
    seen = max(int(run.examples_seen[-1]) for run in runs)
    return _("After about {seen:,} examples each", seen=seen)


def _clause(run: Run) -> str:
    size = (
        _("full batch")
        if run.batch_size == run.problem.size
        else _("batch size {size:,}", size=run.batch_size)
    )
    diverged = int(np.count_nonzero(run.paths.diverged_at))
    if diverged == run.replicas:
        update = int(run.paths.diverged_at.min())
        return _("{size} diverged at update {update:,}", size=size, update=update)
    if diverged:
        return ngettext(
            "{size} made {count:,} update and {ended} ({lost} of them diverged), {moving}",
            "{size} made {count:,} updates and {ended} ({lost} of them diverged), {moving}",
            run.plan.updates,
            size=size,
            ended=_ended(run),
            lost=diverged,
            moving=_moving(run),
        )
    return ngettext(
        "{size} made {count:,} update and {ended}, {moving}",
        "{size} made {count:,} updates and {ended}, {moving}",
        run.plan.updates,
        size=size,
        ended=_ended(run),
        moving=_moving(run),
    )


def _ended(run: Run) -> str:
    minima = run.problem.minima
    if not minima:
        return _("ended at a loss of {loss}", loss=number(run.tail_loss))
    above = run.tail_loss - minima[0].loss
    started = float(run.problem.loss(run.paths.w0[0, 0], run.paths.w1[0, 0])) - minima[0].loss
    if above < AT_REST * started:
        return _("ended at the lowest loss")
    return _("ended {loss} above the lowest loss", loss=number(above))


def _moving(run: Run) -> str:
    """Root mean square distance from the mean point over the tail, median over replicas."""
    alive = run.paths.diverged_at == 0
    w0, w1 = run.paths.w0[run.tail][:, alive], run.paths.w1[run.tail][:, alive]
    spread = float(np.sqrt(np.median(w0.var(axis=0) + w1.var(axis=0))))
    widest = max(hi - lo for lo, hi in run.problem.surface.domain)
    if spread <= AT_REST * widest:
        return _("at rest")
    # "±less than" would be none.
    sign = "±" if spread >= SMALL else ""
    return _("still moving by {spread}", spread=f"{sign}{number(spread)}")


def batch_size_label(size: int, examples: int) -> str:
    """A batch size for people."""
    return _("B = {size:,} (full)", size=size) if size == examples else f"B = {size:,}"


def number(value: float, digits: int = 2) -> str:
    """Significant digits, never an exponent."""
    if value == 0:
        return "0"
    if abs(value) < SMALL:
        return _("less than {small:.4f}", small=SMALL)
    return f"{float(f'{value:.{digits}g}'):,.10g}"
