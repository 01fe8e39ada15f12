"""Logs of gradients that are drawn, so that what is to be found in them is known."""

import json
from typing import Any

import numpy as np

from app.science.arrays import FloatArray
from app.science.logged.log import Log
from app.science.logged.reading import read_log

HEADER: dict[str, Any] = {
    "format": "batchscape-log", "version": 1, "framework": "PyTorch", "optimizer": "SGD",
    "parts": "micro-batches", "notes": ["with-replacement"], "data": None,
}  # fmt: skip
WEIGHTS = 60


def gradient(scale: float) -> FloatArray:
    """G such that noise of 1 a weight has this noise scale."""
    return np.full(WEIGHTS, np.sqrt(1 / scale))


def drawn(
    steps: int,
    sizes: tuple[int, ...] = (8, 8, 4),
    scale: float = 50.0,
    seed: int = 0,
    tail: int | None = None,
) -> list[dict[str, Any]]:
    """Lines of a run that stands still; the noise has Student's t of ``tail`` degrees, if given."""
    rng = np.random.default_rng(seed)
    lines = []
    for step in range(steps):
        whole = (sum(sizes), WEIGHTS)
        noise = rng.normal(size=whole) if tail is None else rng.standard_t(tail, size=whole)
        noise /= 1.0 if tail is None else np.sqrt(tail / (tail - 2))
        each = gradient(scale) + noise
        parts = [part.mean(axis=0) for part in np.split(each, np.cumsum(sizes)[:-1])]
        mean = each.mean(axis=0)
        lines.append(
            {
                "step": step,
                "examples": list(sizes),
                "part_norms": [float(part @ part) for part in parts],
                "norm": float(mean @ mean),
                "loss": 1 / (step + 1),
                "lr": 0.1,
            }
        )
    return lines


def text(lines: list[dict[str, Any]], **header: Any) -> bytes:
    return "\n".join(map(json.dumps, [HEADER | header, *lines])).encode()


def log(lines: list[dict[str, Any]], **header: Any) -> Log:
    return read_log(text(lines, **header))
