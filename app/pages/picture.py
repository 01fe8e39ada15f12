"""What the home page shows before any script runs: its picture, its cards and what is seen."""

from dataclasses import dataclass
from typing import Any

from app.api.compute.cached import cached
from app.api.compute.problems import get_relief
from app.api.compute.runs import get_comparison, get_planned
from app.api.queries.resolved import resolved
from app.api.queries.run import RunQuery, linked
from app.api.queries.surfaces import SurfaceQuery
from app.api.stories.telling import get_story
from app.figures.loss import drawn_loss_note
from app.figures.still.picture import Still, ground_steps, still
from app.pages.queries import HomePageQuery
from app.science.errors import ParameterError
from app.web.cache import Cache
from app.words.cards import card_facts
from app.words.runs import paths_note, summary


@dataclass(frozen=True)
class Picture:
    """A page's picture and its words.

    Attributes:
        still: the contour with the paths.
        deep: whether the link asks for another view, which only a script can draw.
        cards: the facts of each batch size.
        summary: what is seen.
        note: what of it is explained.
        loss_note: the same of the losses, whose figure only a script draws.
        story: what the runs show of the story whose picture it is; empty if it is of none.
        marks: the marks in the picture that are not in every one.
    """

    still: Still
    deep: bool
    cards: list[dict[str, str | bool]]
    summary: str
    note: str
    loss_note: str
    story: dict[str, str]
    marks: set[str]


def check_runs(cache: Cache, query: RunQuery) -> None:
    """Refuse runs that cannot be made, without making them.

    Raises:
        ParameterError: of a parameter or of a cost, as for the paths.
    """
    get_planned(cache, query).check(query.max_points)


def get_picture(cache: Cache, query: HomePageQuery) -> Picture | None:
    """The picture of a link; None if it would take so long that the page should not wait."""
    if not get_planned(cache, query).light:
        return None
    try:
        relief = get_relief(cache, query)
    except ParameterError:
        return None
    comparison = get_comparison(cache, query)
    runs = comparison.runs
    marks = {"minima"} if comparison.problem.minima else set()
    if comparison.decayed:
        marks.add("decayed")
    if any(run.paths.diverged_at[0] for run in runs):
        marks.add("diverged")
    return Picture(
        still=still(comparison, relief, get_steps(cache, query), "#main"),
        deep=query.view == "3d",
        cards=[card_facts(run) for run in runs],
        summary=summary(comparison),
        note=paths_note(comparison),
        loss_note=drawn_loss_note(comparison),
        story=get_story(cache, query) or {},
        marks=marks,
    )


def illustrated(cache: Cache | None, query: HomePageQuery) -> dict[str, Any]:
    """A link's picture, its form, and the query of what others show of it; {} with no picture.

    It has no picture without a cache: then nothing may be computed for it now.
    """
    picture = get_picture(cache, query) if cache else None
    return {
        "picture": picture,
        "plain": plain_form(query),
        "linked": linked(query) if picture else {},
    }


PLAIN = (
    "surface",
    "formula",
    "batch_size",
    "learning_rate",
    "epochs",
    "seed",
)  # chosen without a script


@dataclass(frozen=True)
class PlainForm:
    """A form that needs no script: what is chosen, what follows if it is not, what is kept."""

    chosen: dict[str, Any]
    defaults: dict[str, Any]
    kept: list[tuple[str, Any]]


def plain_form(query: HomePageQuery) -> PlainForm:
    """The form of a link; with another surface, parameters that depend on it are left out."""
    given = query.model_fields_set
    return PlainForm(
        chosen={name: getattr(query, name) for name in PLAIN},
        defaults=resolved(query, RunQuery),
        kept=[
            (name, value)
            for name in sorted(given - {*PLAIN})
            for value in _values(getattr(query, name))
            if "surface" not in _hints(query, name).get("reset_by", ())
        ],
    )


def _hints(query: HomePageQuery, name: str) -> dict[str, Any]:
    """What a form is told of a parameter."""
    found: Any = type(query).model_fields[name].json_schema_extra
    return found or {}


def _values(value: Any) -> list[Any]:
    if isinstance(value, tuple):  # numbers of one parameter
        return [",".join(map(str, value))]
    return value if isinstance(value, list) else [value]


@cached
def get_steps(cache: Cache, query: SurfaceQuery) -> tuple[str, ...]:
    """The steps of a query's surface."""
    return tuple(ground_steps(get_relief(cache, query)))
