"""``/network``: a small network trained at each batch size, streamed meanwhile."""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.laboratory import Step
from app.api.compute.network import finish, key_of, trainings, watch
from app.api.compute.network_pictures import get_boundaries, get_section
from app.api.dependencies import LaboratoryDependency
from app.api.queries.network import NetworkQuery, NetworkStreamQuery
from app.api.queries.resolved import resolved
from app.api.schemas import network as schemas
from app.api.significant import rounded
from app.api.streams import EVENTS, drawn, event, stream_of, streamed
from app.figures.network import WHILE_TRAINED
from app.science.arrays import FloatArray
from app.science.batches import examples_seen
from app.science.networks.boundary import Boundaries, Boundary
from app.science.networks.curves import at_best, band, best
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.section import Section
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Scores
from app.web.cache import Cache
from app.web.disconnects import unless_gone
from app.web.responses import Text, csv_response, documented, json_response, wanted
from app.words.epoch_plan import last_of_one
from app.words.network.runs import network_summary
from app.words.run_label import rule_title

router = APIRouter(prefix=API, tags=["networks"])

COLUMNS = (
    *("batch_size", "replica", "update", "epoch", "examples_seen", *Scores._fields),
    *("sharpness", "noise_scale", "felt_noise_scale"),
)
RULE = ["optimizer"]  # where there are several
TABLE = Text("text/csv", description="A row a recorded update of each replica, in full precision")


@router.get(
    "/network",
    responses=documented(schemas.NetworkAnswer, TABLE, stream_of(schemas.EVENTS)),
    openapi_extra=schemas.SHORT,
)
async def get_network(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkStreamQuery, Query()],
) -> Response:
    """A small network trained at each batch size: losses, accuracies, sharpness, noise.

    With ``Accept: text/event-stream`` it sends ``progress`` events, each with what is known so
    far (given a ``theme``, as ``figures`` too), and one ``result`` (or ``problem``); otherwise
    it waits. Numbers of curves have six significant digits; ``final`` is exact, and so is CSV.

    Several update rules come one after the other, each at every batch size, and at its own default
    learning rate unless one is given for all; then ``request`` has no rate that is not every
    rule's, ``batches`` say their ``optimizer``, and CSV has a column of it.
    """
    shown_as = query.format or wanted(request, "application/json", "text/csv", EVENTS)
    if shown_as == EVENTS:
        # Refused here, it is answered with its own status.
        asked = await asyncio.to_thread(trainings, query)
        laboratory.check_free(key_of(query))
        steps = watch(laboratory, query, asked)
        return streamed(steps, partial(_told, laboratory.cache, query, len(asked)))
    async with unless_gone(request.is_disconnected):
        runs = await finish(laboratory, query)
    if shown_as in ("csv", "text/csv"):
        rows = (row for each in runs.sizes for row in _rows(each))
        columns = [*COLUMNS, *(RULE if runs.several_rules else [])]
        return await asyncio.to_thread(csv_response, request, columns, rows, "network")
    return await asyncio.to_thread(
        lambda: json_response(request, _whole(laboratory.cache, query, runs))
    )


def _told(cache: Cache, query: NetworkStreamQuery, asked: int, step: Step[NetworkRuns]) -> bytes:
    runs = step.swept
    if step.finished:
        return event("result", _whole(cache, query, runs))
    content = _answer(query, runs, None)
    content |= {"done": step.done, "seconds_left": step.seconds_left}
    content |= {"trained": len(runs.sizes), "asked": asked}
    if query.theme and runs.sizes:
        content["figures"] = {
            name: drawn(draw(runs, query.theme, query.axis), query.size)
            for name, draw in WHILE_TRAINED.items()
        }
    return event("progress", content)


def _whole(cache: Cache, query: NetworkStreamQuery, runs: NetworkRuns) -> dict[str, Any]:
    content = _answer(query, runs, get_section(cache, runs, "train"))
    if query.vary == "order":
        content["boundary"] = _boundary(get_boundaries(cache, runs))
    return content


def _answer(
    query: NetworkStreamQuery, runs: NetworkRuns, section: Section | None
) -> dict[str, Any]:
    return {
        "request": resolved(query, NetworkQuery),
        "summary": network_summary(runs),
        "last_batch_warning": last_of_one(*(each.plan for each in runs.sizes)) or None,
        "batches": [_batch(runs, each, whole=section is not None) for each in runs.sizes],
        "plane": section and _plane(query.spec, runs, section),
        "boundary": None,
    }


def _plane(spec: NetworkSpec, runs: NetworkRuns, section: Section) -> dict[str, Any]:
    told = spec.network.layers.told
    plane, relief = section.plane, section.relief
    return {
        "share": plane.share,
        "random_walk_share": plane.walk_share,
        "random_walks_share": plane.walks_share,
        "origin": told(plane.origin),
        "axes": told(plane.axes),
        "grid": {"x": relief.w0, "y": relief.w1, "values": rounded(relief.loss)},
        "paths": [
            {
                **_whose(each),
                "update": path.updates,
                "x": np.ascontiguousarray(path.coordinates[:, 0]),
                "y": np.ascontiguousarray(path.coordinates[:, 1]),
                "distance": rounded(path.distance),
                "loss": rounded(path.loss),
                "loss_in_plane": rounded(path.flat_loss),
            }
            for each, path in zip(runs.sizes, section.paths, strict=True)
        ],
    }


