"""Two processes that train in parallel over gloo, and log: python -m benchmarks.logged.ranks DIR.

DIR holds ``asked.npz`` and the logger; it gets the log, ``run.jsonl``, and ``visited.npy``.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing

from benchmarks.logged.network import mean_loss, network, saved, weights
from benchmarks.logged.ways import RANKS, loaded


def run(rank: int, directory: Path) -> None:
    """One of them: its half of each batch."""
    meeting = f"file://{directory / 'met'}"
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=RANKS)
    torch.set_num_threads(1)
    asked = np.load(directory / "asked.npz")
    model = torch.nn.parallel.DistributedDataParallel(network())
    optimizer = torch.optim.SGD(model.parameters(), float(asked["rate"]))
    logger = loaded(saved(directory / str(rank), "ranks"))
    log = logger.Ranks(model, optimizer, directory / "run.jsonl", every=1)
    visited = [weights(model)]
    for batch in asked["batches"]:
        optimizer.zero_grad()
        own = np.split(batch, RANKS)[rank]
        loss = mean_loss(model, own)
        loss.backward()
        log.step(len(own), loss)
        optimizer.step()
        visited.append(weights(model))
    log.close()
    if rank == 0:
        np.save(directory / "visited.npy", visited)
    dist.destroy_process_group()


def main() -> None:
    """Start both."""
    directory = Path(sys.argv[1])
    for rank in range(RANKS):
        (directory / str(rank)).mkdir()
    start: Any = torch.multiprocessing.start_processes
    start(run, (directory,), RANKS, start_method="fork")


if __name__ == "__main__":
    main()
