"""How much noisier a last, smaller batch is, by how examples are drawn."""

from app.science.epoch_plan import EpochPlan
from app.science.sampling import FIXED, INDEPENDENT, POISSON


def last_batch_ratio(plan: EpochPlan, sampling: str) -> float | None:
    """The `variance_ratio` of an epoch's last batch to the others.

    None also where no chance decides what is in a batch, as in the stored order.
    """
    if sampling in (*FIXED, POISSON):
        return None
    last, replacement = plan.groups[-1][0], sampling in INDEPENDENT
    return variance_ratio(last, plan.batch_size, plan.examples, replacement=replacement)


def variance_ratio(size: int, reference: int, examples: int, *, replacement: bool) -> float | None:
    """Variance of a batch's mean gradient over that of a batch of the ``reference`` size.

    With replacement B/b; without, (N−b)/b · B/(N−B) (finite-population correction, Cochran
    1977). None where the reference has no variance at all (B = N without replacement).

    >>> round(variance_ratio(1, 100, 1001, replacement=False), 1)
    111.0
    """
    if replacement:
        return reference / size
    if reference == examples:
        return None
    return (examples - size) / size * reference / (examples - reference)
