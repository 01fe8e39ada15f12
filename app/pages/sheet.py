"""A story on one page of paper: its question, its picture, what to try, its answer, its links."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.api.figures.provenance import made_from
from app.api.queries.base import MAX_SEED
from app.api.stories import STORIES
from app.api.stories.story import Story
from app.api.stories.telling import get_sentence
from app.language.speech import DEFAULT_LANGUAGE, gettext, language, translated
from app.pages.picture import Picture, get_picture
from app.pages.queries import HomePageQuery, SheetPageQuery
from app.web.cache import Cache


@dataclass(frozen=True)
class Try:
    """A change of a story: what is done, the link that does it, and what is seen then, if told."""

    text: str
    link: str
    sentence: str


TYPED = 300  # characters of a link that are still typed, or fit on the page


@dataclass(frozen=True)
class Sheet:
    """What a sheet says of a story.

    Attributes:
        picture: the story's, with its cards and, as its story, the answer.
        link: the page that shows it live.
        tries: another draw, and the change that turns the story.
        made: what the picture was made from.
        answered: whether the answers stand on the sheet.
        other: the same sheet with answers instead of without, or the reverse.
    """

    picture: Picture | None
    link: str
    tries: list[Try]
    made: str
    answered: bool
    other: str

    @property
    def typed(self) -> str:
        """The link where somebody may type it from paper; nothing where its code alone will do."""
        return self.link if len(self.link) <= TYPED else ""


def get_sheet(cache: Cache, name: str, query: SheetPageQuery, home: str) -> Sheet:
    """A story's sheet; ``home`` is the address of the page that shows stories live."""
    story = STORIES[name]
    asked = HomePageQuery.model_validate(story.query | {"seed": query.seed})
    following = query.seed + 1 if query.seed < MAX_SEED else 0
    another = gettext("Draw other mini-batches (seed = {seed}).", seed=following)

    def answer(told: Story, seed: int) -> str:
        return get_sentence(cache, told, seed) if query.answer else ""

    return Sheet(
        picture=get_picture(cache, asked),
        link=_link(home, story, query.seed),
        tries=[
            Try(text, _link(home, told, seed), answer(told, seed))
            for text, told, seed in (
                (another, story, following),
                (translated(story.turn), story.other, query.seed),
            )
        ],
        made=made_from(story.queries(query.seed)[0]),
        answered=query.answer,
        other=_address("", seed=query.seed or None, answer="false" if query.answer else None),
    )


def _link(home: str, story: Story, seed: int) -> str:
    return _address(home, **story.query, seed=seed or None)


def _address(page: str, **parameters: Any) -> str:
    """A page with these parameters, None left out, in the language being spoken."""
    spoken = {} if language() == DEFAULT_LANGUAGE else {"lang": language()}
    given = {name: value for name, value in parameters.items() if value is not None}
    query = urlencode(spoken | given, doseq=True, safe=",")
    return f"{page}?{query}" if query or not page else page
