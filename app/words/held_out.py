"""What is said of points that no update sees."""

from app.language.speech import gettext as _
from app.language.speech import ngettext, sentences
from app.science.problems.problem import Problem


def loss_sentence(problem: Problem) -> str:
    """What is drawn of their loss, beside that of the examples."""
    if not problem.held_out:
        return ""
    return ngettext(
        "Dashed: the same median of the loss of {count:,} held-out point, which no update sees.",
        "Dashed: the same median of the mean loss of {count:,} held-out points, which no update "
        "sees.",
        len(problem.held_out.rows),
    )


def data_sentence(problem: Problem) -> str:
    """How they are drawn among the examples."""
    if not problem.held_out:
        return ""
    told = ngettext(
        "Hollow: {count:,} point that is held out, none of the examples.",
        "Hollow: {count:,} points that are held out, none of the examples.",
        len(problem.held_out.rows),
    )
    if len(problem.columns) == 2:
        return told
    return sentences([told, _("Of these a cross is +, a flat diamond −.")])
