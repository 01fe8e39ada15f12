"""Routes that answer numbers, texts, and pictures that are no figures."""

from app.api.routes import (
    addresses,
    code,
    epoch_plan,
    health,
    logger,
    moment,
    network,
    network_sweeps,
    networks,
    noise,
    paths,
    picture,
    points,
    qr,
    rule,
    surfaces,
    tradeoff,
)

COMPUTED = (
    *(each.router for each in (surfaces, epoch_plan, paths, moment, rule, code, noise)),
    *(picture.router, qr.router, networks.router, logger.router),
)
SENT = (points.router,)  # with a body
# They wait for worker processes, not for a turn to compute.
SWEPT = (tradeoff.router, network.router, network_sweeps.router)
AT_ONCE = (health.router, addresses.router)  # whatever else goes on
