"""Workers who average their weights: their figures, what is said of them, what refuses them."""

from collections.abc import Callable
from typing import TypeAlias

import httpx
import numpy as np
import pytest

from tests.api.reading import numbers

Get: TypeAlias = Callable[..., httpx.Response]
SMALL = "examples=64&batch_size=16&updates=40&replicas=4"


def drawn(get: Get, query: str) -> dict[str, list[float]]:
    data = get(f"/api/v1/figures/local-sgd?{query}").json()["data"]
    every = numbers(data[0]["x"]).tolist()
    assert every == [4**k for k in range(len(every))]
    assert len(every) >= 3
    return {trace["meta"]["role"]: numbers(trace["y"]).tolist() for trace in data}


def test_distances_are_those_of_the_runs(get: Get) -> None:
    found = drawn(get, f"surface=logistic&{SMALL}")
    for k, every in enumerate((1, 4, 16)):
        run = f"surface=logistic&{SMALL}&workers=4&sync_every={every}"
        paths = get(f"/api/v1/paths?{run}").json()["paths"]
        drifts = np.array([path["drift"] for path in paths])
        assert found["drift"][k] == pytest.approx(np.sqrt((drifts**2).mean()))
        # The mean's own: root mean square about its late average, median over the replicas.
        late = [[path["points"][w][-10:] for w in ("w0", "w1")] for path in paths]
        spread = np.median([np.sqrt(np.var(each, axis=1).sum()) for each in late])
        assert found["mean spread"][k] == pytest.approx(spread, rel=1e-4)
    assert found["root"] == pytest.approx([found["drift"][0] * r for r in (1, 2, 4)])


@pytest.mark.parametrize(
    ("surface", "says"),
    [("bowl", "to rounding, whatever h"), ("logistic", "at h = 1, and not at h = 4, 16")],
)
def test_whether_the_mean_is_one_batch_is_said(get: Get, surface: str, says: str) -> None:
    caption = get(f"/api/v1/figures/local-sgd?surface={surface}&{SMALL}").json()["layout"]["meta"]
    assert says in caption["caption"]
    adam = get(f"/api/v1/figures/local-sgd?surface={surface}&optimizer=adam&{SMALL}")
    assert "does not go the way of one large batch" in adam.json()["layout"]["meta"]["caption"]


@pytest.mark.parametrize(
    ("sampling", "fixed"), [("sequential", True), ("shuffle-once", True), ("reshuffle", False)]
)
def test_an_order_that_is_the_same_each_epoch_is_not_laid_to_the_surface(
    get: Get, sampling: str, fixed: bool
) -> None:
    query = f"surface=logistic&{SMALL}&sampling={sampling}"
    found = drawn(get, query)
    further = found["drift"][-1] / found["drift"][0] > 1.2 * 4
    meta = get(f"/api/v1/figures/local-sgd?{query}").json()["layout"]["meta"]
    assert ("gets the same examples every epoch" in meta["claim"]) == (further and fixed)
    assert ("this surface drives them apart" in meta["claim"]) == (further and not fixed)
    assert further or sampling != "sequential"


@pytest.mark.parametrize(
    ("surface", "query"),
    [
        ("bowl", ""),
        ("logistic", ""),
        ("least-squares", ""),
        ("least-squares", "&updates=4000"),
        ("linear-network", ""),
        ("least-squares-raw", ""),
    ],
)
def test_without_noise_neither_rounding_nor_coming_to_rest_is_laid_to_the_surface(
    get: Get, surface: str, query: str
) -> None:
    small = SMALL.replace("&updates=40", query or "&updates=40")
    query = f"surface={surface}&noise=0&{small}"
    distances = drawn(get, query)["drift"]
    claim = get(f"/api/v1/figures/local-sgd?{query}").json()["layout"]["meta"]["claim"]
    assert ("no further from their mean than by rounding" in claim) == (max(distances) < 1e-8)
    assert ("times as far" in claim) == (distances[0] > 1e-8)
    assert "drives them apart" not in claim


def test_runs_that_diverge_are_left_out(get: Get) -> None:
    lost = get(f"/api/v1/figures/local-sgd?surface=bowl&learning_rate=9&{SMALL}").json()
    assert (lost["data"], lost["layout"]["meta"]["caption"]) == (
        [],
        "Left out, as replicas diverged: h = 1, 4, 16.",
    )


def test_the_thin_lines_are_told_with_what_is_left_out(get: Get) -> None:
    query = "surface=bowl&examples=64&batch_size=16&workers=4&sync_every=5&updates=1500"
    query += "&background=false"
    figure = get(f"/api/v1/figures/paths?{query}").json()
    assert figure["data"][0]["meta"]["role"] == "workers"
    caption = figure["layout"]["meta"]["caption"]
    assert "Thin lines are workers" in caption
    assert "the first updates alone: 1,000 of B = 16" in caption
    part = get(f"/api/v1/figures/paths?{query}&window=50").json()["data"][0]
    assert np.isnan(numbers(part["x"])).sum() == 4 * 200 / 5


def test_what_is_of_one_point_is_refused_and_says_why(get: Get) -> None:
    query = "batch_size=8&examples=64&epochs=2&workers=2"
    paths = get(f"/api/v1/paths?{query}").json()
    assert "2 workers saw it from weights of their own" in paths["moment_refusal"]
    assert "that is one large batch" in paths["summary"]
    for path in (
        "moment",
        "figures/moment-data",
        "figures/moment-gradients",
        "figures/moment-sizes",
        "figures/printed-loss",
        "figures/turning",
        "figures/noise-along",
        "figures/instruments",
    ):
        refused = get(f"/api/v1/{path}?{query}")
        assert refused.status_code == 422, path
        assert [each["parameter"] for each in refused.json()["errors"]] == ["workers"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("paths?sync_every=2", "sync_every"),
        ("paths?workers=4", "workers"),
        ("paths?workers=2&batch_size=32&accumulate=2", "workers"),
        ("paths?workers=2&batch_size=32&clip=1", "workers"),
        ("paths?workers=2&batch_size=32&sampling=poisson", "workers"),
        ("paths?workers=0", "workers"),
        ("figures/local-sgd?workers=1", "workers"),
        ("figures/local-sgd?sync_every=2", "sync_every"),
        ("tradeoff?workers=2", "workers"),
        ("network?workers=2", "workers"),
    ],
)
def test_bad_values_are_refused_at_their_names(get: Get, query: str, parameter: str) -> None:
    refused = get(f"/api/v1/{query}")
    assert refused.status_code == 422
    assert [each["parameter"] for each in refused.json()["errors"]] == [parameter]
