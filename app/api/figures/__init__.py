"""Routes that answer figures."""

from app.api.figures import (
    floors,
    home,
    learn,
    logged,
    network,
    network_sweeps,
    noise,
    runs,
    statistics,
    tradeoff,
)

COMPUTED = tuple(each.router for each in (home, noise, runs, floors, learn, logged, statistics))
# They wait for worker processes, not for a turn to compute.
SWEPT = (tradeoff.router, network.router, network_sweeps.router)
