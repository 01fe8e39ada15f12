"""The request models: what is asked, its defaults, bounds and words, and how a form shows it.

``json_schema_extra`` holds the form's hints: ``group`` (the fieldset), ``control`` (how it is
entered, a plain input if absent), ``slider`` (its range on a logarithmic scale), ``shown_with``
(the choices under which alone it has an effect; with ``any_of`` one of them is enough), ``above_0``
(the number that has to be above 0 for that) and ``reset_by`` (the fields whose change brings back
its default).
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Literal, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo

from app.api.queries.parameters import (
    FULL,
    BatchSize,
    CountedExamples,
    Language,
    PlanSamplingId,
    RemainderId,
    Size,
    Theme,
    reader,
    resolve_batch_size,
)
from app.language.speech import DEFAULT_LANGUAGE
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.sampling import POISSON, check_classes

MAX_SEED = 2**32 - 1


def hint(group: str, **more: Any) -> dict[str, Any]:
    """``json_schema_extra`` of a parameter that a form shows."""
    return {"group": group, **more}


# Parameters of how an answer is shown, which do not decide what it says.
PRESENTATION = {"lang", "theme", "size", "format", "arrays", "legend"}


MOST_LISTED = 12  # values of a choice that an error names


def left_out(why: Message, *names: str) -> Any:
    """A validator of parameters that a query decides itself: each may have its default alone."""

    def check(cls: type[BaseModel], value: Any, info: ValidationInfo) -> Any:
        if value != cls.model_fields[str(info.field_name)].default:
            raise ValueError(why)
        return value

    return field_validator(*names)(classmethod(check))


def repeatable(field: FieldInfo) -> bool:
    """Whether a parameter may come more than once."""
    return get_origin(field.annotation) is list


def repeated(
    fields: Mapping[str, FieldInfo], pairs: Iterable[tuple[str, str]]
) -> dict[str, list[str]]:
    """The values of each parameter that holds one and has come with several."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in fields and not repeatable(fields[name]):
            values.setdefault(name, []).append(value)
    return {name: several for name, several in values.items() if len(several) > 1}


def _listed(values: list[str]) -> str:
    """Values with commas between them; of many, as of numbers in a row, the ends."""
    shown = values if len(values) <= MOST_LISTED else [*values[:2], "…", values[-1]]
    return ", ".join(shown)


def _or(one: Message, another: Message) -> Message:
    return Message("{one} or {another}", one=one, another=another)


def _is_one_of(chosen: Any, values: Iterable[str]) -> bool:
    """Whether a choice is one of these values; of several that are compared, any of them."""
    several = chosen if isinstance(chosen, list) else [chosen]
    return not {*values}.isdisjoint(map(str, several))


def _is_above_0(value: Any) -> bool:
    try:
        return value is not None and float(value) > 0
    except (TypeError, ValueError):  # which is said where it is read
        return True


