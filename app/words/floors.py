"""How high the noise floor is, in plain words with measured numbers."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from app.language.speech import clauses, inside, listed, sentences, translated
from app.language.speech import gettext as _
from app.science.floors.annealing import Annealing
from app.science.floors.independent import LINEAR, NoiseFloor
from app.science.optimizers import OPTIMIZERS
from app.science.replicas import CONFIDENCE, ratio_of_means
from app.words.numbers import number
from app.words.rounding import percent_at_most, with_interval


def floor_caption(
    independent: Sequence[NoiseFloor],
    reshuffled: Sequence[NoiseFloor],
    others: Sequence[Sequence[NoiseFloor]] = (),
) -> str:
    """How well theory predicts, how far reshuffling stays below independent draws, and how each
    rule's floor falls with batch size.
    """
    floors = [*independent, *reshuffled, *(f for rule in others for f in rule)]
    if all(f.floor.mean == 0 for f in floors):
        return _("Late in these runs no loss is above the lowest one, but for rounding.")
    return sentences(
        [
            _(
                "Late in {replicas} runs that begin at the lowest loss, with 95 % intervals.",
                replicas=floors[0].floor.losses.shape[1],
            ),
            *(_theory(independent) if independent else ()),
            *(_reshuffling(independent, reshuffled) if reshuffled else ()),
            *_rules(independent, others),
            _without_floor(floors),
            _unsettled(floors),
            *_unmarked(independent, reshuffled, others),
        ]
    )


def _theory(independent: Sequence[NoiseFloor]) -> list[str]:
    parts = []
    exact = [
        abs(f.floor.mean / f.floor.predicted - 1)
        for f in independent
        if f.floor.settled and f.floor.mean and f.floor.predicted
    ]
    if exact:
        parts.append(
            _(
                "Independent batches of plain SGD (filled): every settled floor is within {share} "
                "of the exact theory (lines across).",
                share=percent_at_most(max(exact)),
            )
        )
    small = [
        abs(f.small_rate / f.floor.predicted - 1)
        for f in independent
        if f.floor.predicted and f.small_rate is not None
    ]
    if small:
        parts.append(
            _(
                "The limit for small rates (dashed), in which the floor is proportional to ε/B, "
                "is within {share} of the exact theory.",
                share=percent_at_most(max(small)),
            )
        )
    for reason in dict.fromkeys(f.reason for f in independent if f.reason):
        without = [f for f in independent if f.reason == reason]
        why = inside(translated(reason))
        if len(without) == len(independent):
            parts.append(_("No theory: {reason}.", reason=why))
        else:
            parts.append(_("No theory of {which}: {reason}.", which=_which(without), reason=why))
    return parts


def _rules(
    independent: Sequence[NoiseFloor], others: Sequence[Sequence[NoiseFloor]]
) -> Iterator[str]:
    """Of which other rules theory is drawn, and how much a larger batch lowers each one's floor."""
    for rule in others:
        off = [
            abs(f.floor.mean / f.floor.predicted - 1)
            for f in rule
            if f.floor.settled and f.floor.mean and f.floor.predicted
        ]
        if off:
            yield _(
                "{rule}: every settled floor is within {share} of its exact theory.",
                rule=_title(rule),
                share=percent_at_most(max(off)),
            )
    without = [_title(rule) for rule in others if rule[0].optimizer not in LINEAR]
    if without:
        yield _(
            "No theory is drawn for {rules}: it is worked out for plain SGD and heavy-ball "
            "momentum alone.",
            rules=listed(without),
        )
    falls = [
        (rule[0].batch_size, last, _title(rule), ratio)
        for every in (independent, *others)
        if (rule := [f for f in every if f.learning_rate == every[0].learning_rate])
        if (last := rule[-1].batch_size) > rule[0].batch_size
        if rule[0].floor.settled and rule[-1].floor.settled
        if (ratio := ratio_of_means(rule[0].floor.losses, rule[-1].floor.losses))
    ]
    if falls:
        yield _(
            "From B = {first:,} to {last:,}, at each rule's own rate, the floor falls by these "
            "factors: {factors}. In proportion to B it would be {linear}, to √B {root}.",
            first=falls[0][0],
            last=falls[0][1],
            linear=number(falls[0][1] / falls[0][0], 3),
            root=number((falls[0][1] / falls[0][0]) ** 0.5, 3),
            factors=clauses(f"{title} {with_interval(*ratio)}" for _f, _l, title, ratio in falls),
        )


def _title(rule: Sequence[NoiseFloor]) -> str:
    return translated(OPTIMIZERS[rule[0].optimizer].title)


def _without_floor(floors: Sequence[NoiseFloor]) -> str:
    lost = [f for f in floors if f.floor.diverged]
    return _("Replicas diverge: {which}.", which=_which(lost)) if lost else ""


