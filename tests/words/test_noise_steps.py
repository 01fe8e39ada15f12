"""What is said of one step and of the largest stable rate, recomputed from draws and Hessians."""

import re
from functools import cache

import numpy as np
import pytest

from app.figures.noise.stable_rate import stable_figure, stable_refused_figure
from app.figures.noise.step_gain import gain_figure
from app.science.noise.cloud import draw_clouds
from app.science.noise.law import law_batch_sizes
from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.curvature import hessian
from app.science.problems.problem import Problem, build_problem
from app.science.steps.gain import step_gains
from app.science.steps.stable_rate import stable_rates, stable_rates_refusal
from app.words.numbers import exactly, number
from tests.api.reading import as_read
from tests.science.quadratic import QUADRATIC

N, SIZES = 60, (1, 8, 60)
NAMES = ("batch size 1", "batch size 8", "the full batch")
LAW = law_batch_sizes(N, (), 6)


@cache
def small(surface: str) -> Problem:
    return build_problem(SURFACES[surface], N)


def signed(value: float) -> str:
    if abs(value) < 1e-4:
        return f"less than 0.0001 {'down' if value < 0 else 'up'}wards"
    return f"{'−' if value < 0 else '+'}{number(abs(value), 3)}"


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("surface", SURFACES)
def test_what_is_said_of_one_step(surface: str, seed: int) -> None:
    problem, replacement = small(surface), bool(seed)
    own = problem.surface.learning_rate
    for at, rate in [
        (problem.surface.start, own),
        (problem.surface.start, 1e-5 * own),
        *((m.point, own) for m in problem.minima[:1]),
    ]:
        noise = noise_at(problem, at)
        clouds = draw_clouds(noise, SIZES, draws=60, seed=seed, replacement=replacement)
        gains = step_gains(problem, noise, clouds, rate, replacement=replacement)
        figure = as_read(gain_figure(gains, LAW, SIZES, "light"))
        caption, claim = figure.layout.meta["caption"], figure.layout.meta["claim"]
        h, full = hessian(problem, at), noise.gradient
        sigma = np.cov(noise.gradients, bias=True)
        ghg, trace = float(full @ h @ full), float(np.trace(h @ sigma))
        best_known = not noise.stationary and ghg > 0 and trace > -1e-9 * abs(ghg)
        assert claim.startswith(f"One step at ε = {exactly(rate)} changes the loss")
        falls = []
        for cloud, name in zip(clouds, NAMES, strict=True):
            g = cloud.gradients
            fall = float(
                np.mean(noise.loss - problem.loss(at[0] - rate * g[:, 0], at[1] - rate * g[:, 1]))
            )
            falls.append(fall)
            if abs(fall) > 1e-12:
                assert f"{signed(-fall)} with {name}" in claim
        assert ("No rate is best here" in caption) != best_known
        assert ("Theory is left out" in caption) != best_known
        drawn = {trace.meta["role"] for trace in figure.data}
        assert ({"gain law", "best law", "best gain"} <= drawn) == best_known
        if not best_known:
            continue
        factors = [1 / b if replacement else (N - b) / (b * (N - 1)) for b in SIZES]
        worse = []
        for factor, name, cloud in zip(factors, NAMES, clouds, strict=True):
            best = float(full @ full) / (ghg + trace * factor)
            assert f"{number(best)} for {name} (" in caption
            w0, w1 = np.array(at)[:, None] - best * cloud.gradients.T
            rises = problem.loss(w0, w1) - noise.loss
            error = float(np.std(rises, ddof=1)) / len(rises) ** 0.5 if len(rises) > 1 else 0
            worse += [name] if float(np.mean(rises)) > 1.96 * error + 1e-12 else []
        assert ("By the quadratic theory its best rate" in caption) == (surface not in QUADRATIC)
        said = f"With {', '.join(worse)} the loss rises there, on average: so far the theory"
        assert not worse or said in caption
        assert ("the loss rises there" in caption) == bool(worse)
        assert ("even with batch size 1" in caption) == (trace < ghg)
        if trace >= ghg:
            (said,) = re.findall(r"gains at batch size ([\d.,]+)\.", caption)
            half, scale = float(said.replace(",", "")), trace / ghg
            factor = 1 / half if replacement else (N - half) / (half * (N - 1))
            assert scale * factor == pytest.approx(1, rel=0.2, abs=0.1)
        assert ("so theory is exact" in caption) == (surface in QUADRATIC)
        if surface not in QUADRATIC:
            theory = [rate * float(full @ full) - rate**2 / 2 * (ghg + trace * f) for f in factors]
            miss = np.abs(np.subtract(theory, falls)).max() / np.abs(falls).max()
            (most,) = re.findall(r"by up to ([\d,]+) % of the largest change", caption)
            assert 100 * miss <= int(most.replace(",", "")) + 1e-6 < 100 * miss + 1.01
        low = figure.layout.yaxis.range[0]
        below = sum(
            int(np.sum(np.asarray(t.y, float) < low))
            for t in figure.data
            if "gain" in t.meta["role"] and "law" not in t.meta["role"]
        )
        assert (f"below the picture: {below}" in caption) == (below > 0)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("surface", SURFACES)
def test_what_is_said_of_the_largest_rate(surface: str, seed: int) -> None:
    problem = small(surface)
    if reason := stable_rates_refusal(problem):
        figure = as_read(stable_refused_figure(reason, "light"))
        assert surface not in QUADRATIC
        assert not figure.data
        told = "no minimum" if not problem.minima else "changes from place to place"
        assert told in figure.layout.meta["caption"]
        return
    rates = stable_rates(problem, LAW, SIZES, draws=60, seed=seed, replacement=bool(seed))
    assert rates
    h = hessian(problem, problem.minima[0].point)
    limit = 2 / float(np.linalg.eigvalsh(h)[-1])
    for rate in (0.3 * limit, 1.05 * limit):
        figure = as_read(stable_figure(rates, SIZES, rate, "light"))
        caption, claim = figure.layout.meta["caption"], figure.layout.meta["claim"]
        exact = dict(zip(rates.batch_sizes.tolist(), rates.exact.tolist(), strict=True))
        if problem.surface.family == "landscape":
            assert claim.startswith(f"Every batch size is stable up to ε = {number(limit, 3)}")
        else:
            for size, name in zip(SIZES, NAMES, strict=True):
                assert f"{number(exact[size], 3)} with {name}" in claim
        over = [name for size, name in zip(SIZES, NAMES, strict=True) if rate >= exact[size]]
        said = f"is too much for {', '.join(over)}." if over else "is below all of these."
        assert f"ε = {number(rate)} {said}" in caption
        errors = re.search(r"within (\d+\.\d) standard errors", caption)
        away = [abs(m.rate - exact[b]) / m.error for b, m in rates.measured.items()
                if m.error > 1e-9 * m.rate]  # fmt: skip
        assert bool(errors) == bool(away)
        if errors:
            assert max(away) <= float(errors[1]) < max(away) + 0.1
