"""Short runs of small networks, each made once."""

from functools import cache
from typing import Any

from app.science.budget import Budget
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.planning import make_plan


@cache
def short_runs(
    spec: NetworkSpec,
    sizes: tuple[int, ...] = (4, 40),
    updates: int = 60,
    replicas: int = 3,
    rate: float = 0.2,
    seed: int = 0,
    **more: Any,
) -> NetworkRuns:
    made = []
    for size in sizes:
        plan = make_plan(
            examples=spec.examples,
            batch_size=size,
            budget=Budget(updates=updates),
            learning_rate=rate,
            **more,
        )
        training = Training(spec=spec, plan=plan, seed=seed, replicas=range(replicas))
        made.append(SizeRuns(plan, train(training)))
    return NetworkRuns(spec, seed, tuple(made))


SMALL = NetworkSpec(examples=40, hidden=(4,), vary="order")
# Two, three and ten classes; two, four and 64 inputs; both losses and activations; depths 0 to 2.
SPECS = (
    SMALL,
    NetworkSpec(data="spirals", examples=40, hidden=(5, 3), loss="cross-entropy", vary="order"),
    NetworkSpec(data="blobs", examples=40, hidden=(), activation="relu", vary="order"),
    NetworkSpec(
        data="penguins", examples=40, hidden=(6,), activation="relu", loss="cross-entropy",
        vary="order", data_seed=3,
    ),
    NetworkSpec(data="penguins", examples=40, columns=2, hidden=(4,), vary="order", weight_seed=2),
    NetworkSpec(
        data="digits", examples=40, hidden=(7,), loss="cross-entropy", vary="order", data_seed=1
    ),
)  # fmt: skip
