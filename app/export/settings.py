"""What a run's parameters are in a script: those that it needs, in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.science.optimizers import OPTIMIZERS
from app.science.plan import BUDGETS, Plan
from app.science.sampling import POISSON, SAMPLINGS
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES


@dataclass(frozen=True)
class Links:
    """Where a server has what a script speaks of: addresses without quotes or line ends.

    Attributes:
        runs: the runs that it reproduces.
        examples: the examples as CSV.
        figure: the runs as a Plotly figure.
    """

    runs: str
    examples: str
    figure: str


def needed(plans: tuple[Plan, ...], parameters: Mapping[str, Any], labels: str) -> dict[str, Any]:
    """The run's parameters; a choice that makes no difference to it is the simplest one.

    Args:
        plans: one a batch size.
        parameters: every parameter of the run, resolved.
        labels: how the script writes the labels of its examples.
    """
    epochs = {epoch for plan in plans for epoch in plan.epochs}
    optimizer = parameters["optimizer"]
    without = OPTIMIZERS[optimizer].plain_without
    if without and not parameters[without]:
        optimizer = "sgd"
    ragged = any(epoch.examples % epoch.batch_size for epoch in epochs)
    remainder = parameters["remainder"] if ragged else "keep"
    grows = any(epoch.batch_size != plan.batch_size for plan in plans for epoch in plan.epochs)
    # Batches of all examples need no order.
    ordered = all(plan.deterministic for plan in plans)
    follows = grows and parameters["lr_scaling"] != "none"
    sampling = SAMPLINGS["sequential" if ordered else parameters["sampling"]]
    poisson = sampling == SAMPLINGS[POISSON]
    size = "size" if grows else "batch_size"
    return {
        **parameters,
        "optimizer": optimizer,
        # A sum over B is a mean that is weighted by its members over B.
        "remainder": "weight" if poisson else remainder,
        "poisson": poisson,
        "sampling": sampling._replace(order=sampling.order.format(labels=labels, size=size)),
        "drawn": "rng" in sampling.order,
        "scaling": LR_SCALINGS[parameters["lr_scaling"]],
        "schedule": LR_SCHEDULES[parameters["lr_schedule"]],
        "grows": grows,
        "budget": next(name for name in BUDGETS if parameters[name] is not None),
        "rate_follows": follows,
        "rate_varies": follows or parameters["lr_schedule"] != "constant",
        "total_epochs": {plan.batch_size: float(plan.epoch[-1]) for plan in plans},
    }
