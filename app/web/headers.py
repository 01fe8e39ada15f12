"""Security headers on every answer, and who may read it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Plotly sets style attributes and inserts style sheets from its script, so styles need
# 'unsafe-inline'; scripts come from files alone. It makes pictures through blob: and data: URLs.
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)
EMBEDDED = "/embed/"  # the only pages that others may frame: a figure, and nothing to click away
HEADERS = {
    "Content-Security-Policy": "; ".join((*_POLICY, "frame-ancestors 'none'")),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HEADERS_OF_EMBEDDED = {
    **{name: value for name, value in HEADERS.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": "; ".join((*_POLICY, "frame-ancestors *")),
}
# There is no state and no cookie: what programs are answered, any page or notebook may read. These
# headers are the same whoever asks, so that a cache may give one origin's answer to another.
API = "/api/"
DESCRIPTION = "/openapi.json"
OF_PROGRAMS = (API, DESCRIPTION, "/healthz", "/livez", "/readyz", "/queue", "/metrics")
HEADERS_OF_PROGRAMS = {
    **HEADERS,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, Content-Disposition, ETag, Retry-After, X-Request-ID",
}
PREFLIGHT = {  # what a browser asks first; which methods there are, Allow says of each address
    "Access-Control-Allow-Methods": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def headers_of(scope: Scope) -> dict[str, str]:
    """Those of the answer to a request, whatever it is."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if path.startswith(EMBEDDED):
        return HEADERS_OF_EMBEDDED
    if not path.startswith(OF_PROGRAMS):
        return HEADERS
    return HEADERS_OF_PROGRAMS | (PREFLIGHT if scope["method"] == "OPTIONS" else {})


class SecurityHeadersMiddleware:
    """Adds `HEADERS` to every HTTP response, or those of its kind."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the answer's headers are completed on their way out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = headers_of(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)
