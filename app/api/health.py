"""``/healthz``: whether the process answers, and which version it is."""

from fastapi import APIRouter

from app.version import VERSION

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def get_health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok", "version": VERSION}
