"""What a neuron does with its batch's statistics, as a script that anyone can read and run."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.export.settings import Links
from app.export.templates import filename, template
from app.science.normalising.batches import enumerable
from app.science.normalising.neuron import EPSILON

LIBRARIES = ("numpy", "pytorch")  # Keras keeps other running statistics
OF = "statistics"


def statistics_script(
    library: str,
    parameters: Mapping[str, Any],
    batch_sizes: Sequence[int],
    examples: int,
    links: Links,
) -> str:
    """The Python script of both figures at the batch sizes that are asked for.

    Args:
        library: one of `LIBRARIES`.
        parameters: ``example``, ``seed``, ``draws``, ``epochs``, ``share`` and ``drop_last``.
        batch_sizes: each from 1 to N.
        examples: N.
        links: the addresses in it: the running statistics' figure as ``runs``.
    """
    return template(OF).render(
        parameters,
        library=library,
        batch_sizes=list(batch_sizes),
        every_with=[b for b in batch_sizes if b > 1 and enumerable(examples - 1, b - 1)],
        every=[b for b in batch_sizes if b > 1 and enumerable(examples, b)],
        eps=EPSILON,
        links=links,
        filename=filename(library, OF),
    )
