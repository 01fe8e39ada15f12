"""What noise leaves in the end, in plain words with measured numbers."""

from collections.abc import Sequence

from app.figures.noise.words import percent
from app.figures.words import number
from app.language.speech import clauses, inside, sentences, translated
from app.language.speech import gettext as _
from app.science.tradeoff.annealing import Annealing
from app.science.tradeoff.escape import Escape
from app.science.tradeoff.floor import NoiseFloor


def floor_caption(independent: Sequence[NoiseFloor], reshuffled: Sequence[NoiseFloor]) -> str:
    """How well theory does, where there is any, and how far below reshuffling stays."""
    parts = [_("Late in runs that begin at the minimum, with 95 % intervals.")]
    exact = [
        abs(f.tail.floor / f.exact_loss - 1)
        for f in independent
        if f.tail.floor and f.exact_loss is not None
    ]
    if exact:
        parts.append(
            _(
                "Independent batches (filled): the exact theory (bars) is within {share} of every "
                "measured floor.",
                share=percent(max(exact)),
            )
        )
    small = [
        1 - f.small_rate_loss / f.exact_loss
        for f in independent
        if f.exact_loss and f.small_rate_loss is not None
    ]
    if small:
        parts.append(
            _(
                "The limit for small rates (dashed), in which the floor is proportional to ε/B, "
                "is {share} too low at most.",
                share=percent(max(small)),
            )
        )
    reasons = dict.fromkeys(f.reason for f in independent if f.reason)
    parts += [_("No theory: {reason}.", reason=inside(translated(why))) for why in reasons]
    lower = [
        shuffled.tail.floor / alone.tail.floor
        for alone, shuffled in zip(independent, reshuffled, strict=True)
        if alone.tail.floor and shuffled.tail.floor
    ]
    if lower:
        parts.append(
            _(
                "Reshuffled without replacement (open) the floor is {least} to {most} times that: "
                "the errors of an epoch's batches cancel, and this theory, of independent "
                "batches, does not speak of it.",
                least=number(min(lower)),
                most=number(max(lower)),
            )
        )
    return sentences(parts)


def escape_caption(escapes: Sequence[Escape]) -> str:
    """Where replicas end, and that it is an equilibrium."""
    first = escapes[0]
    said = [
        _(
            "B = {size:,}: {sharp} from the sharp well, {flat} from the flat one",
            size=e.batch_size,
            sharp=percent(e.from_sharp.value),
            flat=percent(e.from_flat.value),
        )
        for e in escapes
    ]
    return _(
        "Share of {replicas} replicas that end in the flat well, with Wilson's 95 % intervals. "
        "{clauses}. Where both starts come to the same it is an equilibrium, not a one-way door; "
        "where neither moves, the noise is too small to cross.",
        replicas=first.from_sharp.replicas,
        clauses=clauses(said),
    )


def annealing_caption(annealing: Annealing) -> str:
    """Whether the floors agree."""
    saved = annealing.decay.plan.updates / annealing.growth.plan.updates
    if annealing.ratio is None:
        return _("A replica diverged: there is no floor to compare.")
    about = f" ± {number(annealing.ratio_error)}" if annealing.ratio_error else ""
    return _(
        "Multiplying the batch ends at {times} times the floor of dividing the learning rate, "
        "over as many epochs and with {saved} times fewer updates. The floor follows ε/B, "
        "whichever of the two is changed.",
        times=f"{number(annealing.ratio, 3)}{about}",
        saved=number(saved),
    )
