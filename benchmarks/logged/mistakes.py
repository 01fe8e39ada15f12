"""The mistakes of public estimators: logs as they would write them, of this network's gradients.

Each log is made of the gradients of a step's four micro-batches, as the mistaken tool takes them;
what is estimated from it, and what is said of it, is this project's answer.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.logged.flaws import derive
from app.science.logged.packed import summed
from app.science.logged.reading import read_log
from app.science.logged.windows import single
from benchmarks.logged.network import BATCH, RATE, SPEC, rows
from benchmarks.logged.ways import SIZES

PARTS = 4
EQUAL = (BATCH // PARTS,) * PARTS
SHARDS, LOSS_SCALE = 2, 1024.0


class Norms(NamedTuple):
    """Of K steps: ‖g_j‖² of the parts, (K, m), or of one number a step, (K,); and ‖ḡ‖², (K,)."""

    parts: FloatArray
    mean: FloatArray


class Answer(NamedTuple):
    """What a log gives.

    Attributes:
        estimate: of the noise scale, ΣT/ΣS; None where the log is refused.
        said: ids of the flaws that are told of, or why it is refused.
    """

    estimate: float | None
    said: tuple[str, ...]


def sound(parts: FloatArray, sizes: tuple[int, ...] = EQUAL) -> Norms:
    """The norms of gradients of parts, (K, m, P), without a mistake."""
    mean = np.einsum("j,kjp->kp", np.array(sizes) / sum(sizes), parts)
    return Norms((parts**2).sum(axis=-1), (mean**2).sum(axis=-1))


def _last_alone(norms: Norms) -> Norms:
    return Norms(norms.parts[:, -1], norms.mean)


def _clamped(norms: Norms) -> Norms:
    """Norms that give each step's T and S, cut at 0."""
    t = BATCH * (norms.parts.mean(axis=1) - norms.mean) / (PARTS - 1)
    t, s = np.maximum(t, 0), np.maximum(norms.mean - t / BATCH, 0)
    return Norms(s + t * PARTS / BATCH, s + t / BATCH)


def _clipped(norms: Norms) -> Norms:
    """All read after the mean was clipped, in every second step."""
    factor = np.minimum(1, np.median(norms.mean) / norms.mean)
    return Norms(norms.parts * factor[:, None], norms.mean * factor)


def _always_clipped(norms: Norms) -> Norms:
    factor = norms.mean.min() / 2 / norms.mean
    return Norms(norms.parts * factor[:, None], norms.mean * factor)


# Of norms without a mistake, the norms that a tool with it tells.
OF_NORMS: dict[str, Callable[[Norms], Norms]] = {
    "none": lambda norms: norms,
    "the last small batch alone": _last_alone,
    "estimates clamped at 0": _clamped,
    "read after clipping": _clipped,
    "read after clipping of every step": _always_clipped,
    "the mean alone clipped": lambda n: Norms(n.parts, np.minimum(n.mean, np.median(n.mean))),
    "the loss scale divided out of the parts' squares once": lambda n: Norms(
        n.parts * LOSS_SCALE, n.mean
    ),
    "the loss scale divided out of the mean's square once": lambda n: Norms(
        n.parts, n.mean * LOSS_SCALE
    ),
    "the parts' shards averaged": lambda n: Norms(n.parts / SHARDS, n.mean),
    "the mean's shards averaged": lambda n: Norms(n.parts, n.mean / SHARDS),
}
# The same of all norms leaves their ratio as it is: the estimate is right, and nothing is said.
HARMLESS: dict[str, Callable[[Norms], Norms]] = {
    "the loss scale divided out of all squares once": lambda n: Norms(
        n.parts * LOSS_SCALE, n.mean * LOSS_SCALE
    ),
    "all shards averaged": lambda n: Norms(n.parts / SHARDS, n.mean / SHARDS),
}


def answers(theta: FloatArray, steps: int, rng: np.random.Generator) -> dict[str, Answer]:
    """To a log with each mistake, at weights as answers have them, (P,); with replacement."""
    theta = SPEC.network.layers.taken(theta)
    parts = drawn(theta, steps, EQUAL, rng)
    norms = sound(parts)
    found = {name: _answer(made(norms)) for name, made in (OF_NORMS | HARMLESS).items()}
    most = np.median(norms.parts)
    factor = np.sqrt(np.minimum(1, most / norms.parts))
    found["each part clipped"] = _answer(sound(parts * factor[..., None]))
    on = sound(_on_the_way(theta, steps, rng))
    found["successive weights, told as such"] = _answer(on, parts="steps")
    unequal = drawn(theta, steps, SIZES, rng)
    even = Norms(sound(unequal, SIZES).parts, sound(unequal).mean)
    weighed = {"weights": [1] * PARTS}
    found["equal weights of unequal parts"] = _answer(even, SIZES, weighed)
    return found


def drawn(
    theta: FloatArray, steps: int, sizes: tuple[int, ...], rng: np.random.Generator
) -> FloatArray:
    """Gradients of parts of these sizes, (K, m, P)."""
    return np.array([[_gradient(theta, size, rng) for size in sizes] for _ in range(steps)])


def _on_the_way(theta: FloatArray, steps: int, rng: np.random.Generator) -> FloatArray:
    """Gradients of successive updates, four of them for the parts of a step."""
    found = []
    for _ in range(steps * PARTS):
        found.append(_gradient(theta, EQUAL[0], rng))
        theta = theta - RATE * found[-1]
    return np.array(found).reshape(steps, PARTS, -1)


def _gradient(theta: FloatArray, size: int, rng: np.random.Generator) -> FloatArray:
    some = rows().taken(rng.integers(rows().size, size=size))
    gradient: FloatArray = SPEC.network.gradient(theta[None], some.x[None], some.y[None])[0]
    return gradient


def _answer(
    norms: Norms,
    sizes: tuple[int, ...] = EQUAL,
    more: dict[str, Any] | None = None,
    parts: str = "micro-batches",
) -> Answer:
    lines: list[dict[str, Any]] = [
        {"format": "batchscape-log", "version": 1, "optimizer": "sgd", "parts": parts}
        | {"notes": ["with-replacement"]}
    ]
    name = "part_norms" if norms.parts.ndim == 2 else "mean_part_norm"
    for step, (own, mean) in enumerate(zip(norms.parts.tolist(), norms.mean.tolist(), strict=True)):
        line = {"step": step, "examples": list(sizes), name: own, "norm": mean}
        lines.append(line | (more or {}))
    try:
        log = read_log("\n".join(map(json.dumps, lines)).encode())
    except ParameterError as error:
        return Answer(None, (str(error).rpartition("; ")[2],))
    logged = summed(log)
    t, s = single(log.steps)
    found = (*logged.found, *derive(logged.header, logged.sums))
    return Answer(float(t.sum() / s.sum()), tuple(each.id for each in found))
