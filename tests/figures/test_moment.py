"""The figures of an update, and every word of theirs, beside ``/moment`` and plain numpy."""

import re
from collections.abc import Callable
from functools import partial
from itertools import cycle
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from app.figures.theme import THEMES
from app.science.noise.point import size_at_start
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.words.numbers import number
from tests.api.reading import Figure, ask, numbers, traces

Get: TypeAlias = Callable[..., httpx.Response]
Array: TypeAlias = NDArray[np.float64]

N = 50
close = partial(np.testing.assert_allclose, rtol=1e-6, atol=1e-6)
SIZES = cycle((1, 32, "full"))
SEEDS = cycle((0, 1))
RULES = cycle(OPTIMIZERS)
CASES = [(s, next(RULES), next(SIZES), next(SEEDS)) for s in SURFACES for _ in range(2)]


def moments(get: Get, **query: Any) -> list[Any]:
    reply = get("/api/v1/moment?" + urlencode({**query, "count": 200}, doseq=True))
    assert reply.status_code == 200, reply.text
    found: list[Any] = reply.json()["moments"]
    return found


def only(figure: Figure, role: str) -> Any:
    (trace,) = traces(figure, role)
    return trace


def arrow(figure: Figure, role: str) -> Array:
    x, y = numbers(only(figure, role).x), numbers(only(figure, role).y)
    assert (x[0], y[0]) == (0, 0)
    return np.array([x[1], y[1]])


def check_examples(figure: Figure, batch: list[int], places: Array) -> None:
    """Every example is drawn where it is, those of the batch in its colour."""
    lit = only(figure, "batch")
    assert numbers(lit.customdata).tolist() == batch
    grey = traces(figure, "others")
    rest = sorted(set(range(N)) - set(batch))
    assert [numbers(trace.customdata).tolist() for trace in grey] == ([rest] if rest else [])
    for trace in (lit, *grey):
        rows = numbers(trace.customdata).astype(int)
        np.testing.assert_allclose(numbers(trace.x), places[0][rows].astype(np.float32))
        np.testing.assert_allclose(numbers(trace.y), places[1][rows].astype(np.float32))


