"""Routes that answer numbers, texts, and pictures that are no figures."""

from app.api.routes import (
    code,
    epoch_plan,
    health,
    moment,
    noise,
    paths,
    picture,
    qr,
    rule,
    surfaces,
    tradeoff,
)

COMPUTED = tuple(
    each.router for each in (surfaces, epoch_plan, paths, moment, rule, code, noise, picture, qr)
)
SWEPT = (tradeoff.router,)  # they wait for worker processes, not for a turn to compute
HEALTH = health.router
