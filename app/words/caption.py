"""What a figure says: one claim that a student reads once, and then how it was measured."""

from collections.abc import Iterable
from typing import Self

from app.language.speech import sentences


class Caption(str):
    """A caption that begins with its claim; the rest says how it was measured and what is left out.

    >>> caption = Caption("The noise halves.", ["500 draws.", "", "None is left out."])
    >>> caption, caption.claim
    ('The noise halves. 500 draws. None is left out.', 'The noise halves.')
    """

    __slots__ = ("claim",)
    claim: str

    def __new__(cls, claim: str, details: Iterable[str]) -> Self:
        """A claim, and the sentences that follow it; what is empty is left out."""
        caption = super().__new__(cls, sentences([claim, *details]))
        caption.claim = claim
        return caption


def caption_words(caption: str) -> dict[str, str]:
    """The words of a figure, with the claim that they begin with, if they have one."""
    words = {"caption": str(caption)}
    return words | {"claim": caption.claim} if isinstance(caption, Caption) else words
