"""The page's default network beside PyTorch: python -m benchmarks.networks [--quick].

The same runs (weights, rows, batches) by this project, by PyTorch as one writes it, and by
`torch.func` over replicas at once, in turns in one process of one thread; equal first, to 1e-9.
Then the whole default page's work: all runs trained and measured in worker processes.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from app.api.compute.laboratory import Laboratory
from app.api.compute.network import finish, trainings
from app.api.queries.network import NetworkQuery
from app.science.arrays import FloatArray
from app.science.networks.training import Training, descend, parts
from app.web.cache import Cache
from app.web.jobs import Jobs
from app.web.workers import Workers
from benchmarks.measure import interleaved

BATCH_SIZES = (1, 8, 32, "full")
UPDATES, REPLICAS, ROUNDS = 400, 8, 7
NEAR = 1e-9
RATE = 0.1  # at the default one the full batch comes to the edge of stability, where rounding grows
OUT = Path(__file__).parent / "NETWORKS.md"


def asked(batch_size: int | str, replicas: int) -> Training:
    """The default network's runs at one batch size, a part of them."""
    query = {"batch_size": [batch_size], "learning_rate": RATE, "updates": UPDATES}
    return trainings(NetworkQuery.model_validate(query | {"replicas": replicas}))[0]


def ours(training: Training) -> FloatArray:
    """Weights of every replica at the end, as answers have them, (R, P); nothing is scored."""
    spec, ends = training.spec, []
    for part in parts(training):
        theta = np.stack([spec.weights(r) for r in part.replicas])
        rows, diverged_at = spec.stacked("train", part.replicas), np.zeros(len(theta), np.int64)
        for _ in descend(part, part.replicas, rows, theta, diverged_at):
            pass
        ends.append(theta)
    return spec.network.layers.told(np.concatenate(ends))


def batches(training: Training, replica: int) -> list[Any]:
    """The rows of each of a replica's batches."""
    labels = training.spec.split(replica).train.labels
    orders = training.plan.orders(np.random.default_rng([training.seed, replica]), labels)
    cut: list[Any] = []
    for epoch in training.plan.epochs:
        order = torch.from_numpy(next(orders))
        starts = zip(epoch.starts.tolist(), epoch.sizes.tolist(), strict=True)
        cut += [order[first : first + size] for first, size in starts]
    return cut[: training.plan.updates]


def data(training: Training, replica: int) -> tuple[Any, Any]:
    """Its inputs and targets."""
    rows = training.spec.rows(training.spec.split(replica).train)
    return torch.from_numpy(rows.x[:, :-1].copy()), torch.from_numpy(rows.y)


def module(training: Training) -> Any:
    """The network as PyTorch has it."""
    layers = []
    for outputs, inputs in training.spec.network.layers.shapes:
        layers += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def first(training: Training, replica: int) -> Any:
    """A replica's first weights."""
    told = training.spec.network.layers.told(training.spec.weights(replica))
    return torch.from_numpy(told)


def eager(training: Training) -> FloatArray:
    """Autograd and torch.optim.SGD, a replica after the other."""
    ends = []
    for r in training.replicas:
        net, (x, y) = module(training), data(training, r)
        torch.nn.utils.vector_to_parameters(first(training, r).clone(), net.parameters())
        optimizer = torch.optim.SGD(net.parameters(), lr=float(training.plan.rates[0]))
        for batch in batches(training, r):
            optimizer.zero_grad()
            loss = ((net(x[batch]) - y[batch]) ** 2).sum(dim=1).mean() / 2
            loss.backward()
            optimizer.step()
        ends.append(torch.nn.utils.parameters_to_vector(net.parameters()).detach().numpy())
    return np.array(ends)


def batched(training: Training) -> FloatArray:
    """torch.func.grad under vmap: all replicas at once, weights in rows of one tensor."""
    shapes = training.spec.network.layers.shapes

    def loss(w: Any, x: Any, y: Any) -> Any:
        start = 0
        for k, (outputs, inputs) in enumerate(shapes):
            end = start + outputs * inputs
            z = x @ w[start:end].view(outputs, inputs).T + w[end : end + outputs]
            x, start = (torch.tanh(z) if k < len(shapes) - 1 else z), end + outputs
        return ((x - y) ** 2).sum(dim=1).mean() / 2

    gradient = torch.func.vmap(torch.func.grad(loss))
    x, y = (
        torch.stack(each)
        for each in zip(*(data(training, r) for r in training.replicas), strict=True)
    )
    w = torch.stack([first(training, r) for r in training.replicas])
    rate, replica = float(training.plan.rates[0]), torch.arange(len(w))[:, None]
    cuts = [batches(training, r) for r in training.replicas]
    for each in zip(*cuts, strict=True):
        batch = torch.stack(each)
        w = w - rate * gradient(w, x[replica, batch], y[replica, batch])
    return np.asarray(w)


def race(
    batch_size: int | str, replicas: int, peer: Callable[[Training], FloatArray], rounds: int
) -> tuple[float, ...]:
    """Microseconds an update of a replica: ours, the peer's; and how many times ours that is."""
    training = asked(batch_size, replicas)
    np.testing.assert_allclose(peer(training), ours(training), rtol=NEAR, atol=NEAR)
    times = interleaved([lambda: ours(training), lambda: peer(training)], rounds)
    mine, theirs = np.median(times, axis=1) / UPDATES / replicas * 1e6
    return mine, theirs, theirs / mine


async def page() -> float:
    """Seconds of the default page's runs, trained and measured; worker processes are up."""
    workers = Workers()
    laboratory = Laboratory(workers, Jobs(8), Cache(8), Cache(8))
    await finish(laboratory, NetworkQuery.model_validate({"updates": 20}))  # starts them
    begun = perf_counter()
    await finish(laboratory, NetworkQuery.model_validate({}))
    seconds = perf_counter() - begun
    workers.close()
    return seconds


def main() -> None:
    """Measure, and write or print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.networks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, printed")
    quick = parser.parse_args().quick
    rounds = 1 if quick else ROUNDS
    torch.set_num_threads(1)
    lines = [
        "# The default network, beside PyTorch",
        "",
        f"µs an update of a replica: medians of {rounds} rounds in turns, one thread,",
        f"{UPDATES} updates at ε = {RATE}, nothing scored on the way, results equal to {NEAR:g}.",
        "",
        "| B | ours | PyTorch | × | ours, 8 replicas | torch.func, 8 replicas | × |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for size in BATCH_SIZES:
        cells = [*race(size, 1, eager, rounds), *race(size, REPLICAS, batched, rounds)]
        lines.append(f"| {size} | " + " | ".join(f"{cell:.3g}" for cell in cells) + " |")
    lines += [
        "",
        f"The default page's runs, trained and measured: {asyncio.run(page()):.1f} s on two cores.",
    ]
    text = "\n".join(lines) + "\n"
    if quick:
        sys.stdout.write(text)
    else:
        OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
