"""The reader's language, as the browser tells it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.speech import LANGUAGES
from app.pages.negotiation import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP", "ja"),
        ("JA-jp,en;q=0.5", "ja"),
        ("en,ja;q=0.9", "en"),
        ("en;q=0.2, ja;q=0.3", "ja"),
        ("de;q=0.9, ja;q=0.1", "ja"),
        ("ja;q=0, en", "en"),
        ("ja; q=0, en;q=0.1", "en"),
        ("ja;q=1_0, en;q=0.1", "en"),
        ("*", "en"),
        ("zh-CN, fr", "en"),
    ],
)
def test_the_best_that_there_is(header: str, language: str) -> None:
    assert preferred(header) == language


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    assert preferred(header) in LANGUAGES
