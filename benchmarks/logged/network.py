"""The 64-32-10 network on digits: in PyTorch, and its exact gradient noise by this project."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from app.export.logger import logger_file, logger_text
from app.science.arrays import FloatArray
from app.science.logged.log import Steps
from app.science.logged.windows import single
from app.science.networks.gradient_noise import gradient_noise
from app.science.networks.network import Rows
from app.science.networks.spec import NetworkSpec

SPEC = NetworkSpec(data="digits", examples=300, hidden=(32,), loss="cross-entropy")
BATCH, RATE = 32, 0.1
SERVER = "http://127.0.0.1:8000"
_AT_ONCE = 64  # weights whose noise is measured at once


class Exact(NamedTuple):
    """At each of K weights, shape (K,): ‖G‖² and tr Σ of all examples."""

    squared_norm: FloatArray
    trace: FloatArray

    @property
    def noise_scale(self) -> float:
        """As a ratio of sums, which is what a window estimates."""
        return float(self.trace.sum() / self.squared_norm.sum())


class Compared(NamedTuple):
    """An estimate beside the exact value.

    Attributes:
        estimate: ΣT/ΣS.
        exact: Σ tr Σ / Σ‖G‖² of the same steps.
        error: the estimate's standard error. Given the weights T and S have the exact means, so
            that what they are off by adds up as independent steps do, however the weights move.
    """

    estimate: float
    exact: float
    error: float

    @property
    def off(self) -> float:
        """In standard errors."""
        return (self.estimate - self.exact) / self.error


@cache
def rows() -> Rows:
    """What is trained on."""
    return SPEC.rows(SPEC.split(0).train)


def network() -> Any:
    """The network at its first weights, in double precision."""
    made: list[Any] = []
    for view in SPEC.network.layers.views(SPEC.weights(0)):
        linear = torch.nn.Linear(view.shape[1] - 1, len(view), dtype=torch.float64)
        linear.weight.data = torch.tensor(view[:, :-1])
        linear.bias.data = torch.tensor(view[:, -1])
        made += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*made[:-1])


def weights(model: Any) -> FloatArray:
    """In the order in which answers have them, shape (P,)."""
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])


def mean_loss(model: Any, chosen: Any) -> Any:
    """Of some of the rows."""
    own = rows()
    x, labels = torch.tensor(own.x[chosen, :-1]), torch.tensor(own.labels[chosen])
    return torch.nn.functional.cross_entropy(model(x), labels)


def exact(visited: list[FloatArray]) -> Exact:
    """At weights as `weights` tells them."""
    theta = SPEC.network.layers.taken(np.array(visited))
    parts = [theta[k : k + _AT_ONCE] for k in range(0, len(theta), _AT_ONCE)]
    found = [gradient_noise(SPEC.network, part, rows()) for part in parts]
    return Exact(
        np.concatenate([each.squared_norm for each in found]),
        np.concatenate([each.trace for each in found]),
    )


def compared(steps: Steps, true: Exact, examples: int | None = None) -> Compared:
    """All of a log's steps at once; corrected as of N shuffled ``examples``, where told."""
    t, s = single(steps)
    if examples is not None:
        s, t = s + t / examples, t * (1 - 1 / examples)
    rho = true.noise_scale
    away = (t - true.trace) - rho * (s - true.squared_norm)
    return Compared(float(t.sum() / s.sum()), rho, float(np.sqrt(away @ away) / abs(s.sum())))


def saved(directory: Path, parts: str) -> Path:
    """PyTorch's logger of these parts, as it is served."""
    key = ("pytorch", parts, "own")
    path = directory / logger_file(*key).name
    path.write_text(logger_text(*key, SERVER), encoding="utf-8")
    return path
