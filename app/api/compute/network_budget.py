"""What a network's request may cost, weighed before anything is laid out."""

from typing import Any

from app.api.compute.plans import budget_of
from app.api.queries.network import NetworkQuery
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.cost import MEASURED, measuring_cost, training_cost
from app.science.optimizers import OPTIMIZERS
from app.science.sampling import POISSON

NETWORK_SECONDS = 120  # of one core, about
DRAW_SECONDS = 2e-8  # of a number, drawn for the run and for what it has seen
WEIGHTS_BUDGET = 10_000_000  # weights kept in memory, at the points that are measured


def check_network(query: NetworkQuery, parameters: dict[str, Any]) -> None:
    """Refuse a network's runs that take too long together, or keep too many weights.

    Raises:
        ParameterError: above `NETWORK_SECONDS` or `WEIGHTS_BUDGET`.
    """
    spec, sizes, replicas = query.spec, parameters["batch_size"], query.replicas
    name, value = budget_of(parameters).given
    seconds = 0.0
    for size in sizes * len(query.optimizer):  # of each update rule
        a_batch = min(size, spec.examples)
        updates = {
            "epochs": value * spec.examples / a_batch,
            "updates": value,
            "examples_seen": value / a_batch,
        }[name]
        # A batch that grows is as large as all rows in the end.
        grown = spec.examples if query.batch_schedule == "double" else a_batch
        examples = value * grown if name == "updates" else updates * a_batch
        if query.sampling == POISSON:  # replicas one after the other, and a draw a row
            seconds += replicas * training_cost(spec, updates, examples, 1) / 1e6
            seconds += replicas * updates * spec.examples * DRAW_SECONDS
        else:
            seconds += training_cost(spec, updates, examples, replicas) / 1e6
        seconds += measuring_cost(spec, replicas) / 1e6
    if seconds > NETWORK_SECONDS:
        raise ParameterError(
            name,
            value,
            Message(
                "within the work budget: this request costs about {seconds:,.0f} seconds of "
                "{budget:,}; lower {parameter}, replicas, examples or hidden",
                seconds=seconds,
                budget=NETWORK_SECONDS,
                parameter=name,
            ),
        )
    kept = len(sizes) * MEASURED * replicas * spec.network.layers.weights
    # Of an adaptive rule twice as much, for what each weight's step is scaled by.
    kept *= sum(2 if OPTIMIZERS[name].adaptive else 1 for name in query.optimizer)
    if kept > WEIGHTS_BUDGET:
        raise ParameterError(
            "replicas",
            replicas,
            Message(
                "within the memory budget: {kept:,} weights are kept of {budget:,}; lower "
                "replicas, hidden or the number of batch sizes",
                kept=kept,
                budget=WEIGHTS_BUDGET,
            ),
        )
