"""Figures of the trade-off: they show what the sweep and the ensembles measured."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from app.figures.theme import THEMES
from tests.api.reading import Get, ask, numbers, parse, traces

SMALL = {
    "surface": "least-squares", "examples": 60, "batch_size": [1, 4, 16, "full"], "replicas": 8,
    "epochs": 8, "target": 0.05,
}  # fmt: skip
FIGURES = ("tradeoff-updates", "tradeoff-examples", "tradeoff-pareto", "tradeoff-rates")


def sweep(get: Get, **query: Any) -> Any:
    return parse(get("/api/v1/tradeoff?" + urlencode(SMALL | query, doseq=True)).text)


def test_points_are_those_of_the_answer(get: Get) -> None:
    (found,) = sweep(get)["optimizers"]
    batches = found["batches"]
    sizes = [batch["batch_size"] for batch in batches]
    median = {unit: [b[unit]["p50"] for b in batches] for unit in ("updates", "examples")}
    for unit in median:
        (points,) = traces(ask(get, f"tradeoff-{unit}", **SMALL), "measured")
        assert list(numbers(points.x)) == sizes
        assert list(numbers(points.y)) == median[unit]
        low = [b[unit]["p05"] for b in batches]
        np.testing.assert_allclose(numbers(points.y) - numbers(points.error_y.arrayminus), low)
    (points,) = traces(ask(get, "tradeoff-pareto", **SMALL), "measured")
    assert list(numbers(points.x)) == median["updates"]
    assert list(numbers(points.y)) == median["examples"]
    (points,) = traces(ask(get, "tradeoff-rates", **SMALL), "measured")
    np.testing.assert_allclose(numbers(points.y), [b["learning_rate"] for b in batches])


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("sizes", [[4, 5, 6], [1, 4, 16, "full"], [8]])
def test_every_axis_has_ticks_where_its_points_are(get: Get, figure: str, sizes: list[Any]) -> None:
    made = ask(get, figure, **SMALL | {"batch_size": sizes})
    (points,) = traces(made, "measured")
    for axis, values in ((made.layout.xaxis, points.x), (made.layout.yaxis, points.y)):
        low, high = numbers(values).min(), numbers(values).max()
        ticks = numbers(axis.tickvals) if axis.tickvals else 10.0 ** np.arange(-6, 9)
        # Points lie between ticks no further than a factor of 2.5 beyond them.
        assert np.sum((ticks >= low / 2.5) & (ticks <= high * 2.5)) >= 2


def test_lines_of_the_rules(get: Get) -> None:
    updates = ask(get, "tradeoff-updates", **SMALL)
    (perfect,) = traces(updates, "perfect")
    product = numbers(perfect.x) * numbers(perfect.y)
    np.testing.assert_allclose(product, product[0])
    rates = ask(get, "tradeoff-rates", **SMALL)
    for role, power in (("linear", 1.0), ("sqrt", 0.5)):
        (line,) = traces(rates, role)
        slope = np.polyfit(np.log(numbers(line.x)), np.log(numbers(line.y)), 1)[0]
        assert slope == pytest.approx(power)


def test_the_fit_is_drawn_with_its_numbers(get: Get) -> None:
    (found,) = sweep(get)["optimizers"]
    fit = found["fit"]
    assert fit is not None
    figure = ask(get, "tradeoff-pareto", **SMALL)
    (line,) = traces(figure, "fit")
    least, most = fit["minimum_updates"]["value"], fit["minimum_examples"]["value"]
    hyperbola = (numbers(line.x) / least - 1) * (numbers(line.y) / most - 1)
    np.testing.assert_allclose(hyperbola, 1)
    (knee,) = traces(figure, "critical")
    assert (knee.x[0], knee.y[0]) == pytest.approx((2 * least, 2 * most))
    assert "approximately" in figure.layout.meta["caption"]
    caption = ask(get, "tradeoff-updates", **SMALL).layout.meta["caption"]
    assert "approximate fit of sgd is within" in caption


@pytest.mark.parametrize("figure", FIGURES)
def test_optimizers_are_overlaid_in_the_colours_of_the_batch_sizes(get: Get, figure: str) -> None:
    points = traces(ask(get, figure, **SMALL, optimizer=["sgd", "adam"], theme="dark"), "measured")
    assert [trace.meta["optimizer"] for trace in points] == ["sgd", "adam"]
    assert points[0].marker.symbol != points[1].marker.symbol
    for trace in points:
        assert trace.marker.color[0] == THEMES["dark"].batch_size(1, 60)


def test_what_has_no_upper_end_has_an_arrow_and_every_point_a_label(get: Get) -> None:
    query = {"batch_size": [1, 16]}  # on the default surface
    (found,) = parse(get("/api/v1/tradeoff?" + urlencode(query, doseq=True)).text)["optimizers"]
    batches = [b for b in found["batches"] if b["learning_rate"] is not None]
    late = [b["batch_size"] for b in batches if b["updates"]["p95"] is None]
    assert late
    for unit in ("updates", "examples"):
        figure = ask(get, f"tradeoff-{unit}", **query)
        (lines,), (heads,) = traces(figure, "unbounded"), traces(figure, "beyond")
        assert list(heads.x) == list(lines.x[::3]) == late
        ends = [b[unit]["p50"] for b in batches if b["batch_size"] in late]
        assert list(lines.y[::3]) == ends
        top = 10 ** figure.layout.yaxis.range[1]
        assert list(heads.y) == list(lines.y[1::3]) == pytest.approx([top] * len(late))
        # The frame ends above all that is known.
        known = [b[unit]["p95"] for b in batches if b[unit]["p95"]] + ends
        assert max(known) < top
        assert "Arrows to the edge" in figure.layout.meta["caption"]
    pareto = ask(get, "tradeoff-pareto", **query)
    sizes = [a.text.removeprefix("B = ") for a in pareto.layout.annotations]
    assert sizes == [str(b["batch_size"]) for b in batches]


@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_reached_is_words(get: Get, figure: str) -> None:
    query = SMALL | {"epochs": 1, "batch_size": "full", "target": 0.001, "learning_rate": 0.01}
    made = ask(get, figure, **query)
    assert not traces(made, "measured")
    assert made.layout.meta["caption"]


def test_a_bad_query_is_refused(get: Get) -> None:
    reply = get("/api/v1/figures/tradeoff-updates?examples=60&batch_size=61")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["parameter"] == "batch_size"


def test_the_floor_beside_its_theory(get: Get) -> None:
    """On a bowl the theory is exact: measured floors agree at five standard errors."""
    figure = ask(get, "tradeoff-floor", surface="bowl", examples=200, batch_size=[1, 4, 16])
    (measured,), (exact,) = traces(figure, "independent"), traces(figure, "exact")
    momentum, *rules = traces(figure, "rule")
    titles = ["SGD", "Momentum", "Nesterov", "RMSprop", "Adam"]
    assert sorted(a.text for a in figure.layout.annotations) == sorted(titles)
    assert [rule.meta["optimizer"] for rule in rules] == ["nesterov", "rmsprop", "adam"]
    # Theory is drawn for plain SGD and heavy ball alone.
    assert len(exact.y) == len(measured.y) + len(momentum.y)
    error = np.concatenate([numbers(t.error_y.array) for t in (measured, momentum)]) / 1.96
    seen = np.concatenate([numbers(measured.y), numbers(momentum.y)])
    assert np.max(np.abs(seen - numbers(exact.y)) / error) < 5
    (adam,) = (rule for rule in rules if rule.meta["optimizer"] == "adam")
    assert numbers(adam.error_y.array).min() > 0
    (shuffled,) = traces(figure, "reshuffled")
    assert np.all(numbers(shuffled.y) < numbers(exact.y)[: len(shuffled.y)])
    caption = figure.layout.meta["caption"]
    assert "of the exact theory (lines across)" in caption
    assert "errors of an epoch's batches cancel" in caption


def test_no_theory_where_it_does_not_hold(get: Get) -> None:
    figure = ask(get, "tradeoff-floor", surface="logistic", examples=100, batch_size=[1, 10])
    assert not numbers(traces(figure, "exact")[0].x).size
    assert "No theory" in figure.layout.meta["caption"]


def test_a_floor_of_0_has_no_mark_on_the_axis_but_a_row(get: Get) -> None:
    asked = {"surface": "bowl", "examples": 16, "batch_size": [4, "full"], "optimizer": "sgd"}
    (shuffled,) = traces(ask(get, "tradeoff-floor", **asked, arrays="plain"), "reshuffled")
    marked = [y is not None for y in shuffled.y]
    assert marked == [size < 16 for size in shuffled.meta["batch_size"]]
    text = get("/api/v1/figures/tradeoff-floor?format=csv&" + urlencode(asked, doseq=True)).text
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["kind"] == "reshuffled"]
    assert [float(row["y"]) > 0 for row in rows] == marked


def test_the_wells(get: Get) -> None:
    query = {"examples": 200, "batch_size": [1, "full"], "replicas": 20, "epochs": 5}
    figure = ask(get, "tradeoff-escape", **query)
    (from_sharp,) = traces(figure, "from the sharp well")
    (from_flat,) = traces(figure, "from the flat well")
    assert numbers(from_sharp.y)[-1] == 0  # the full batch stays
    assert numbers(from_flat.y)[-1] == 1
    assert "At B = 200 every replica ends in the well it began in" in figure.layout.meta["caption"]


def test_growth_and_decay_end_alike(get: Get) -> None:
    figure = ask(get, "tradeoff-annealing")
    (bars,) = traces(figure, "floors")
    floors, error = numbers(bars.y), numbers(bars.error_y.array) / 1.96
    assert abs(floors[1] - floors[0]) < 5 * np.hypot(*error)
    assert "2,480 updates in place of 5,280" in figure.layout.meta["caption"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("tradeoff-floor?surface=logistic-separable", "surface"),
        ("tradeoff-escape?surface=bowl", "surface"),
        ("tradeoff-escape?epochs=200&replicas=256", "epochs"),
        ("tradeoff-annealing?batch_size=1000", "batch_size"),
        ("tradeoff-range-test?batch_size=1051", "batch_size"),
        ("tradeoff-range-test?surface=logistic&updates=5000&replicas=64", "updates"),
        ("tradeoff-map?surface=logistic&examples=10000&epochs=200", "epochs"),
    ],
)
def test_ensembles_that_are_refused(get: Get, query: str, parameter: str) -> None:
    reply = get(f"/api/v1/figures/{query}")
    assert reply.status_code == 422, reply.text[:200]
    assert reply.json()["errors"][0]["parameter"] == parameter
