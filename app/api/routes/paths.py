"""``/paths``: the comparison itself, as JSON for a picture or CSV for a notebook."""

import math
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.runs import get_chosen_paths
from app.api.dependencies import CacheDependency
from app.api.queries.rules import PathsQuery
from app.api.schemas.base import batches
from app.api.schemas.paths import PathsAnswer
from app.api.significant import rounded
from app.api.stories.telling import get_story
from app.science.comparison import Comparison, Run
from app.science.lowest import excess
from app.science.plan import Plan
from app.web.description import example
from app.web.responses import Text, csv_response, documented, json_response, wanted_format
from app.words.epoch_plan import last_of_one
from app.words.local_sgd import no_moment
from app.words.runs import movement, summary
from app.words.surface import divergence_sentence

router = APIRouter(prefix=API, tags=["paths"])

COLUMNS = ["batch_size", "replica", "update", "epoch", "examples_seen", "w0", "w1", "loss"]
HELD_OUT = ["held_out_loss"]  # where a share of the points is held out
RULE = ["optimizer"]  # where there are several
TABLE = Text("text/csv", description="Every point of every path in full precision, a row each")


@router.get(
    "/paths",
    responses=documented(PathsAnswer, TABLE),
    openapi_extra=example("batch_size=8&epochs=1"),
)
def get_paths(
    request: Request, cache: CacheDependency, query: Annotated[PathsQuery, Query()]
) -> Response:
    """Paths at each batch size, of each update rule that is asked for.

    Several rules come one after the other, each at every batch size, and at its own default
    learning rate unless one is given for all; then ``request`` has no rate that is not every
    rule's. CSV then has a column ``optimizer``.

    JSON is thinned to ``max_points`` a path and rounded to a picture's precision (6 significant
    digits; ``final`` is exact); CSV gives every point at full float64 precision. A replica's
    path ends before its first absurd point, and ``diverged_at`` names that update.

    Where points are held out, ``held_out_loss`` is their mean loss, in the CSV a column more.

    ``excess`` is the loss above that of the lowest minimum, null where there is none. Where the
    paths are one of the home page's stories, ``story`` says what they show.
    """
    whole = wanted_format(request, query.format) == "csv"
    asked, comparison, replicas = get_chosen_paths(cache, query, whole=whole)
    if whole:
        columns = [*COLUMNS, *(HELD_OUT if comparison.problem.held_out else [])]
        columns += [] if comparison.runs[0].rule.alone else RULE
        return csv_response(request, columns, _rows(comparison, replicas), "paths")
    return json_response(
        request,
        {
            "request": asked.parameters,
            "summary": summary(comparison),
            "last_batch_warning": last_of_one(*(run.plan for run in comparison.runs)) or None,
            "story": None if query.max_updates else get_story(cache, query),
            "moment_refusal": no_moment(comparison.runs[0].plan) or None,
            "divergence_rule": divergence_sentence(comparison.problem.surface),
            "paths": [_path(run, r) for run in comparison.runs for r in replicas],
        },
    )


def _rows(comparison: Comparison, replicas: range) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for run in comparison.runs:
        rule = () if run.rule.alone else (run.rule.name,)
        for r in replicas:
            path = run.path(r)
            here = slice(run.length(r))
            columns = [run.paths.updates[here], run.epoch[here], run.seen(r)[here], *path]
            if (held_out := run.held_out_loss(r)) is not None:
                columns.append(held_out)
            rows += [
                (run.batch_size, r, *point, *rule)
                for point in zip(*(c.tolist() for c in columns), strict=True)
            ]
    return rows


def _path(run: Run, replica: int) -> dict[str, Any]:
    plan, end, here = run.plan, run.end(replica), slice(run.length(replica))
    w0, w1, loss = run.path(replica)
    diverged_at = int(run.paths.diverged_at[replica])
    held_out, clipped, apart = run.held_out_loss(replica), run.paths.clipped, run.paths.apart
    return {
        "batch_size": run.batch_size,
        "replica": replica,
        "optimizer": run.rule.name,
        "hyperparameters": dict(run.rule.hyperparameters),
        "learning_rate": plan.learning_rate,
        "updates_per_epoch": plan.epochs[0].updates,
        "batches": batches(plan.epochs[0]),
        "segments": [
            {
                "first_epoch": segment.first_epoch,
                "first_update": segment.first_update,
                "updates_per_epoch": segment.epoch.updates,
                "batches": batches(segment.epoch),
                "learning_rate": segment.learning_rate,
            }
            for segment in plan.segments
        ],
        "sizes_drawn": plan.drawn_sizes,
        "updates": plan.updates,
        "examples_seen": int(run.seen(replica)[-1]),
        "updates_planned": plan.updates,
        "examples_seen_planned": int(plan.examples_seen[-1]),
        "diverged": diverged_at > 0,
        "diverged_at": diverged_at or None,
        "clipped": None if clipped is None or diverged_at else int(clipped[replica]),
        "drift": None if apart is None or diverged_at else float(apart.drift[replica]),
        "movement": {
            "kind": run.movement(replica),
            "text": movement(run, replica),
            "since": diverged_at or int(run.late.paths.updates[0]),
            "settled_at": run.settled if replica == 0 else None,
        },
        "final": {
            "point": end.point,
            "loss": end.loss,
            "held_out_loss": None if held_out is None else float(held_out[-1]),
            "excess": end.excess,
            "distance_to_minimum": end.distance,
            "nearest_minimum": end.nearest,
        },
        "points": {
            "update": run.paths.updates[here],
            "epoch": rounded(run.epoch[here], _epoch_digits(plan)),
            "examples_seen": run.seen(replica)[here],
            "w0": rounded(w0),
            "w1": rounded(w1),
            "loss": rounded(loss),
            "held_out_loss": (
                None
                if held_out is None
                else rounded(np.where(np.isfinite(held_out), held_out, np.nan))
            ),
            "excess": rounded(excess(run.problem, loss), 4),
        },
    }


def _epoch_digits(plan: Plan) -> int:
    """Significant digits by which one example more, the least an update sees, can be told."""
    return max(6, math.ceil(1 + math.log10(2 * int(plan.examples_seen[-1]))))
