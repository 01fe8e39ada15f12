"""Products with the Hessian and its largest eigenvalue, against the whole Hessian."""

from functools import cache

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.curvature import Curvature, sharpness
from app.science.networks.losses import LOSSES
from app.science.networks.network import Network, Rows
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.planning import make_plan

KINDS = [(activation, loss) for activation in ACTIVATIONS for loss in LOSSES]
STEP = 1e-5


@cache
def trained(activation: str, loss: str) -> tuple[Network, FloatArray, Rows]:
    """Two replicas after some updates, of the default network and of smaller ones."""
    hidden = (16, 16) if (activation, loss) == KINDS[0] else (8, 6)
    spec = NetworkSpec(activation=activation, loss=loss, hidden=hidden, examples=100)
    plan = make_plan(examples=100, batch_size=50, budget=Budget(updates=300), learning_rate=0.3)
    runs = train(Training(spec=spec, plan=plan, replicas=range(2)))
    return spec.network, runs.weights[-1], spec.stacked("train", range(2))


@cache
def hessian(activation: str, loss: str, replica: int) -> FloatArray:
    """From differences of the gradient along each weight."""
    network, theta, rows = trained(activation, loss)
    moved = theta[replica] + STEP * np.vstack([np.eye(theta.shape[1]), -np.eye(theta.shape[1])])
    x, y = rows.x[replica][None], rows.y[replica][None]
    above, below = np.split(network.gradient(moved, x, y), 2)
    return np.asarray((above - below) / (2 * STEP))


@pytest.mark.parametrize(("activation", "loss"), KINDS)
def test_a_product_is_the_hessian_times_the_vector(activation: str, loss: str) -> None:
    network, theta, rows = trained(activation, loss)
    v = np.random.default_rng(0).normal(size=theta.shape)
    product = Curvature(network, theta, rows).product(v)
    assert (theta.shape[1] == 337) == ((activation, loss) == KINDS[0])
    for replica in range(len(theta)):
        expected = hessian(activation, loss, replica) @ v[replica]
        np.testing.assert_allclose(product[replica], expected, atol=2e-7 * np.abs(expected).max())


@pytest.mark.parametrize(("activation", "loss"), KINDS)
def test_products_are_those_of_a_symmetric_matrix(activation: str, loss: str) -> None:
    network, theta, rows = trained(activation, loss)
    u, v = np.random.default_rng(1).normal(size=(2, *theta.shape))
    curvature = Curvature(network, theta, rows)
    one = np.einsum("rp,rp->r", u, curvature.product(v))
    np.testing.assert_allclose(one, np.einsum("rp,rp->r", v, curvature.product(u)), rtol=1e-10)


@pytest.mark.parametrize(("activation", "loss"), KINDS)
def test_sharpness_is_the_largest_eigenvalue(activation: str, loss: str) -> None:
    network, theta, rows = trained(activation, loss)
    found = sharpness(network, theta, rows)
    whole = [np.linalg.eigvalsh(hessian(activation, loss, r))[-1] for r in range(len(theta))]
    np.testing.assert_allclose(found, whole, rtol=1e-5)


def test_a_replica_does_not_depend_on_the_others() -> None:
    network, theta, rows = trained("tanh", "squared")
    alone = [sharpness(network, theta[r : r + 1], rows.of(slice(r, r + 1)))[0] for r in range(2)]
    np.testing.assert_array_equal(sharpness(network, theta, rows), alone)


def test_rows_may_be_the_same_for_all() -> None:
    network, theta, rows = trained("tanh", "squared")
    same = Rows(rows.x[1], rows.y[1], rows.labels[1])
    assert sharpness(network, theta, same)[1] == sharpness(network, theta, rows)[1]


def test_the_largest_is_found_beside_a_lower_one_of_twice_its_size() -> None:
    # Where residuals curve a unit downwards more than slopes curve it upwards.
    network = NetworkSpec(hidden=(1,)).network
    theta = np.array([[0.7, 0.0, 0.0, 1.0, 0.0]])
    rows = Rows(np.array([[1.0, 0.0, 1.0]]), np.array([[-1000.0]]), np.array([0]))
    units = Curvature(network, np.tile(theta, (5, 1)), rows).product(np.eye(5))
    values = np.linalg.eigvalsh(units)
    assert values[0] < -2 * values[-1] < 0
    np.testing.assert_allclose(sharpness(network, theta, rows), values[-1:], rtol=1e-9)


def test_a_dead_network_is_as_sharp_as_its_last_bias() -> None:
    spec = NetworkSpec(activation="relu")
    theta = spec.weights(0)[None]
    for view in spec.network.layers.views(theta)[:-1]:
        view[:] = -1.0
        view[..., :-1] = 0.0
    # Of ½(b − y)²: 1.
    assert sharpness(spec.network, theta, spec.stacked("train", range(1))) == pytest.approx(1)
