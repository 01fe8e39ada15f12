"""What a small network shows, measured again: ``python -m benchmarks.shown > benchmarks/SHOWN.md``.

Sharpness and noise scale, the decision boundary and the plane of a path, with intervals over
replicas; ``--replicas R`` says how many (16 take some ten minutes of one core), ``--only TEXT``
takes the parts whose name has it in. Digits need scikit-learn.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from app.science.budget import Budget
from app.science.networks.boundary import boundaries_of
from app.science.networks.edge import late
from app.science.networks.frame import frame_of
from app.science.networks.measured import measure
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.section import section_of
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.planning import make_plan

BOX = (-2.2, 2.2), (-1.8, 1.8)
DIGITS = NetworkSpec(data="digits", examples=300, hidden=(32,))
SHARP = {  # network, rate, updates, batch sizes
    "moons, ε = .5": (NetworkSpec(), 0.5, 8000, (200, 32, 8)),
    "moons, ε = .25": (NetworkSpec(), 0.25, 8000, (200, 32, 8)),
    "digits, ε = .1": (DIGITS, 0.1, 6000, (300, 32, 8)),
}


def trained(
    spec: NetworkSpec,
    sizes: tuple[int, ...],
    rate: float,
    budget: Budget,
    replicas: int,
    *,
    remainder: str = "keep",
    measured: bool = False,
) -> NetworkRuns:
    """Runs of plain SGD; with what is measured along them, if it is to be."""
    found = []
    for size in sizes:
        plan = make_plan(
            examples=spec.examples, batch_size=size, budget=budget, learning_rate=rate,
            remainder=remainder,
        )  # fmt: skip
        runs = train(Training(spec=spec, plan=plan, replicas=range(replicas)))
        along = measure(spec, runs.weights, range(replicas), size, 0) if measured else None
        found.append(SizeRuns(plan, runs, along))
    return NetworkRuns(spec, 0, tuple(found))


def sharpness(replicas: int) -> Iterator[str]:
    """λ₁ over the last quarter of the runs, mean ± half of its 95 % interval; the noise scale."""
    for name, (spec, rate, updates, sizes) in SHARP.items():
        runs = trained(spec, sizes, rate, Budget(updates=updates), replicas, measured=True)
        for each in runs.sizes:
            end = late(runs, each)
            if end is None or end.interval is None or each.measured is None:
                yield f"{name}, B = {each.batch_size}: diverged"
                continue
            half = (end.interval[1] - end.interval[0]) / 2
            scale = np.nanmedian(each.measured.noise_scale, axis=1)
            held = np.nanmedian(each.measured.share[-1])
            yield (
                f"{name}, 2/ε = {2 / rate:g}, B = {each.batch_size}: λ₁ {end.sharpness:.2f} ± "
                f"{half:.2f}; noise scale {scale[0]:.3g} → {scale[len(scale) // 2]:.3g} → "
                f"{scale[-1]:.3g}, 1 % of the examples hold {held:.0%} in the end"
            )


def boundary(replicas: int) -> Iterator[str]:
    """The share of the area on which two runs disagree, of the same rows and first weights."""
    spec = NetworkSpec(loss="cross-entropy", vary="order")
    for remainder in ("drop", "keep"):
        sizes = (1, 8, 32, 200)
        budget = Budget(epochs=100)
        runs = trained(spec, sizes, 0.1, budget, replicas, remainder=remainder)
        for each in boundaries_of(runs, frame_of(spec, BOX)).sizes:
            found = each.disagreement
            if found is None:
                continue
            ends = found.interval and " to ".join(f"{100 * end:.2f}" for end in found.interval)
            said = f" ({ends})" if ends else ""
            yield (
                f"remainder = {remainder}, B = {each.batch_size}: {100 * found.share:.2f} %{said}"
            )


def plane(replicas: int) -> Iterator[str]:
    """The share of the first two joint components, over as many seeds of rows and weights."""
    kinds = (
        ("moons, 8,000 updates", NetworkSpec(), (8, 32, 200), 0.5, Budget(updates=8000)),
        ("moons, 100 epochs", NetworkSpec(), (8, 32, 200), 0.5, Budget(epochs=100)),
        ("digits, 2,000 updates", DIGITS, (1, 8, 32, 300), 0.1, Budget(updates=2000)),
        ("digits, 50 epochs", DIGITS, (1, 8, 32, 300), 0.1, Budget(epochs=50)),
    )
    for name, spec, sizes, rate, budget in kinds:
        shares, walk = [], 0.0
        for seed in range(min(replicas, 4)):
            seeded = NetworkSpec(**{**vars(spec), "data_seed": seed, "weight_seed": seed})
            section = section_of(trained(seeded, sizes, rate, budget, 1))
            shares.append(section.plane.share)
            walk = section.plane.walks_share
        yield (
            f"{name}: {min(shares):.2f} to {max(shares):.2f} over {len(shares)} seeds; as many "
            f"random walks from one start {walk:.2f}"
        )


PARTS: dict[str, Callable[[int], Iterator[str]]] = {
    "sharpness": sharpness,
    "boundary": boundary,
    "plane": plane,
}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shown", description=__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="parts whose name has this in")
    parser.add_argument("--replicas", type=int, default=16, help="of every line")
    asked = parser.parse_args()
    sys.stdout.write(f"# What a small network shows: {asked.replicas} replicas\n")
    for name, part in PARTS.items():
        if asked.only in name:
            sys.stdout.write(f"\n## {name}\n\n")
            for line in part(asked.replicas):
                sys.stdout.write(f"- {line}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
