"""The Jinja templates, and what all of them may call."""

from typing import Any
from urllib.parse import urlencode

from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context

from app.api import API
from app.api.stories import STORIES
from app.figures.still.png import HEIGHT, WIDTH
from app.language.speech import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    apart,
    gettext,
    language,
    listed,
    ngettext,
    translated,
)
from app.pages.script_words import script_words
from app.pages.terms import explained
from app.resources import STATIC, TEMPLATES
from app.web.language import PARAMETER
from app.web.modules import imported
from app.words.terms import TERMS

HERE = "http://here.invalid"  # in a page, takes the place of the server's address


@pass_context
def page_url(context: Context, name: str, **place: str) -> str:
    """Where a page is, in the language of this one; ``place`` completes its address.

    The language that is nobody's choice goes without saying: a reader's browser may prefer another.
    """
    request = context["request"]
    path: str = request.url_for(name, **place).path
    chosen = language() != DEFAULT_LANGUAGE or PARAMETER in request.query_params
    return f"{path}?{PARAMETER}={language()}" if chosen else path


@pass_context
def story_url(context: Context, name: str) -> str:
    """The home page with a story's picture, in the language of this page."""
    url = page_url(context, "home")
    return f"{url}{'&' if '?' in url else '?'}{STORIES[name].address}"


@pass_context
def picture_url(context: Context) -> str:
    """Where the PNG of this page's link is, as others reach it; of a page without one, the first.

    It begins with `HERE`, since a page is kept for all who ask for it.
    """
    asked: dict[str, Any] = context.get("linked") or {}
    if language() != DEFAULT_LANGUAGE:
        asked = asked | {"lang": language()}
    query = f"?{urlencode(asked, doseq=True, safe=',')}" if asked else ""
    return f"{HERE}{API}/picture{query}"


@pass_context
def api(context: Context) -> str:
    """Where the API is, as seen by a reader's browser."""
    return f"{context['request'].scope.get('root_path', '')}{API}"


templates = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
)
templates.env.policies["ext.i18n.trimmed"] = True
templates.env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
templates.env.globals |= {
    "languages": LANGUAGES,
    "language": language,
    "page_url": page_url,
    "api": api,
    "apart": apart,
    "picture_url": picture_url,
    "picture_size": (WIDTH, HEIGHT),
    "stories": STORIES,
    "story_url": story_url,
    "terms": TERMS,
    "script_words": script_words,
    "imported": lambda name: imported(STATIC / "js" / name),
}
templates.env.filters |= {"translated": translated, "explained": explained, "listed": listed}
