"""PyTorch as one writes it: autograd and ``torch.optim.SGD``, in float64."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from app.science.problems.rosenbrock import STEEPNESS
from benchmarks.peers import Peer
from benchmarks.workloads import REPLICAS, Call, Descent, Result, Work

Tensor: TypeAlias = Any  # torch's own annotations are partial
Loss: TypeAlias = Callable[..., Tensor]
Batches: TypeAlias = Iterator[list[Tensor]]


def _least_squares(w0: Tensor, w1: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return (w0 + w1 * x - y) ** 2 / 2


def _logistic(w0: Tensor, w1: Tensor, x0: Tensor, x1: Tensor, label: Tensor) -> Tensor:
    return torch.nn.functional.softplus(-label * (w0 * x0 + w1 * x1), threshold=50)


def _tanh_neuron(w0: Tensor, w1: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return (w1 * torch.tanh(w0 * x) - y) ** 2 / 2


def _rosenbrock(w0: Tensor, w1: Tensor, a0: Tensor, a1: Tensor) -> Tensor:
    return (1 - w0) ** 2 + STEEPNESS * (w1 - w0**2) ** 2 + a0 * w0 + a1 * w1


LOSSES: dict[str, Loss] = {
    "least-squares": _least_squares,
    "logistic": _logistic,
    "tanh-neuron": _tanh_neuron,
    "rosenbrock": _rosenbrock,
}


class _Permutations:
    """The sampler of a DataLoader: a new permutation each epoch."""

    def __init__(self, rng: np.random.Generator, n: int) -> None:
        self.rng, self.n = rng, n

    def __iter__(self) -> Iterator[int]:
        return iter(self.rng.permutation(self.n).tolist())

    def __len__(self) -> int:
        return self.n


def _slices(work: Descent, size: int) -> Batches:
    """The batches of one replica, sliced from the permuted columns."""
    columns = [torch.from_numpy(column) for column in work.problem.columns]
    rng = np.random.default_rng([work.seed, 0])
    for _ in range(work.epochs):
        order = torch.from_numpy(rng.permutation(work.problem.size))
        permuted = [column[order] for column in columns]
        for i in range(0, work.problem.size, size):
            yield [column[i : i + size] for column in permuted]


def _loaded(work: Descent, size: int) -> Batches:
    """The same by a DataLoader."""
    data = TensorDataset(*[torch.from_numpy(column) for column in work.problem.columns])
    sampler = _Permutations(np.random.default_rng([work.seed, 0]), work.problem.size)
    loader: Any = DataLoader(data, batch_size=size, sampler=sampler)
    for _ in range(work.epochs):
        yield from loader


def _batched(work: Descent, size: int) -> Batches:
    """The batches of all replicas, each (B, R)."""
    columns = [torch.from_numpy(column) for column in work.problem.columns]
    rngs = [np.random.default_rng([work.seed, r]) for r in range(work.replicas)]
    for _ in range(work.epochs):
        orders = np.stack([rng.permutation(work.problem.size) for rng in rngs], axis=1)
        permuted = [column[torch.from_numpy(orders)] for column in columns]
        for i in range(0, work.problem.size, size):
            yield [column[i : i + size] for column in permuted]


def _descend(work: Descent, batches: Batches) -> Result:
    """SGD over the batches; every replica's w is a column of one parameter."""
    loss = LOSSES[work.problem.surface.id]
    start = torch.tensor(work.problem.surface.start, dtype=torch.float64)
    w = start[:, None].repeat(1, work.replicas) if work.replicas > 1 else start
    w.requires_grad_()
    optimizer = torch.optim.SGD([w], lr=work.rate)
    path = [w.detach().clone()]
    for batch in batches:
        optimizer.zero_grad()
        # Summed over the replicas, each replica's gradient is that of its own mean.
        objective: Tensor = loss(w[0], w[1], *batch).mean(dim=0).sum()
        objective.backward()
        optimizer.step()
        path.append(w.detach().clone())
    points = torch.stack(path).reshape(len(path), 2, work.replicas).numpy()
    return points[:, 0], points[:, 1]


def _prepare(
    source: Callable[[Descent, int], Batches], work: Work, *, replicas: bool
) -> Call | None:
    if not isinstance(work, Descent) or (work.replicas > 1) != replicas:
        return None
    return lambda: tuple(w for size in work.batch_sizes for w in _descend(work, source(work, size)))


PEERS = (
    Peer("PyTorch", lambda work: _prepare(_slices, work, replicas=False), limit=2_500),
    Peer("PyTorch, DataLoader", lambda work: _prepare(_loaded, work, replicas=False), limit=2_500),
    Peer(
        "PyTorch, batched",
        lambda work: _prepare(_batched, work, replicas=True),
        limit=2_500 * REPLICAS,
    ),
)
