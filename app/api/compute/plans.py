"""From what is asked of any run to how it is laid out: a plan a batch size."""

from typing import Any

from app.api.queries.run import TrainingQuery
from app.science.accumulation import Accumulation
from app.science.budget import BUDGETS, Budget
from app.science.growth import Growth
from app.science.local_sgd import ALONE, Workers
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.schedules import Decay


def budget_of(parameters: dict[str, Any]) -> Budget:
    """How long a run is, of parameters with nothing left out."""
    return Budget(**{name: parameters[name] for name in BUDGETS})


def lay_out(
    query: TrainingQuery, parameters: dict[str, Any], workers: Workers = ALONE
) -> tuple[Plan, ...]:
    """A run a batch size, all updates.

    Args:
        query: what is asked.
        parameters: the same with nothing left out.
        workers: who take the parts of each batch.

    Raises:
        ParameterError: a parameter that the mathematics does not allow.
    """
    return tuple(
        make_plan(
            examples=parameters["examples"],
            batch_size=size,
            budget=budget_of(parameters),
            learning_rate=parameters["learning_rate"],
            sampling=query.sampling,
            remainder=query.remainder,
            lr_scaling=query.lr_scaling,
            reference_batch_size=query.reference_batch_size,
            lr_schedule=query.lr_schedule,
            decay=Decay(
                query.decay_epochs, query.decay_factor, query.decay_unit, query.decay_updates
            ),
            accumulation=Accumulation(query.accumulate, query.accumulation, query.clip_each),
            restraint=query.restraint,
            growth=_growth(query) if query.batch_schedule == "double" else None,
            warmup=query.warmup,
            beta_scaling=query.beta_scaling,
            workers=workers,
        )
        for size in parameters["batch_size"]
    )


def _growth(query: TrainingQuery) -> Growth:
    return Growth(
        query.batch_factor,
        query.batch_epochs,
        unit=query.batch_unit,
        updates=query.batch_updates,
        stages=query.batch_stages,
    )
