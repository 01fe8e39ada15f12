"""Bytes that a mini-batch keeps, against its size."""

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import axis, layout
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.memory import PRECISIONS, Network, batch_bytes, fixed_bytes
from app.science.optimizers import OPTIMIZERS

UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


def memory_figure(
    network: Network,
    batch_size: int,
    *,
    examples: int,
    optimizer: str,
    precision: str,
    theme: str,
) -> Figure:
    """What grows with the batch, over what does not; the chosen batch size is marked.

    Memory knows nothing of N: ``examples`` is where the scale of batch sizes ends, no bound.
    """
    colours = THEMES[theme]
    most = max(examples, batch_size)
    sizes = np.unique(np.append(2 ** np.arange(most.bit_length()), [most, batch_size]))
    fixed = fixed_bytes(network, optimizer, precision)
    of_batch = [batch_bytes(network, int(size), precision) for size in sizes]
    here = batch_bytes(network, batch_size, precision)
    return Figure(
        [
            scatter(
                x=sizes,
                y=of_batch,
                mode="lines+markers",
                line={"color": colours.faint, "width": 1.5},
                marker={
                    "size": [14 if size == batch_size else 8 for size in sizes],
                    "color": [colours.batch_size(int(size), most) for size in sizes],
                },
                name=_("of the batch"),
                text=[bytes_text(value) for value in of_batch],
                hovertemplate="B = %{x:,}: %{text}",
                meta={"role": "of the batch"},
            ),
            scatter(
                x=[1, most],
                y=[fixed, fixed],
                mode="lines",
                line={"color": colours.text, "width": 1.5, "dash": "dash"},
                name=_("of the weights"),
                text=[bytes_text(fixed)] * 2,
                hovertemplate="%{text}",
                meta={"role": "of the weights"},
            ),
        ],
        layout(
            colours,
            meta={
                "caption": memory_caption(network, batch_size, here, fixed, optimizer, precision),
                "data": {"axes": {"x": "batch_size", "y": "bytes"}},
            },
            margin={"l": 66, "r": 12, "t": 10, "b": 46},
            xaxis=axis(colours, _("batch size (log scale)"), type="log", dtick=1),
            yaxis=axis(colours, _("bytes (log scale)"), type="log", exponentformat="SI"),
            hovermode="closest",
        ),
    )


def memory_caption(
    network: Network, batch_size: int, of_batch: int, fixed: int, optimizer: str, precision: str
) -> str:
    """The formula with its numbers."""
    return sentences(
        [
            _(
                "Batch (points): B × (d + L·h + c) × bytes = {size:,} × ({inputs:,} + {layers} × "
                "{width:,} + {outputs:,}) × {precision} = {memory}.",
                size=batch_size,
                inputs=network.inputs,
                layers=network.layers,
                width=network.width,
                outputs=network.outputs,
                precision=PRECISIONS[precision],
                memory=bytes_text(of_batch),
            ),
            _(
                "Whatever the batch (dashed): {weights:,} weights, their gradients and {moments} "
                "moments each of {optimizer}: {memory}.",
                weights=network.weights,
                moments=len(OPTIMIZERS[optimizer].moments),
                optimizer=optimizer,
                memory=bytes_text(fixed),
            ),
            _("Buffers of a library come on top."),
        ]
    )


def bytes_text(count: int) -> str:
    """A number of bytes for people.

    >>> bytes_text(3 * 2**20)
    '3 MiB'
    """
    power = min(int(np.log2(max(count, 1))) // 10, len(UNITS) - 1)
    return f"{count / 1024**power:,.3g} {UNITS[power]}"
