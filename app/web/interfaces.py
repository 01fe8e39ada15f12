"""The addresses at which others reach this machine."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import ifaddr

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what is listened on, for every interface
ELSEWHERE = ("192.0.2.1", 9)  # of an address for documentation, which nobody has


def hosts_of(listening: str) -> list[str]:
    """Where others reach a server, the likeliest first; nothing unless it is on all interfaces.

    Those of IPv6 are left out where it listens on ``0.0.0.0``.
    """
    if listening not in EVERYWHERE:
        return []
    addresses = (
        ip_address(each.ip if isinstance(each.ip, str) else each.ip[0])
        for adapter in ifaddr.get_adapters()
        for each in adapter.ips
    )
    usual = _towards_others()
    reached = {
        each
        for each in addresses
        if not each.is_loopback
        and not each.is_link_local
        and (each.version == 4 or listening == "::")
    }

    def unlikely(each: IPv4Address | IPv6Address) -> tuple[bool, int, int]:
        return str(each) != usual, each.version, int(each)

    return [str(each) for each in sorted(reached, key=unlikely)]


def origin(host: str, port: int | None) -> str:
    """The beginning of every URL there."""
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}" + (f":{port}" if port else "")


def is_loopback(host: str) -> bool:
    """Whether a host is the machine itself, as seen from there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _towards_others() -> str:
    """The address from which this machine sends to others, if it is in a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        try:
            sending.connect(ELSEWHERE)  # which sends nothing
        except OSError:
            return ""
        return str(sending.getsockname()[0])
