"""Every request is answered in the language that its URL names."""

from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from app.language.speech import DEFAULT_LANGUAGE, LANGUAGES, speaking

PARAMETER = "lang"


def language_of(scope: Scope) -> str:
    """The language of the query's ``lang``; one that is not known is English."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    asked = query.get(PARAMETER, [DEFAULT_LANGUAGE])[0]
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


class LanguageMiddleware:
    """Speaks the language that a request asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; threads that it starts inherit the language."""
        with speaking(language_of(scope)):
            await self.app(scope, receive, send)
