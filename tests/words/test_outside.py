"""What is said of paths that leave the picture, beside all their points."""

import re
from typing import Any

import pytest

from app.science.budget import Budget
from app.science.comparison import Comparison
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.runs import label, paths_note
from tests.comparing import compare


def comparison(surface: str, start: tuple[float, float], rate: float, **more: Any) -> Comparison:
    problem = build_problem(SURFACES[surface], 60)
    plans = [
        make_plan(examples=60, batch_size=size, budget=Budget(updates=20), learning_rate=rate)
        for size in (1, 60)
    ]
    return compare(problem, plans, sgd(), start, **more)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("replicas", [1, 6])
def test_what_lies_outside_is_said(surface: str, replicas: int) -> None:
    given = SURFACES[surface]
    (left, right), (bottom, top) = given.domain
    for start in (given.start, (right + (right - left) / 20, top + (top - bottom) / 20)):
        for times in (1, 4):
            made = comparison(surface, start, times * given.learning_rate, replicas=replicas)
            note = paths_note(made)
            assert ("The start lies outside the picture." in note) == (start != given.start)
            away, ended = [], []
            for run in made.runs:
                inside = []
                for r in range(replicas):
                    w0, w1, _loss = run.path(r)
                    points = zip(w0.tolist(), w1.tolist(), strict=True)
                    inside.append([left <= x <= right and bottom <= y <= top for x, y in points])
                if not any(inside[0]):
                    away.append(label(run))
                out = sum(not each[-1] for each in inside)
                if out and (replicas > 1 or any(inside[0])):
                    of = "" if replicas == 1 else f"{out} of {replicas} of "
                    ended.append(of + label(run))
            for begins, labels in (
                ("No point is in the picture of: ", away),
                ("Ends outside the picture: ", ended),
            ):
                found = re.search(rf"{begins}(.*?)\.(?: |$)", note)
                assert (found[1] if found else "") == ", ".join(labels)


def test_a_picture_without_a_path_is_told() -> None:
    note = paths_note(comparison("linear-network", (5.0, 5.0), 0.3))
    assert note.startswith(
        "The start lies outside the picture. No point is in the picture of: B = 1, B = 60 (full)."
    )
    assert "Ends outside" not in note
