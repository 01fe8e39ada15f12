"""Does batch size generalise, measured: ``python -m benchmarks.generalisation``.

What the note on networks says of generalisation and of perfect scaling, measured again through the
same sweeps that the pages show, with intervals. ``--only TEXT`` takes the lines whose name has it
in, ``--replicas R`` says how many; all of them with 32 take about an hour of one core.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from app.science.networks.gap import GapSweep, measure, tasks
from app.science.networks.gap_result import GapResult, gather
from app.science.networks.spec import NetworkSpec
from app.science.networks.steps import StepsSweep, race, steps_tasks
from app.science.networks.steps_result import gather_steps
from app.words.network.gap import gap_summary
from app.words.network.steps import steps_summary

DIGITS = NetworkSpec(data="digits", examples=200, hidden=(32,), loss="cross-entropy")
DIGIT_RATES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
GAPS = {
    "digits": GapSweep(
        spec=DIGITS, batch_sizes=(1, 8, 32, 200), learning_rates=DIGIT_RATES, epochs=50,
        updates=2000,
    ),
    "digits, 20 % wrong labels": GapSweep(
        spec=replace(DIGITS, label_noise=0.2), batch_sizes=(8, 32, 200),
        learning_rates=DIGIT_RATES, epochs=50, updates=2000,
    ),
    "moons": GapSweep(batch_sizes=(2, 8, 32, 200)),
    "moons, late (8,000 updates at 0.5)": GapSweep(
        batch_sizes=(8, 32, 200), learning_rates=(0.5,), epochs=50, updates=8000
    ),
}  # fmt: skip
STEPS = {
    "scaling, moons to 0.1": StepsSweep(batch_sizes=(1, 2, 4, 8, 16, 32, 64, 200)),
    "scaling, digits (N = 1437) to 0.2": StepsSweep(
        spec=replace(DIGITS, examples=1437),
        batch_sizes=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1437),
        learning_rates=(0.0125, 0.025, *DIGIT_RATES, 3.2), updates=4000,
    ),
}  # fmt: skip


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generalisation", description=__doc__
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="lines whose name has this in")
    parser.add_argument("--replicas", type=int, default=32, help="of every line")
    asked = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of the processes: one a core
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        for name, sweep in GAPS.items():
            if asked.only in name:
                gap = replace(sweep, replicas=asked.replicas)
                _say(name, _gap(gather(gap, [*workers.map(measure, tasks(gap))])))
        for name, scaling in STEPS.items():
            if asked.only in name:
                steps = replace(scaling, replicas=asked.replicas)
                _say(name, _steps(steps, workers.map))


def _gap(result: GapResult) -> Iterator[str]:
    for compared in result.compared.values():
        yield f"{compared.budget}: missing {compared.missing}, none above {compared.bound:.2f}"
        gaps = {each.batch_size: each.accuracy for each in compared.differences}
        for each in compared.sizes:
            gap = gaps.get(each.batch_size)
            told = f", {gap.value:+.2f} ± {gap.half:.2f} to the largest" if gap else ""
            yield (
                f"  B = {each.batch_size}: rate {each.learning_rate:g}{' (edge)' * each.at_edge}, "
                f"training loss {each.train_loss.value:.3g}, test "
                f"{each.accuracy.value:.2f} ± {each.accuracy.half:.2f} %{told}"
            )
    yield gap_summary(result)


def _steps(sweep: StepsSweep, run: Callable[..., Iterator[object]]) -> Iterator[str]:
    result = gather_steps(sweep, [*run(race, steps_tasks(sweep))])  # type: ignore[list-item]
    for each in result.tuned:
        noise = result.noise.get(each.batch_size)
        scale = f", noise scale {noise.value:.3g}" if noise else ""
        edge = " (edge)" * each.at_edge
        rate = f"{each.learning_rate}{edge}"
        yield f"  B = {each.batch_size}: {each.updates} updates at {rate}{scale}"
    yield steps_summary(result)


def _say(name: str, lines: Iterator[str]) -> None:
    sys.stdout.write(f"{name}\n")
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
