"""``/epoch-plan``: how many updates an epoch is, and of what sizes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.queries.base import EpochPlanQuery, EpochTableQuery
from app.api.schemas.base import batches
from app.api.schemas.epoch_plan import EpochPlanAnswer
from app.science.draws import expected_distinct
from app.science.variance_ratio import last_batch_ratio
from app.web.responses import Text, csv_response, documented, json_response, wanted_format
from app.words.epoch_plan import last_of_one, ratio_undefined

COLUMNS = ("batch_size", "remainder", "sampling", "size", "count")
TABLE = Text("text/csv", description="A row a size of batches: how many of it an epoch has")

router = APIRouter(prefix=API, tags=["epoch plan"])


@router.get("/epoch-plan", responses=documented(EpochPlanAnswer, TABLE))
def get_epoch_plan(request: Request, query: Annotated[EpochTableQuery, Query()]) -> Response:
    """The batches of an epoch: 1050 examples at 100 are 10 of 100 and one of 50, 11 updates."""
    plan = query.plan
    if wanted_format(request, query.format) == "csv":
        rows = [(plan.batch_size, plan.remainder, query.sampling, *group) for group in plan.groups]
        return csv_response(request, COLUMNS, rows, "epoch-plan")
    return json_response(
        request,
        {
            "request": query.model_dump(include=EpochPlanQuery.deciding())
            | {"batch_size": plan.batch_size},
            "examples": plan.examples,
            "batch_size": plan.batch_size,
            "remainder": plan.remainder,
            "sampling": query.sampling,
            "updates_per_epoch": plan.updates,
            "examples_used": plan.examples_used,
            "distinct_examples_expected": expected_distinct(plan, query.sampling),
            "batches": batches(plan),
            "last_batch_size": plan.groups[-1][0],
            "last_batch_warning": last_of_one(plan) or None,
            "last_batch_weight": plan.last_weight,
            "variance_ratio_of_last_batch": last_batch_ratio(plan, query.sampling),
            "variance_ratio_refused": ratio_undefined(plan, query.sampling),
        },
    )
