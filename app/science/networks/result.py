"""What a comparison of batch sizes came to: runs, what was measured along them."""

from dataclasses import dataclass

from app.science.errors import ParameterError, check_one_of
from app.science.message import Message
from app.science.networks.measured import Measured
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Trained
from app.science.plan import Plan
from app.science.rule import Chosen

SGD = Chosen("sgd")


@dataclass(frozen=True, eq=False)
class SizeRuns:
    """The runs of a batch size; equal to itself alone.

    Attributes:
        plan: mini-batches and learning rates.
        trained: what they came to, all replicas beside each other.
        measured: at the updates `Trained.marks`; None while it is under way.
        rule: by which their updates were made.
    """

    plan: Plan
    trained: Trained
    measured: Measured | None = None
    rule: Chosen = SGD

    @property
    def batch_size(self) -> int:
        """B."""
        return self.plan.batch_size

    @property
    def made(self) -> int:
        """Updates that its last replica made."""
        return self.plan.made(self.trained.diverged_at)


@dataclass(frozen=True, eq=False)
class NetworkRuns:
    """The runs of all batch sizes of a comparison; equal to itself alone.

    Attributes:
        spec: the network and its data.
        seed: of the order of examples.
        sizes: a batch size after the other, as asked, of one update rule after the other; those
            that are known.
    """

    spec: NetworkSpec
    seed: int
    sizes: tuple[SizeRuns, ...]

    @property
    def several_rules(self) -> bool:
        """Whether they are of more than one update rule."""
        return any(not each.rule.alone for each in self.sizes)

    def of(
        self, batch_size: int, optimizer: str | None = None, parameter: str = "batch_size"
    ) -> SizeRuns:
        """The runs of a batch size and an update rule, of the first one if none is named.

        Args:
            batch_size: which, named by a parameter.
            optimizer: whose.
            parameter: its name.

        Raises:
            ParameterError: they were not run.
        """
        names = dict.fromkeys(each.rule.name for each in self.sizes)
        optimizer = optimizer or next(iter(names))
        check_one_of("followed_optimizer", optimizer, names)
        for each in self.sizes:
            if (each.batch_size, each.rule.name) == (batch_size, optimizer):
                return each
        sizes = dict.fromkeys(str(each.batch_size) for each in self.sizes)
        raise ParameterError(
            parameter, batch_size, Message("one of {names}", names=", ".join(sizes))
        )
