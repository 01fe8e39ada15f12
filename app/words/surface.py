"""A loss surface in a sentence or two."""

from app.language.speech import gettext as _
from app.language.speech import sentences, translated
from app.science.lowest import ROUNDING, in_valley, lowest_minima
from app.science.problems.divergence import divergence_rule
from app.science.problems.problem import Problem
from app.science.problems.surface import Surface
from app.words.numbers import number
from app.words.rounding import place


def surface_caption(problem: Problem) -> str:
    """Which surface it is, of how many examples, and where it is lowest."""
    return sentences(
        [
            _(
                "{title}: the mean loss of {examples:,} examples.",
                title=translated(problem.surface.title),
                examples=problem.size,
            ),
            _lowest(problem) if problem.minima else "",
        ]
    )


def divergence_sentence(surface: Surface) -> str:
    """When a path counts as diverged."""
    return _(
        "a path ends before its first point that is not finite or not within {rule}",
        rule=divergence_rule(surface),
    )


def _lowest(problem: Problem) -> str:
    point, loss = problem.minima[0]
    said = {"loss": number(drawn_loss(loss), 4), "where": place(point)}
    if in_valley(problem):
        return _(
            "The lowest loss, {loss}, is that of a whole valley through {where}.",
            **said,
        )
    count = len(lowest_minima(problem))
    if count > 1:
        return _(
            "One of the {count:,} lowest minima drawn, a loss of {loss}, is at {where}.",
            count=count,
            **said,
        )
    return _("The lowest minimum drawn, a loss of {loss}, is at {where}.", **said)


def drawn_loss(loss: float) -> float:
    """A loss without what rounding makes of 0."""
    return 0.0 if abs(loss) <= ROUNDING else loss
