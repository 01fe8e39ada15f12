"""Loggers as served, loaded as a reader would import them, and the runs that they log."""

import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from app.export.logger import FILES, logger_file
from app.science.networks.gradient_noise import gradient_noise
from app.science.networks.network import Rows
from app.science.networks.spec import NetworkSpec
from app.science.noise.fieller import Ratio, ratio
from app.science.noise.parts import PartEstimates

SPEC = NetworkSpec(data="moons", examples=200)  # 2-16-16-1
FOUR_ERRORS = 0.99994  # of a normal variable, within as many standard errors


@dataclass(frozen=True)
class Truth:
    """What is trained, and its exact noise scale at the first weights."""

    layers: list[NDArray[np.float64]]
    rows: Rows
    noise_scale: float


def truth() -> Truth:
    """Of the first replica."""
    theta = SPEC.weights(0)
    rows = SPEC.rows(SPEC.split(0).train)
    exact = gradient_noise(SPEC.network, theta[None], rows)
    layers = [np.array(view) for view in SPEC.network.layers.views(theta)]
    return Truth(layers, rows, float(exact.noise_scale[0]))


def served(
    get: Callable[..., httpx.Response], directory: Path, key: tuple[str, str, str]
) -> ModuleType:
    """A logger's module, read over HTTP and saved under its name."""
    assert key in FILES
    framework, parts, loop = key
    name = logger_file(*key).name
    reply = get(f"/api/v1/logger/{framework}?parts={parts}&loop={loop}")
    assert reply.status_code == 200, reply.text
    (directory / name).write_bytes(reply.content)
    spec = importlib.util.spec_from_file_location(name.removesuffix(".py"), directory / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(path: Path) -> list[dict[str, Any]]:
    """The measured steps of a log."""
    head, *steps = (json.loads(line) for line in path.read_text().splitlines())
    assert head["format"] == "batchscape-log"
    assert head["version"] == 1
    return steps


def estimates(steps: list[dict[str, Any]]) -> PartEstimates:
    """T and S of each step, from its line alone."""
    found = []
    for step in steps:
        c, m = sum(step["examples"]), len(step["examples"])
        if "part_norms" in step:
            weights = np.array(step.get("weights", step["examples"]), float)
            mean = float(weights @ step["part_norms"] / weights.sum())
        else:
            mean, m = step["mean_part_norm"], c
        t = c * (mean - step["norm"]) / (m - 1)
        found.append((t, step["norm"] - t / c))
    return PartEstimates(*np.array(found).T)


def holds(path: Path, noise_scale: float) -> Ratio:
    """The log's interval has the exact noise scale, within four standard errors."""
    found = ratio(estimates(lines(path)), FOUR_ERRORS)
    assert found.low < noise_scale < found.high, found
    # An interval is no proof if it is wide.
    assert found.high < 2 * found.low, found
    return found
