"""Training beside PyTorch's own modules, losses and optimizers, where it is installed."""

from itertools import islice
from typing import Any

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.losses import LOSSES
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan

UPDATES = 50  # eight epochs and more
BATCH = 8
RATES = {"rmsprop": 0.005, "adam": 0.005}


def theirs(torch: Any, training: Training) -> FloatArray:
    """Weights after every update, (U + 1, P), as answers have them."""
    spec, layers = training.spec, training.spec.network.layers
    activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[spec.activation]
    modules = []
    for outputs, inputs in layers.shapes:
        modules += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), activation()]
    net = torch.nn.Sequential(*modules[:-1])
    parameters = [*net.parameters()]
    told = torch.from_numpy(layers.told(spec.weights(0)))
    torch.nn.utils.vector_to_parameters(told, parameters)
    rate, own = float(training.plan.rates[0]), training.hyperparameters
    optimizer = {
        "sgd": lambda: torch.optim.SGD(parameters, lr=rate),
        "momentum": lambda: torch.optim.SGD(parameters, lr=rate, **own),
        "nesterov": lambda: torch.optim.SGD(parameters, lr=rate, nesterov=True, **own),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, lr=rate),
        "adam": lambda: torch.optim.Adam(parameters, lr=rate),
    }[training.optimizer]()
    rows = spec.split(0).train
    x = torch.from_numpy(rows.x)
    labels = torch.from_numpy(rows.labels)
    rng, path = np.random.default_rng([training.seed, 0]), [told.numpy().copy()]

    def batches() -> Any:
        while True:
            order = torch.from_numpy(rng.permutation(rows.size))
            yield from order.split(BATCH)

    for batch in islice(batches(), UPDATES):
        f = net(x[batch])
        if spec.loss == "cross-entropy":
            loss = torch.nn.functional.cross_entropy(f, labels[batch])
        else:
            loss = torch.nn.functional.mse_loss(f[:, 0], 2.0 * labels[batch] - 1) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(torch.nn.utils.parameters_to_vector(parameters).detach().numpy())
    return np.array(path)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_updates_are_pytorchs(optimizer: str, loss: str, activation: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    training = Training(
        spec=NetworkSpec(examples=42, hidden=(6, 5), loss=loss, activation=activation),
        plan=make_plan(
            examples=42,
            batch_size=BATCH,  # the last one of an epoch has two examples
            budget=Budget(updates=UPDATES),
            learning_rate=RATES.get(optimizer, 0.05),
        ),
        optimizer=optimizer,
        hyperparameters=OPTIMIZERS[optimizer].hyperparameters,
        seed=3,
    )
    found = train(training)
    path = training.spec.network.layers.told(found.path)
    expected = theirs(torch, training)[found.updates]
    np.testing.assert_allclose(path, expected, rtol=1e-9, atol=1e-9)
