"""The page that shows a picture twice, with one parameter changed: its link, and what B is."""

from typing import Annotated, Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from app.api.queries.base import repeatable
from app.api.queries.figures import Axis, axis
from app.api.queries.parameters import one_of
from app.api.queries.resolved import resolved
from app.api.queries.rules import RulesQuery
from app.pages.picture import check_runs
from app.pages.queries import ProjectedQuery
from app.science.budget import BUDGETS
from app.science.errors import ParameterError
from app.science.problems.fitted import MODEL
from app.web.cache import Cache
from app.web.errors import describe


def _hints(name: str) -> dict[str, Any]:
    found: Any = RulesQuery.model_fields[name].json_schema_extra
    return found or {}


# What may differ in B: every parameter of the home page's form that decides the paths.
CHANGES = [name for name in RulesQuery.model_fields if "group" in _hints(name)]
# What B does not take over from A when a parameter differs: what follows that by default, as in the
# form, and for a budget the other ways to count it.
REPLACED = {
    change: [
        name
        for name in CHANGES
        if change in _hints(name).get("reset_by", ())
        or (name != change and {name, change} <= {*BUDGETS})
    ]
    for change in CHANGES
}
_change, _change_schema = one_of(CHANGES)


class ComparePageQuery(ProjectedQuery, RulesQuery):
    """A's parameters, and the one that differs in B."""

    axis: Axis = axis()
    change: Annotated[str, _change, _change_schema] = Field(
        "learning_rate", title="What differs", description="The parameter that B has otherwise"
    )
    b: list[str] = Field(
        [],
        max_length=20,
        title="Its value in B",
        description="B's value or values; left out, the parameter's default",
    )

    @field_validator("b")
    @classmethod
    def _is_allowed(cls, b: list[str], info: ValidationInfo) -> list[str]:
        if set(cls.model_fields) - {"b"} <= set(info.data):  # else A is refused, and repaired first
            if len(b) > 1 and not repeatable(RulesQuery.model_fields[info.data["change"]]):
                raise ValueError("allowed is one value")
            try:
                _other(info.data, b)
            except ValidationError as error:
                first = error.errors()[0]
                said = describe(str(first["loc"][0]), dict(first), CHANGES).message
                raise ValueError(said) from error
        return b


def other(query: ComparePageQuery) -> RulesQuery:
    """The parameters of B."""
    return _other(query.model_dump(), query.b)


def _other(data: dict[str, Any], b: list[str]) -> RulesQuery:
    change, field = data["change"], RulesQuery.model_fields[data["change"]]
    value: Any = (b if repeatable(field) else b[0]) if b else field.default
    left = {change, *REPLACED[change]}
    kept = {
        name: data[name]
        for name in sorted(RulesQuery.deciding() - left)
        if data[name] != RulesQuery.model_fields[name].default
        and not (name == "examples" and data["surface"] == MODEL)  # whose points say it
    }
    kept = RulesQuery.having_effect({**kept, change: value})
    kept.pop(change, None)
    return RulesQuery.model_validate({**kept, change: value} if b else kept)


def check_both(cache: Cache, query: ComparePageQuery) -> None:
    """Refuse two pictures of which one cannot be made.

    Raises:
        ParameterError: of a parameter of A; where B is refused, of ``b``, which is left out then,
            and of ``change`` too where nothing is left to leave out.
    """
    check_runs(cache, query)
    try:
        check_runs(cache, other(query))
    except ParameterError as error:
        error.parameter = "b" if query.b else "b and change"
        raise


def suggested(query: ComparePageQuery) -> list[tuple[str, str]]:
    """What a link that names no change is completed by: half of A's learning rate in B.

    Where rules have each its own, the first of them alone.
    """
    rate = resolved(query, RulesQuery)["learning_rate"]
    if rate is None:
        return [("change", "optimizer"), ("b", query.optimizer[0])]
    return [("change", "learning_rate"), ("b", f"{rate / 2:.6g}")]
