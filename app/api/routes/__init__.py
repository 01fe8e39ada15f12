"""Routes that answer numbers, texts, and pictures that are no figures."""

from app.api.routes import (
    addresses,
    code,
    epoch_plan,
    health,
    moment,
    noise,
    paths,
    picture,
    points,
    qr,
    rule,
    surfaces,
    tradeoff,
)

COMPUTED = tuple(
    each.router for each in (surfaces, epoch_plan, paths, moment, rule, code, noise, picture, qr)
)
SENT = (points.router,)  # with a body
SWEPT = (tradeoff.router,)  # they wait for worker processes, not for a turn to compute
AT_ONCE = (health.router, addresses.router)  # whatever else goes on
