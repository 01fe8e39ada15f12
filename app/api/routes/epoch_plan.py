"""``/epoch-plan``: how many updates an epoch is, and of what sizes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.epochs import batches
from app.api.queries.base import EpochPlanQuery
from app.api.schemas.epoch_plan import EpochPlanAnswer
from app.language.speech import gettext
from app.science.draws import expected_times
from app.science.sampling import variance_ratio
from app.web.responses import documented, json_response

router = APIRouter(prefix=API, tags=["epoch plan"])


@router.get("/epoch-plan", responses=documented(EpochPlanAnswer))
def get_epoch_plan(request: Request, query: Annotated[EpochPlanQuery, Query()]) -> Response:
    """The batches of an epoch: 1050 examples at 100 are 10 of 100 and one of 50, 11 updates."""
    plan = query.plan
    last, replacement = plan.groups[-1][0], query.sampling == "with-replacement"
    missed = expected_times(plan.examples, plan.examples_used, 0)[0] if replacement else None
    ratio = variance_ratio(last, plan.batch_size, plan.examples, replacement=replacement)
    undefined = None
    if query.sampling == "sequential":
        ratio = None
        undefined = gettext("in the stored order no chance decides what is in a batch")
    elif ratio is None:
        undefined = gettext("a batch of all examples has no variance without replacement")
    return json_response(
        request,
        {
            "examples": plan.examples,
            "batch_size": plan.batch_size,
            "remainder": plan.remainder,
            "sampling": query.sampling,
            "updates_per_epoch": plan.updates,
            "examples_used": plan.examples_used,
            "distinct_examples_expected": (
                plan.examples_used if missed is None else plan.examples - float(missed)
            ),
            "batches": batches(plan),
            "last_batch_size": last,
            "last_batch_weight": plan.last_weight,
            "variance_ratio_of_last_batch": ratio,
            "variance_ratio_undefined": undefined,
        },
    )
