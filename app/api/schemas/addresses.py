"""Where a server is reached."""

from pydantic import Field

from app.api.schemas.base import Answer


class AddressesAnswer(Answer):
    """Whether an address is for this machine alone, and what others can open."""

    loopback: bool = Field(
        description="Whether the address that was asked is this machine's own: nobody else can "
        "open it"
    )
    addresses: list[str] = Field(
        description="Addresses that others can open, the likeliest first; told at this machine "
        "alone, where the server listens on all interfaces"
    )
