"""How fast the player goes."""

RATES = (1, 10, 100, 1000)  # updates of the followed run a second
WHOLE_RUN_SECONDS = 12  # from start to end, evenly along the axis of the losses: the default
