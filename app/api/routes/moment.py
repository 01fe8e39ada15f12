"""``/moment``: what an update of a run saw, for a player and for those who look closely."""

from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.moments import get_moments
from app.api.dependencies import CacheDependency
from app.api.queries.run import MomentQuery
from app.api.schemas.moment import MomentAnswer, MomentsAnswer
from app.science.comparison import Run
from app.science.moment import Moment
from app.web.responses import Text, csv_response, documented, json_response, wanted_format

PLACES = ("before", "after", "step", "gradient", "full_gradient")  # pairs, one number a weight
LOSSES = ("loss_of_batch", "loss", "loss_after", "excess", "excess_after")
COLUMNS = (
    *("batch_size", "replica", "update", "epoch", "number", "of", "size"),
    *(f"{name}_w{i}" for name in PLACES for i in (0, 1)),
    *LOSSES,
    "clip_factor",
)
TABLE = Text("text/csv", description="A row an update, without the list of its examples")

router = APIRouter(prefix=API, tags=["paths"])


@router.get("/moment", responses=documented(MomentAnswer | MomentsAnswer, TABLE))
def get_moment(
    request: Request, cache: CacheDependency, query: Annotated[MomentQuery, Query()]
) -> Response:
    """What an update saw: its mini-batch, that batch's gradient, and the step it made.

    ``before`` is θ before the update. ``gradient``, the mean over the batch before any weighting or
    clipping, ``full_gradient``, ``loss_of_batch``, the mean loss ``loss`` and its ``excess`` over
    the lowest minimum's are taken there; ``clip_factor`` is what clipping made of the gradient.
    ``after`` is θ after it, ``step`` the difference; where
    the run diverged by this update both are null.

    ``epoch`` and the batch's ``number`` count from 1, ``examples`` are rows of the examples
    endpoint, from 0. Numbers are in full precision. With a ``count`` above 1 the answer is a list
    ``moments`` of as many in a row, fewer where the run ends.
    """
    run, found = get_moments(cache, query)
    if wanted_format(request, query.format) == "csv":
        rows = [(run.batch_size, query.replica, *_row(moment)) for moment in found]
        return csv_response(request, COLUMNS, rows, "moments")
    answers = [_answer(run, moment) for moment in found]
    return json_response(request, answers[0] if query.count == 1 else {"moments": answers})


def _row(moment: Moment) -> tuple[Any, ...]:
    places = chain.from_iterable(getattr(moment, name) or (None, None) for name in PLACES)
    about = (moment.update, moment.epoch, moment.number, moment.of, len(moment.examples))
    return (*about, *places, *(getattr(moment, name) for name in LOSSES), moment.clip_factor)


def _answer(run: Run, moment: Moment) -> dict[str, object]:
    return {
        "update": moment.update,
        "epoch": moment.epoch,
        "batch": {
            "number": moment.number,
            "of": moment.of,
            "size": len(moment.examples),
            "examples": moment.examples,
        },
        "before": moment.before,
        "after": moment.after,
        "step": moment.step,
        "gradient": moment.gradient,
        "clip_factor": moment.clip_factor,
        "full_gradient": moment.full_gradient,
        "loss_of_batch": moment.loss_of_batch,
        "loss": moment.loss,
        "loss_after": moment.loss_after,
        "excess": moment.excess,
        "excess_after": moment.excess_after,
        "epochs_elapsed": float(run.plan.epoch[moment.update]),
        "examples_seen": int(run.seen(0)[moment.update]),
        "diverged": moment.after is None,
    }