class BaseQuery(BaseModel):
    """A query: unknown parameters are refused, NaN and infinity too."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    lang: Language = Field(DEFAULT_LANGUAGE, description="Language of the words in the answer")

    @field_validator("*", mode="before")
    @classmethod
    def _is_plain(cls, value: Any, info: ValidationInfo) -> Any:
        return reader(cls.model_fields[str(info.field_name)].annotation)(value)

    @field_validator("*", mode="before")
    @classmethod
    def _not_joined(cls, value: Any, info: ValidationInfo) -> Any:
        name = str(info.field_name)
        field = cls.model_fields[name]
        if not repeatable(field) or not isinstance(value, list) or field.annotation == list[str]:
            return value  # of a text the comma may be part
        several = ",".join(map(str, value)).split(",")
        most = max(getattr(each, "max_length", 0) for each in field.metadata)
        if len(value) < len(several) <= most:
            query = "&".join(f"{name}={each.strip()}" for each in several if each.strip())
            raise ValueError(Message("repeat the parameter: {query}", query=query))
        return value

    @model_validator(mode="before")
    @classmethod
    def _fitting_sizes(cls, given: Any) -> Any:
        """Where no batch size is asked for, the default ones that are at most N."""
        given = cls._counted(given)
        field = cls.model_fields.get("batch_size")
        examples = str(given.get("examples", ""))
        if field is None or "batch_size" in given or not examples.isdecimal():
            return given
        default = field.default
        sizes = default if isinstance(default, list) else [default]
        fitting = [size for size in sizes if size == FULL or size <= int(examples)]
        if fitting == sizes:
            return given
        return {**given, "batch_size": (fitting or [FULL]) if isinstance(default, list) else FULL}

    @classmethod
    def _counted(cls, given: Any) -> Any:
        """What is given, with N where something else in it decides that."""
        return given

    @field_validator("*")
    @classmethod
    def _has_an_effect(cls, value: Any, info: ValidationInfo) -> Any:
        name = str(info.field_name)
        # Its default is let through, so that a resolved request may be asked again.
        if value == cls.model_fields[name].default or cls.counts(name, info.data):
            return value
        said = [
            Message("{choice} is one of {values}", choice=choice, values=_listed(values))
            for choice, values in cls.condition(name).items()
            if not _is_one_of(info.data.get(choice, values[0]), values)
        ]
        if not said:
            said = [Message("{number} is above 0", number=cls.above_0(name))]
        # Of several that it needs, the first one.
        where = reduce(_or, said if cls.any_of(name) else said[:1])
        raise ValueError(Message("it has an effect only where {where}", where=where))

    @classmethod
    def condition(cls, name: str) -> dict[str, list[str]]:
        """The choices, and which of their values give a parameter an effect."""
        found: dict[str, list[str]] = cls._hint(name, "shown_with") or {}
        return found

    @classmethod
    def above_0(cls, name: str) -> str | None:
        """The number that has to be above 0 for a parameter to have an effect."""
        found: str | None = cls._hint(name, "above_0")
        return found

    @classmethod
    def any_of(cls, name: str) -> bool:
        """Whether one of these choices is enough."""
        return bool(cls._hint(name, "any_of"))

    @classmethod
    def _hint(cls, name: str, kind: str) -> Any:
        hints: Any = getattr(cls.model_fields.get(name), "json_schema_extra", None) or {}
        return hints.get(kind)

    @classmethod
    def counts(cls, name: str, given: Mapping[str, Any]) -> bool:
        """Whether the choices, those that are given, were made that give a parameter an effect."""
        number = cls.above_0(name)
        if number and not _is_above_0(given.get(number, 1)):
            return False
        met = [
            _is_one_of(given.get(choice, values[0]), values)
            for choice, values in cls.condition(name).items()
        ]
        return any(met) if met and cls.any_of(name) else all(met)

    @classmethod
    def having_effect(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """What of parameters that are given has an effect, and is not refused beside the others."""
        defaults = {name: field.default for name, field in cls.model_fields.items()}
        kept = {name: x for name, x in given.items() if cls.counts(name, {**defaults, **given})}
        # What is left out may have been what gave another one its effect.
        return kept if len(kept) == len(given) else cls.having_effect(kept)

    def differing(self, model: "type[BaseQuery]") -> dict[str, Any]:
        """What of a model's parameters is not its default, as it is serialized."""
        given = self.model_dump(include={*model.model_fields})
        # What is serialized otherwise than it is kept would never be taken for its default.
        defaults = {name: field.default for name, field in type(self).model_fields.items()}
        return {name: x for name, x in given.items() if getattr(self, name) != defaults[name]}

    def matters(self, name: str) -> bool:
        """Whether the choices were made that give a parameter an effect."""
        return self.counts(name, vars(self))

    @classmethod
    def deciding(cls) -> set[str]:
        """The parameters that decide what an answer says, however it is shown."""
        return set(cls.model_fields) - PRESENTATION

    @classmethod
    def handed_on(cls) -> set[str]:
        """The parameters that a page hands on to what it shows."""
        return cls.deciding()

    def key(self, model: "type[BaseQuery] | None" = None) -> str:
        """A text that is the same where all parameters, or those of a model, are the same."""
        return self.model_dump_json(include=(model or type(self)).deciding())


class TableQuery(BaseQuery):
    """What is answered as JSON or as CSV."""

    format: Literal["json", "csv"] | None = Field(
        None,
        examples=["csv"],
        description="csv or json; if left out, what the Accept header asks for",
    )


class EventsQuery(TableQuery):
    """What is also streamed in events, and how it is drawn while it is under way."""

    theme: Theme | None = Field(
        None, examples=["light"], description="Of the figures in events; left out, they have none"
    )
    size: Size = Field("normal", description="Size of text, lines and marks")


class ListQuery(TableQuery):
    """A list of all there is."""


class EpochPlanQuery(BaseQuery):
    """How an epoch is cut into batches."""

    examples: CountedExamples = 1050
    batch_size: BatchSize = Field(32, description="Examples in a batch: 1 to N, or full")
    remainder: RemainderId = Field(
        "keep", description="What becomes of a last, smaller batch: keep, drop or weight it"
    )
    sampling: PlanSamplingId = Field(
        "reshuffle", title="Sampling", description="How examples are drawn"
    )

    @field_validator("sampling")
    @classmethod
    def _of_no_classes(cls, value: str) -> str:
        try:
            check_classes(value, classified=False)
        except ParameterError as error:
            raise ValueError(Message("allowed is {allowed}", allowed=error.allowed)) from error
        return value

    @property
    def plan(self) -> EpochPlan:
        """The epoch."""
        size = resolve_batch_size(self.batch_size, self.examples)
        return EpochPlan(self.examples, size, self.remainder, poisson=self.sampling == POISSON)


class EpochTableQuery(EpochPlanQuery, TableQuery):
    """How an epoch is cut into batches, and its format."""
