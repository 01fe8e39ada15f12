"""The one command: python -m benchmarks.logged [--quick] writes LOGGED.md, or prints it.

A PyTorch run of the 64-32-10 network on digits is logged by our files as they are served, in three
ways, and held against the exact noise scale; then so are logs with the mistakes of public tools.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from app.science.arrays import FloatArray, IntArray
from app.science.logged.windows import cut, estimate
from benchmarks.logged.mistakes import answers
from benchmarks.logged.network import BATCH, RATE, SPEC, Compared, compared, exact
from benchmarks.logged.ways import SIZES, WAYS, Logged, trained

OUT = Path(__file__).parents[1] / "LOGGED.md"
STEPS, ORDERS, STANDING, MISTAKEN = 400, 2, 900, 400


def run(way: str, batches: IntArray, **more: float) -> Logged:
    """A run, logged in a directory of its own."""
    with TemporaryDirectory() as directory:
        return trained(way, batches, Path(directory), **more)


def along(steps: int, orders: int) -> Iterator[str]:
    """The three ways along a training run."""
    yield "| order | way | exact | estimate | standard error | off | windows that hold it |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for seed in range(orders):
        drawn = np.random.default_rng(seed).integers(SPEC.examples, size=(steps, BATCH))
        for way in WAYS:
            logged = run(way, drawn)
            held, count = windows(logged)
            cells = row(compared(logged.log.steps, logged.exact))
            yield f"| {seed} | {way} | {cells} | {held} of {count} |"


def windows(logged: Logged) -> tuple[int, int]:
    """How many of a log's windows have the exact value in their interval, of how many."""
    found = estimate(logged.log.header, cut(logged.log))
    held = 0
    for window in found:
        own = slice(window.first, window.last + 1)
        true = logged.exact.trace[own].sum() / logged.exact.squared_norm[own].sum()
        held += window.low <= true <= (np.inf if window.high is None else window.high)
    return held, len(found)


def row(found: Compared) -> str:
    """Its cells."""
    return f"{found.exact:.1f} | {found.estimate:.1f} | {found.error:.1f} | {found.off:+.1f}"


def shuffled(steps: int) -> Iterator[str]:
    """Of N shuffled examples: each epoch's first update at fixed weights, then whole epochs."""
    rng, n = np.random.default_rng(9), SPEC.examples
    first = np.array([rng.permutation(n)[:BATCH] for _ in range(steps)])
    whole = n // BATCH
    epochs = np.concatenate(
        [rng.permutation(n)[: whole * BATCH].reshape(whole, BATCH) for _ in range(steps // whole)]
    )
    yield "| batches | exact | estimate | standard error | off |"
    yield "| --- | --- | --- | --- | --- |"
    for name, batches, rate in (("an epoch's first", first, 0.0), ("whole epochs", epochs, RATE)):
        logged = run("accumulation", batches, rate=rate)
        for told, examples in ((", N not told", None), (", corrected for N", n)):
            yield f"| {name}{told} | {row(compared(logged.log.steps, logged.exact, examples))} |"


def mistaken(theta: FloatArray, steps: int) -> Iterator[str]:
    """The mistakes, and what is said of them."""
    yield "| mistake | estimate | said |"
    yield "| --- | --- | --- |"
    for name, answer in answers(theta, steps, np.random.default_rng(5)).items():
        told = "–" if answer.estimate is None else f"{answer.estimate:.0f}"
        yield f"| {name} | {told} | {', '.join(answer.said) or 'nothing'} |"


def report(steps: int, orders: int, standing: int, of_mistakes: int) -> Iterator[str]:
    """All of it."""
    torch.set_num_threads(1)
    drawn = np.random.default_rng(0).integers(SPEC.examples, size=(40, BATCH))
    theta = run("accumulation", drawn).end
    there = exact([theta]).noise_scale
    sizes = " + ".join(map(str, SIZES))
    yield f"""# The 64-32-10 network, logged in PyTorch

{SPEC.examples} digits, tanh, cross-entropy, SGD at ε = {RATE}, batches of {BATCH}; made by
`python -m benchmarks.logged`. Loggers are the files that `/api/v1/logger/pytorch` answers, each
step measured; exact are tr Σ and ‖G‖² of all examples at each step's weights, by this project.

## Along a run of {steps} updates

Examples are drawn with replacement, so that given the weights each step's T and S have the exact
means. The three ways see the same batches: accumulation as {sizes}, two ranks over
gloo as 16 + 16, ghost norms as {BATCH} single ones. 'Off' is in standard errors.
"""
    yield from along(steps, orders)
    yield f"""
## Of N = {SPEC.examples} shuffled examples

Of batches without replacement the estimate is exact at an epoch's first update only, with T/N added
to S, which a log that tells N gets: {standing} first updates at the first weights, and some whole
epochs of training, where the correction is no more than an approximation.
"""
    yield from shuffled(standing)
    yield f"""
## The mistakes of public tools

{of_mistakes} steps of four micro-batches at the weights after 40 updates; the exact noise scale is
{there:.0f}. Loggers refuse successive weights that are told as micro-batches: they see that weights
have changed. Of equal weights that are not told nothing can be seen; loggers tell them. The last
small batch alone is not biased, but wide. A factor of all squares leaves their ratio as it is.
Batch normalisation, dropout and Adam are told of by name.
"""
    yield from mistaken(theta, of_mistakes)


def main() -> None:
    """Measure, and write or print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.logged", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, printed")
    quick = parser.parse_args().quick
    asked = (120, 1, 200, 200) if quick else (STEPS, ORDERS, STANDING, MISTAKEN)
    text = "\n".join(report(*asked)) + "\n"
    if quick:
        sys.stdout.write(text)
    else:
        OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
