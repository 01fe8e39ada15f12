"""The same run logged three ways: by accumulation, by two ranks over gloo, by ghost norms."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import torch

from app.science.arrays import FloatArray, IntArray
from app.science.logged.log import Log
from app.science.logged.reading import read_log
from benchmarks.logged.network import RATE, Exact, exact, mean_loss, network, saved, weights

WAYS = {"accumulation": "micro-batches", "two ranks": "ranks", "ghost norms": "examples"}
SIZES = (12, 8, 8, 4)  # of the micro-batches: unequal ones
RANKS = 2


class Logged(NamedTuple):
    """A run's log, the exact noise at each of its steps, and its last weights."""

    log: Log
    exact: Exact
    end: FloatArray


def trained(way: str, batches: IntArray, directory: Path, rate: float = RATE) -> Logged:
    """Train on these batches, shape (K, B), and log each step.

    Args:
        way: one of `WAYS`.
        batches: rows of the data.
        directory: where the logger and its log are written.
        rate: 0 for a run that stands still.
    """
    path, parts = directory / "run.jsonl", WAYS[way]
    file = saved(directory, parts)
    if parts == "ranks":
        np.savez(directory / "asked.npz", batches=batches, rate=rate)
        command = [sys.executable, "-m", "benchmarks.logged.ranks", str(directory)]
        subprocess.run(  # noqa: S603 - our own
            command, check=True, stdout=subprocess.DEVNULL, timeout=600
        )
        visited = list(np.load(directory / "visited.npy"))
    else:
        visited = _alone(parts, loaded(file), batches, path, rate)
    return Logged(read_log(path.read_bytes()), exact(visited[:-1]), visited[-1])


def loaded(file: Path) -> ModuleType:
    """A logger, imported as a reader would."""
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None  # noqa: S101
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _alone(
    parts: str, logger: ModuleType, batches: IntArray, path: Path, rate: float
) -> list[FloatArray]:
    """Weights before each update, and after the last."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), rate)
    made: Any = logger.MicroBatches if parts == "micro-batches" else logger.Examples
    log, visited = made(model, optimizer, path, every=1), [weights(model)]
    for batch in batches:
        optimizer.zero_grad()
        if parts == "micro-batches":
            for part in np.split(batch, np.cumsum(SIZES)[:-1]):
                loss, share = mean_loss(model, part), len(part) / len(batch)
                (loss * share).backward()
                log.part(len(part), loss, share)
            log.step()
        else:
            loss = mean_loss(model, batch)
            loss.backward()
            log.step(len(batch), loss)
        optimizer.step()
        visited.append(weights(model))
    log.close()
    return visited
