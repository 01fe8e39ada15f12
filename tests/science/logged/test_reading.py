"""A log is read to the number, or refused with its line and the reason."""

import json
import math
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.logged.log import MOST_STEPS
from app.science.logged.reading import read_log
from tests.science.logged.made import HEADER, drawn, log, text

STEP: dict[str, Any] = {"step": 1, "examples": [4, 2], "part_norms": [3, 6.0], "norm": 2.5}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in STEP.items() if key != name}


def test_a_log_is_read() -> None:
    mean = {"step": 9, "examples": [4, 4], "mean_part_norm": 4, "norm": None, "loss": 0.5}
    weighed = STEP | {"step": 2, "weights": [1, 1]}
    found = log([STEP, weighed, mean], data=100, optimizer="torch.optim.AdamW")
    assert found.header.optimizer == "torch-optim-adamw"
    assert (found.header.data, found.header.notes) == (100, ("with-replacement",))
    steps = found.steps
    assert steps.line.tolist() == [2, 3, 4]
    assert steps.examples.tolist() == [6, 6, 8]
    assert steps.mean_part_norm.tolist() == pytest.approx([4, 4.5, 4])
    assert math.isnan(steps.norm[2])
    assert steps.loss[2] == 0.5
    assert steps.even.tolist() == [False, True, False]


def test_blank_lines_marks_and_returns_are_no_lines() -> None:
    plain = text([STEP])
    spaced = b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n\r\n  \n") + b"\n\n"
    assert read_log(spaced).steps.line.tolist() == [4]


def test_single_examples_may_be_told_by_their_number() -> None:
    line = {"step": 0, "examples": [32], "mean_part_norm": 4, "norm": 1}
    assert log([line], parts="examples").steps.parts.tolist() == [32]
    assert log([line], parts="ranks").steps.parts.tolist() == [1]


HOSTILE: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 0, "there is no line in it"),
    "header alone": (text([]), 1, "no measured step"),
    "another header": (text([STEP], format="else"), 1, '"format": "batchscape-log"'),
    "another version": (text([STEP], version=2), 1, '"version" is to be 1'),
    "a version that is true": (text([STEP], version=True), 1, '"version"'),
    "successive steps": (text([STEP], parts="steps"), 1, "successive steps"),
    "unknown in the header": (text([STEP], colour="red"), 1, '"colour" is none of'),
    "notes": (text([STEP], notes="dropout"), 1, '"notes"'),
    "many notes": (text([STEP], notes=["x"] * 33), 1, '"notes"'),
    "data": (text([STEP], data=0), 1, '"data"'),
    "framework": (text([STEP], framework=3), 1, '"framework" is to be a text'),
    "no json": (text([STEP]) + b"\n{", 3, "it is no JSON"),
    "a list": (text([STEP]) + b"\n[1]", 3, "no JSON object"),
    "deep": (text([STEP]) + b"\n" + b"[" * 100_000, 3, "it is no JSON"),
    "long": (text([STEP]) + b"\n" + b"1" * 300_000, 3, "more than 200,000 characters"),
    "many digits": (text([STEP]) + b'\n{"step": ' + b"1" * 10_000 + b"}", 3, "it is no JSON"),
    "latin": (text([STEP]) + b"\n\xff", 3, "not in UTF-8"),
    "twice": (text([STEP]) + b'\n{"step": 1, "step": 2}', 3, "comes twice"),
    "unknown": (text([STEP | {"lss": 1}]), 2, '"lss" is none of'),
    "no step": (text([without("step")]), 2, '"step"'),
    "a step that is true": (text([STEP | {"step": True}]), 2, '"step"'),
    "half a step": (text([STEP | {"step": 1.5}]), 2, '"step"'),
    "before the first": (text([STEP | {"step": -1}]), 2, '"step"'),
    "no examples": (text([without("examples")]), 2, '"examples"'),
    "none in a part": (text([STEP | {"examples": [4, 0]}]), 2, '"examples"'),
    "half an example": (text([STEP | {"examples": [4, 1.5]}]), 2, '"examples"'),
    "many parts": (text([STEP | {"examples": [1] * 5000}]), 2, '"examples"'),
    "too many": (text([STEP | {"examples": [10**12] * 2}]), 2, "too many"),
    "the last part's norm alone": (text([STEP | {"part_norms": [3]}]), 2, "as long as"),
    "no parts' norms": (text([without("part_norms")]), 2, "one of"),
    "both": (text([STEP | {"mean_part_norm": 1}]), 2, "one of"),
    "no norm": (text([without("norm")]), 2, '"norm" is to be a number'),
    "a negative norm": (text([STEP | {"norm": -1e-9}]), 2, "below 0"),
    "a negative part": (text([STEP | {"part_norms": [1, -1]}]), 2, "below 0"),
    "a loss scale": (text([STEP | {"norm": 1e16}]), 2, "loss scale"),
    "a text": (text([STEP | {"norm": "1"}]), 2, '"norm" is to be a number'),
    "a truth": (text([STEP | {"norm": True}]), 2, '"norm" is to be a number'),
    "weights": (text([STEP | {"weights": [1]}]), 2, '"weights"'),
    "no weight": (text([STEP | {"weights": [1, 0]}]), 2, "above 0"),
    "weights of a mean": (
        text([without("part_norms") | {"mean_part_norm": 1, "weights": [1, 1]}]), 2, "no effect",
    ),
    "loss": (text([STEP | {"loss": "low"}]), 2, '"loss"'),
    "rate": (text([STEP | {"lr": 10**400}]), 2, '"lr"'),
    "late": (text([*drawn(200), without("norm")]), 202, '"norm"'),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_log_is_refused_soon_with_line_and_reason(name: str) -> None:
    content, line, reason = HOSTILE[name]
    began = perf_counter()
    with pytest.raises(ParameterError) as caught:
        read_log(content)
    assert perf_counter() - began < 2
    said = str(caught.value)
    assert reason in said
    assert f"line {line}:" in said or not line
    assert len(said) < 400
    assert caught.value.parameter == "log"


def test_steps_are_bounded() -> None:
    line = json.dumps(STEP).encode()
    content = json.dumps(HEADER).encode() + (b"\n" + line) * (MOST_STEPS + 1)
    with pytest.raises(ParameterError, match=r"line 100,002: it is one more step than"):
        read_log(content)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "null", "1e999"])
def test_a_norm_that_is_none_is_kept_as_such(value: str) -> None:
    content = text([STEP]).replace(b'"norm": 2.5', f'"norm": {value}'.encode())
    assert np.isnan(read_log(content).steps.norm).all()
