"""A log's windows as text for a link, and back.

The text has letters, digits, ``.``, ``-`` and ``_`` alone, which no link writes otherwise::

    log2.pytorch.sgd.micro-batches.50000.0.AACgQYj…

These are the form with its version, framework, optimizer (both may be empty), parts, N (empty if
not known), flags of flaws as a number in base 16 (bits in the order of `FLAWS`; notes are among
them, but for ``with-replacement``, of which the form is ``logr2``), and then in base64url, without
``=``: of each window after the other 12 numbers, least byte first, in the order of `Sums`, the sums
of S and T and of their squares and products as float64, the others as float32; and at the end three
bytes, the first of the CRC-32 of all before. A network's own log has the form ``net2`` (``netr2``)
and a 13th number, the exact noise scale.

Version 1, which is still read, has all numbers as float32: `estimate` is told how far its sums are
rounded.
"""

import re
from base64 import urlsafe_b64decode
from typing import NamedTuple

import numpy as np

from app.science.errors import ParameterError
from app.science.logged.flaws import FLAWS, Found, find, flagged, flags_of
from app.science.logged.log import PARTS, WITH_REPLACEMENT, Header, Log
from app.science.logged.windows import MOST_WINDOWS, ROUNDING, Sums, Window, cut, estimate
from app.science.message import Message
from app.science.sealed import SUM_BYTES, base64, check_sum, refusal

LONGEST = 6500  # characters of a text that is looked at at all
_NAME = "[a-z0-9-]{0,24}"
_TEXT = re.compile(
    rf"(log|net)(r?)([12])\.({_NAME})\.({_NAME})\.({'|'.join(PARTS)})\.([1-9][0-9]{{0,12}})?"
    r"\.(0|[1-9a-f][0-9a-f]{0,7})\.([-\w]+)",
    re.ASCII,
)
_SLACK = 1e-4  # of a sum of squares, for what single precision rounds away
_SUMMED = ("s", "t", "ss", "tt", "st")


class _Version(NamedTuple):
    """How a version of the text holds sums.

    Attributes:
        kind: numpy's, of each.
        rounding: of each, relative.
        least, most: sums of squares of a window: beyond, the kind has no digits left, or no number,
            for them or for their products.
    """

    kind: str
    rounding: float
    least: float
    most: float


_VERSIONS = {
    "1": _Version("<f4", 2.0**-24, 1e-30, 1e37),
    "2": _Version("<f8", ROUNDING, 1e-120, 1e120),
}
_WRITTEN = "2"


class Logged(NamedTuple):
    """What a link holds.

    Attributes:
        header: its notes are ``with-replacement`` at most.
        sums: of each window.
        found: flaws, without their places.
        rounding: of the sums, relative.
    """

    header: Header
    sums: Sums
    found: tuple[Found, ...]
    rounding: float = ROUNDING

    @property
    def windows(self) -> tuple[Window, ...]:
        """The noise scale of each."""
        return estimate(self.header, self.sums, self.rounding)


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
    """Windows as text of the newest version.

    Raises:
        ParameterError: a window's norms are too small for that.
    """
    header, sums = logged.header, logged.sums
    squares = sums.ss + sums.tt
    version = _VERSIONS[_WRITTEN]
    beyond = (squares < version.least) | (squares > version.most)
    if beyond.any():
        allowed = Message(
            "a log of squared norms that double precision can tell, from step {step:,} on",
            step=int(sums.first[beyond][0]),
        )
        raise ParameterError("log", "", allowed)
    form = "net" if np.isfinite(sums.exact).any() else "log"
    rows = np.empty(len(sums.steps), _row(form, version))
    for name in rows.dtype.names or ():
        rows[name] = getattr(sums, name)
    body = rows.tobytes()
    drawn = "r" if WITH_REPLACEMENT in header.notes else ""
    names = (header.framework, header.optimizer, header.parts, str(header.data or ""))
    head = ".".join([f"{form}{drawn}{_WRITTEN}", *names, f"{flags_of(logged.found):x}", ""])
    return head + base64(body + check_sum(head, body))


def unpack(text: str) -> Logged:
    """The windows of a text that `pack` made, now or when the version was another.

    Those of the newest version give the same text when they are packed again.

    Raises:
        ParameterError: any other text: cut off, lengthened, changed in a letter, or with numbers
            that no log has.
    """
    found = _TEXT.fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        raise refusal("log", text, Message("a text that /api/v1/logged or a logger writes"))
    form, drawn, written, framework, optimizer, parts, data, flags, encoded = found.groups()
    version = _VERSIONS[written]
    row = _row(form, version)
    content = urlsafe_b64decode(encoded[: len(encoded) // 4 * 4])
    content += _rest(encoded[len(encoded) // 4 * 4 :])
    body = content[:-SUM_BYTES]
    count, over = divmod(len(body), row.itemsize)
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
    rows = np.frombuffer(body, row)
    blank = {name: np.full(count, np.nan) for name in Sums._fields}
    sums = Sums(**blank | {name: rows[name].astype(np.float64) for name in row.names or ()})
    if (number := _impossible(sums, version)) is not None:
        raise refusal(
            "log", text, Message("of numbers that a log can have: window {k} has not", k=number)
        )
    notes = (WITH_REPLACEMENT,) if drawn else ()
    header = Header(framework, optimizer, parts, notes, int(data) if data else None)
    return Logged(header, sums, flagged(int(flags, 16)), version.rounding)


def _row(form: str, version: _Version) -> np.dtype[np.void]:
    """A window's numbers as a text has them, without a place between two."""
    names = Sums._fields if form == "net" else Sums._fields[:-1]
    return np.dtype([(name, version.kind if name in _SUMMED else "<f4") for name in names])


def _impossible(sums: Sums, version: _Version) -> int | None:
    """Number, from 1, of the first window with sums that no steps have."""
    with np.errstate(all="ignore"):
        finite = np.isfinite(np.column_stack(sums[:6] + sums[9:12])).all(axis=1)
        k, most = sums.steps, 1e12
        whole = (k >= 1) & (k <= most) & (k == np.rint(k))
        placed = (sums.first >= 0) & (sums.last >= sums.first) & (sums.last <= most)
        placed &= (sums.first == np.rint(sums.first)) & (sums.last == np.rint(sums.last))
        sized = (sums.batch_size >= 1) & (sums.batch_size <= most)
        squares = (sums.ss + sums.tt >= version.least * 0.9) & (
            sums.ss + sums.tt <= 2 * version.most
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
