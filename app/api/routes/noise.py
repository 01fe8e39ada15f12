"""``/noise``: the mini-batch gradients of one point, beside what theory says of them."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.noise import get_noise
from app.api.dependencies import CacheDependency
from app.api.queries.noise import NoiseQuery, NoiseTableQuery
from app.api.schemas.noise import NoiseAnswer
from app.api.significant import rounded
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.web.responses import Text, csv_response, documented, json_response, wanted_format
from app.words.noise import noise_summary

router = APIRouter(prefix=API, tags=["noise"])

COLUMNS = ("batch_size", "kind", "draw", "gradient_w0", "gradient_w1", "value")
TABLE = Text(
    "text/csv",
    description="Every drawn gradient in full precision and the full one, a row each, and a row for each number that is said of them",  # noqa: E501
)


@router.get("/noise", name="get_noise", responses=documented(NoiseAnswer, TABLE))
def read_noise(
    request: Request, cache: CacheDependency, query: Annotated[NoiseTableQuery, Query()]
) -> Response:
    """Gradients of many independent mini-batches at a point.

    ``covariance`` is that of the per-example gradients, Σ with divisor N; predicted covariances
    are Σ/B, times (N−B)/(N−1) without replacement. Draw k takes the first B entries of the k-th
    ``rng.permutation(N)`` of ``default_rng(seed)`` (``rng.integers(N, size=N)`` with replacement).
    Of Poisson batches they are (Σ + GGᵀ)(1/B − 1/N), and draw k is the sum over B of those below
    B/N in the k-th ``rng.random(N)``.
    Where the full gradient is zero (``stationary``) angles and the noise scale are null. Draws
    whose gradient is zero have no angle: ``zero`` is their share, ``uphill`` a share of all draws.
    Drawn gradients are rounded to 6 significant digits.
    """
    problem, point, clouds = get_noise(cache, query)
    if wanted_format(request, query.format) == "csv":
        return csv_response(request, COLUMNS, _rows(point, clouds), "noise")
    return json_response(
        request,
        {
            "request": query.model_dump(include=NoiseQuery.deciding())
            | {
                "noise": problem.noise,
                "at": point.point,
                "batch_size": [cloud.batch_size for cloud in clouds],
            },
            "summary": noise_summary(point, clouds),
            "point": point.point,
            "loss": point.loss,
            "full_gradient": point.gradient,
            "stationary": point.stationary,
            "covariance": point.covariance,
            "noise_trace": point.trace,
            "noise_scale": point.noise_scale,
            "batches": [_cloud(cloud) for cloud in clouds],
        },
    )


def _rows(point: PointNoise, clouds: Sequence[Cloud]) -> Iterator[tuple[Any, ...]]:
    yield point.examples, "full_gradient", None, *point.gradient.tolist(), None
    for kind, value in (("noise_trace", point.trace), ("noise_scale", point.noise_scale)):
        yield None, kind, None, None, None, value
    for cloud in clouds:
        for draw, gradient in enumerate(cloud.gradients.tolist()):
            yield cloud.batch_size, "gradient", draw, *gradient, None
        for kind, value in _values(cloud):
            yield cloud.batch_size, kind, None, None, None, value


def _values(cloud: Cloud) -> Iterator[tuple[str, float | None]]:
    for name in ("trace_predicted", "trace_measured", "uphill", "zero"):
        yield name, getattr(cloud, name)
    for name in ("cosine", "angle_degrees") if cloud.directions else ():
        for part, value in getattr(cloud.directions, name)._asdict().items():
            yield f"{name}_{part}", value


def _cloud(cloud: Cloud) -> dict[str, Any]:
    directions = cloud.directions
    return {
        "batch_size": cloud.batch_size,
        "covariance_predicted": cloud.covariance_predicted,
        "covariance_measured": cloud.covariance_measured,
        "trace_predicted": cloud.trace_predicted,
        "trace_measured": cloud.trace_measured,
        "trace_interval": cloud.trace_interval,
        "standard_errors_apart": cloud.agreement,
        "cosine": directions and directions.cosine._asdict(),
        "angle_degrees": directions and directions.angle_degrees._asdict(),
        "uphill": cloud.uphill,
        "zero": cloud.zero,
        "gradients": np.ascontiguousarray(rounded(cloud.gradients)),
    }
