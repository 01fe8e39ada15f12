"""The note on what wanders: every number of it, recomputed from every update of the same runs."""

import re
from typing import Any

import numpy as np
import pytest

from app.language.speech import speaking
from app.science.budget import Budget
from app.science.comparison import Comparison
from app.science.ellipse import share_inside
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.numbers import percent
from app.words.rest import rest_note
from app.words.runs import label, paths_note
from tests.comparing import compare

N = 60
SIZES = (1, 8, N)
SINCE = re.compile(r"B = (\d+)(?: \(full\))? from update ([\d,]+)")
SHARE = re.compile(r"([\d.]+|more than 99|less than 1) % of B = (\d+)")
ENDS = re.compile(r"([\d,]+) of ([\d,]+) of B = (\d+)")


def comparison(surface: str, seed: int, **more: Any) -> Comparison:
    problem = build_problem(SURFACES[surface], N)
    plans = [
        make_plan(
            examples=N,
            batch_size=size,
            budget=Budget(epochs=20),
            learning_rate=problem.surface.learning_rate,
        )
        for size in SIZES
    ]
    return compare(problem, plans, sgd(), problem.surface.start, seed=seed, **more)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("surface", SURFACES)
def test_the_note_of_one_replica(surface: str, seed: int) -> None:
    made = comparison(surface, seed)
    note = rest_note(made, label)
    since = {int(size): int(update.replace(",", "")) for size, update in SINCE.findall(note)}
    shares = {int(size): share for share, size in SHARE.findall(note)}
    bare = note.partition("Gaussian's do: ")[2]
    for run in made.runs:
        size = run.batch_size
        assert (size in since) == run.late.wanders
        if size not in since:
            assert size not in shares
            continue
        loss = run.problem.loss(run.paths.w0[:, 0], run.paths.w1[:, 0])
        late = loss[-max(10, run.plan.updates // 10) :]
        assert loss[since[size]] <= np.median(late) * (1 + 1e-9) + 1e-12 * abs(late).max()
        assert np.all(loss[: since[size]] > np.median(late))
        assert (size in shares) != (f"B = {size}" in bare)
        if size in shares:
            points = np.column_stack([run.paths.w0[-len(late) :, 0], run.paths.w1[-len(late) :, 0]])
            inside = share_inside(points, points.mean(axis=0), np.cov(points.T))
            assert shares[size] == percent(inside).removesuffix(" %")
    if not since:
        assert note == ""
    assert note in paths_note(made)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_note_of_many_replicas(surface: str) -> None:
    made = comparison(surface, 0, replicas=40, max_points=50)
    note = rest_note(made, label)
    said = {int(size): (int(inside), int(ends)) for inside, ends, size in ENDS.findall(note)}
    bare = note.partition("Gaussian's do: ")[2]
    for run in made.runs:
        size = run.batch_size
        if size == N:
            assert size not in said
            assert f"B = {N}" not in bare
            continue
        assert (size in said) != (f"B = {size}" in re.split(r", | and ", bare.rstrip(".")))
        if size not in said:
            continue
        ends = np.column_stack(run.ends[:2])[run.paths.diverged_at == 0]
        inside = held = 0
        minima = [minimum.point for minimum in run.problem.minima]
        for found in run.regions:
            others = [np.hypot(*(ends - point).T) for point in minima] or [np.zeros(len(ends))]
            nearest = np.argmin(others, axis=0)
            mine = ends
            for well in np.unique(nearest):
                if np.allclose(ends[nearest == well].mean(axis=0), found.centre):
                    mine = ends[nearest == well]
            held += len(mine)
            inside += round(share_inside(mine, mine.mean(axis=0), np.cov(mine.T)) * len(mine))
        assert said[size] == (inside, held)


def test_what_does_not_wander_has_no_note() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    plan = make_plan(examples=N, batch_size=N, budget=Budget(epochs=5), learning_rate=0.1)
    made = compare(problem, [plan], sgd(), (3.0, 3.0))
    assert rest_note(made, label) == ""


def test_in_japanese() -> None:
    with speaking("ja"):
        note = rest_note(comparison("bowl", 0), label)
    assert "薄い線は揺れ" in note
    assert not re.search(r"[ぁ-んァ-ヶ一-龠] | [ぁ-んァ-ヶ一-龠]", note)
