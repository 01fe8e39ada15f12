"""``/surfaces``: metadata, fields on a grid and examples, for every surface."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import numpy as np
import pytest

from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

Get: TypeAlias = Callable[..., httpx.Response]

FIELDS = ("loss", "gradient_norm", "noise_trace", "noise_scale")
EVERY = pytest.mark.parametrize("surface", SURFACES)
COLUMNS = (["x", "y"], ["x0", "x1", "label"], ["a0", "a1"])


def no_constant(name: str) -> None:
    raise AssertionError(f"{name} in JSON")


def parse(reply: httpx.Response) -> Any:
    assert reply.status_code == 200, reply.text
    return json.loads(reply.text, parse_constant=no_constant)


def test_list(get: Get) -> None:
    surfaces = parse(get("/api/v1/surfaces"))["surfaces"]
    assert [surface["id"] for surface in surfaces] == list(SURFACES)
    for surface in surfaces:
        assert surface["family"] in ("data", "landscape")
        for name in ("title", "formula", "description", "source"):
            assert surface[name]
        assert len(surface["parameters"]) == 2
        assert list(surface["domain"]) == ["w0", "w1"]
        for (low, high), start in zip(surface["domain"].values(), surface["start"], strict=True):
            assert low < start < high
        for minimum in surface["minima"]:
            assert len(minimum["point"]) == 2
            assert isinstance(minimum["loss"], float)
        losses = [minimum["loss"] for minimum in surface["minima"]]
        assert losses == sorted(losses)
        assert surface["learning_rate"] > 0
        assert surface["adaptive_learning_rate"] > 0
        assert surface["noise"] >= 0


def test_one_is_that_of_the_list(get: Get) -> None:
    for surface in parse(get("/api/v1/surfaces"))["surfaces"][::5]:
        assert parse(get(f"/api/v1/surfaces/{surface['id']}")) == surface


def test_one_for_other_examples(get: Get) -> None:
    url = "/api/v1/surfaces/least-squares?examples={}&noise={}&data_seed={}"
    first, other = (parse(get(url.format(50, 2, seed))) for seed in (0, 1))
    assert (first["examples"], first["noise"]) == (50, 2)
    assert first["minima"] != other["minima"]
    assert parse(get(url.format(50, 0, 1)))["minima"][0]["loss"] == pytest.approx(0, abs=1e-12)


@EVERY
def test_grid(get: Get, surface: str) -> None:
    for field in FIELDS:
        for noise in ("", "&noise=0"):
            url = f"/api/v1/surfaces/{surface}/grid?field={field}&resolution=11&examples=40{noise}"
            grid = parse(get(url))
            assert grid["field"] == field
            assert (len(grid["w0"]), len(grid["w1"])) == (11, 11)
            (lo0, hi0), (lo1, hi1) = SURFACES[surface].domain
            assert (grid["w0"][0], grid["w0"][-1]) == (lo0, hi0)
            assert (grid["w1"][0], grid["w1"][-1]) == (lo1, hi1)
            assert [len(row) for row in grid["values"]] == [11] * 11
            values = [value for row in grid["values"] for value in row]
            # Only the noise scale is undefined anywhere.
            assert field == "noise_scale" or None not in values
            assert field == "loss" or all(value is None or value >= 0 for value in values)


@pytest.mark.parametrize("surface", ["least-squares-raw", "logistic", "beale"])
def test_grid_values_are_at_w0_of_the_column_and_w1_of_the_row(get: Get, surface: str) -> None:
    columns = np.array(parse(get(f"/api/v1/surfaces/{surface}/examples?examples=30"))["rows"]).T
    url = f"/api/v1/surfaces/{surface}/grid?resolution=7&examples=30&field="
    grids = {field: parse(get(url + field)) for field in FIELDS}
    w0, w1 = grids["loss"]["w0"], grids["loss"]["w1"]
    for i, j in ((0, 6), (6, 0), (2, 5)):
        loss = np.mean(SURFACES[surface].loss(w0[i], w1[j], columns))
        g = np.array(SURFACES[surface].loss.gradient(w0[i], w1[j], columns))
        g = np.broadcast_to(g.reshape(2, -1), (2, 30))
        full, trace = np.sum(g.mean(axis=1) ** 2), np.sum(g.var(axis=1))
        expected = (loss, np.sqrt(full), trace, trace / full)
        values = [grids[field]["values"][j][i] for field in FIELDS]
        np.testing.assert_allclose(values, expected, rtol=1e-9)


def test_noise_scale_is_null_where_the_gradient_is_zero(get: Get) -> None:
    # No noise, no tilt: the bowl's bottom, in the middle of the grid, is stationary to the bit.
    for noise in ("0", "2"):
        url = f"/api/v1/surfaces/bowl/grid?field=noise_scale&resolution=11&noise={noise}"
        values = parse(get(url))["values"]
        if noise == "0":
            assert values[5][5] is None
        others = [v for j, row in enumerate(values) for i, v in enumerate(row) if (i, j) != (5, 5)]
        assert None not in others


@EVERY
def test_examples(get: Get, surface: str) -> None:
    query = f"/api/v1/surfaces/{surface}/examples?examples=25&data_seed=3"
    answer = parse(get(query))
    assert answer["columns"] in COLUMNS
    rows = np.array(answer["rows"])
    assert rows.shape == (25, len(answer["columns"]))
    drawn = np.column_stack(build_problem(SURFACES[surface], 25, None, 3).columns)
    np.testing.assert_array_equal(rows, drawn)  # to the last bit
    if "label" in answer["columns"]:
        assert set(rows[:, 2]) == {-1.0, 1.0}
    for reply in (get(query + "&format=csv"), get(query, accept="text/csv")):
        assert reply.headers["Content-Type"].startswith("text/csv")
        names, *lines = csv.reader(io.StringIO(reply.text))
        assert names == answer["columns"]
        np.testing.assert_array_equal(np.array(lines, float), rows)
    assert "json" in get(query + "&format=json", accept="text/csv").headers["Content-Type"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_default_rate_of_every_rule_is_the_one_that_a_run_takes(
    get: Get, optimizer: str
) -> None:
    facts = parse(get("/api/v1/surfaces/rosenbrock"))
    run = parse(get(f"/api/v1/paths?surface=rosenbrock&updates=1&optimizer={optimizer}"))
    assert facts["learning_rates"][optimizer] == run["request"]["learning_rate"]
