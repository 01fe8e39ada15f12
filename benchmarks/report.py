"""The measurements as Markdown and as a plot."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple, TypeAlias

from app.science.arrays import FloatArray
from benchmarks.cost import Sweep, exponent
from benchmarks.measure import TOLERANCE, TURN, Race, Timing
from benchmarks.peers import Peer
from benchmarks.server import ADDED, PAYLOAD, URL, Served
from benchmarks.workloads import Workload

PACKAGES = ("numpy", "numba", "torch", "scikit-learn")
# Colour means batch size in this project, so the families differ in their marks.
MARKS = ("o-", "s--", "^-.", "D:")

Costs: TypeAlias = Sequence[tuple[Sweep, Mapping[str, FloatArray]]]  # seconds an update, by family


class Row(NamedTuple):
    """A workload on a family's surface, timed."""

    workload: Workload
    family: str
    race: Race


class Verdict(NamedTuple):
    """What was asked of a row, and how far it is from it: at most 1 is met."""

    asked: str
    short_of: float


def markdown(
    rows: Sequence[Row],
    served: Sequence[Served],
    costs: Costs,
    peers: Sequence[Peer],
    missing: Sequence[str],
    rounds: int,
) -> str:
    """The report, which shows the plot as ``cost.svg``."""
    return "\n".join(
        [
            "# Speed",
            "Made by `python -m benchmarks`, not by hand. Serving it: [SERVING.md](SERVING.md).",
            "",
            _machine(missing),
            "",
            _method(rows, rounds),
            "",
            *(_table(rows, peers) if rows else ()),
            *(_served(served) if served else ()),
            *(_cost_table(costs) if costs else ()),
        ]
    )


def plot(costs: Costs, path: Path) -> None:
    """Time of an update against each quantity, as SVG.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "cost"  # the same picture gives the same file
    figure = Figure(figsize=(10, 7.5), layout="constrained")
    panels = figure.subplots(2, 2, sharey=True).flat  # one scale, so that flat looks flat
    for axes, (sweep, times) in zip(panels, costs, strict=True):
        for mark, (family, seconds) in zip(MARKS, times.items(), strict=False):
            axes.loglog(sweep.values, seconds * 1e6, mark, color="0.2", markersize=4, label=family)
        axes.set_xscale("log", base=2)
        axes.set_xlabel(f"{sweep.name} ({sweep.fixed})")
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.set_ylabel("µs an update, all replicas")
        axes.grid(visible=True, color="0.9")
    figure.axes[0].legend()
    figure.savefig(path, metadata={"Date": None})


def verdicts(row: Row, peers: Sequence[Peer]) -> Iterator[Verdict]:
    """The row's targets of which something was measured."""
    asked = row.workload.target(row.family)
    if "ms" in asked:
        yield Verdict(f"≤ {asked['ms']:g} ms", row.race.ours.median * 1e3 / asked["ms"])
    for peer in peers:
        if peer.name not in asked or peer.name not in row.race.theirs:
            continue
        bound, ratio = asked[peer.name], _ratio(peer, row, row.race.ours)
        if not peer.floor:
            yield Verdict(f"{peer.name} ≥ {bound:g}", bound / ratio)
            continue
        yield Verdict(f"{peer.name} ≤ {bound:g}", ratio / bound)
        if "fast" in asked:
            # Sweeps run in processes that compile nothing: the extra changes nothing there.
            ratio = _ratio(peer, row, row.race.fast or row.race.ours)
            yield Verdict(f"[fast] ≤ {asked['fast']:g}", ratio / asked["fast"])


def _ratio(peer: Peer, row: Row, ours: Timing) -> float:
    """How many times quicker ours is, or of the floor how many times slower."""
    quicker = row.race.theirs[peer.name].median / ours.median
    return 1 / quicker if peer.floor else quicker


def _machine(missing: Sequence[str]) -> str:
    versions = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    left_out = f" Left out, because not installed: {', '.join(missing)}." if missing else ""
    return (
        f"{datetime.now(UTC).date()}; {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {', '.join(versions)}.{left_out}"
    )


