"""The server's address as its client wrote it."""

import re

from fastapi import Request

from app.settings import Settings

# It comes from the Host header, and goes into scripts and pages: nothing in it may end a line or a
# string.
PLAIN = re.compile(r"https?://([\w.-]+|\[[0-9a-f:.]+\])(:\d+)?(/[\w.~%-]+)*", re.ASCII)


def address(request: Request) -> str:
    """Scheme, host and root path; the default ones where what was asked is not plain."""
    asked = str(request.base_url).removesuffix("/")
    if PLAIN.fullmatch(asked):
        return asked
    fields = Settings.model_fields
    return f"http://{fields['host'].default}:{fields['port'].default}"
