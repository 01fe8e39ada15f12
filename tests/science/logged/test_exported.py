"""Tables of two norms, as W&B and TensorBoard export them."""

from typing import Any

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.logged.exported import Exported, read_export
from app.science.logged.windows import cut
from tests.science.logged.made import drawn, log

TABLE = b"Step,small,large,train/loss\n0,4,3,1\n10,5,,0.5\n20,6,2.5,0.25\n"
COLUMNS = {"step": "Step", "mean_part_norm": "small", "norm": "large", "loss": "train/loss"}


def told(**more: Any) -> Exported:
    given: dict[str, Any] = {"columns": COLUMNS, "examples": 64, "parts": 4}
    return Exported(**given | more)


def test_columns_are_chosen() -> None:
    steps = read_export(TABLE, told()).steps
    assert steps.step.tolist() == [0, 10, 20]
    assert steps.mean_part_norm.tolist() == [4, 5, 6]
    assert np.isnan(steps.norm[1])
    assert steps.loss.tolist() == [1, 0.5, 0.25]
    assert np.isnan(steps.lr).all()
    assert steps.examples.tolist() == [64] * 3
    assert steps.line.tolist() == [2, 3, 4]
    roots = read_export(TABLE, told(squared=False)).steps
    assert roots.norm[[0, 2]].tolist() == [9, 6.25]


def test_columns_of_these_names_need_not_be_chosen_and_rows_are_numbered() -> None:
    table = b"mean_part_norm;norm\n4,5;3\n5;2\n"
    steps = read_export(table, told(columns={})).steps
    assert (steps.step.tolist(), steps.mean_part_norm.tolist()) == ([0, 1], [4.5, 5])


def test_it_is_the_log_of_equal_parts() -> None:
    lines = drawn(45, (5, 5, 5))
    rows = "\n".join(
        f"{sum(x['part_norms']) / 3!r},{x['norm']!r},{x['loss']!r},{x['lr']}" for x in lines
    )
    table = f"mean_part_norm,norm,loss,lr\n{rows}".encode()
    found = cut(read_export(table, Exported(examples=15, parts=3)))
    for one, other in zip(found, cut(log(lines)), strict=True):
        assert np.allclose(one, other, equal_nan=True)


@pytest.mark.parametrize(
    ("table", "more", "said"),
    [
        (b"norm\n1", {}, "at least two columns"),
        (b"a,b\n1,2", {"columns": {}}, "one of the columns a, b"),
        (TABLE, {"columns": COLUMNS | {"lr": "rate"}}, "one of the columns Step"),
        (TABLE.replace(b"6", b"-6"), {}, "line 4"),
        (TABLE.replace(b"6", b"six"), {}, "line 4"),
        (TABLE.replace(b"20", b"2.5"), {}, "line 4"),
        (TABLE.replace(b"20", b""), {}, "line 4"),
        (TABLE, {"parts": 1}, "from 2 to the 64 examples"),
        (TABLE, {"parts": 65}, "from 2 to the 64 examples"),
        (TABLE.splitlines()[0], {}, "no measured step"),
        (TABLE, {"examples": None}, "examples is missing: it is to be an integer of at least 2"),
        (TABLE, {"parts": None}, "parts is missing: it is to be an integer of at least 2"),
        (b"a,b\n1,2", {"columns": {}}, "mean_part_norm is missing: it is to be one of the columns"),
    ],
)
def test_what_is_refused_is_named(table: bytes, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        read_export(table, told(**more))


NO_TABLES = {
    "a JSON array": (b'[{"step": 0, "norm": 1.5}]', "which is not a log: that is"),
    "one over lines": (b'[\n  {"step": 0,\n   "norm": 1.5}\n]', "which is not a log: that is"),
    "with a mark": (b"\xef\xbb\xbf [1, 2]", "which is not a log: that is"),
    "a page": (b"<!DOCTYPE html>\n<html><head><title>W&B</title>", "which is not a log: that is"),
    "nothing": (b"null", "at least two columns"),
    "a text": (b'"norm", 1.5, "x"y', "a quote is not closed"),
    "an archive": (b"PK\x03\x04\x14\x00\x00\x00", "zero byte"),
    "a longer row": (b"a,b\n1,2,3", "at most 2 cells"),
}


@pytest.mark.parametrize("more", [{}, {"examples": None}, {"parts": None, "columns": {}}])
@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_is_no_log_whatever_else_is_told(name: str, more: dict[str, Any]) -> None:
    content, said = NO_TABLES[name]
    with pytest.raises(ParameterError, match=f"^log is .*{said}") as caught:
        read_export(content, told(**more))
    assert caught.value.parameter == "log"
