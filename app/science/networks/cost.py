"""About how long a network's work takes, in microseconds of one core; for budgets and progress."""

from app.science.networks.data.data_set import TEST, VALIDATION
from app.science.networks.spec import NetworkSpec

AN_UPDATE = 12.0  # what does not grow with the batch
A_UNIT = 0.012  # of an example, its activation and what goes back through it
A_WEIGHT = 0.0005
RECORDED, MEASURED = 113, 21  # of a long run, as `training.recorded` chooses them
PRODUCTS = 75  # passes over all rows that a measured point takes: Lanczos, mostly


def an_example(spec: NetworkSpec) -> float:
    """A pass forward and back of an example."""
    layers = spec.network.layers
    return A_UNIT * sum(layers.widths[1:]) + A_WEIGHT * layers.weights


def training_cost(spec: NetworkSpec, updates: float, examples: float, replicas: int) -> float:
    """Runs of so many updates and examples altogether, each, and their scores."""
    scored = RECORDED * (spec.examples + VALIDATION + TEST) / 2
    return replicas * (updates * AN_UPDATE + (examples + scored) * an_example(spec))


def measuring_cost(spec: NetworkSpec, replicas: int) -> float:
    """What is measured along the runs of a batch size."""
    return replicas * MEASURED * PRODUCTS * spec.examples * an_example(spec)
