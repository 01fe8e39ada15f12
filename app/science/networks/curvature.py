"""Sharpness: the largest eigenvalue of the training loss' Hessian, without that Hessian."""

import numpy as np

from app.science.arrays import BoolArray, FloatArray
from app.science.networks.network import Network, Rows
from app.science.pauses import pause

START = 0  # seed of the vector that Lanczos begins with, the same for all points of a network
PRODUCTS = 60  # at most; about 20 are enough
FIRST, EVERY = 8, 4  # products before the first look at the residual, and between two
ROUNDING = 1e-12  # of the largest entry so far: what is left of a product may be rounding alone
RESIDUAL = 1e-3  # ‖Hu − λu‖ over the largest |eigenvalue| found; λ's error is about its square


class Curvature:
    """Products of the mean loss' Hessian H with vectors, at points θ of R replicas.

    Pearlmutter's R-operator: the pass forward and back, each step of it differentiated along a
    vector (Pearlmutter 1994, 'Fast exact multiplication by the Hessian'). Exact, not a
    difference; of a kink's two sides that which `Activation.slope` has.

    Args:
        network: whose loss.
        theta: the points, shape (R, P).
        rows: the examples whose mean loss it is, all replicas' or each one's own.
    """

    def __init__(self, network: Network, theta: FloatArray, rows: Rows) -> None:
        x, y = (each if each.ndim == 3 else each[None] for each in (rows.x, rows.y))
        buffers = network.buffers(len(theta), rows.size)
        self.layers, self.objective = network.layers, network.objective
        self.examples = rows.size
        self.views = self.layers.views(theta)
        self.inputs, self.deltas = network.passed(theta, x, y, buffers)
        *hidden, self.outputs = buffers.outputs
        self.slopes = [network.unit.slope(each, None) for each in hidden]
        self.bends = [
            np.matmul(delta, view[..., :-1]) * network.unit.bend(each)
            for each, delta, view in zip(hidden, self.deltas[1:], self.views[1:], strict=True)
        ]

    def product(self, v: FloatArray) -> FloatArray:
        """Hv of each replica, (R, P) -> (R, P)."""
        along = self.layers.views(v)
        moved: list[FloatArray] = []  # how each hidden layer's input and output change along v
        given: list[FloatArray] = []
        for k, (taken, view) in enumerate(zip(self.inputs, along, strict=True)):
            change = np.matmul(taken, view.swapaxes(-1, -2))
            if k:
                change += np.matmul(given[-1], self.views[k][..., :-1].swapaxes(-1, -2))
            moved.append(change)
            if k < len(self.slopes):
                given.append(change * self.slopes[k])
        delta = self.objective.bend(self.outputs, moved[-1])
        product = np.empty_like(v)
        parts = self.layers.views(product)
        for k in range(len(along) - 1, -1, -1):
            np.matmul(delta.swapaxes(-1, -2), self.inputs[k], out=parts[k])
            if not k:
                break
            parts[k][..., :-1] += np.matmul(self.deltas[k].swapaxes(-1, -2), given[k - 1])
            delta = np.matmul(delta, self.views[k][..., :-1])
            delta += np.matmul(self.deltas[k], along[k][..., :-1])
            delta *= self.slopes[k - 1]
            delta += self.bends[k - 1] * moved[k - 1]
        product /= self.examples
        return product


def sharpness(network: Network, theta: FloatArray, rows: Rows) -> FloatArray:
    """λ₁, the largest eigenvalue of the Hessian of the mean loss, shape (R,).

    By Lanczos' method with full reorthogonalisation from a vector of ``default_rng(0)``, each
    replica until its residual is `RESIDUAL`, at most `PRODUCTS` products. It is a value of the
    Hessian's quadratic form, and so never above λ₁; what a replica gets does not depend on the
    others.

    Args:
        network: whose loss.
        theta: the points, shape (R, P), finite.
        rows: the examples whose mean loss it is, all replicas' or each one's own.
    """
    curvature = Curvature(network, theta, rows)
    replicas, weights = theta.shape
    most = min(PRODUCTS, weights)
    basis = np.zeros((replicas, most, weights))
    tridiagonal = np.zeros((replicas, most, most))
    found, done = np.zeros(replicas), np.zeros(replicas, dtype=bool)
    start = np.random.default_rng(START).normal(size=weights)
    vector = np.tile(start / np.linalg.norm(start), (replicas, 1))
    for k in range(most):
        pause()
        basis[:, k] = vector
        vector = curvature.product(vector)
        known = basis[:, : k + 1]
        for _twice_is_enough in range(2):
            parts = np.matmul(known, vector[..., None])
            vector -= np.matmul(parts.swapaxes(-1, -2), known)[:, 0]
            tridiagonal[:, k, k] += parts[:, k, 0]
        left = np.sqrt(np.matmul(vector[:, None], vector[..., None])[:, 0, 0])
        left[left <= ROUNDING * np.abs(tridiagonal).max(axis=(1, 2))] = 0.0
        if k + 1 == most or (k + 1 >= FIRST and (k + 1 - FIRST) % EVERY == 0):
            highest, converged = _largest(tridiagonal[:, : k + 1, : k + 1], left)
            fresh = (converged | (k + 1 == most)) & ~done
            found[fresh] = highest[fresh]
            done |= fresh
            if done.all():
                break
        if k + 1 < most:
            tridiagonal[:, k, k + 1] = tridiagonal[:, k + 1, k] = left
        # Where nothing is left the vectors so far hold all that the start has of H.
        vector *= np.divide(1.0, left, out=np.zeros_like(left), where=left > 0)[:, None]
    return found


def _largest(tridiagonal: FloatArray, left: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Largest eigenvalue of each, and whether it is one of the Hessian's, to `RESIDUAL`."""
    values, vectors = np.linalg.eigh(tridiagonal)
    residual = left * np.abs(vectors[:, -1, -1])
    return values[:, -1], residual <= RESIDUAL * np.abs(values).max(axis=-1)
