"""The batches of an epoch, as answers have them."""

from app.science.sampling import EpochPlan


def batches(plan: EpochPlan) -> list[dict[str, int]]:
    """The batches of an epoch in order, those of one size together."""
    return [{"size": size, "count": count} for size, count in plan.groups]
