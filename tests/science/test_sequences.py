"""A text cut into a batch of sequences, against a loop over its tokens."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.sequences import Batching


@given(st.integers(1, 300), st.integers(1, 12), st.integers(1, 20))
def test_streams_and_updates(tokens: int, batch_size: int, length: int) -> None:
    assume(tokens >= batch_size * length)
    batching = Batching(tokens, batch_size, length)
    text = list(range(tokens))
    streams = [
        text[b * (tokens // batch_size) :][: tokens // batch_size] for b in range(batch_size)
    ]
    np.testing.assert_array_equal(batching.token_numbers(batch_size, batching.columns), streams)
    np.testing.assert_array_equal(batching.token_numbers(1, 1), [[0]])
    updates, read = 0, 0
    while (updates + 1) * length <= len(streams[0]):
        read += sum(len(stream[updates * length : (updates + 1) * length]) for stream in streams)
        updates += 1
    assert (batching.updates, batching.left_over) == (updates, tokens - read)


def test_a_text_shorter_than_one_update_is_refused() -> None:
    with pytest.raises(ParameterError, match="tokens is 47, which is not at least 48"):
        Batching(47, 4, 12)
