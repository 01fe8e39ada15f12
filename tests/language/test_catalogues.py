"""Every message in every language, its places filled by the same values."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from app.language.messages import extract_python
from app.language.speech import (
    CATALOGUES,
    DEFAULT_LANGUAGE,
    LANGUAGES,
    gettext,
    sentences,
    speaking,
)
from app.pages.page import fields
from app.pages.queries import (
    HomePageQuery,
    LearnPageQuery,
    NetworkPageQuery,
    NoisePageQuery,
    TradeoffPageQuery,
)
from app.resources import TEMPLATES
from app.science.noise.instruments import INSTRUMENTS
from app.science.problems import SURFACES

APP = CATALOGUES.parents[1]
FORMS = (HomePageQuery, NoisePageQuery, TradeoffPageQuery, NetworkPageQuery, LearnPageQuery)
OTHERS = [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]
Texts = tuple[str, ...]  # a message, or its singular and its plural


def found() -> Iterator[tuple[Path, Texts]]:
    for path in sorted(APP.rglob("*.py")):
        with path.open("rb") as source:
            for _, _, text, _ in extract_python(source, None, None, {}):
                yield path, _texts(text)
    for path in sorted(TEMPLATES.glob("*.html")):
        with path.open("rb") as source:
            for _, _, said, _ in babel_extract(
                source, ("_", "gettext", "ngettext"), (), {"trimmed": "true"}
            ):
                yield path, _texts(said)


def _texts(found: object) -> Texts:
    several = found if isinstance(found, tuple) else (found,)
    return tuple(str(text) for text in several if text is not None)


@cache
def messages() -> dict[Texts, Path]:
    """Every message, and a file that says it."""
    return {texts: path for path, texts in found()}


@pytest.fixture(scope="module", params=OTHERS)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with (CATALOGUES / f"{request.param}.po").open("rb") as source:
        return read_po(source, locale=request.param)


def places(text: str) -> set[tuple[str, str | None]]:
    """The names in braces and how they are formatted."""
    return {(name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None}


def test_there_is_a_catalogue_for_every_other_language_and_no_more() -> None:
    assert {path.stem for path in CATALOGUES.glob("*.po")} == set(OTHERS)
    assert len(messages()) > 600


def test_nothing_is_missing(catalogue: Catalog) -> None:
    missing = [
        (path.name, texts[0])
        for texts, path in messages().items()
        if not (message := catalogue.get(texts[0])) or not message.string or message.fuzzy
    ]
    assert missing == []


def test_nothing_is_left_over(catalogue: Catalog) -> None:
    known = {texts[0] for texts in messages()}
    ids = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id}
    assert ids - known == set()
    assert not catalogue.obsolete


def test_translations_have_the_same_places(catalogue: Catalog) -> None:
    for texts in messages():
        message = catalogue.get(texts[0])
        assert message
        string = message.string
        for text in [string] if isinstance(string, str) else string or ():
            # A singular may do without the count, and so may its translation.
            assert places(text) == places(texts[-1]), texts[-1]


@pytest.mark.parametrize("language", OTHERS)
def test_what_registries_and_forms_show_is_translated(language: str) -> None:
    shown = [getattr(s, word) for s in SURFACES.values() for word in ("title", "description")]
    shown += [s.noise_unit for s in SURFACES.values()]
    of_instruments = ("meaning", "quantity", "verdict", "reading")
    shown += [getattr(i, word) for i in INSTRUMENTS.values() for word in of_instruments]
    shown += [
        schema[word]
        for model in FORMS
        for name, schema in fields(model).items()
        if name not in ("lang", "max_points")  # in no form
        for word in ("title", "description")
    ]
    with speaking(language):
        same = {text for text in shown if gettext(text) == text}
    assert same == set()


def test_sentences_stand_as_the_language_has_it() -> None:
    parts = ["one.", "", "two."]
    assert sentences(parts) == "one. two."
    with speaking("ja"):
        assert sentences(parts) == "one.two."


def test_japanese_has_no_space_between_its_words_and_a_number() -> None:
    japanese = r"[\u3041-\u30ff\u3400-\u9fff\u3001-\u3002\uff01-\uff60]"
    apart = re.compile(rf"{japanese} [\\w{{%]|[\\w}}%] {japanese}")
    with (CATALOGUES / "ja.po").open("rb") as source:
        catalogue = read_po(source, locale="ja")
    said = [
        text
        for message in catalogue
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string or ())
    ]
    assert [text for text in said if apart.search(text)] == []


def test_a_loanword_is_spelt_in_one_way() -> None:
    with (CATALOGUES / "ja.po").open("rb") as source:
        said = " ".join(str(message.string) for message in read_po(source, locale="ja"))
    spelt: dict[str, set[str]] = {}
    for word in re.findall(r"[\u30a1-\u30fa\u30fc]{2,}", said):
        spelt.setdefault(word.replace("ー", ""), set()).add(word)
    assert [words for words in spelt.values() if len(words) > 1] == []
