"""A network's run as a script that anyone can read and run."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from app.export.functions import plain
from app.export.rule import keras_optimizer, pytorch_optimizer, rule_lines
from app.export.settings import Links, check_clipping, needed
from app.export.templates import MODULES, NOTEBOOK, filename, template
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.data.data_set import TEST, VALIDATION, balanced, rare
from app.science.networks.network import ABSURD
from app.science.networks.spec import NetworkSpec
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.problems.inputs import BALANCED
from app.science.sampling import SAMPLINGS

if TYPE_CHECKING:
    from app.science.formulas.write import Library


def network_script(
    library: str,
    spec: NetworkSpec,
    plans: tuple[Plan, ...],
    parameters: Mapping[str, Any],
    replica: int,
    links: Links,
) -> str:
    """The Python script of one replica's run at every batch size.

    Args:
        library: one of `LIBRARIES`.
        spec: the network and its data.
        plans: one a batch size.
        parameters: every parameter of the run, resolved, by its name in the API.
        replica: which, from 0.
        links: the addresses in it.

    Raises:
        ParameterError: an optimizer that PyTorch does not have, for PyTorch; as `check_clipping`.
    """
    if library == NOTEBOOK:
        return template(NOTEBOOK).render(links=links)
    settings = needed(plans, parameters, "train[1]")
    check_clipping(library, settings)
    rule = OPTIMIZERS[settings["optimizer"]]
    if library == "pytorch" and not rule.pytorch:
        theirs = ", ".join(name for name, each in OPTIMIZERS.items() if each.pytorch)
        allowed = Message("one that PyTorch has: {names}", names=theirs)
        raise ParameterError("optimizer", settings["optimizer"], allowed)
    data, network, restraint = spec.data_set, spec.network, settings["restraint"]
    updates = {plan.batch_size: plan.updates for plan in plans}
    # As long for all: one number. A run ends with its updates, whatever its budget is told in.
    same = len({*updates.values()}) == 1
    settings |= {"budget": "updates", "updates": plans[0].updates if same else updates}
    sampling = settings["sampling"]
    orders = sampling != SAMPLINGS["sequential"] and not settings["poisson"]
    if orders and any(plan.deterministic for plan in plans):
        # In another order the sum is rounded otherwise, which grows at the edge of stability.
        order = f"{sampling.order} if batch_size < N else np.arange(N)"
        settings["sampling"] = sampling._replace(order=order)
    widths = network.layers.widths
    labels = balanced if spec.rare_share == BALANCED else rare
    return template(f"network/{library}").render(
        settings,
        library=library,
        module=MODULES[library],
        limit="UPDATES" if same else "UPDATES[batch_size]",
        title=data.title,
        replica=replica,
        links=links,
        filename=filename(library, "network"),
        widths=widths,
        layers=[*pairwise(widths)],
        outputs=widths[-1],
        classes=len(data.classes),
        signs=spec.loss == "squared" and widths[-1] == 1,
        generated=data.draw is not None,
        draw=data.draw and data.draw.__name__,
        code=data.draw and {"labels": plain(labels), "draw": plain(data.draw)},
        labels="rare(rng, rows, RARE_SHARE)"
        if labels is rare
        else f"balanced(rng, rows, {len(data.classes)})",
        validation_rows=VALIDATION,
        test_rows=TEST,
        wrong_labels=spec.wrong_labels,
        activation=network.unit,
        loss=network.objective,
        absurd=ABSURD,
        rule=rule,
        hyperparameters=[repr(parameters[name]) for name in rule.hyperparameters],
        pytorch_optimizer=pytorch_optimizer(rule, restraint),
        keras_optimizer=partial(keras_optimizer, rule, restraint),
        rule_lines=partial(rule_lines, rule, cast("Library", library)),
    )
