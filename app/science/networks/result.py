"""What a comparison of batch sizes came to: runs, what was measured along them."""

from dataclasses import dataclass

from app.science.networks.measured import Measured
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Trained
from app.science.plan import Plan


@dataclass(frozen=True)
class SizeRuns:
    """The runs of a batch size.

    Attributes:
        plan: mini-batches and learning rates.
        trained: what they came to, all replicas beside each other.
        measured: at the updates `Trained.marks`; None while it is under way.
    """

    plan: Plan
    trained: Trained
    measured: Measured | None = None

    @property
    def batch_size(self) -> int:
        """B."""
        return self.plan.batch_size


@dataclass(frozen=True, eq=False)
class NetworkRuns:
    """The runs of all batch sizes of a comparison; equal to itself alone.

    Attributes:
        spec: the network and its data.
        optimizer: one of `OPTIMIZERS`.
        hyperparameters: of the optimizer.
        seed: of the order of examples.
        sizes: a batch size after the other, as asked; those that are known.
    """

    spec: NetworkSpec
    optimizer: str
    hyperparameters: dict[str, float]
    seed: int
    sizes: tuple[SizeRuns, ...]
