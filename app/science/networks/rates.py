"""Learning rates where none is asked for."""

from app.science.networks.spec import NetworkSpec
from app.science.optimizers import OPTIMIZERS

UPDATES = 8000  # of a run where no budget is given


def default_learning_rate(
    spec: NetworkSpec, optimizer: str, hyperparameters: dict[str, float]
) -> float:
    """ε of a data set and a loss: what trains them at any batch size.

    With momentum it is ε (1 − β), which moves as far in the long run; adaptive rules have their
    own.

    >>> default_learning_rate(NetworkSpec(), "sgd", {})
    0.5
    """
    rule = OPTIMIZERS[optimizer]
    if rule.adaptive:
        return 0.005
    rate = spec.data_set.learning_rates[spec.loss]
    if "momentum" in rule.hyperparameters:
        momentum = hyperparameters.get("momentum", rule.hyperparameters["momentum"])
        return float(f"{rate * (1 - momentum):.4g}")
    return rate