def _unsettled(floors: Sequence[NoiseFloor]) -> str:
    kept = [f for f in floors if not f.floor.diverged and f.floor.mean]
    moving = [f for f in kept if not f.floor.settled]
    if not moving:
        return ""
    if len(moving) == len(kept):
        return _("None has settled: these are no floors yet.")
    return _("Not settled, so no floors yet: {which}.", which=_which(moving))


def _unmarked(
    independent: Sequence[NoiseFloor],
    reshuffled: Sequence[NoiseFloor],
    others: Sequence[Sequence[NoiseFloor]],
) -> Iterator[str]:
    """Which floors are 0, which a logarithmic axis has no place for."""
    none = [f for f in (*independent, *reshuffled, *chain(*others)) if f.floor.mean == 0]
    if any(map(_noiseless, none)):
        yield _(
            "Reshuffled, the full batch has no noise and stays at the lowest loss: a floor of 0 "
            "has no mark on the logarithmic axis."
        )
    rounded = [f for f in none if not _noiseless(f)]
    if rounded:
        yield _(
            "A floor of 0, but for rounding, has no mark on the logarithmic axis: {which}.",
            which=_which(rounded),
        )


def _noiseless(floor: NoiseFloor) -> bool:
    """Whether every batch is all examples, so that there is no error to cancel."""
    return floor.floor.plan.deterministic


def _reshuffling(independent: Sequence[NoiseFloor], reshuffled: Sequence[NoiseFloor]) -> list[str]:
    """What a permutation in place of independent draws makes of the floor."""
    pairs = [
        (alone, shuffled)
        for alone, shuffled in zip(independent, reshuffled, strict=True)
        if alone.floor.settled and shuffled.floor.settled and not _noiseless(shuffled)
    ]
    short = [shuffled for _alone, shuffled in pairs if shuffled.epochs < 1]
    ratios = [
        ratio
        for alone, shuffled in pairs
        if shuffled.epochs >= 1
        if (ratio := ratio_of_means(shuffled.floor.losses, alone.floor.losses))
    ]
    parts = []
    if ratios:
        lower = all(r.error is not None and r.value + CONFIDENCE * r.error < 1 for r in ratios)
        said = [number(pick(r.value for r in ratios)) for pick in (min, max)]
        times = said[0] if said[0] == said[1] else _("{low} to {high}", low=said[0], high=said[1])
        parts.append(
            _(
                "Reshuffled without replacement (open) the floor is {times} times that of "
                "independent batches: the errors of an epoch's batches cancel.",
                times=times,
            )
            if lower
            else _(
                "Reshuffled without replacement (open) the floor is {times} times that of "
                "independent batches, not everywhere lower for certain.",
                times=times,
            )
        )
    if short:
        parts.append(
            _(
                "Reshuffled, less than an epoch was watched, in which little can cancel: {which}.",
                which=_which(short),
            )
        )
    return parts


def _which(floors: Iterable[NoiseFloor]) -> str:
    """Batch sizes by rule and learning rate; plain SGD is not named."""
    sizes: dict[tuple[str, float], dict[str, None]] = {}
    for f in floors:
        sizes.setdefault((f.optimizer, f.learning_rate), {})[f"{f.batch_size:,}"] = None
    return clauses(
        _("B = {sizes} at rate {rate:.3g}", sizes=listed(there), rate=rate)
        if optimizer == "sgd"
        else _(
            "{rule}, B = {sizes} at rate {rate:.3g}",
            rule=translated(OPTIMIZERS[optimizer].title),
            sizes=listed(there),
            rate=rate,
        )
        for (optimizer, rate), there in sizes.items()
    )


def annealing_caption(annealing: Annealing) -> str:
    """Whether the floors agree."""
    decay, growth = annealing.decay, annealing.growth
    lost = decay.diverged + growth.diverged
    if lost:
        return _(
            "{lost} of {replicas} replicas diverge: there is no floor to compare.",
            lost=lost,
            replicas=2 * decay.losses.shape[1],
        )
    ratio = annealing.ratio
    if not ratio:
        return _("With the rate divided no loss stays above the lowest one, but for rounding.")
    same = ratio.error is not None and abs(ratio.value - 1) <= CONFIDENCE * ratio.error
    return sentences(
        [
            _(
                "Multiplying the batch ends at {times} times the loss, above the lowest one, of "
                "dividing the learning rate (95 % interval, the same examples drawn), over as many "
                "epochs and with {few:,} updates in place of {many:,}.",
                times=with_interval(*ratio),
                few=growth.plan.updates,
                many=decay.plan.updates,
            ),
            _not_settled(annealing)
            or (
                _("A floor that follows ε/B alone would give 1, which agrees.")
                if same
                else _("A floor that follows ε/B alone would give 1, which is outside.")
            ),
        ]
    )


def _not_settled(annealing: Annealing) -> str:
    if annealing.settled:
        return ""
    return _("Not settled: in the last stage the losses still change, so these are no floors.")
