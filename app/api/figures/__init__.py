"""Routes that answer figures."""

from app.api.figures import floors, home, learn, noise, runs, tradeoff

COMPUTED = tuple(each.router for each in (home, noise, runs, floors, learn))
SWEPT = (tradeoff.router,)  # they wait for worker processes, not for a turn to compute
