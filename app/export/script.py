"""A run as a script that anyone can read and run: the same mini-batches, the same updates."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.export.formulas import formulas
from app.export.rule import rule_lines
from app.resources import TEMPLATES
from app.science.optimizers import OPTIMIZERS
from app.science.plan import BUDGETS, Plan
from app.science.problems.divergence import divergence_bounds
from app.science.problems.problem import HIGHEST
from app.science.problems.surface import Surface
from app.science.sampling import SAMPLINGS
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES

if TYPE_CHECKING:
    from app.science.formulas.write import Library

# What holds the elementary functions of a formula in each library's script.
MODULES = {"numpy": "np", "pytorch": "torch", "keras": "ops"}
NOTEBOOK = "notebook"
LIBRARIES = (*MODULES, NOTEBOOK)

# Autoescaping is for HTML; what goes into a script goes through `literal`.
_environment = Environment(  # noqa: S701
    loader=FileSystemLoader(TEMPLATES / "code"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_environment.filters["literal"] = lambda value: (
    # JSON's texts are Python's too, in double quotes and in ASCII.
    json.dumps(value) if isinstance(value, str) else repr(value)
)


@dataclass(frozen=True)
class Links:
    """Where a server has what a script speaks of: addresses without quotes or line ends.

    Attributes:
        paths: the paths that it reproduces.
        examples: the examples as CSV.
        figure: the paths as a Plotly figure.
    """

    paths: str
    examples: str
    figure: str


def script(
    library: str,
    surface: Surface,
    plans: tuple[Plan, ...],
    parameters: Mapping[str, Any],
    links: Links,
) -> str:
    """The Python script of a run.

    Args:
        library: one of `LIBRARIES`.
        surface: whose loss it descends.
        plans: one a batch size.
        parameters: every parameter of the run, resolved, by its name in the API.
        links: the addresses in it.
    """
    template = _environment.get_template(f"{library}.py.jinja")
    if library == NOTEBOOK:
        return template.render(links=links)
    module = MODULES[library]
    centre, reach = divergence_bounds(surface)
    needed = _needed(plans, parameters)
    rule = OPTIMIZERS[needed["optimizer"]]
    words = cast("Library", library)
    return template.render(
        needed,
        rule=rule,
        hyperparameters=[repr(parameters[name]) for name in rule.hyperparameters],
        rule_lines=partial(rule_lines, rule, words, owner="self." if library == "keras" else ""),
        links=links,
        filename=filename(library),
        module=module,
        surface=surface,
        centre=centre,
        reach=reach,
        highest=HIGHEST,
        # The others differentiate by themselves.
        formulas=formulas(surface.loss, words, gradient=library == "numpy"),
    )


def filename(library: str) -> str:
    """What a script is saved as."""
    return f"batchscape-{library}.py"


def _needed(plans: tuple[Plan, ...], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The run's parameters; a choice that makes no difference to it is the simplest one."""
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
    return {
        **parameters,
        "optimizer": optimizer,
        "remainder": remainder,
        "sampling": sampling,
        "drawn": "rng" in sampling.order,
        "scaling": LR_SCALINGS[parameters["lr_scaling"]],
        "schedule": LR_SCHEDULES[parameters["lr_schedule"]],
        "grows": grows,
        "budget": next(name for name in BUDGETS if parameters[name] is not None),
        "rate_follows": follows,
        "rate_varies": follows or parameters["lr_schedule"] != "constant",
        "total_epochs": {plan.batch_size: float(plan.epoch[-1]) for plan in plans},
    }
