"""A long text as a batch of sequences, read some time steps at a time."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import IntArray
from app.science.errors import ParameterError
from app.science.message import Message


@dataclass(frozen=True)
class Batching:
    """Tokens cut into B streams side by side, of which an update reads T steps.

    As for truncated backpropagation through time (Williams and Peng 1990): row b of an update
    goes on where row b of the update before ended, so that the state is carried over.

    Attributes:
        tokens: in the text.
        batch_size: B, the number of streams.
        length: T, time steps an update.

    Raises:
        ParameterError: not one update fits.
    """

    tokens: int
    batch_size: int
    length: int

    def __post_init__(self) -> None:
        if not self.updates:
            raise ParameterError(
                "tokens",
                self.tokens,
                Message(
                    "at least {least:,}: {size:,} sequences of {length:,}",
                    least=self.batch_size * self.length,
                    size=self.batch_size,
                    length=self.length,
                ),
            )

    @property
    def columns(self) -> int:
        """Tokens of a stream: those that do not fill a column of B are dropped."""
        return self.tokens // self.batch_size

    @property
    def updates(self) -> int:
        """Updates of an epoch."""
        return self.columns // self.length

    @property
    def left_over(self) -> int:
        """Tokens that no update reads."""
        return self.tokens - self.updates * self.length * self.batch_size

    def token_numbers(self, rows: int, columns: int) -> IntArray:
        """Which token of the text stands where, of the first rows and columns of B × columns."""
        return self.columns * np.arange(rows)[:, None] + np.arange(columns)
