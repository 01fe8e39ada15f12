"""A model that a reader typed and points: its loss, its paths, and defaults that are found."""

import pickle
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.points.packed import pack, unpack
from app.science.points.points import Points
from app.science.problems.fitted import fitted
from app.science.problems.losses import LOSSES
from app.science.problems.problem import build_problem
from app.science.problems.spec import FittedSpec
from tests.science.problems.own_points import BOUNDARY, CURVE, LINE

BOX = ((-2.0, 2.0), (-3.0, 3.0))

# dl/dm of each loss, as it is in books.
PULLS: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "squared": lambda m, t: m - t,
    "logistic": lambda m, t: -t / (1 + np.exp(t * m)),
    "cauchy": lambda m, t: (m - t) / (1 + ((m - t) / 0.6) ** 2),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_its_paths_are_those_of_a_loop(loss: str) -> None:
    spec = FittedSpec("w0*x0 + w1*x1", BOUNDARY, loss)
    problem, n = spec.build(), spec.examples
    start, rate = problem.surface.start, 0.1
    plan = make_plan(examples=n, batch_size=8, budget=Budget(epochs=3), learning_rate=rate)
    found = run(problem, plan, sgd(), start, generators(0, 1)).theta[:, :, 0]

    x0, x1, label = unpack(BOUNDARY).columns.values()
    w, path, rng = np.array(start), [np.array(start)], generators(0, 1)[0]
    for _ in range(3):
        order = rng.permutation(n)
        for first in range(0, n, 8):
            batch = order[first : first + 8]
            pull = PULLS[loss](w[0] * x0[batch] + w[1] * x1[batch], label[batch])
            w = w - rate * np.array([(pull * x0[batch]).mean(), (pull * x1[batch]).mean()])
            path.append(w)
    np.testing.assert_allclose(found.T, path, rtol=1e-9, atol=1e-12)


def test_its_examples_are_the_points_in_their_order() -> None:
    problem = FittedSpec("w0 + w1*x", LINE).build()
    np.testing.assert_array_equal(problem.columns, [*unpack(LINE).columns.values()])
    assert problem.surface.columns == ("x", "y")
    assert (problem.noise, problem.surface.source) == (0, "w0 + w1*x")


def test_what_is_found_suits_a_line() -> None:
    surface = fitted("w0 + w1*x", LINE)
    (minimum,) = build_problem(surface, 40).minima
    x, y = unpack(LINE).columns.values()
    slope, intercept = np.polyfit(x, y, 1)
    np.testing.assert_allclose(minimum.point, (intercept, slope), rtol=1e-6)
    assert surface.domain == ((-4.0, 4.0), (-4.0, 4.0))
    curvature = np.linalg.eigvalsh([[1, x.mean()], [x.mean(), np.mean(x * x)]])[1]
    np.testing.assert_allclose(surface.learning_rate, 0.5 / curvature, rtol=0.05)


def test_what_is_steep_alone_does_not_decide_the_rate() -> None:
    problem = FittedSpec("w1*exp(w0*x)", LINE).build()
    surface = problem.surface
    assert "of the half of its domain where it is lowest" in surface.description
    assert (
        "the highest of those of a hundred places that lie in this half and" in surface.description
    )
    w0, w1 = (np.linspace(lo, hi, 41) for lo, hi in surface.domain)
    assert problem.loss(*surface.start) <= 1.05 * np.median(problem.loss(w0, w1[:, None]))
    assert surface.learning_rate > 1e-4  # half of one over the largest curvature is 2e-5
    plan = make_plan(
        examples=40, batch_size=40, budget=Budget(epochs=500), learning_rate=surface.learning_rate
    )
    path = run(problem, plan, sgd(), surface.start, generators(0, 1)).theta[:, :, 0]
    losses = problem.loss(*path)
    assert (np.diff(losses) <= 0).all()
    assert losses[-1] < 0.4 * losses[0]


@pytest.mark.parametrize(
    ("text", "points", "domain"),
    [
        ("w1*tanh(w0*x)", CURVE, ((-8.0, 8.0), (-4.0, 4.0))),
        ("w0*x0 + w1*x1", BOUNDARY, ((-4.0, 4.0), (-4.0, 4.0))),
        # Inputs about 100 ± 10: an intercept of hundreds is as likely as a slope of units.
        ("w0 + w1*(100 + 10*x)", LINE, None),
        # Of as many products alike, weights of about the same size.
        ("w0*w1*x", LINE, ((-2.0, 2.0), (-4.0, 4.0))),
    ],
)
def test_its_domain_holds_the_lowest_minimum(text: str, points: str, domain: object) -> None:
    surface = fitted(text, points)
    problem = build_problem(surface, 40)
    sides = [np.linspace(*side, 41) for side in surface.domain]
    losses = problem.loss(*np.meshgrid(*sides))
    assert losses[1:-1, 1:-1].min() < min(each.min() for each in (losses[0], losses[-1]))
    assert all(lo == -hi and np.log2(hi).is_integer() for lo, hi in surface.domain)
    assert domain in (None, surface.domain)


