"""The largest stable rate from draws against the exact map, and against runs."""

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.noise.law import law_batch_sizes
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.steps.stable_rate import stable_rates, stable_rates_refusal
from app.science.theory.moments import affine_gradients
from tests.science.quadratic import QUADRATIC


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("surface", QUADRATIC)
def test_draws_agree_with_the_exact_map(surface: str, *, replacement: bool) -> None:
    problem = build_problem(SURFACES[surface], 60)
    gradients = affine_gradients(problem)
    assert gradients
    for seed in range(3):
        found = stable_rates(
            problem, law_batch_sizes(60, (), 4), [2, 8, 60],
            draws=1000, seed=seed, replacement=replacement,
        )  # fmt: skip
        assert found
        assert found.limit == pytest.approx(2 / np.linalg.eigvalsh(gradients.hessian)[-1])
        exact = dict(zip(found.batch_sizes.tolist(), found.exact.tolist(), strict=True))
        for size, measured in found.measured.items():
            # At the exact rate the slowest moment neither grows nor shrinks.
            if replacement:
                assert gradients.descent(exact[size], size).memory == pytest.approx(1)
            nothing = 1e-9 * found.limit
            assert abs(measured.rate - exact[size]) < 5 * measured.error + nothing
        assert found.tilts_alone == (SURFACES[surface].family == "landscape")
        if not replacement:
            assert found.exact[-1] == pytest.approx(found.limit)


@pytest.mark.parametrize("surface", SURFACES)
def test_refused_where_losses_are_not_quadratic(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 60)
    refused = surface not in QUADRATIC
    assert bool(stable_rates_refusal(problem)) == refused
    found = stable_rates(problem, law_batch_sizes(60, (), 4), [1], draws=30)
    assert (found is None) == refused


def test_runs_grow_beyond_it_and_shrink_below() -> None:
    """With 32 of 1050 examples a batch, where the mean square is no affair of rare runs."""
    problem = build_problem(SURFACES["least-squares"])
    found = stable_rates(problem, law_batch_sizes(1050, (), 4), [32], replacement=True)
    assert found
    limit = dict(zip(found.batch_sizes.tolist(), found.exact.tolist(), strict=True))[32]
    minimum = np.array(problem.minima[0].point)
    for share, grows in ((0.9, False), (1.1, True)):
        plan = make_plan(
            examples=1050, batch_size=32, budget=Budget(updates=6),
            learning_rate=share * limit, sampling="with-replacement",
        )  # fmt: skip
        start = (float(minimum[0]) + 0.3, float(minimum[1]) + 1.0)
        paths = run(problem, plan, sgd(), start, generators(0, 400))
        square = (paths.w0 - minimum[0]) ** 2 + (paths.w1 - minimum[1]) ** 2
        assert (square[-1].mean() > 1.5 * square[0].mean()) == grows
        assert (square[-1].mean() < square[0].mean()) != grows