def check_data(figure: Figure, moment: Any, problem: Problem, size: int) -> None:
    surface, caption = problem.surface, figure.layout.meta["caption"]
    batch = moment["batch"]["examples"]
    check_examples(figure, batch, np.array(problem.columns[:2]))
    assert only(figure, "batch").marker.color == THEMES["light"].batch_size(size, N)
    whole = sorted(batch) == list(range(N))
    assert ("all 50 examples" in caption) == whole
    if not whole:
        assert re.search(rf"Lit: the batch, {len(set(batch))} (example )?of 50", caption)
    assert f"is {number(moment['loss'], 3)} over all" in caption
    assert f", {number(moment['loss_of_batch'], 3)} over the batch." in caption
    assert ("the run diverged" in caption) == (moment["diverged"] and surface.family == "data")
    if surface.family == "landscape":
        mean = np.mean([column[batch] for column in problem.columns], axis=1)
        close(arrow(figure, "mean tilt"), mean)
        if not whole:
            away = np.subtract(moment["gradient"], moment["full_gradient"])
            assert f"mean tilt, {number(float(np.hypot(*away)))} long" in caption
        return
    inside = {}
    for role in ("before", "after"):
        drawn = traces(figure, role)
        assert len(drawn) == (moment[role] is not None)
        if not drawn:
            continue
        x, y = numbers(drawn[0].x), numbers(drawn[0].y)
        w0, w1 = moment[role]
        if surface.model.normal:
            np.testing.assert_allclose((w0 * x + w1 * y) / np.hypot(w0, w1), 0, atol=1e-5)
            (side,) = traces(figure, f"side {role}")
            assert w0 * numbers(side.x)[1] + w1 * numbers(side.y)[1] > 0
        else:
            np.testing.assert_allclose(surface.loss(w0, w1, (x, y)), 0, atol=1e-9)
        (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
        t = np.linspace(0, len(x) - 1, 5001)
        x, y = (np.interp(t, np.arange(len(v)), v) for v in (x, y))
        inside[role] = np.any((x >= left) & (x <= right) & (y >= low) & (y <= high))
    assert ("Thick: the model before" in caption) == inside["before"]
    assert ("colour: " in caption) == inside.get("after", False)


def check_gradients(
    figure: Figure, moment: Any, problem: Problem, rate: float, weight: float
) -> None:
    caption = figure.layout.meta["caption"]
    columns = problem.columns
    w0, w1 = moment["before"]
    each = problem.surface.loss.gradient(w0, w1, columns)
    gradients = np.array([np.broadcast_to(g, N) for g in each])
    batch = moment["batch"]["examples"]
    check_examples(figure, batch, gradients)
    g, full = np.array(moment["gradient"]), np.array(moment["full_gradient"])
    np.testing.assert_allclose(arrow(figure, "gradient"), g.astype(np.float32), rtol=1e-6)
    np.testing.assert_allclose(arrow(figure, "full gradient"), full.astype(np.float32), rtol=1e-6)
    layout = figure.layout
    assert (layout.yaxis.scaleanchor, layout.yaxis2.scaleanchor) == ("x", "x2")
    for x, y in (g, full):
        assert layout.xaxis.range[0] <= x <= layout.xaxis.range[1]
        assert layout.yaxis.range[0] <= y <= layout.yaxis.range[1]
    points = np.concatenate([
        np.column_stack([numbers(t.x), numbers(t.y)])
        for role in ("others", "batch") for t in traces(figure, role)
    ])  # fmt: skip
    low, high = np.array([layout.xaxis.range, layout.yaxis.range], np.float32).T
    outside = int(np.sum(np.any((points < low) | (points > high), axis=1)))
    said = re.search(r"(\d+) examples? lies? outside", caption)
    assert int(said.group(1) if said else 0) == outside

    assert caption.startswith(
        f"Update {moment['update']:,}, batch {moment['batch']['number']} of "
        f"{moment['batch']['of']} in epoch {moment['epoch']}: "
    )
    size = max(np.sqrt(np.mean(np.sum(gradients**2, axis=0))), size_at_start(problem))
    stationary = np.hypot(*full) <= 1e-10 * size
    if sorted(batch) == list(range(N)):
        assert ("mean gradient is 0" if stationary else "itself, 0° away") in caption
    elif not g.any():
        assert "gradient is 0 and points nowhere" in caption
    elif stationary:
        assert "is noise and nothing else" in caption
    else:
        found = re.search(r"points (\S+)° away from the full gradient and is (.+?) times", caption)
        assert found
        cosine = g @ full / np.hypot(*g) / np.hypot(*full)
        angle = np.degrees(np.arctan2(abs(g[0] * full[1] - g[1] * full[0]), g @ full))
        assert float(found.group(1)) == pytest.approx(angle, abs=0.51, rel=0.1)
        assert np.cos(np.radians(float(found.group(1)))) == pytest.approx(cosine, abs=0.02)
        assert found.group(2) == number(float(np.hypot(*g) / np.hypot(*full)))
    check_step(figure, moment, rate, weight)


def check_step(figure: Figure, moment: Any, rate: float, weight: float) -> None:
    caption, step = figure.layout.meta["caption"], moment["step"]
    assert ("By this step the run diverged" in caption) == moment["diverged"] == (step is None)
    assert len(traces(figure, "step")) == (step is not None)
    if step is None:
        assert "took" not in caption
        return
    np.testing.assert_allclose(arrow(figure, "step"), np.float32(step), rtol=1e-6, atol=1e-12)
    axes = figure.layout.xaxis2, figure.layout.yaxis2
    counts = {
        int(axis.range[1] // axis.dtick) - int(-(-axis.range[0] // axis.dtick)) + 1 for axis in axes
    }
    assert 2 <= max(counts) <= 3  # ticks: a scale, on which labels have room
    assert (only(figure, "step").xaxis, only(figure, "step").yaxis) == ("x2", "y2")
    before, after = (number(moment[name], 3) for name in ("loss", "loss_after"))
    changed = f"It took the loss from {before} to {after}." in caption
    assert changed == (before != after)
    assert (f"the loss stays {before}." in caption) == (not changed)
    plain = -rate * weight * np.array(moment["gradient"])
    room = np.abs(moment["before"]).max()
    same = np.hypot(*(plain - step)) <= 1e-9 * (np.hypot(*plain) + room)
    assert bool(traces(figure, "plain step")) == (not same)
    length = number(float(np.hypot(*step)))
    if not any(step):
        assert "It makes no step." in caption
    elif same:
        times = f"−{number(rate)} times" if weight == 1 else f"−{number(rate)} × {number(weight)}"
        assert f"The step is {times}" in caption
        assert f"{length} long" in caption
    elif any(moment["gradient"]):
        np.testing.assert_allclose(arrow(figure, "plain step"), plain, rtol=1e-5, atol=1e-9)
        turned = re.search(rf"is {length} long and points (\S+)° away from −g", caption)
        assert turned
        angle = np.degrees(
            np.arctan2(abs(plain[0] * step[1] - plain[1] * step[0]), plain @ np.array(step))
        )
        assert float(turned.group(1)) == pytest.approx(angle, abs=0.51, rel=0.1)
        assert f"plain SGD would go {number(float(np.hypot(*plain)))}." in caption


def check(get: Get, places: list[int], **query: Any) -> None:
    found = moments(get, **query)
    problem = build_problem(SURFACES[query["surface"]], N, query.get("noise"))
    size = N if query["batch_size"] == "full" else query["batch_size"]
    for i in places:
        moment = found[i]
        asked = {**query, "update": moment["update"]}
        check_data(ask(get, "moment-data", **asked), moment, problem, size)
        b = moment["batch"]["size"]
        weight = b / size if query.get("remainder") == "weight" else 1.0
        figure = ask(get, "moment-gradients", **asked)
        check_gradients(figure, moment, problem, query["learning_rate"], weight)


@pytest.mark.parametrize(("surface", "optimizer", "size", "seed"), CASES)
def test_an_update_is_drawn_and_told_as_it_was(
    get: Get, surface: str, optimizer: str, size: int | str, seed: int
) -> None:
    given = SURFACES[surface]
    rate = given.adaptive_learning_rate if OPTIMIZERS[optimizer].adaptive else given.learning_rate
    check(
        get,
        ([0, -1], [1, 4])[seed],
        surface=surface, optimizer=optimizer, batch_size=size, examples=N, updates=20, seed=seed,
        learning_rate=rate, remainder=("keep", "weight")[seed],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("surface", "size"), [*zip(SURFACES, cycle((1, 32, "full")), strict=False)]
)
def test_the_update_by_which_a_run_diverges(get: Get, surface: str, size: int | str) -> None:
    query = {"surface": surface, "batch_size": size, "examples": N, "updates": 100}
    diverging = {**query, "learning_rate": 100.0, "noise": 20.0}
    last = moments(get, **diverging)[-1]
    check(get, [0, -1], **diverging)
    if last["diverged"]:
        after = {**diverging, "update": last["update"] + 1}
        for name in ("moment", "figures/moment-data", "figures/moment-gradients"):
            assert get(f"/api/v1/{name}?" + urlencode(after)).status_code == 422


def test_where_words_are_rare(get: Get) -> None:
    base = {"examples": N, "updates": 4, "learning_rate": 0.1}
    still = {**base, "surface": "saddle", "start": "0,0"}
    for noise, size in ((0.0, 1), (0.0, "full"), (1.0, 1), (1.0, "full")):
        for rule in ("sgd", "adam"):
            query = {**still, "noise": noise, "batch_size": size, "optimizer": rule}
            check(get, [0, -1], **query)
    drawn = {**base, "surface": "bowl", "sampling": "with-replacement", "batch_size": "full"}
    figure = ask(get, "moment-data", **drawn)
    (moment, *_) = moments(get, **drawn)
    again = N - len(set(moment["batch"]["examples"]))
    assert f"{again} more draws took some of them again." in figure.layout.meta["caption"]
    check(get, [0], **drawn)


def test_weights_of_zero_divide_nothing(get: Get) -> None:
    query = {"surface": "logistic", "examples": N, "start": "0,0", "batch_size": "full"}
    figure = ask(get, "moment-data", **query)
    assert not traces(figure, "before")
    assert "weights of 0 before it have none" in figure.layout.meta["caption"]


@pytest.mark.parametrize("surface", ["least-squares", "ackley"])
def test_of_very_many_examples_some_are_drawn_and_it_is_said(get: Get, surface: str) -> None:
    many: dict[str, Any] = {"surface": surface, "examples": 9000, "updates": 1}
    for size, shown in (("full", 2000), (3000, 4000), (1, 2001)):
        for name in ("moment-data", "moment-gradients"):
            figure = ask(get, name, **many, batch_size=size)
            rows = [
                numbers(t.customdata) for role in ("batch", "others") for t in traces(figure, role)
            ]
            assert sum(map(len, rows)) == shown
            assert f"{shown:,} of 9,000 examples are drawn." in figure.layout.meta["caption"]


def test_a_small_rate_is_a_number_after_its_sign(get: Get) -> None:
    query = {"surface": "bowl", "examples": N, "batch_size": 32, "remainder": "weight"}
    for update, sampling, times in (
        (1, "reshuffle", "−0.00005 times it"),
        (2, "reshuffle", "−0.00005 × 0.56 times it"),
        (1, "poisson", "−0.00005 × "),
    ):
        asked = {**query, "learning_rate": 5e-5, "update": update, "sampling": sampling}
        if sampling == "poisson":
            del asked["remainder"]
        caption = ask(get, "moment-gradients", **asked).layout.meta["caption"]
        assert f"The step is {times}" in caption
        assert "−less" not in caption


def test_the_last_smaller_batch_weighs_less(get: Get) -> None:
    query = {"surface": "bowl", "examples": N, "batch_size": 32, "remainder": "weight"}
    caption = ask(get, "moment-gradients", **query, update=2).layout.meta["caption"]
    assert "The step is −0.1 × 0.56 times it" in caption
