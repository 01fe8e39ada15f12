"""What answers say: a model of each, which the API's description shows and tests hold them to.

No answer is made by its model: the routes build plain dicts, and pay for no validation.
"""

from app.api.schemas.tradeoff import EVENTS
from app.web.errors import ProblemDetails

# Those that no JSON answer of success names, and FastAPI by itself would not describe.
REFERRED = (ProblemDetails, *EVENTS)
