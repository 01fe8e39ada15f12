"""Results are kept by what the query model itself says decides them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import create_model

from app.api import compute
from app.api.compute.cached import cached
from app.api.queries.base import BaseQuery
from app.api.queries.figures import PathsFigureQuery
from app.api.queries.run import RunQuery
from app.main import create_app
from app.web.cache import Cache

API = Path(str(compute.__file__)).parents[1]


def all_of(model: type[BaseQuery]) -> Iterator[type[BaseQuery]]:
    yield model
    for more in model.__subclasses__():
        if more.__module__.startswith("app."):
            yield from all_of(more)


create_app()  # by which every model is there
MODELS = sorted(set(all_of(BaseQuery)), key=lambda model: f"{model.__module__} {model.__name__}")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_new_field_changes_the_key(model: type[BaseQuery]) -> None:
    more = create_model("More", __base__=model, new=(int, 0))
    asked = [more.model_construct(new=value) for value in (0, 1)]
    assert asked[0].key() != asked[1].key()
    assert asked[0].key(model) == asked[1].key(model)


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
    assert asking == {"cached.py", "tradeoff.py"}
