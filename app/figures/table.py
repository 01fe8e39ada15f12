"""A figure's data as a table in the reader's language, for those who do not see what is drawn."""

from typing import NamedTuple

from app.figures.facts import FIRST, LAST, Row, Value, figure_facts
from app.figures.figure import Figure, Part
from app.figures.loss import AXES
from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.message import Message

# Columns of the data besides x and y that a reader is told, and what an axis measures where its
# title says how it is drawn too.
NAMES = {
    **AXES,
    "batch_size": Message("batch size"),
    "batches": Message("S, batches for one"),
    "bytes": Message("bytes"),
    "learning_rate": Message("learning rate"),
    "loss": Message("loss"),
    "loss_above_lowest": Message("loss above the lowest minimum"),
    "noise_scale": Message("noise scale, examples"),
    "low": Message("lower end"),
    "high": Message("upper end"),
    "remainder": Message("Last, smaller batch"),
    "share": Message("share of the angles"),
    "sharpness": Message("sharpness λ₁"),
    "held": Message("share that the largest 1 % of the gradients, at least one, hold"),
}
# Kinds of rows that a trace has more than one of, or no name for.
KINDS = {
    "p05": Message("5 %"),
    "mean": Message("mean"),
    "p95": Message("95 %"),
    "rate_divided": Message("rate divided"),
    "batch_multiplied": Message("batch multiplied"),
    "surface": Message("loss"),
    "map": Message("noise scale, examples"),
}


class Table(NamedTuple):
    """Columns and rows; numbers are as precise as the figure draws them, gaps are None."""

    columns: list[str]
    rows: list[Row]


def figure_table(figure: Figure) -> Table:
    """Every fact of every trace, in the order they are drawn.

    The first column names the trace; the others are the axes, by what they measure where all
    traces share them, and what else `NAMES` has words for.
    """
    found = [facts for facts in figure_facts(figure) if facts.columns["kind"]]
    more = dict.fromkeys(name for facts in found for name in facts.columns)
    names = ["x", "y", *(n for n in more if n in NAMES and n not in FIRST + LAST)]
    titles = {name: translated(NAMES[name]) for name in names if name in NAMES}
    for axis in "xy":
        measured = {
            _measured(figure, trace, axis, columns[f"{axis}_name"]) for trace, columns in found
        }
        titles[axis] = measured.pop() if len(measured) == 1 else axis
    rows = [
        (_series(trace.get("name"), str(columns["kind"][k])), *numbers)
        for trace, columns in found
        for k, numbers in enumerate(
            zip(*(columns.get(name, [None] * len(columns["kind"])) for name in names), strict=True)
        )
    ]
    return Table([_("series"), *(titles[name] for name in names)], rows)


def _series(name: str | None, kind: str) -> str:
    """What a row is of."""
    known = KINDS.get(kind)
    if name and known:
        return _("{label}, {kind}", label=name, kind=translated(known))
    return name or (translated(known) if known else kind)


def _measured(figure: Figure, trace: Part, axis: str, names: list[Value]) -> str:
    """What a trace's axis measures, in the reader's language."""
    if known := NAMES.get(str(names[0])):
        return translated(known)
    layout = figure.layout.get("scene", figure.layout)
    place = trace.get(f"{axis}axis", axis)
    title: str = layout[f"{axis}axis{place[1:]}"]["title"]["text"] or axis
    return title.replace("<br>", " ")
