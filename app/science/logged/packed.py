"""A log's windows as text for a link, and back.

The text has letters, digits, ``.``, ``-`` and ``_`` alone, which no link writes otherwise::

    log1.pytorch.sgd.micro-batches.50000.0.AACgQYj…

These are the form with its version, framework, optimizer (both may be empty), parts, N (empty if
not known), flags of flaws as a number in base 16 (bits in the order of `FLAWS`; notes are among
them, but for ``with-replacement``, of which the form is ``logr1``), and then in base64url, without
``=``: of each window after the other 12 numbers as float32, least byte first, in the order of
`Sums`, and at the end three bytes, the first of the CRC-32 of all before. A network's own log has
the form ``net1`` (``netr1``) and a 13th number, the exact noise scale.
"""

import re
from base64 import urlsafe_b64decode
from typing import NamedTuple

import numpy as np

from app.science.errors import ParameterError
from app.science.logged.flaws import FLAWS, Found, find, flagged, flags_of
from app.science.logged.log import PARTS, WITH_REPLACEMENT, Header, Log
from app.science.logged.windows import MOST_WINDOWS, Sums, cut
from app.science.message import Message
from app.science.sealed import SUM_BYTES, base64, check_sum, refusal

LONGEST = 5000  # characters of a text that is looked at at all
_NAME = "[a-z0-9-]{0,24}"
_TEXT = re.compile(
    rf"(log|net)(r?)1\.({_NAME})\.({_NAME})\.({'|'.join(PARTS)})\.([1-9][0-9]{{0,12}})?"
    r"\.(0|[1-9a-f][0-9a-f]{0,7})\.([-\w]+)",
    re.ASCII,
)
_SLACK = 1e-4  # of a sum of squares, for what single precision rounds away
# Sums of squares of a window: beyond, single precision has no digits left, or no number.
_LEAST_SQUARE, _MOST_SQUARE = 1e-30, 1e37


class Logged(NamedTuple):
    """What a link holds.

    Attributes:
        header: its notes are ``with-replacement`` at most.
        sums: of each window.
        found: flaws, without their places.
    """

    header: Header
    sums: Sums
    found: tuple[Found, ...]


def summed(log: Log) -> Logged:
    """What of a log fits into a link, not rounded.

    Raises:
        ParameterError: no step is usable.
    """
    found, sums = find(log), cut(log)
    if not len(sums.steps):
        allowed = Message(
            "a log with a step of at least two parts whose norms are numbers: of {steps:,} there is none",  # noqa: E501
            steps=len(log.steps.step),
        )
        raise ParameterError("log", "", allowed)
    return Logged(log.header, sums, found)


def pack(logged: Logged) -> str:
    """Windows as text, their numbers rounded to single precision.

    Raises:
        ParameterError: a window's norms are too small for that.
    """
    header, sums = logged.header, logged.sums
    squares = sums.ss + sums.tt
    beyond = (squares < _LEAST_SQUARE) | (squares > _MOST_SQUARE)
    if beyond.any():
        allowed = Message(
            "a log of squared norms that single precision can tell, from step {step:,} on",
            step=int(sums.first[beyond][0]),
        )
        raise ParameterError("log", "", allowed)
    exact = bool(np.isfinite(sums.exact).any())
    columns = sums if exact else sums[:-1]
    body = np.column_stack(columns).astype("<f4").tobytes()
    form = "net" if exact else "log"
    drawn = "r" if WITH_REPLACEMENT in header.notes else ""
    names = (header.framework, header.optimizer, header.parts, str(header.data or ""))
    head = ".".join([f"{form}{drawn}1", *names, f"{flags_of(logged.found):x}", ""])
    return head + base64(body + check_sum(head, body))


def unpack(text: str) -> Logged:
    """The windows of a text that `pack` made: packed again, they give the same text.

    Raises:
        ParameterError: any other text: cut off, lengthened, changed in a letter, or with numbers
            that no log has.
    """
    found = _TEXT.fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        raise refusal("log", text, Message("a text that /api/v1/logged or a logger writes"))
    form, drawn, framework, optimizer, parts, data, flags, encoded = found.groups()
    width = len(Sums._fields) - (form == "log")
    content = urlsafe_b64decode(encoded[: len(encoded) // 4 * 4])
    content += _rest(encoded[len(encoded) // 4 * 4 :])
    body = content[:-SUM_BYTES]
    count, over = divmod(len(body), 4 * width)
    if over or not 1 <= count <= MOST_WINDOWS:
        whole = Message(
            "whole: after the last dot there are {there:,} characters, which are no 1 to {most} windows",  # noqa: E501
            there=len(encoded),
            most=MOST_WINDOWS,
        )
        raise refusal("log", text, whole)
    if base64(content) != encoded or content[-SUM_BYTES:] != check_sum(
        text.removesuffix(encoded), body
    ):
        raise refusal("log", text, Message("a text as it was made: this one was changed"))
    if int(flags, 16) >> len(FLAWS):
        raise refusal("log", text, Message("a text with flags of known flaws"))
    numbers = np.frombuffer(body, "<f4").reshape(count, width).astype(np.float64)
    columns = [*numbers.T, *([] if form == "net" else [np.full(count, np.nan)])]
    sums = Sums(*(np.ascontiguousarray(column) for column in columns))
    if (number := _impossible(sums)) is not None:
        raise refusal(
            "log", text, Message("of numbers that a log can have: window {k} has not", k=number)
        )
    notes = (WITH_REPLACEMENT,) if drawn else ()
    header = Header(framework, optimizer, parts, notes, int(data) if data else None)
    return Logged(header, sums, flagged(int(flags, 16)))


def _impossible(sums: Sums) -> int | None:
    """Number, from 1, of the first window with sums that no steps have."""
    with np.errstate(all="ignore"):
        finite = np.isfinite(np.column_stack(sums[:6] + sums[9:12])).all(axis=1)
        k, most = sums.steps, 1e12
        whole = (k >= 1) & (k <= most) & (k == np.rint(k))
        placed = (sums.first >= 0) & (sums.last >= sums.first) & (sums.last <= most)
        placed &= (sums.first == np.rint(sums.first)) & (sums.last == np.rint(sums.last))
        sized = (sums.batch_size >= 1) & (sums.batch_size <= most)
        squares = (sums.ss + sums.tt >= _LEAST_SQUARE * 0.9) & (
            sums.ss + sums.tt <= 2 * _MOST_SQUARE
        )
        # By Cauchy and Schwarz, with a little for rounding.
        squares &= (sums.s**2 <= k * sums.ss * (1 + _SLACK)) & (sums.ss >= 0)
        squares &= (sums.t**2 <= k * sums.tt * (1 + _SLACK)) & (sums.tt >= 0)
        squares &= sums.st**2 <= sums.ss * sums.tt * (1 + _SLACK)
        blocks = np.isnan(sums.blocks) | ((sums.blocks >= 0) & (sums.blocks <= most))
        told = ~np.isinf(np.column_stack([sums.loss, sums.lr, sums.exact])).any(axis=1)
        told &= ~(sums.exact < 0)
    after = np.concatenate([[True], sums.first[1:] >= sums.last[:-1]])
    good = finite & whole & placed & sized & squares & blocks & told & after
    return None if np.all(good) else int(np.flatnonzero(~good)[0]) + 1


def _rest(letters: str) -> bytes:
    """What two or three letters at the end of base64 hold; one alone holds nothing."""
    return urlsafe_b64decode(letters + "=" * (4 - len(letters))) if len(letters) > 1 else b""
