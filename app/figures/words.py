"""What is seen, in plain words with measured numbers."""

import numpy as np

from app.science.comparison import Comparison, Run

AT_REST = 1e-6  # less movement than this, in widths of the domain, is none; loss likewise
SMALL = 1e-4  # anything smaller needs no digits


def summary(comparison: Comparison) -> str:
    """The budget, and of each run its updates, the loss it ended at and how much it still moves.

    Loss and movement are measured over the last tenth of the updates.
    """
    replicas = comparison.runs[0].replicas
    of = f" (medians of {replicas} replicas)" if replicas > 1 else ""
    clauses = "; ".join(_clause(run) for run in comparison.runs)
    return f"{_budget(comparison)}{of}: {clauses}."


def _budget(comparison: Comparison) -> str:
    runs = comparison.runs
    epochs = {round(float(run.epoch[-1]), 6) for run in runs}
    updates = {run.plan.updates for run in runs}
    if len(runs) > 1 and len(updates) == 1:
        return f"After the same {plural(updates.pop(), 'update')}"
    if len(epochs) == 1:
        same = "the same " if len(runs) > 1 else ""
        return f"After {same}{plural(epochs.pop(), 'epoch')}"
    seen = max(int(run.examples_seen[-1]) for run in runs)
    return f"After about {seen:,} examples each"


def _clause(run: Run) -> str:
    size = "full batch" if run.batch_size == run.problem.size else f"batch size {run.batch_size:,}"
    diverged = np.count_nonzero(run.paths.diverged_at)
    if diverged == run.replicas:
        return f"{size} diverged at update {int(run.paths.diverged_at.min()):,}"
    lost = f" ({diverged} of them diverged)" if diverged else ""
    updates = plural(run.plan.updates, "update")
    return f"{size} made {updates} and {_ended(run)}{lost}, {_moving(run)}"


def _ended(run: Run) -> str:
    minima = run.problem.minima
    if not minima:
        return f"ended at a loss of {number(run.tail_loss)}"
    above = run.tail_loss - minima[0].loss
    started = float(run.problem.loss(run.paths.w0[0, 0], run.paths.w1[0, 0])) - minima[0].loss
    if above < AT_REST * started:
        return "ended at the lowest loss"
    return f"ended {number(above)} above the lowest loss"


def _moving(run: Run) -> str:
    """Root mean square distance from the mean point over the tail, median over replicas."""
    alive = run.paths.diverged_at == 0
    w0, w1 = run.paths.w0[run.tail][:, alive], run.paths.w1[run.tail][:, alive]
    spread = float(np.sqrt(np.median(w0.var(axis=0) + w1.var(axis=0))))
    widest = max(hi - lo for lo, hi in run.problem.surface.domain)
    if spread <= AT_REST * widest:
        return "at rest"
    return f"still moving by {'±' if spread >= SMALL else ''}{number(spread)}"


def batch_size_label(size: int, examples: int) -> str:
    """A batch size for people."""
    return f"B = {size:,}" + (" (full)" if size == examples else "")


def number(value: float, digits: int = 2) -> str:
    """Significant digits, never an exponent."""
    if abs(value) < SMALL:
        return f"less than {SMALL:.4f}"
    return f"{float(f'{value:.{digits}g}'):,.10g}"


def plural(count: float, unit: str) -> str:
    """A count of things."""
    number = f"{count:,.2f}".rstrip("0").rstrip(".")
    return f"{number} {unit}{'' if count == 1 else 's'}"
