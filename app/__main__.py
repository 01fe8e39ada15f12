"""The command ``batchscape``: settings, a listening socket, and uvicorn on it."""

import os
import signal
import socket
import sys
import threading
import webbrowser
from contextlib import suppress
from copy import deepcopy
from http.client import HTTPConnection, HTTPException
from tempfile import TemporaryDirectory
from typing import Any

import segno
import uvicorn
from uvicorn.config import LOGGING_CONFIG
from uvicorn.supervisors import Multiprocess

from app.options import failure, read_settings
from app.settings import Settings
from app.web.interfaces import hosts_of, origin

GRACE = 5  # seconds that requests in flight have to finish
# That an idle connection stays open: longer than clients and proxies keep theirs (httpx 5, most
# proxies 60), so that it is not closed in the moment that one of them uses it again.
KEEP_ALIVE = 75
OPEN_FILES = 65_536  # at most: each connection is one


def main() -> None:
    """Serve until Ctrl-C or SIGTERM.

    Exits with 0 when told to stop, 1 if it cannot listen, 2 if an option is not allowed.
    """
    settings = read_settings()
    # Each serving process makes its application from the environment.
    for name, value in settings.model_dump(exclude_none=True).items():
        os.environ[f"BATCHSCAPE_{name.upper()}"] = str(value)
    with TemporaryDirectory(prefix="batchscape-") as directory:
        if settings.workers > 1:
            os.environ.setdefault("BATCHSCAPE_SHARED", directory)
        _serve(settings)


def _serve(settings: Settings) -> None:
    _allow_connections()
    listener = listen(settings.host, settings.port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    threading.Thread(target=_announce, args=(listener, settings.open), daemon=True).start()
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        workers=settings.workers,
        log_level="warning",
        log_config=_logging(settings.log_level),
        access_log=False,
        root_path=settings.root_path,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )
    if settings.workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])


def _allow_connections() -> None:
    """Let this process and those that it starts have more open files than is usual, if they may."""
    with suppress(ImportError):  # there is no such limit on Windows
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _logging(level: str) -> dict[str, Any]:
    """Uvicorn's own lines as they are, and ours, which are JSON, beside them on stderr."""
    logging: dict[str, Any] = deepcopy(LOGGING_CONFIG)
    logging["formatters"]["line"] = {"format": "%(message)s"}
    logging["handlers"]["line"] = {"class": "logging.StreamHandler", "formatter": "line"}
    logging["loggers"]["batchscape"] = {"handlers": ["line"], "level": level.upper()}
    return logging


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections at once; they wait until the application is loaded."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        dual = family is socket.AF_INET6 and socket.has_dualstack_ipv6()
        listener = socket.create_server((host, port), family=family, dualstack_ipv6=dual)
    except (OSError, UnicodeError) as error:
        # The standard library adds "(while attempting to bind …)" to the reason.
        reason = str(getattr(error, "strerror", "not a host name")).partition(" (")[0]
        raise failure(1, f"cannot listen on {host} port {port}: {reason}") from None
    # Connections inherit it; asyncio sets it only on sockets of its own making. Without it the last
    # packet of an answer waits for the client's delayed acknowledgement, 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _announce(listener: socket.socket, browse: bool) -> None:
    """Print the address once the application answers there, and those that others can open."""
    listening, port = listener.getsockname()[:2]
    # Every interface, as an address that this machine can reach.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listening, listening)  # noqa: S104
    try:
        connection = HTTPConnection(host, port)
        connection.request("GET", "/healthz")
        ready = connection.getresponse().status == 200
        connection.close()
    except (OSError, HTTPException):  # stopped before it was ready
        return
    if ready:
        url = origin(host, port)
        invite(url, [origin(each, port) for each in hosts_of(listening)])
        if browse:
            webbrowser.open(url)


def invite(url: str, others: list[str]) -> None:
    """Print where it is and what others can open; on a terminal the first of these as a QR code."""
    lines = [f"Others in its network can open {other}" for other in others]
    print("\n".join([f"Batchscape is ready at {url}", *lines]), flush=True)
    if others and sys.stdout.isatty():
        segno.make_qr(others[0], error="l").terminal(compact=True)


if __name__ == "__main__":
    main()
