"""A query with nothing left to choose."""

from typing import Any

from app.api.queries.base import BaseQuery
from app.api.queries.network import NetworkRunQuery
from app.api.queries.network_data import NetworkDataQuery
from app.api.queries.parameters import resolve_batch_size, resolve_batch_sizes
from app.api.queries.rules import RulesQuery
from app.api.queries.surfaces import SurfaceQuery
from app.science.budget import BUDGETS
from app.science.networks.rates import UPDATES
from app.science.optimizers import default_learning_rate
from app.science.problems.fitted import MODEL, loss_of


def resolved(query: BaseQuery, model: type[BaseQuery] | None = None) -> dict[str, Any]:
    """A model's parameters, or all that decide what is answered, none of them left out.

    What a request left out follows from its surface, its optimizer and N.
    """
    values = query.model_dump(include=(model or type(query)).deciding())
    size = values.get("batch_size")
    if isinstance(size, list):
        values["batch_size"] = resolve_batch_sizes(size, values["examples"])
    elif size is not None:
        values["batch_size"] = resolve_batch_size(size, values.get("examples", 0))
    if isinstance(query, SurfaceQuery) and "surface" in values:
        surface = query.spec.recipe
        # A sweep has an optimizer's rates elsewhere; runs of several rules have each its own.
        several = query.optimizer if isinstance(query, RulesQuery) else [values.get("optimizer")]
        rates = {
            default_learning_rate(surface, name if isinstance(name, str) else "sgd")
            for name in several
        }
        own = {
            "noise": surface.noise,
            "start": surface.start,
            "at": surface.start,
            "learning_rate": rates.pop() if len(rates) == 1 else None,
        }
        if query.surface == MODEL:
            own["loss"] = loss_of(query.points or "", query.loss)
        if query.formula is not None:
            own["domain"] = (*surface.domain[0], *surface.domain[1])
        if all(values.get(name) is None for name in BUDGETS):
            own["epochs"] = surface.epochs
        for name in own.keys() & values.keys():
            values[name] = own[name] if values[name] is None else values[name]
    if isinstance(query, NetworkRunQuery) and all(values.get(name) is None for name in BUDGETS):
        values["updates"] = UPDATES
    if isinstance(query, NetworkDataQuery):
        for name, value in query.own.items():
            values[name] = value if values[name] is None else values[name]
    return values
