"""The addresses at which others reach this machine."""

from types import SimpleNamespace as Made

import pytest

from app.web import interfaces
from app.web.interfaces import EVERYWHERE, hosts_of, is_loopback, origin

FOUND: dict[str, list[str | tuple[str, int, int]]] = {
    "lo": ["127.0.0.1", ("::1", 0, 0)],
    "bridge": ["172.17.0.1"],
    "wifi": ["192.168.1.20", ("2001:db8::7", 0, 0), ("fe80::1", 0, 3), "169.254.3.4"],
}


@pytest.fixture(autouse=True)
def adapters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with these interfaces, which sends by Wi-Fi."""
    found = [Made(ips=[Made(ip=ip) for ip in ips]) for ips in FOUND.values()]
    monkeypatch.setattr("app.web.interfaces.ifaddr.get_adapters", lambda: found)
    monkeypatch.setattr(interfaces, "_towards_others", lambda: "192.168.1.20")


@pytest.mark.parametrize(
    ("listening", "hosts"),
    [
        (EVERYWHERE[0], ["192.168.1.20", "172.17.0.1"]),
        (EVERYWHERE[1], ["192.168.1.20", "172.17.0.1", "2001:db8::7"]),
        ("127.0.0.1", []),
        ("192.168.1.20", []),
    ],
)
def test_the_likeliest_comes_first_and_those_of_no_use_are_left_out(
    listening: str, hosts: list[str]
) -> None:
    assert hosts_of(listening) == hosts


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True), ("a.localhost", True), ("127.3.2.1", True), ("::1", True),
        ("192.168.1.20", False), ("localhost.example", False), ("", False),
    ],
)  # fmt: skip
def test_loopback_is_known_by_name_and_number(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_an_origin_brackets_what_has_colons() -> None:
    assert origin("::1", 8000) == "http://[::1]:8000"
    assert origin("192.168.1.20", None) == "http://192.168.1.20"
