"""How runs are played."""

from typing import NamedTuple

from app.api.queries.run import MOMENTS


class Playback(NamedTuple):
    """What a player is told.

    Attributes:
        rates: updates of the followed run a second, to choose from.
        whole: seconds from start to end, evenly along the axis of the losses: the default.
        moments: updates of a thinned path that are asked for at a time, and filled in a second.
        keys: which it knows, as `aria-keyshortcuts` names them.
    """

    rates: tuple[int, ...] = (1, 10, 100, 1000)
    whole: int = 12
    moments: int = MOMENTS
    keys: str = "Space ArrowLeft ArrowRight Home End"


PLAYBACK = Playback()
