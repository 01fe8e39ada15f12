"""What an instrument says of runs, in plain words with measured numbers."""

from collections.abc import Sequence

import numpy as np

from app.language.speech import clauses as joined
from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences, translated
from app.science.arrays import FloatArray, IntArray
from app.science.comparison import Run
from app.science.noise.instrument_logs import Log
from app.science.noise.instruments import INSTRUMENTS, Instrument
from app.words.caption import Caption
from app.words.diverged import until_divergence
from app.words.numbers import number, percent

REACH = 1e5  # readings are drawn and said up to this factor beyond the threshold


def reach(about: Instrument, logs: Sequence[Log]) -> tuple[float, float]:
    """The least and largest reading that is drawn and said: readings have no bound."""
    sizes = [log.run.batch_size for log in logs]
    limits = sizes if about.threshold is None else [about.threshold]
    return min(limits) / REACH, max(limits) * REACH


def threshold_label(about: Instrument) -> str:
    """What an instrument's rule says, and on which side of its threshold."""
    verdict = translated(about.verdict)
    if about.threshold is None:
        return _("above its own (dotted): {verdict}", verdict=verdict)
    value = f"{about.threshold:g}"
    if about.acts == "above":
        return _("above {value} (shaded): {verdict}", value=value, verdict=verdict)
    return _("below {value} (shaded): {verdict}", value=value, verdict=verdict)


def instrument_caption(logs: Sequence[Log], instrument: str) -> Caption:
    """On what share of each size's readings its rule acts, how to read it, and what is refused."""
    about = INSTRUMENTS[instrument]
    low, high = reach(about, logs)
    outside = 0
    acted, unread, clauses = [], [], []
    refused: dict[str, list[str]] = {}
    missing = False
    for log in logs:
        reading, size = log.readings[instrument], f"B = {log.run.batch_size:,}"
        if reading.refused:
            refused.setdefault(translated(reading.refused), []).append(size)
            continue
        values = np.array(reading.values, dtype=float)
        read = np.isfinite(values)
        missing |= not read.all()
        outside += int(np.sum((values < low) | (values > high)))
        if not read.any():
            unread.append(until_divergence(size, log.run))
            continue
        acted.append(_acted(log.run, about, values[read], log.sizes[read]))
        whole, last = (read & chosen for chosen in (~log.left_over, log.left_over))
        clauses.append(_acting(size, about, values[whole], log.sizes[whole], high))
        if last.any():
            name = _("{size}'s last, smaller batches (open dots)", size=size)
            clauses.append(_acting(name, about, values[last], log.sizes[last], high))
    reasons = [
        _("Refused for {sizes}: {reason}.", sizes=listed(sizes), reason=reason)
        for reason, sizes in refused.items()
    ]
    if unread:
        reasons.insert(0, _("There is no reading of {sizes}.", sizes=listed(unread)))
    claim = _("The rule acts on {clauses}.", clauses=listed(acted)) if acted else sentences(reasons)
    return Caption(
        claim,
        [
            translated(about.reading),
            _("In detail, {clauses}.", clauses=joined(clauses)) if clauses else "",
            ngettext(
                "{count:,} reading lies outside the picture, which reaches a factor of "
                "{reach:,} above and below the threshold.",
                "{count:,} readings lie outside the picture, which reaches a factor of "
                "{reach:,} above and below the threshold.",
                outside,
                reach=int(REACH),
            )
            if outside
            else "",
            _("No reading {where}.", where=translated(about.undefined)) if missing else "",
            *(reasons if acted else []),
        ],
    )


def _acted(run: Run, about: Instrument, values: FloatArray, sizes: IntArray) -> str:
    """All of a run's readings, its last, smaller batches among them."""
    share = percent(float(np.mean(about.acted(values, sizes))))
    said = _("{share} of the readings of {name}", share=share, name=f"B = {run.batch_size:,}")
    return until_divergence(said, run)


def _acting(name: str, about: Instrument, values: FloatArray, sizes: IntArray, most: float) -> str:
    if not len(values):
        return _("nothing of {name}, which has no reading", name=name)
    median = float(np.median(values))
    return ngettext(
        "{share} of {count:,} reading of {name} (median {median})",
        "{share} of {count:,} readings of {name} (median {median})",
        len(values),
        share=percent(float(np.mean(about.acted(values, sizes)))),
        name=name,
        median=_("more than {most:,}", most=int(most)) if median > most else number(median),
    )
