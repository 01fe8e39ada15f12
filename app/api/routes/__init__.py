"""Routes that answer numbers, texts, and pictures that are no figures."""

from app.api.dependencies import SENT_LOG, SENT_TABLE
from app.api.routes import (
    addresses,
    code,
    devices,
    epoch_plan,
    health,
    logged,
    logger,
    moment,
    network,
    network_log,
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
    *(each.router for each in (picture, qr, networks, logged, logger, devices)),
)
SENT = ((points.router, SENT_TABLE), (logged.sent, SENT_LOG))  # with a body
# They wait for worker processes, not for a turn to compute.
SWEPT = (tradeoff.router, network.router, network_log.router, network_sweeps.router)
AT_ONCE = (health.router, addresses.router)  # whatever else goes on
