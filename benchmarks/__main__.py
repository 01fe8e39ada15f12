"""The one command: ``python -m benchmarks`` measures all and writes RESULTS.md and cost.svg."""

import argparse
import sys
from pathlib import Path

from benchmarks.cost import SWEEPS, seconds_an_update
from benchmarks.fast import INSTALLED
from benchmarks.measure import race
from benchmarks.peers import installed
from benchmarks.report import Row, markdown, plot
from benchmarks.server import URL, serve
from benchmarks.workloads import FAMILIES, WORKLOADS, problem

HERE = Path(__file__).parent
ROUNDS = 5
QUICK_ROUNDS = 1


def main() -> None:
    """Measure, and write or print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one round, printed: does it run, are results equal"
    )
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="rows whose name has this in it, printed"
    )
    asked = parser.parse_args()
    rounds = QUICK_ROUNDS if asked.quick else ROUNDS
    peers, missing = installed()

    rows = []
    for workload in WORKLOADS:
        for family in FAMILIES:
            if asked.only in f"{workload.name}, {family}":
                _say(f"{workload.name}, {family}")
                work = workload.work(problem(family))
                rows.append(Row(workload, family, race(work, peers, rounds)))
    served = []
    if asked.only in URL:
        for fast in (False, True) if INSTALLED else (False,):
            _say(f"{URL}{' with [fast]' if fast else ''}")
            served.append(serve(rounds, fast=fast))
    costs = []
    for sweep in SWEEPS:
        families = [f for f in FAMILIES if asked.only in f"cost against {sweep.name}, {f}"]
        if families:
            _say(f"cost against {sweep.name}")
            costs.append((sweep, {f: seconds_an_update(sweep, f, rounds) for f in families}))

    text = markdown(rows, served, costs, peers, missing, rounds)
    if asked.quick or asked.only:
        sys.stdout.write(text)
        return
    (HERE / "RESULTS.md").write_text(text)
    try:
        plot(costs, HERE / "cost.svg")
    except ModuleNotFoundError as error:
        _say(f"cost.svg is left as it was: {error}")


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    main()
