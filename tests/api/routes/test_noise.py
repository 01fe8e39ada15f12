"""``/noise``: the draws are those documented, and what is said of them is so."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.numbers import number
from tests.api.reading import Get, parse

N = 60


def ask(get: Get, **query: Any) -> Any:
    reply = get("/api/v1/noise?" + urlencode({"examples": N} | query, doseq=True))
    assert reply.status_code == 200, reply.text
    return parse(reply.text)


def example_gradients(surface: str, at: tuple[float, float]) -> NDArray[np.float64]:
    """Every example's gradient, one at a time."""
    problem = build_problem(SURFACES[surface], N)
    rows = zip(*problem.columns, strict=True)
    return np.array([problem.surface.loss.gradient(*at, row) for row in rows])


@pytest.mark.parametrize("sampling", ["reshuffle", "with-replacement"])
@pytest.mark.parametrize("surface", ["least-squares", "logistic", "tanh-neuron", "rosenbrock"])
def test_the_draws_are_the_documented_ones(get: Get, surface: str, sampling: str) -> None:
    at, draws, sizes = (0.3, -0.7), 40, (1, 7, N)
    answer = ask(
        get, surface=surface, at="0.3,-0.7", draws=draws, seed=5, sampling=sampling,
        batch_size=[1, 7, "full"],
    )  # fmt: skip
    g = example_gradients(surface, at)
    rng = np.random.default_rng(5)
    orders = [
        rng.integers(N, size=N) if sampling == "with-replacement" else rng.permutation(N)
        for _ in range(draws)
    ]
    assert answer["point"] == list(at)
    np.testing.assert_allclose(answer["full_gradient"], g.mean(axis=0), rtol=1e-10)
    sigma = np.cov(g.T, bias=True)
    np.testing.assert_allclose(answer["covariance"], sigma, rtol=1e-9, atol=1e-12)
    assert answer["noise_trace"] == pytest.approx(np.trace(sigma))
    norm2 = np.sum(g.mean(axis=0) ** 2)
    assert answer["noise_scale"] == pytest.approx(np.trace(sigma) / norm2)
    assert [batch["batch_size"] for batch in answer["batches"]] == list(sizes)
    for size, batch in zip(sizes, answer["batches"], strict=True):
        means = np.array([g[order[:size]].mean(axis=0) for order in orders])
        np.testing.assert_allclose(batch["gradients"], means, rtol=2e-5, atol=1e-9)
        shrink = 1 if sampling == "with-replacement" else (N - size) / (N - 1)
        np.testing.assert_allclose(
            batch["covariance_predicted"], sigma / size * shrink, rtol=1e-9, atol=1e-12
        )
        np.testing.assert_allclose(
            batch["covariance_measured"], np.cov(means.T), rtol=1e-7, atol=1e-9
        )
        cosines = means @ g.mean(axis=0) / np.hypot(*means.T) / np.sqrt(norm2)
        assert batch["cosine"]["mean"] == pytest.approx(cosines.mean(), abs=1e-7)
        degrees = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
        for name, q in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
            assert batch["angle_degrees"][name] == pytest.approx(np.quantile(degrees, q), abs=1e-4)
        assert batch["uphill"] == pytest.approx(np.mean(degrees > 90))


def test_the_full_batch_is_one_dot(get: Get) -> None:
    (batch,) = ask(get, batch_size="full")["batches"]
    assert batch["trace_predicted"] == batch["trace_measured"] == 0
    assert len({tuple(gradient) for gradient in batch["gradients"]}) == 1
    assert batch["angle_degrees"]["p95"] == 0


@pytest.mark.parametrize(("surface", "at"), [("bowl", "0,0"), ("saddle", "0,0"), ("ackley", "0,0")])
def test_a_stationary_point_is_words(get: Get, surface: str, at: str) -> None:
    answer = ask(get, surface=surface, at=at)
    assert answer["stationary"]
    assert answer["noise_scale"] is None
    assert {batch["angle_degrees"] for batch in answer["batches"]} == {None}
    assert {batch["cosine"] for batch in answer["batches"]} == {None}
    assert "no direction to stray from" in answer["summary"]


def test_defaults_are_the_surfaces_own(get: Get) -> None:
    answer = ask(get, surface="himmelblau")
    assert answer["point"] == list(SURFACES["himmelblau"].start)
    assert answer["request"]["draws"] == len(answer["batches"][0]["gradients"]) == 500
    assert answer["request"]["batch_size"] == [1, 32, N]


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ({"at": "nan,0"}, "at", "two finite numbers"),
        ({"at": "1"}, "at", "two finite numbers"),
        ({"at": "1e200,1e200", "surface": "rosenbrock"}, "at", "gradients are finite"),
        ({"draws": 29}, "draws", "30"),
        ({"draws": 2001}, "draws", "2000"),
        ({"batch_size": N + 1}, "batch_size", f"from 1 to {N}"),
        ({"batch_size": 0}, "batch_size", "from 1"),
        ({"epochs": 3}, "epochs", "not a parameter here"),
    ],
)
def test_bad_input_is_named(get: Get, query: dict[str, Any], parameter: str, allowed: str) -> None:
    reply = get("/api/v1/noise?" + urlencode({"examples": N} | query))
    assert reply.status_code == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    (error,) = reply.json()["errors"]
    assert error["parameter"] == parameter
    assert allowed in error["message"]


def test_a_url_is_an_answer(get: Get, new_get: Callable[[], Get]) -> None:
    url = "/api/v1/noise?examples=60&seed=3"
    first = get(url)
    assert new_get()(url).content == first.content
    assert get(url, If_None_Match=first.headers["ETag"]).status_code == 304
    assert ask(get, seed=4)["batches"][0]["gradients"] != first.json()["batches"][0]["gradients"]


def test_the_summary_is_measured(get: Get) -> None:
    answer = ask(get, batch_size=[1, 8, "full"])
    for batch in answer["batches"][:2]:
        angle = batch["angle_degrees"]["mean"]
        said = f"batch size {batch['batch_size']} strays {float(f'{angle:.2g}'):g}°"
        assert said in answer["summary"]
    assert "the full batch does not stray" in answer["summary"]
    assert f"noise scale is {number(answer['noise_scale'])} examples" in answer["summary"]
    worst = max(abs(b["standard_errors_apart"]) for b in answer["batches"][:2])
    # Rounded up: not one is farther away.
    errors = re.search(r"within (\d+\.\d) standard errors", answer["summary"])
    assert errors
    assert worst <= float(errors.group(1)) < worst + 0.1


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    surface=st.sampled_from(list(SURFACES)),
    at=st.tuples(*[st.floats(-1e6, 1e6) | st.just(0.0)] * 2),
    examples=st.integers(2, 30),
    noise=st.sampled_from([0, 1, 1000]),
    sampling=st.sampled_from(["reshuffle", "sequential", "with-replacement"]),
)
def test_any_point_is_answered_or_refused(
    get: Get, surface: str, at: tuple[float, float], examples: int, noise: int, sampling: str
) -> None:
    query = {
        "surface": surface, "at": f"{at[0]},{at[1]}", "examples": examples, "noise": noise,
        "sampling": sampling, "draws": 30, "batch_size": [1, "full"],
    }  # fmt: skip
    reply = get("/api/v1/noise?" + urlencode(query, doseq=True))
    assert reply.status_code in (200, 422), reply.text
    parse(reply.text)