def _method(rows: Sequence[Row], rounds: int) -> str:
    return (
        "All take the same examples, start and learning rate, draw the same permutations (timed "
        "too) and record every update. Before anything is timed the results are compared: they "
        f"are equal to {TOLERANCE:g}. Then all take turns, {rounds} times; a turn is one call, or "
        f"as many as {1000 * TURN:g} ms take, of which it has the mean; a ratio is one of medians. "
        "Ours includes laying out the plan; numba's loops are compiled beforehand, the peer's, "
        "written by hand, and those that ours makes of its formulas with the extra [fast], whose "
        "results are those without it to the last bit. PyTorch is in "
        "float64. scikit-learn is called once an update, for the path is wanted, and stands where "
        "it computes the same path: B = 1, least squares and logistic. The sweep keeps no path; "
        "its target is stated beforehand, and both do the same tasks in two processes."
        + (
            " With ~ only the first epochs, or rows of the grid, were timed, and scaled up."
            if any(timing.share < 1 for row in rows for timing in row.race.theirs.values())
            else ""
        )
    )


def _table(rows: Sequence[Row], peers: Sequence[Peer]) -> Iterator[str]:
    ran = [peer for peer in peers if any(peer.name in row.race.theirs for row in rows)]
    heads = [
        head
        for p in ran
        for head in (
            (f"ours ÷ {p.name}", f"[fast] ÷ {p.name}") if p.floor else (f"{p.name} ÷ ours",)
        )
    ]
    heads = ["workload", "surface", "ours, ms (quartiles)", "with [fast], ms", *heads]
    yield "## Beside the peers"
    yield _line([*heads, "asked", "met"])
    yield _line(["---"] * (2 + len(heads)))
    for row in rows:
        found = list(verdicts(row, peers))
        short = [f"{v.asked}: {_number(v.short_of)}× off" for v in found if v.short_of > 1]
        yield _line(
            [
                row.workload.name,
                row.family,
                _milliseconds(row.race.ours),
                _milliseconds(row.race.fast) if row.race.fast else "",
                *(cell for peer in ran for cell in _cells(peer, row)),
                ", ".join(v.asked for v in found),
                "; ".join(short) or ("yes" if found else ""),
            ]
        )
    yield ""


def _milliseconds(timing: Timing) -> str:
    median, low, high = (_number(1e3 * seconds) for seconds in timing[:3])
    return f"{median} ({low}–{high})"


def _cells(peer: Peer, row: Row) -> Iterator[str]:
    timing = row.race.theirs.get(peer.name)
    for ours in (row.race.ours, row.race.fast) if peer.floor else (row.race.ours,):
        if timing and ours:
            yield f"{'~' if timing.share < 1 else ''}{_number(_ratio(peer, row, ours))}"
        else:
            yield ""


def _served(served: Sequence[Served]) -> Iterator[str]:
    yield "## Over HTTP"
    yield f"The default `GET {URL}`, a new seed each time, on loopback. Asked: at most the"
    yield f"engine's time + {1e3 * ADDED:g} ms, and {PAYLOAD:,} bytes before compression.\n"
    yield _line(["", "answer, ms", "engine alone, ms", "bytes", "met"])
    yield _line(["---"] * 5)
    for each in served:
        yield _line(
            [
                "with [fast]" if each.fast else "numpy alone",
                _milliseconds(each.answer),
                _milliseconds(each.engine),
                f"{each.payload:,}",
                "yes" if each.short_of <= 1 else f"{_number(each.short_of)}× off",
            ]
        )
    yield ""


def _cost_table(costs: Costs) -> Iterator[str]:
    yield "## Cost against work"
    yield "Microseconds of one update of all replicas. Its time grows as the p-th power of the"
    yield "quantity: 0 is flat, 1 proportional.\n"
    yield "![Time of an update against replicas, batch size, updates and examples](cost.svg)\n"
    for sweep, times in costs:
        yield f"### Against {sweep.name} ({sweep.fixed})"
        yield _line(["surface", *(f"{value:,}" for value in sweep.values), "p"])
        yield _line(["---"] * (2 + len(sweep.values)))
        for family, seconds in times.items():
            p = exponent(sweep.values, seconds)
            yield _line([family, *(_number(1e6 * s) for s in seconds), f"{p:.2f}"])
        yield ""


def _number(value: float) -> str:
    """Three figures, and never a power of ten."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
