"""A function that a reader typed is a landscape as others are, with defaults that are found."""

import gc
import pickle
from dataclasses import replace

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.formulas import graph
from app.science.formulas.compiled import function
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.curvature import limiting
from app.science.problems.found import FINE, MOST_NOISE, SIDES
from app.science.problems.problem import build_problem
from app.science.problems.spec import FormulaSpec
from app.science.problems.typed import EXAMPLE, typed
from app.science.tradeoff.goal import make_goal
from app.science.tradeoff.rate_map import measure_map

ROSENBROCK = SURFACES["rosenbrock"]


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [("(1 - x)*(1 - x) + 10*(y - x*x)*(y - x*x)", 0.0), (EXAMPLE, 1e-12)],
)
@pytest.mark.parametrize("replicas", [1, 40])
def test_rosenbrocks_function_typed_has_its_paths(
    text: str, tolerance: float, replicas: int
) -> None:
    known = build_problem(ROSENBROCK)
    problem = build_problem(typed(text, ROSENBROCK.domain), noise=ROSENBROCK.noise)
    np.testing.assert_array_equal(problem.columns, known.columns)
    plan = make_plan(examples=1050, batch_size=32, budget=Budget(updates=60), learning_rate=0.005)
    one, other = (
        run(each, plan, sgd(), ROSENBROCK.start, generators(0, replicas)).theta
        for each in (problem, known)
    )
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=0)


def test_what_is_found_suits_a_bowl() -> None:
    bowl = typed("x^2 + y^2/4")  # its curvatures are 2 and 1/2
    assert bowl.domain == ((-4.0, 4.0), (-4.0, 4.0))
    assert bowl.learning_rate == 0.25  # half of one over 2
    assert bowl.adaptive_learning_rate == 0.08
    # The corners are equally high: the first of them, in the middle of a cell.
    assert bowl.start == (-2.88, -2.88)
    assert 1.5 < bowl.noise < 3  # half the median slope, which grows to 8
    assert (
        f"noise of {bowl.noise:g}, half the median slope. Minima are sought from a grid of 81 × 81"
        in (bowl.description)
    )
    steep = typed("3000*x^2 + 3000*y^2")
    assert steep.noise == MOST_NOISE
    assert "as near as may be to 9500, half the median slope." in steep.description
    (minimum,) = build_problem(bowl).minima
    np.testing.assert_allclose(minimum.point, (0, 0), atol=1e-12)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("log(x)*y", ((0.1, 4.0), (-4.0, 4.0))),
        ("1/(x*y)", ((0.1, 4.0), (0.1, 4.0))),
        ("sqrt(-x)", ((-4.0, -0.1), (-4.0, 4.0))),
        ("log(3 - x*x - y*y)", ((-1.0, 1.0), (-1.0, 1.0))),
        ("sqrt(x^2 + y^2)", ((-4.0, 4.0), (-4.0, 4.0))),
    ],
)
def test_its_domain_is_where_it_is_finite(text: str, domain: object) -> None:
    assert typed(text).domain == domain


@pytest.mark.parametrize("text", ["x", "y - x", "abs(x) + abs(y)", "-x^2 - y^2", "exp(-50*x^2)"])
def test_it_has_defaults_however_flat_or_endless_it_is(text: str) -> None:
    surface = typed(text)
    assert surface.learning_rate > 0
    assert surface.noise > 0
    assert all(lo < w < hi for w, (lo, hi) in zip(surface.start, surface.domain, strict=True))


HOLES = {
    "1/x": (0.0, -1.0), "x/(x - y + .03)": None, "log(x + 0.5)": (-1.0, -1.0),
    "sqrt(y)": (-1.0, -1.0),
    "1/(x^2 + y^2)": (0.0, 0.0), "x^-1.5": (-1.0, -1.0), "exp(exp(9*x))": None,
}  # fmt: skip


@pytest.mark.parametrize("text", HOLES)
def test_a_function_with_a_hole_in_its_domain_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(ParameterError, match="at x = ") as caught:
        typed(text, ((-1.0, 1.0), (-1.0, 1.0)))
    if HOLES[text]:
        values = getattr(caught.value.allowed, "values")  # noqa: B009
        assert (values["x"], values["y"]) == HOLES[text]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("log(x - 5)", "give a domain"),
        ("1e30*x^2", "give a domain"),
        ("1e-30*x^2", "steep enough"),
        ("3", "steep enough"),
        ("x/1e-320", "derivatives are finite"),
    ],
)
def test_what_cannot_be_shown_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason):
        typed(text)


