"""A landscape that a reader typed: a function of x and y, and defaults that are found for it."""

from functools import lru_cache

from app.science.errors import ParameterError
from app.science.formulas.graph import symbol
from app.science.formulas.parse import parse
from app.science.formulas.text import refuse
from app.science.formulas.update import WEIGHTS
from app.science.message import Message
from app.science.problems.derived import KEPT, MOST_NODES, derived, smooth
from app.science.problems.found import (
    FAINTEST,
    LARGEST,
    Box,
    find_defaults,
    find_domain,
    find_trouble,
)
from app.science.problems.landscape import landscape
from app.science.problems.minima import SOUGHT
from app.science.problems.surface import Surface

FORMULA = "formula"  # the surface's id, and the parameter that holds the text
TITLE = Message("Your own formula")
EXAMPLE = "(1 - x)^2 + 10*(y - x^2)^2"
REACH, NARROWEST = 10_000.0, 0.01  # of a domain's sides


@lru_cache(maxsize=KEPT)
def typed(text: str, domain: Box | None = None) -> Surface:
    """The landscape of a function's text.

    Args:
        text: in x and y.
        domain: what is drawn; found if left out.

    Raises:
        ParameterError: a text that is no formula, as `parse`; a function that is not finite on
            the domain, or whose derivatives are too large; a domain that is too wide or narrow.
    """
    if domain is not None:
        _check(domain)
    formula = smooth(parse(text, dict(zip("xy", map(symbol, WEIGHTS), strict=True))))
    try:
        made = derived(formula)
    except ArithmeticError:
        refuse(FORMULA, text, Message("a formula whose derivatives are finite"))
    if made.weight > MOST_NODES:
        allowed = Message(
            "a formula whose derivatives have at most {most:,} parts, not {weight:,}",
            most=MOST_NODES,
            weight=made.weight,
        )
        refuse(FORMULA, text, allowed)
    box = domain or find_domain(formula)
    if box is None:
        refuse(FORMULA, text, Message("finite on a box around 0: give a domain on which it is"))
    trouble = find_trouble(formula, made.slopes, box)
    if trouble is not None:
        allowed = Message(
            "finite on its domain: at x = {x:.6g}, y = {y:.6g}, or beside it, the function or its "
            "slope has no value up to {most:g}",
            most=LARGEST,
            x=trouble[0],
            y=trouble[1],
        )
        refuse(FORMULA, text, allowed)
    found = find_defaults(formula, made.slopes, made.curvatures, box)
    if found is None:
        allowed = Message("steep enough: its median slope is below {least:g}", least=FAINTEST)
        refuse(FORMULA, text, allowed)
    return landscape(
        lambda *_, **__: formula,
        id=FORMULA,
        title=TITLE,
        description=Message(
            "A function that was typed. Found for it: the learning rate {rate:g}, {reason}; the "
            "start ({w0:g}, {w1:g}), the highest of {places} from which the full batch "
            "stays in the domain longest; and noise of {noise:g}, {scatter}. {sought}",
            rate=found.learning_rate,
            reason=found.rate_reason,
            places=found.places,
            w0=found.start[0],
            w1=found.start[1],
            noise=found.noise,
            scatter=found.noise_reason,
            sought=SOUGHT,
        ),
        source=text,
        domain=box,
        epochs=20,
        partial=True,
        cost=made.cost,
        start=found.start,
        learning_rate=found.learning_rate,
        adaptive_learning_rate=found.adaptive_learning_rate,
        noise=found.noise,
    )


def _check(domain: Box) -> None:
    if any(max(abs(lo), abs(hi)) > REACH or hi - lo < NARROWEST for lo, hi in domain):
        raise ParameterError(
            "domain",
            ",".join(f"{end:.15g}" for side in domain for end in side),
            Message(
                "sides between -{reach:,.0f} and {reach:,.0f}, at least {least:g} long",
                reach=REACH,
                least=NARROWEST,
            ),
        )
