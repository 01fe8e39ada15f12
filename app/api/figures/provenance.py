"""What a picture was made from, as text for people."""

from typing import Any

from app.api.queries.base import BaseQuery
from app.api.queries.network import NetworkQuery
from app.api.queries.resolved import resolved
from app.api.queries.rules import RulesQuery
from app.api.queries.run import RunQuery
from app.api.queries.surfaces import TITLES
from app.language.speech import clauses, gettext, listed, translated
from app.science.problems.fitted import unpacked

# Parameters of how a picture is drawn, which can be seen in it.
LOOKS = {"view", "background", "axis", "max_points", "window", "part", "columns", "test_rows"}

SHOWN = 40  # characters of a log


def made_from(query: BaseQuery, **measured: Any) -> str:
    """All that a picture was made from, by names in the reader's language and in the API.

    Args:
        query: what was asked.
        measured: parameters of a run that the picture has instead of the query's, or besides.
    """
    values = resolved(query) | measured
    optimizers = values.get("optimizer", ())
    if isinstance(optimizers, list):  # a sweep gives each its default hyperparameters
        values = {
            name: field.default
            for name, field in RunQuery.model_fields.items()
            if {*RunQuery.condition(name).get("optimizer", ())} & {*optimizers}
        } | values
    # Of several rules each has its own.
    if isinstance(query, RulesQuery | NetworkQuery) and values["learning_rate"] is None:
        values["learning_rate"] = [resolved(each)["learning_rate"] for each in query.alone]
    return clauses(
        gettext("{parameter} = {value}", parameter=_named(query, name), value=_text(name, value))
        for name, value in sorted(values.items(), key=lambda item: item[0] != "surface")
        if value is not None and name not in LOOKS and query.matters(name)
    )


def _named(query: BaseQuery, name: str) -> str:
    known = (model.model_fields.get(name) for model in (type(query), RunQuery))
    title = next((field.title for field in known if field and field.title), None)
    return _both(translated(title), name) if title else name


def _text(name: str, value: Any) -> str:
    if name == "surface":
        return _both(translated(TITLES[value]), value)
    if name == "log":
        return f"{value[:SHOWN]}…"
    if name == "points":
        return str(unpacked(value).count)
    if name == "learning_rate" and value == []:
        return gettext("tuned at each batch size")
    if isinstance(value, list | tuple):
        return listed(_text("", each) for each in value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _both(title: str, name: str) -> str:
    return gettext("{title} ({name})", title=title, name=name)
