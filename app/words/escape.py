"""Which of two wells replicas end in, in plain words with measured numbers."""

from collections.abc import Sequence

from app.language.speech import gettext as _
from app.language.speech import listed, sentences
from app.science.floors.escape import Escape, Wells
from app.words.rounding import place


def escape_caption(escapes: Sequence[Escape], wells: Wells) -> str:
    """What is drawn, and whether paths go both ways."""
    return sentences(
        [
            _(
                "Of {replicas} replicas from either well the share that ends in the flat one, with "
                "Wilson's 95 % intervals. The two lowest minima, told apart by curvature: sharp at "
                "{sharp}, flat at {flat}.",
                replicas=escapes[0].from_sharp.replicas,
                sharp=place(wells.sharp.point),
                flat=place(wells.flat.point),
            ),
            _sizes(
                _("At {sizes} every replica ends in the well it began in."),
                [e for e in escapes if e.still],
            ),
            _sizes(
                _(
                    "At {sizes} paths go both ways and end alike, within the intervals, from both "
                    "starts: as in an equilibrium, not through a one-way door."
                ),
                [e for e in escapes if e.forgotten],
            ),
            _lost(escapes),
        ]
    )


def _sizes(template: str, escapes: Sequence[Escape]) -> str:
    return template.format(sizes=_listed(escapes)) if escapes else ""


def _listed(escapes: Sequence[Escape]) -> str:
    return listed(f"B = {e.batch_size:,}" for e in escapes)


def _lost(escapes: Sequence[Escape]) -> str:
    lost = [e for e in escapes if e.neither]
    if not lost:
        return ""
    return _(
        "In neither of the two end, of both starts together: {counts}.",
        counts=listed(
            _("{count} at B = {size:,}", count=e.neither, size=e.batch_size) for e in lost
        ),
    )