@pytest.mark.parametrize("domain", [((-1e5, 1.0), (0.0, 1.0)), ((0.0, 1.0), (0.0, 1e-3))])
def test_a_domain_is_neither_wide_nor_narrow(domain: object) -> None:
    with pytest.raises(ParameterError, match="domain"):
        typed("x*y", domain)


def test_a_path_ends_where_the_function_does() -> None:
    problem = build_problem(typed("x + x*sqrt(x)"))  # it descends to x = 0, and there it ends
    plan = make_plan(examples=1050, batch_size=1, budget=Budget(updates=4000), learning_rate=0.03)
    paths = run(problem, plan, sgd(), (1.0, 0.0), generators(0, 2))
    assert (paths.diverged_at > 0).all()
    w0 = paths.theta[0]
    assert np.all(w0[np.isfinite(w0)] > 0)
    with pytest.raises(ParameterError, match="finite"):
        problem.check_start((-1.0, 0.0))


def test_it_goes_to_another_process_by_its_text() -> None:
    spec = FormulaSpec(EXAMPLE, ROSENBROCK.domain, 30, 0.5, 3)
    sent = pickle.loads(pickle.dumps(spec))  # noqa: S301 - our own
    assert (sent, hash(sent)) == (spec, hash(spec))
    assert sent != replace(spec, formula="x*y")
    np.testing.assert_array_equal(sent.build().columns, spec.build().columns)


def test_a_long_formula_weighs_more() -> None:
    factors = "*".join(f"sin({n}*x + y)" for n in range(1, 12))
    assert FormulaSpec("x*y").evaluations(100) == 1
    assert FormulaSpec(factors).evaluations(100) > 5


def test_what_is_typed_is_forgotten() -> None:
    def kept() -> int:
        typed.cache_clear()
        function.cache_clear()
        gc.collect()
        return len(graph._nodes)

    before = kept()
    for n in range(20):
        typed(f"sin({n}.25*x)*exp(-y^2/{n + 7.5})")
    assert kept() == before


def test_sides_of_a_domain_are_fine_enough_to_see_zero() -> None:
    # A grid of an odd number of points has the middle of a symmetric side among them.
    assert FINE % 2 == 1
    assert all(lo < hi for lo, hi in SIDES)


@pytest.mark.parametrize("text", ["x", "-x^2 - y^2", "x^3 - 3*x - y^2"])
def test_a_function_that_may_fall_for_ever_has_no_target(text: str) -> None:
    problem = build_problem(typed(text), 20)
    with pytest.raises(ParameterError, match="minimum"):
        make_goal(problem, problem.surface.start, 0.1)
    with pytest.raises(ParameterError, match="minimum"):
        measure_map(problem, epochs=1, replicas=4)


def test_what_is_flat_somewhere_has_rates_to_try() -> None:
    problem = build_problem(typed("abs(x) + abs(y)"), 20)
    assert limiting(problem, (3.0, 1.0)) == 1 / problem.surface.learning_rate


@pytest.mark.parametrize(
    "text",
    ["1/(x - .1234)^2", "(x - .1234)^-4 + y", "y/((x - .1234)^2*(y + 5))", "log((x - .1234)^2) + y",
     "exp(-1/(x - .1234)^2) + y^2"],
)  # fmt: skip
def test_a_pole_between_the_points_of_a_grid_is_found(text: str) -> None:
    with pytest.raises(ParameterError, match=r"at x = 0\.\d+, y = -?\d+, or beside it"):
        typed(text, ((-4.0, 4.0), (-4.0, 4.0)))
    assert typed(text).domain[0][1] < 0.1234  # a box beside it


def test_powers_of_powers_are_looked_through_once() -> None:
    with pytest.raises(ParameterError, match="finite"):
        typed("1/((((((x^16)^2)^2)^2)^2)^2*y^2)^2", ((-1.0, 1.0), (-1.0, 1.0)))
