"""What a card says of a run at its end: the facts that a script says of every moment."""

from app.language.speech import gettext as _
from app.science.comparison import Run
from app.science.plan import Plan
from app.words.numbers import exactly, plain
from app.words.runs import label, movement

DIGITS = 3


def card_facts(run: Run) -> dict[str, str | bool]:
    """A card's title, and its facts by their names, of the first replica's last recorded point.

    ``bare`` is whether the loss itself takes the place of the excess over a minimum.
    """
    end, last = run.end(0), int(run.last[0])
    update = int(run.paths.updates[last])
    return {
        "bare": end.excess is None,
        "label": label(run),
        "movement": movement(run, 0),
        "excess": exactly(end.loss if end.excess is None else end.excess, DIGITS),
        "update": f"{update:,}",
        "epoch": plain(float(run.epoch[last]), 4),
        "batch": batch_of_epoch(run.plan, update),
        "examples": f"{int(run.seen(0)[last]):,}",
    }


def batch_of_epoch(plan: Plan, update: int) -> str:
    """Which batch of its epoch an update took, and how many examples it had, or has on average."""
    if update == 0:
        return _("start")
    segment = next(s for s in reversed(plan.segments) if s.first_update <= update)
    place = (update - segment.first_update) % segment.epoch.updates
    size = f"{int(segment.epoch.sizes[place]):,}"
    if plan.drawn_sizes:
        size = _("mean {size}", size=size)
    return f"{place + 1:,}/{segment.epoch.updates:,} ({size})"
