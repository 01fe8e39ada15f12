"""The mistakes of public estimators, each found in the log that it makes."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.logged.flaws import DERIVED, FLAWS, derive, find, flagged, flags_of
from app.science.logged.windows import cut
from tests.science.logged.made import drawn, log

Lines: TypeAlias = list[dict[str, Any]]


def accumulated(lines: Lines) -> None:
    """Each micro-batch's own gradient is not taken out of the sum so far."""
    for k, line in enumerate(lines):
        line["part_norms"] = [(j + 1) ** 2 * 7.0 + k / 9 for j in range(3)]
        line["norm"] = line["part_norms"][-1] / 9


def reduced_first(lines: Lines) -> None:
    """Ranks read their gradient after it was averaged over them."""
    for line in lines:
        line["part_norms"] = [line["norm"]] * 3


def clipped(lines: Lines) -> None:
    most = float(np.median([line["norm"] for line in lines]))
    for line in lines:
        line["norm"] = min(line["norm"], most)


def squared_once(lines: Lines) -> None:
    """A loss scale is divided out of the parts' squares once instead of twice."""
    for line in lines:
        line["part_norms"] = [1024 * each for each in line["part_norms"]]


def at_changing_weights(lines: Lines) -> None:
    """Parts are gradients of successive steps, which go to and fro across a valley."""
    for line in lines:
        line["part_norms"] = [each + 50 for each in line["part_norms"]]


def never_divided(lines: Lines) -> None:
    for line in lines:
        line["part_norms"] = [65536.0**2 * each for each in line["part_norms"]]
        line["norm"] *= 65536.0**2


def averaged_shards(lines: Lines) -> None:
    """Squares of the parts' shards are averaged over 8 ranks instead of summed."""
    for line in lines:
        line["part_norms"] = [each / 8 for each in line["part_norms"]]


def clamped(lines: Lines) -> None:
    lines[4]["norm"] = 0


def equally_weighted(lines: Lines) -> None:
    for line in lines:
        line["weights"] = [1, 1, 1]


def out_of_order(lines: Lines) -> None:
    lines[5]["step"] = 2


def not_a_number(lines: Lines) -> None:
    lines[5]["norm"] = float("nan")


def one_part(lines: Lines) -> None:
    lines[5] |= {"examples": [20], "part_norms": [3.0]}


MISTAKES: dict[str, list[Callable[[Lines], None]]] = {
    "not-a-number": [not_a_number],
    "one-part": [one_part],
    "order": [out_of_order],
    "no-variance": [reduced_first],
    "clamped": [clamped],
    "impossible": [averaged_shards],
    "too-small": [squared_once, at_changing_weights],
    "clipped": [clipped],
    "accumulated": [accumulated],
    "loss-scale": [never_divided],
    "equal-weights": [equally_weighted],
}
# What such a log shows besides.
ALSO = {"accumulated": {"impossible", "too-small"}, "impossible": {"clipped"}}
BY_NOTES = {"normalised": "batch-norm", "dropout": "Dropout(0.1)", "ordered": "sorted"}


@pytest.mark.parametrize(
    ("name", "mistake"), [(name, each) for name, several in MISTAKES.items() for each in several]
)
def test_a_mistake_is_found_where_it_is_first_seen(
    name: str, mistake: Callable[[Lines], None]
) -> None:
    lines = drawn(60)
    mistake(lines)
    found = {each.id: each for each in find(log(lines))}
    assert name in found
    assert found.keys() <= {name, *ALSO.get(name, set())}
    steps, line = found[name].steps, found[name].line
    assert (steps is None) == (line is None) == (name == "too-small")  # of the run as a whole
    first = {"not-a-number": 7, "one-part": 7, "order": 7, "clamped": 6}
    assert line == first.get(name, line)


def test_every_flaw_is_tried() -> None:
    assert {*MISTAKES, *BY_NOTES} == {*FLAWS}


def test_a_sound_log_has_none() -> None:
    for sizes in ((8, 8, 4), (1, 1), (4,) * 5):
        for scale in (1.0, 1e4):
            assert find(log(drawn(100, sizes, scale))) == ()


@pytest.mark.parametrize(("name", "note"), BY_NOTES.items())
def test_the_logger_notes_what_changes_what_is_estimated(name: str, note: str) -> None:
    assert [each.id for each in find(log(drawn(1), notes=[note]))] == [name]


@pytest.mark.parametrize(
    "mistaken",
    [{"parts": "successive steps"}, {"parts": "steps"}],
)
def test_successive_weights_are_no_parts(mistaken: dict[str, str]) -> None:
    with pytest.raises(ParameterError, match="different weights"):
        log(drawn(1), **mistaken)


@pytest.mark.parametrize(
    ("names", "steps", "header"),
    [
        (["few-steps"], 19, {}),
        ([], 20, {}),
        (["adaptive"], 20, {"optimizer": "AdamW"}),
        (["unknown-data"], 20, {"notes": []}),
        ([], 20, {"notes": [], "data": 1000}),
    ],
)
def test_what_windows_and_header_show(names: list[str], steps: int, header: dict[str, Any]) -> None:
    found = log(drawn(steps), **header)
    assert [each.id for each in derive(found.header, cut(found))] == names
    assert {*names} <= {*DERIVED}


def test_flags_are_bits() -> None:
    for flags in (0, 1, 5, 1 << len(FLAWS) - 1):
        assert flags_of(flagged(flags)) == flags
