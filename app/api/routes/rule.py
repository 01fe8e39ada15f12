"""``/rule``: the update rule of a run, typeset."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.runs import get_planned
from app.api.dependencies import CacheDependency
from app.api.queries.rules import RuleQuery
from app.api.schemas.rule import RuleAnswer
from app.web.description import example
from app.web.responses import Text, csv_response, documented, json_response, wanted_format
from app.words.mathml import mathml
from app.words.rule import beside, update_rule

router = APIRouter(prefix=API, tags=["paths"])

COLUMNS = ("batch_size", "learning_rate_first", "learning_rate_last")
RULE = ("optimizer",)  # where there are several
TABLE = Text(
    "text/csv", description="The learning rate of each batch size at the first and the last update"
)


@router.get(
    "/rule",
    responses=documented(RuleAnswer, TABLE),
    openapi_extra=example("optimizer=adam&batch_size=8"),
)
def get_rule(
    request: Request, cache: CacheDependency, query: Annotated[RuleQuery, Query()]
) -> Response:
    """How each update of a run is made, in formulas with the run's numbers in them.

    From the loss of one example to the step of the weights, in LaTeX and in MathML, with what each
    letter means and the learning rates of every batch size. Of several rules what all have in
    common comes first, and each of the other lines says whose it is.
    """
    planned = get_planned(cache, query)
    rules = {}
    for each in query.alone:
        alone = get_planned(cache, each)
        rules[each.optimizer] = update_rule(alone.problem.surface, alone.plans, alone.parameters)
    rule = beside(rules) if len(rules) > 1 else rules[query.alone[0].optimizer]
    if wanted_format(request, query.format) == "csv":
        columns = COLUMNS if len(rules) == 1 else (*COLUMNS, *RULE)
        rows = [(*rates[:3], rates.optimizer)[: len(columns)] for rates in rule.rates]
        return csv_response(request, columns, rows, "rates")
    letters = [
        (f"{letter.latex} = {letter.value}" if letter.value else letter.latex, letter.meaning)
        for letter in rule.letters
    ]
    return json_response(
        request,
        {
            "request": planned.parameters,
            "lines": [
                {"kind": kind, "latex": latex, "mathml": mathml(latex), "rule": whose or None}
                for kind, latex, whose in rule.lines
            ],
            "letters": [
                {"latex": latex, "mathml": mathml(latex), "meaning": meaning}
                for latex, meaning in letters
            ],
            "rates": [
                rates._asdict() | {"optimizer": rates.optimizer or query.alone[0].optimizer}
                for rates in rule.rates
            ],
            "note": rule.note,
        },
    )
