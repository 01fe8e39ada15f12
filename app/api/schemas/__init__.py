"""A model of each answer, which the API's description shows and tests hold the answers to.

No answer is made by its model: the routes build plain dicts, and pay for no validation.
"""

from app.api.schemas import network, network_sweeps, tradeoff
from app.web.errors import ProblemDetails

# Models that no successful JSON answer names, so that FastAPI alone would not describe them.
REFERRED = (
    ProblemDetails,
    *tradeoff.EVENTS,
    *network.EVENTS,
    *network_sweeps.GAP_EVENTS,
    *network_sweeps.STEPS_EVENTS,
)
