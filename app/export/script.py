"""A run as a script that anyone can read and run: the same mini-batches, the same updates."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from app.export.formulas import formulas
from app.export.rule import keras_optimizer, pytorch_optimizer, rule_lines
from app.export.settings import Links, check_clipping, needed
from app.export.templates import MODULES, NOTEBOOK, filename, template
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.problems.divergence import divergence_bounds
from app.science.problems.problem import HIGHEST
from app.science.problems.surface import Surface

if TYPE_CHECKING:
    from app.science.formulas.write import Library


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

    Raises:
        ParameterError: as `check_clipping`.
    """
    if library == NOTEBOOK:
        return template(NOTEBOOK).render(links=links)
    module = MODULES[library]
    centre, reach = divergence_bounds(surface)
    label = f"table[:, {surface.columns.index(surface.label)}]" if surface.label else ""
    settings = needed(plans, parameters, label)
    check_clipping(library, settings)
    rule = OPTIMIZERS[settings["optimizer"]]
    words = cast("Library", library)
    restraint = settings["restraint"]
    return template(library).render(
        settings,
        rule=rule,
        hyperparameters=[repr(parameters[name]) for name in rule.hyperparameters],
        pytorch_optimizer=pytorch_optimizer(rule, restraint),
        keras_optimizer=partial(keras_optimizer, rule, restraint),
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
