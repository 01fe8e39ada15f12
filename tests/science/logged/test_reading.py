"""A log is read to the number, or refused with its line and the reason."""

import json
import math
from typing import Any

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.logged import reading
from app.science.logged.reading import read_log
from tests.science.logged.hostile import HOSTILE, STEP
from tests.science.logged.made import log, text


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


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_log_is_refused_with_line_and_reason(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that follows the line is looked at."""
    content, line, reason = HOSTILE[name]
    looked: list[str] = []
    decode = reading._object

    def counted(text: str) -> dict[str, Any]:
        looked.append(text)
        return decode(text)

    monkeypatch.setattr(reading, "_object", counted)
    with pytest.raises(ParameterError) as caught:
        read_log(content)
    assert len(looked) <= line
    said = str(caught.value)
    assert reason in said
    assert f"line {line}:" in said or not line
    assert len(said) < 400
    assert caught.value.parameter == "log"


def test_steps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_STEPS", 1200)
    most = text([STEP] * 1200)
    assert len(read_log(most).steps.step) == 1200
    with pytest.raises(ParameterError, match=r"line 1,202: it is one more step than the 1,200 all"):
        read_log(most.strip() + b"\n" + json.dumps(STEP).encode())


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "null", "1e999"])
def test_a_norm_that_is_none_is_kept_as_such(value: str) -> None:
    content = text([STEP]).replace(b'"norm": 2.5', f'"norm": {value}'.encode())
    assert np.isnan(read_log(content).steps.norm).all()
