"""A specification builds what the registry describes, and says beforehand what it costs."""

import pickle

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.problems.spec import SurfaceSpec


@pytest.mark.parametrize("surface", SURFACES)
def test_it_builds_its_surface(surface: str) -> None:
    spec = SurfaceSpec(surface, 30, 0.5, 3)
    sent = pickle.loads(pickle.dumps(spec))  # noqa: S301 - our own
    assert sent == spec
    assert hash(sent) == hash(spec)
    problem, expected = sent.build(), build_problem(SURFACES[surface], 30, 0.5, 3)
    assert problem.surface is expected.surface
    assert problem.noise == 0.5
    np.testing.assert_array_equal(problem.columns, expected.columns)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_mean_costs_one_evaluation_of_mean_features_or_one_an_example(surface: str) -> None:
    spec = SurfaceSpec(surface, 30)
    problem = spec.build()
    for examples in (1, 7, 30):
        expected = 1 if problem.features else examples
        assert spec.evaluations(examples) == problem.evaluations(examples) == expected


def test_an_unknown_surface_is_refused() -> None:
    with pytest.raises(ParameterError, match="surface"):
        SurfaceSpec("nowhere")
