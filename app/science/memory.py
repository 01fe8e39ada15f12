"""How many bytes training on a mini-batch keeps, for a fully connected network."""

from dataclasses import dataclass
from itertools import pairwise

from app.science.errors import ParameterError
from app.science.optimizers import OPTIMIZERS

PRECISIONS = {"half": 2, "single": 4, "double": 8}  # bytes of a number


@dataclass(frozen=True)
class Network:
    """Layers of one width between inputs and outputs.

    Attributes:
        inputs: features of an example, d.
        width: units of each hidden layer, h.
        layers: hidden layers, L.
        outputs: c.

    Raises:
        ParameterError: one of them is below 1.
    """

    inputs: int
    width: int
    layers: int
    outputs: int

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise ParameterError(name, value, "an integer of at least 1")

    @property
    def weights(self) -> int:
        """Weights and biases: Σ (n_in + 1) n_out over the L + 1 layers."""
        sizes = [self.inputs, *[self.width] * self.layers, self.outputs]
        return sum((a + 1) * b for a, b in pairwise(sizes))

    @property
    def kept(self) -> int:
        """Numbers kept of an example until its gradient is taken: d + L h + c.

        Its features and every layer's activations, as the backward pass needs them (Rumelhart,
        Hinton and Williams 1986).
        """
        return self.inputs + self.layers * self.width + self.outputs


def batch_bytes(network: Network, batch_size: int, precision: str) -> int:
    """Bytes that grow with the batch: B (d + L h + c) times those of a number."""
    return batch_size * network.kept * PRECISIONS[precision]


def fixed_bytes(network: Network, optimizer: str, precision: str) -> int:
    """Bytes of any batch size: weights, their gradients, and the optimizer's moments of them."""
    return (2 + len(OPTIMIZERS[optimizer].moments)) * network.weights * PRECISIONS[precision]