def _boundary(found: Boundaries) -> dict[str, Any]:
    return {
        "disagreement": [
            {
                **_whose(each),
                "share": each.disagreement and each.disagreement.share,
                "interval": each.disagreement and each.disagreement.interval,
                "replicas": len(each.replicas),
            }
            for each in found.sizes
        ]
    }


def _batch(among: NetworkRuns, runs: SizeRuns, *, whole: bool) -> dict[str, Any]:
    """The runs of a batch size; weights, which are many, only where it is the whole answer."""
    plan, trained, measured = runs.plan, runs.trained, runs.measured
    updates = trained.updates
    several = not runs.rule.alone
    own = {"title": rule_title(runs.rule), "hyperparameters": dict(runs.rule.hyperparameters)}
    return {
        **_whose(runs),
        **(own if several else {}),
        "learning_rate": plan.learning_rate,
        "updates": plan.updates,
        "update": updates,
        "epoch": rounded(plan.epoch[updates]),
        "examples_seen": trained.mean_seen(plan),
        **{name: _spread(each) for name, each in trained.scores._asdict().items()},
        "sharpness": measured and _spread(_placed(runs, measured.sharpness)),
        "noise_scale": measured and _spread(_placed(runs, measured.noise_scale)),
        "felt_noise_scale": _felt(runs),
        "final": [_final(among, runs, r, whole=whole) for r in range(len(trained.diverged_at))],
    }


def _whose(runs: SizeRuns | Boundary) -> dict[str, Any]:
    """Which runs it is of: their batch size, and their update rule where there are several."""
    rule = {} if runs.rule.alone else {"optimizer": runs.rule.name}
    return {"batch_size": runs.batch_size, **rule}


def _felt(runs: SizeRuns) -> dict[str, Any] | None:
    """The noise scale as an adaptive rule feels it; None of others, and while under way."""
    if runs.measured is None or runs.trained.scaling is None:
        return None
    return _spread(_placed(runs, runs.measured.felt))


def _placed(runs: SizeRuns, values: FloatArray) -> FloatArray:
    """What is measured at some recorded updates, among them all; NaN elsewhere."""
    placed = np.full((len(runs.trained.updates), values.shape[1]), np.nan)
    placed[runs.trained.marks] = values
    return placed


def _spread(values: FloatArray) -> dict[str, Any]:
    """A quantity over replicas, (K, R)."""
    low, median, high = (rounded(each) for each in band(values))
    each = np.ascontiguousarray(rounded(values).T)
    return {"replicas": each, "median": median, "low": low, "high": high}


def _final(among: NetworkRuns, runs: SizeRuns, r: int, *, whole: bool) -> dict[str, Any]:
    trained, scores = runs.trained, runs.trained.scores
    gone = int(trained.diverged_at[r])
    made = gone or runs.plan.updates
    if gone or trained.seen is None:
        seen = examples_seen(runs.plan, np.random.default_rng([among.seed, r]))[made]
    else:
        seen = trained.seen[-1, r]
    weights = among.spec.network.layers.told(trained.weights[-1, r])
    return {
        "replica": r,
        **{
            name: float(getattr(scores, name)[-1, r])
            for name in ("train_loss", "validation_loss", "test_loss", "test_accuracy")
        },
        "best_update": int(trained.updates[best(trained)[r]]),
        "test_accuracy_at_best": float(at_best(scores.test_accuracy, trained)[r]),
        "diverged": gone > 0,
        "diverged_at": gone or None,
        "epoch": float(runs.plan.epoch[made]),
        "examples_seen": int(seen),
        "clipped": None if trained.clipped is None or gone else int(trained.clipped[r]),
        "weights": weights if whole and not gone else None,
    }


def _rows(runs: SizeRuns) -> Iterator[tuple[Any, ...]]:
    plan, trained = runs.plan, runs.trained
    updates = trained.updates.tolist()
    alike = np.broadcast_to(plan.examples_seen[updates, None], trained.scores.train_loss.shape)
    seen = alike if trained.seen is None else trained.seen
    known = [*trained.scores]
    for each in ("sharpness", "noise_scale", "felt"):
        nothing = np.full_like(known[0], np.nan)
        known.append(_placed(runs, getattr(runs.measured, each)) if runs.measured else nothing)
    rule = () if runs.rule.alone else (runs.rule.name,)
    for r in range(len(trained.diverged_at)):
        for k, update in enumerate(updates):
            at = (update, plan.epoch[update], seen[k, r])
            yield (runs.batch_size, r, *at, *(float(each[k, r]) for each in known), *rule)
