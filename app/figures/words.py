"""What is seen, in plain words with measured numbers."""

import numpy as np

from app.science.comparison import Comparison, Run

TAIL = 0.1  # the last share of a run in which its jitter is measured


def summary(comparison: Comparison) -> str:
    """Two or three sentences: the budget, where each run ended, how much it still moves."""
    clauses = [_clause(run) for run in comparison.runs]
    first = _budget(comparison)
    return f"{first} {'; '.join(clauses)}."


def _budget(comparison: Comparison) -> str:
    runs = comparison.runs
    epochs = {round(float(run.epoch[-1]), 6) for run in runs}
    updates = {run.plan.updates for run in runs}
    if len(runs) > 1 and len(updates) == 1:
        return f"After the same {_plural(updates.pop(), 'update')}:"
    if len(epochs) == 1:
        same = "the same " if len(runs) > 1 else ""
        return f"After {same}{_plural(epochs.pop(), 'epoch')}:"
    seen = max(int(run.examples_seen[-1]) for run in runs)
    return f"After about {seen:,} examples each:"


def _clause(run: Run) -> str:
    size = "full batch" if run.batch_size == run.problem.size else f"batch size {run.batch_size:,}"
    diverged = np.count_nonzero(run.paths.diverged_at)
    if diverged == run.replicas:
        return f"{size} diverged at update {int(run.paths.diverged_at.min()):,}"
    of = f" in the median of {run.replicas} replicas" if run.replicas > 1 else ""
    lost = f" ({diverged} of them diverged)" if diverged else ""
    updates = _plural(run.plan.updates, "update")
    return f"{size} made {updates} and ended {_ended(run)}{of}{lost}, {_jitter(run)}"


def _ended(run: Run) -> str:
    loss = run.ends[2][run.paths.diverged_at == 0]
    middle = float(np.median(loss))
    minima = run.problem.minima
    if not minima:
        return f"at a loss of {middle:.3g}"
    above = middle - minima[0].loss
    start = float(run.problem.loss(*_start(run))) - minima[0].loss
    if above < 1e-9 * max(abs(start), 1e-300):
        return "at the lowest minimum"
    return f"{above:.2g} above the lowest loss"


def _jitter(run: Run) -> str:
    """Root mean square distance from the mean point over the last tenth of the updates."""
    alive = run.paths.diverged_at == 0
    tail = run.paths.updates >= (1 - TAIL) * run.plan.updates
    w0, w1 = run.paths.w0[tail][:, alive], run.paths.w1[tail][:, alive]
    spread = float(np.sqrt(np.median(w0.var(axis=0) + w1.var(axis=0))))
    (lo0, hi0), (lo1, hi1) = run.problem.surface.domain
    if np.count_nonzero(tail) < 2:
        return "one step of its last tenth"
    if spread < 1e-6 * max(hi0 - lo0, hi1 - lo1):
        return "at rest"
    return f"moving ±{spread:.2g} over its last tenth"


def _start(run: Run) -> tuple[float, float]:
    return float(run.paths.w0[0, 0]), float(run.paths.w1[0, 0])


def _plural(count: float, unit: str) -> str:
    number = f"{count:,.2f}".rstrip("0").rstrip(".")
    return f"{number} {unit}{'' if count == 1 else 's'}"
