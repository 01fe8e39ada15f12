"""``/noise``: the mini-batch gradients of one point, beside what theory says of them."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.noise import get_noise
from app.api.dependencies import CacheDependency
from app.api.queries.noise import NoiseQuery
from app.api.schemas.noise import NoiseAnswer
from app.api.significant import rounded
from app.science.noise.cloud import Cloud
from app.web.responses import documented, json_response
from app.words.noise import noise_summary

router = APIRouter(prefix=API, tags=["noise"])


@router.get("/noise", name="get_noise", responses=documented(NoiseAnswer))
def read_noise(
    request: Request, cache: CacheDependency, query: Annotated[NoiseQuery, Query()]
) -> Response:
    """Gradients of many independent mini-batches at a point.

    ``covariance`` is that of the per-example gradients, Σ with divisor N; predicted covariances
    are Σ/B, times (N−B)/(N−1) without replacement. Draw k takes the first B entries of the k-th
    ``rng.permutation(N)`` of ``default_rng(seed)`` (``rng.integers(N, size=N)`` with replacement).
    Where the full gradient is zero (``stationary``) angles and the noise scale are null. Draws
    whose gradient is zero have no angle: ``zero`` is their share, ``uphill`` a share of all draws.
    Drawn gradients are rounded to 6 significant digits.
    """
    problem, point, clouds = get_noise(cache, query)
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
