"""A query with nothing left to choose, and that as text for people."""

from typing import Any

from app.api.queries.base import BaseQuery
from app.api.queries.parameters import resolve_batch_size
from app.api.queries.run import RunQuery
from app.language.speech import clauses, gettext, listed, translated
from app.science.optimizers import default_learning_rate
from app.science.problems import SURFACES

BUDGETS = ("epochs", "updates", "examples_seen")
# How a picture is drawn, which can be seen in it.
LOOKS = {"view", "background", "axis", "max_points", "window"}


def resolved(query: BaseQuery, model: type[BaseQuery] | None = None) -> dict[str, Any]:
    """A model's parameters, or all that decide what is answered, none of them left out.

    The surface, the optimizer and N decide what was.
    """
    values = query.model_dump(include=(model or type(query)).deciding())
    size = values.get("batch_size")
    if isinstance(size, list):
        sizes = [resolve_batch_size(each, values["examples"]) for each in size]
        values["batch_size"] = list(dict.fromkeys(sizes))
    elif size is not None:
        values["batch_size"] = resolve_batch_size(size, values.get("examples", 0))
    if "surface" in values:
        surface = SURFACES[values["surface"]]
        optimizer = values.get("optimizer")
        own = {
            "noise": surface.noise,
            "start": surface.start,
            "at": surface.start,
            "learning_rate": default_learning_rate(
                surface, optimizer if isinstance(optimizer, str) else "sgd"
            ),
        }
        if all(values.get(name) is None for name in BUDGETS):
            own["epochs"] = surface.epochs
        for name in own.keys() & values.keys():
            values[name] = own[name] if values[name] is None else values[name]
    return values


def made_from(query: BaseQuery, **measured: Any) -> str:
    """All that a picture was made from, by names in the reader's language and in the API.

    Args:
        query: what was asked.
        measured: parameters of a run that the picture has instead, or besides.
    """
    values = resolved(query) | measured
    optimizers = values.get("optimizer", ())
    if isinstance(optimizers, list):  # with their default parameters
        values |= {
            name: field.default
            for name, field in RunQuery.model_fields.items()
            if {*RunQuery.condition(name).get("optimizer", ())} & {*optimizers}
        }
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
        return _both(translated(SURFACES[value].title), value)
    if name == "learning_rate" and value == []:
        return gettext("tuned at each batch size")
    if isinstance(value, list | tuple):
        return listed(_text("", each) for each in value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _both(title: str, name: str) -> str:
    return gettext("{title} ({name})", title=title, name=name)
