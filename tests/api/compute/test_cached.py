"""Results are kept by what the query model itself says decides them."""

import ast
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pydantic import create_model

from app.api import compute
from app.api.compute import floors, noise, range_test, rate_map, runs
from app.api.compute.cached import cached
from app.api.queries.base import BaseQuery, repeatable
from app.api.queries.figures import PathsFigureQuery
from app.api.queries.noise import DirectionsQuery, LastBatchQuery, StableRateQuery
from app.api.queries.run import RunQuery
from app.api.queries.surfaces import SurfaceQuery
from app.api.queries.tradeoff import (
    AnnealingQuery,
    EscapeQuery,
    FloorQuery,
    RangeTestQuery,
    RateMapQuery,
)
from app.main import create_app
from app.web.cache import Cache
from app.web.shared import Shared

API = Path(str(compute.__file__)).parents[1]


def all_of(model: type[BaseQuery]) -> Iterator[type[BaseQuery]]:
    yield model
    for more in model.__subclasses__():
        if more.__module__.startswith("app."):
            yield from all_of(more)


create_app()  # by which every model is there
MODELS = sorted(set(all_of(BaseQuery)), key=lambda model: f"{model.__module__} {model.__name__}")


def test_a_new_field_changes_the_key() -> None:
    for model in MODELS:
        more = create_model("More", __base__=model, new=(int, 0))
        asked = [more.model_construct(new=value) for value in (0, 1)]
        assert asked[0].key() != asked[1].key(), model
        assert asked[0].key(model) == asked[1].key(model), model


def test_a_function_is_computed_once_for_what_its_own_model_asks() -> None:
    class More(RunQuery):
        new: int = 0

    computed = []

    @cached
    def compute(cache: Cache, query: More, replica: int = 0) -> int:
        assert isinstance(cache, Cache)
        computed.append((query.new, replica))
        return len(computed)

    cache = Cache(8)
    first = compute(cache, More.model_construct())

    class Shown(More, PathsFigureQuery):
        pass

    for theme in ("light", "dark"):
        assert compute(cache, Shown.model_construct(theme=theme)) == first
    assert compute(cache, More.model_construct(), replica=0) == first
    assert compute(cache, More.model_construct(), 1) == 2
    assert compute(cache, More.model_construct(new=1)) == 3
    assert computed == [(0, 0), (0, 1), (1, 0)]
    assert compute(Cache(8), More.model_construct()) == 4


def test_two_functions_do_not_share_a_result() -> None:
    @cached
    def one(cache: Cache, value: int) -> str:  # noqa: ARG001
        return f"one {value}"

    @cached
    def two(cache: Cache, value: int) -> str:  # noqa: ARG001
        return f"two {value}"

    cache = Cache(8)
    assert [f(cache, n) for f in (one, two) for n in (1, 2)] == ["one 1", "one 2", "two 1", "two 2"]


def test_nothing_is_kept_under_a_key_that_is_typed_by_hand() -> None:
    """Sweeps alone ask the cache themselves, for they come in steps."""
    asking = set()
    for path in API.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr="get" | "peek"), args=[ast.Tuple(), *_]):
                    pytest.fail(f"{path.name}, line {node.lineno}")
                case ast.Call(func=ast.Attribute(value=owner, attr="get" | "peek")) if ast.unparse(
                    owner
                ).endswith(("cache", "measured")):
                    asking.add(path.name)
    assert asking == {"cached.py", "laboratory.py"}


SHARED: dict[Callable[..., Any], tuple[type[BaseQuery], str]] = {
    floors.get_annealing: (AnnealingQuery, "examples=64"),
    floors.get_escapes: (EscapeQuery, "replicas=10&epochs=1&batch_size=64"),
    floors.get_floors: (FloorQuery, "examples=64&batch_size=32&optimizer=sgd"),
    floors.get_last_batch: (LastBatchQuery, "examples=11&batch_size=10"),
    noise.get_noise_scales: (SurfaceQuery, "examples=64"),
    noise.get_stable_rates: (StableRateQuery, "examples=64"),
    noise.get_step_gains: (DirectionsQuery, "examples=64"),
    rate_map.get_rate_map: (RateMapQuery, "examples=64&replicas=4"),
    range_test.get_range_tests: (RangeTestQuery, "examples=64&replicas=4&updates=20"),
    runs.get_thinned_paths: (RunQuery, "examples=64&epochs=1"),
}


def parsed(model: type[BaseQuery], text: str) -> dict[str, Any]:
    listed = {name for name, field in model.model_fields.items() if repeatable(field)}
    return {name: [value] if name in listed else value for name, value in parse_qsl(text)}


def test_what_is_shared_is_all_here() -> None:
    marked = {
        f"{path.stem}.{node.name}"
        for path in (API / "compute").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(each, ast.Name) and each.id == "shared" for each in node.decorator_list)
    }
    tested = {f"{each.__module__.rpartition('.')[2]}.{each.__name__}" for each in SHARED}
    assert marked == tested | {"runs.get_whole_path"}  # as get_thinned_paths


@pytest.mark.parametrize("compute", SHARED, ids=lambda each: each.__name__)
def test_another_process_has_what_one_computed(compute: Callable[..., Any], tmp_path: Path) -> None:
    model, text = SHARED[compute]
    query = model.model_validate(parsed(model, text))
    ours, theirs = (Cache(8, shared=Shared(tmp_path)) for _ in range(2))
    found = compute(ours, query)
    before = {file: file.stat().st_size for file in tmp_path.iterdir()}
    again = compute(theirs, query)
    assert {file: file.stat().st_size for file in tmp_path.iterdir()} == before
    assert len(before) == 2  # the result and its lock
    assert pickle.dumps(again) == pickle.dumps(pickle.loads(pickle.dumps(found)))  # noqa: S301
