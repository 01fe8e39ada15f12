"""What every packed text in a link has: letters of an address, a check sum, a refusal."""

from base64 import urlsafe_b64encode
from binascii import crc32

from app.science.errors import ParameterError
from app.science.message import Message

SUM_BYTES = 3
_SHOWN = 40  # characters of a text that is refused


def check_sum(head: str, body: bytes) -> bytes:
    """What tells a text that was changed, `SUM_BYTES` long."""
    return crc32(head.encode() + body).to_bytes(4)[:SUM_BYTES]


def base64(content: bytes) -> str:
    """Bytes in letters that an address takes as they are."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def refusal(parameter: str, text: str, allowed: Message) -> ParameterError:
    """The error of a text that is not whole; of a long one it shows the beginning."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return ParameterError(parameter, shown, allowed)