def test_without_a_minimum_its_domain_is_the_usual_one() -> None:
    x0, x1, _ = unpack(BOUNDARY).columns.values()
    apart = Points({"x0": x0, "x1": x1, "label": np.where(x0 > x1, 1.0, -1.0)})
    # A loss that falls for ever has its valley so far out that it is not finite beside that.
    assert fitted("exp(w0)*exp(w1)", LINE).domain == ((-4.0, 4.0), (-4.0, 4.0))
    surface = fitted("w0*x0 + w1*x1", pack(apart))
    assert surface.domain == ((-4.0, 4.0), (-4.0, 4.0))
    assert "No minimum" in surface.description
    assert not build_problem(surface, apart.count).minima


@pytest.mark.parametrize(
    ("asked", "parameter", "reason"),
    [
        (FittedSpec("w0 + w1*z", LINE), "model", "z is unknown"),
        (FittedSpec("w0 + w1*y", LINE), "model", "y is unknown"),
        (FittedSpec("w0 + w1*x", BOUNDARY), "model", "x is unknown"),
        (FittedSpec("w0 + w1*label", BOUNDARY), "model", "label is unknown"),
        (FittedSpec("", LINE), "model", "there is nothing yet"),
        (FittedSpec("x", LINE), "model", "depends on w0 or w1"),
        (FittedSpec("w0 + log(w1)*x", LINE), "model", r"at w0 = -?\d"),
        (FittedSpec("w1/(w0 - x)", LINE), "model", r"at w0 = -?\d"),
        (FittedSpec("exp(exp(w0*x*x)) + w1", LINE), "model", r"at w0 = -?\d"),
        (FittedSpec("w0 + w1*x/1e-320", LINE), "model", "derivatives are finite"),
        (FittedSpec("w0 + w1*x", LINE, "logistic"), "loss", "without labels"),
        (FittedSpec("w0 + w1*x", LINE[:-1]), "points", "whole"),
        (FittedSpec("w0 + w1*x", LINE.replace("_40_", "_39_")), "points", "whole"),
        (FittedSpec("w0 + w1*x", f"{LINE[:-6]}AAAAAA"), "points", "changed"),
        (FittedSpec("w0 + w1*x", "1,2\n3,4"), "points", "/api/v1/points"),
    ],
)
def test_what_cannot_be_fitted_is_refused(asked: FittedSpec, parameter: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason) as caught:
        asked.build()
    assert caught.value.parameter == parameter


def test_it_goes_to_another_process_by_its_texts() -> None:
    spec = FittedSpec("w0*x0 + w1*x1", BOUNDARY, "cauchy", 0.5)
    sent = pickle.loads(pickle.dumps(spec))  # noqa: S301 - our own
    assert (sent, hash(sent)) == (spec, hash(spec))
    assert sent != replace(spec, scale=0.6)
    np.testing.assert_array_equal(sent.build().columns, spec.build().columns)


def test_a_boundary_is_where_the_model_is_0() -> None:
    line = fitted("w0*x0 + w1*x1 - 0.5", BOUNDARY).model.line
    assert line
    for w0, w1 in ((1.0, 2.0), (2.0, 1e-9), (0.0, 1.0), (1.0, 0.0)):
        x0, x1 = line(w0, w1, BOX)
        assert len(x0) > 1
        np.testing.assert_allclose(w0 * x0 + w1 * x1, 0.5)
    assert line(0, 0, BOX)[0].size == 0
    parabola = fitted("w0*x0^2 + w1*x1", BOUNDARY).model.line
    assert parabola
    x0, x1 = parabola(1.0, 2.0, BOX)
    np.testing.assert_allclose(x0**2 + 2 * x1, 0, atol=1e-12)
    assert fitted("w0 + w1*(x0^2 + x1^2)", BOUNDARY).model.line is None


def test_a_curve_is_drawn_where_it_has_a_value() -> None:
    line = fitted("w0 + w1*sqrt(x + 10)", LINE).model.line
    assert line
    x, y = line(0.0, 1.0, ((-12.0, 2.0), (0.0, 1.0)))
    assert x[0] >= -10
    np.testing.assert_allclose(y, np.sqrt(x + 10))


def test_a_model_of_more_parts_weighs_more() -> None:
    longer = "w0*x" + "".join(f" + w1*sin({n}*w0*x)" for n in range(2, 7))
    assert FittedSpec("w0 + w1*x", LINE).evaluations(40) == 40
    assert FittedSpec(longer, LINE).evaluations(40) > 100


@pytest.mark.parametrize(
    ("text", "checked"),
    [("w1*tanh(w0*x/2)", False), ("w0 + w1*x^2", False), ("exp(w0*x) + w1", True),
     ("w0 + w1*sqrt(x + 10)", True), ("w1/(w0*w0 + 1)", True), ("w0^16*x + w1", True)],
)  # fmt: skip
def test_a_path_is_checked_where_a_loss_may_have_no_value(text: str, checked: bool) -> None:
    spec = FittedSpec(text, LINE)
    assert spec.recipe.partial is checked
    assert spec.evaluations(1) == (1 + 40 * checked) * spec.recipe.cost


def test_a_path_ends_where_the_model_does() -> None:
    problem = FittedSpec("w1*exp(w0*x)", CURVE).build()
    plan = make_plan(examples=40, batch_size=1, budget=Budget(updates=300), learning_rate=3)
    paths = run(problem, plan, sgd(), problem.surface.start, generators(0, 3))
    ended = paths.theta[:, np.isfinite(paths.theta[0])]
    assert (paths.diverged_at > 0).all()
    assert np.isfinite(problem.loss(*ended)).all()
