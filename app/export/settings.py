"""What a run's parameters are in a script: those that it needs, in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.science.budget import BUDGETS
from app.science.errors import ParameterError
from app.science.growth import RAMPS
from app.science.message import Message
from app.science.optimizers import FOLLOWING, OPTIMIZERS
from app.science.plan import Plan
from app.science.sampling import POISSON, SAMPLINGS
from app.science.schedules import BETA_SCALINGS, CLOCKS, LR_SCALINGS, LR_SCHEDULES, WARMUP


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


def check_clipping(library: str, settings: Mapping[str, Any]) -> None:
    """Refuse what a library does not do.

    Raises:
        ParameterError: micro-batches are to be clipped each by itself, in Keras, whose optimizers
            clip what they have accumulated.
    """
    if library == "keras" and settings["clips_parts"]:
        allowed = Message("update: Keras clips the gradient that it has accumulated")
        raise ParameterError("clip_each", settings["clip_each"], allowed)


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
    # A batch of one example has one micro-batch, whose gradient is the update's.
    accumulates = any(plan.accumulation.pieces > 1 and plan.sizes.max() > 1 for plan in plans)
    clips_parts = accumulates and plans[0].clips_each
    follows = grows and parameters["lr_scaling"] != "none"
    budget = next(name for name in BUDGETS if parameters[name] is not None)
    clock = CLOCKS[parameters["decay_unit"]]
    schedule = LR_SCHEDULES[parameters["lr_schedule"]]
    code = schedule.code.format(period=clock.period, total=clock.total)
    warms = parameters["warmup"] > 1
    done = {"epochs": "epoch", "updates": "u", "examples_seen": "seen"}[budget]
    growth = RAMPS[parameters["batch_unit"]].code.format(done=done, budget=budget.upper())
    hyperparameters = OPTIMIZERS[optimizer].hyperparameters
    scaled = parameters["beta_scaling"] != "none"
    sampling = SAMPLINGS["sequential" if ordered else parameters["sampling"]]
    poisson = sampling == SAMPLINGS[POISSON]
    size = "size" if grows else "batch_size"
    return {
        **parameters,
        "optimizer": optimizer,
        # A sum over B is a mean that is weighted by its members over B.
        "remainder": "weight" if poisson else remainder,
        "poisson": poisson,
        "sampling": sampling._replace(
            order=sampling.order.format(labels=labels, size=size),
            before=tuple(line.format(labels=labels) for line in sampling.before),
        ),
        "drawn": "rng" in sampling.order,
        "scaling": LR_SCALINGS[parameters["lr_scaling"]],
        "schedule": schedule._replace(code=code),
        "grows": grows,
        "accumulates": accumulates,
        "restraint": plans[0].restraint.unclipped if clips_parts else plans[0].restraint,
        "clips_parts": clips_parts,
        "local": plans[0].workers.several,
        "share": f"t / {clock.total}" if "share" in schedule.code else "",
        "growth": growth,
        "growth_budget": budget if grows and budget.upper() in growth else "",
        "budget": budget,
        "rate_follows": follows,
        "rate_varies": follows or warms or parameters["lr_schedule"] != "constant",
        "warms": warms,
        "warmup_factor": WARMUP,
        "counts_updates": warms
        or (parameters["lr_schedule"] != "constant" and parameters["decay_unit"] == "updates")
        or (grows and growth.startswith("u "))
        or (grows and "* u " in growth),
        "followed": [name for name in hyperparameters if scaled and name in FOLLOWING],
        "beta_power": BETA_SCALINGS[parameters["beta_scaling"]].code.format(
            ratio="batch_size / REFERENCE_BATCH_SIZE"
        ),
        "total_epochs": {plan.batch_size: float(plan.epoch[-1]) for plan in plans},
        "total_updates": {plan.batch_size: plan.updates for plan in plans},
    }
