"""``/addresses``: where others can open what is open at this machine's own address."""

from fastapi import APIRouter, Request, Response

from app.api.schemas.addresses import AddressesAnswer
from app.web.errors import PROBLEMS
from app.web.interfaces import hosts_of, is_loopback, origin

router = APIRouter(tags=["share"], responses={status: PROBLEMS[status] for status in (413, 414)})
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")  # of requests that proxies hand on


@router.get("/addresses", response_model=AddressesAnswer)
async def get_addresses(request: Request, response: Response) -> dict[str, object]:
    """Whether nobody else can open the address that was asked, and what others can open instead.

    Only who sits at this machine is told its addresses. Unlike what is under ``/api`` this depends
    on more than the URL, and is not to be kept.
    """
    response.headers["Cache-Control"] = "no-store"
    alone = is_loopback(request.url.hostname or "")
    here = request.client is not None and is_loopback(request.client.host)
    told = alone and here and not any(name in request.headers for name in FORWARDED)
    _, port = request.scope.get("server") or ("", None)
    hosts = hosts_of(request.app.state.host) if told else []
    return {"loopback": alone, "addresses": [origin(host, port) for host in hosts]}
