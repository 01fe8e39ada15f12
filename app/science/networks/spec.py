"""Which network on which data: all that decides a replica's rows and first weights."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.science.arrays import FloatArray
from app.science.networks.data import DATA_SETS
from app.science.networks.data.data_set import DataSet, Examples, Split, wrong_labels
from app.science.networks.layers import Layers
from app.science.networks.losses import LOSSES
from app.science.networks.network import Network, Rows, with_ones
from app.science.problems.inputs import BALANCED

WEIGHTS, DATA = 1, 2  # the streams of random numbers; the order of examples has [seed, r]


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """What is trained, but for how.

    Attributes:
        data: one of `DATA_SETS`.
        examples: N, training rows.
        noise: of generated data; None for the data set's own, and of data from a file.
        label_noise: share of the training rows with a wrong label.
        rare_share: share of the rarer of two classes; ½ where none is.
        columns: how many of the first columns are inputs; None for all.
        hidden: units of each hidden layer.
        activation: one of `ACTIVATIONS`.
        loss: one of `networks.losses.LOSSES`.
        vary: ``all``: replicas differ in rows, first weights and order; ``order``: in that alone.
        weight_seed, data_seed: of weights and rows.
    """

    data: str = "moons"
    examples: int = 200
    noise: float | None = None
    label_noise: float = 0.0
    rare_share: float = BALANCED
    columns: int | None = None
    hidden: tuple[int, ...] = (16, 16)
    activation: str = "tanh"
    loss: str = "squared"
    vary: str = "all"
    weight_seed: int = 0
    data_seed: int = 0

    @property
    def data_set(self) -> DataSet:
        """Where its rows are from."""
        return DATA_SETS[self.data]

    @property
    def inputs(self) -> int:
        """How many numbers an example has."""
        return self.columns or len(self.data_set.columns)

    @property
    def wrong_labels(self) -> int:
        """How many training rows have a wrong label."""
        return wrong_labels(self.examples, self.label_noise)

    @property
    def network(self) -> Network:
        """The network."""
        outputs = LOSSES[self.loss].outputs(len(self.data_set.classes))
        layers = Layers((self.inputs, *self.hidden, outputs))
        return Network(layers, self.activation, self.loss)

    def weights(self, replica: int) -> FloatArray:
        """A replica's first weights, from ``default_rng([weight_seed, r, 1])``, shape (P,)."""
        rng = np.random.default_rng([self.weight_seed, self._own(replica), WEIGHTS])
        return self.network.layers.drawn(rng)

    def split(self, replica: int) -> Split:
        """A replica's rows, from ``default_rng([data_seed, r, 2])``.

        Raises:
            ParameterError: as `DataSet.split`.
        """
        return _split(self, self._own(replica))

    def rows(self, part: Examples) -> Rows:
        """Examples as the network takes them."""
        targets = self.network.objective.targets(part.labels, len(self.data_set.classes))
        return Rows(with_ones(part.x), targets, part.labels)

    def stacked(self, name: str, replicas: range) -> Rows:
        """A part of several replicas' splits; without an axis of replicas where all have the same.

        Args:
            name: ``train``, ``validation`` or ``test``.
            replicas: whose.
        """
        if self.vary == "order":
            return self.rows(getattr(self.split(0), name))
        parts = [self.rows(getattr(self.split(r), name)) for r in replicas]
        return Rows(*(np.stack(each) for each in zip(*parts, strict=True)))

    def _own(self, replica: int) -> int:
        return 0 if self.vary == "order" else replica


@lru_cache(maxsize=32)  # as many as replicas: the rows of digits are a megabyte
def _split(spec: NetworkSpec, replica: int) -> Split:
    rng = np.random.default_rng([spec.data_seed, replica, DATA])
    return spec.data_set.split(
        rng, spec.examples, spec.noise, spec.label_noise, spec.columns, spec.rare_share
    )
