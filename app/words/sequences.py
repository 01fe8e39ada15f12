"""A text as batches of sequences, in plain words."""

from app.language.speech import gettext as _
from app.language.speech import ngettext, sentences
from app.science.sequences import Batching


def sequences_caption(batching: Batching, rows: int, columns: int) -> str:
    """The shape of a batch, the updates of an epoch, and what is drawn of it."""
    return sentences(
        [
            _(
                "Tokens: {tokens:,}. Streams side by side: {size:,}, each as long as {columns:,} "
                "of them. An update reads a batch of shape ({size:,}, {length:,}), sequences by "
                "time steps.",
                tokens=batching.tokens,
                size=batching.batch_size,
                columns=batching.columns,
                length=batching.length,
            ),
            ngettext(
                "An epoch is {count:,} update.", "An epoch is {count:,} updates.", batching.updates
            ),
            ngettext(
                "{count:,} token is left over.",
                "{count:,} tokens are left over.",
                batching.left_over,
            )
            if batching.left_over
            else "",
            _(
                "Drawn is the beginning, {rows:,} × {columns:,} of {size:,} × {all:,} tokens.",
                rows=rows,
                columns=columns,
                size=batching.batch_size,
                all=batching.columns,
            )
            if rows * columns < batching.batch_size * batching.columns
            else "",
        ]
    )
