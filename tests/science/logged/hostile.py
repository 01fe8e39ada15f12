"""What is no log: each text with the line at which it is refused (0: with none), and the reason."""

from typing import Any

from tests.science.logged.made import drawn, text

STEP: dict[str, Any] = {"step": 1, "examples": [4, 2], "part_norms": [3, 6.0], "norm": 2.5}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in STEP.items() if key != name}


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
    "lines without end": (text([STEP]) + b"\n{}" * 100_000, 3, '"step"'),
    "one line": (b"{" * 1_000_000, 1, "more than 200,000 characters"),
    "blank": (b"\n" * 1_000_000, 0, "there is no line in it"),
    "late": (text([*drawn(200), without("norm")]), 202, '"norm"'),
}  # fmt: skip
