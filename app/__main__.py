"""The command ``batchscape``: settings, a listening socket, and uvicorn on it."""

import os
import signal
import socket
import sys
import threading
import webbrowser
from copy import deepcopy
from http.client import HTTPConnection, HTTPException
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from pydantic import ValidationError
from pydantic_settings import CliApp
from uvicorn.config import LOGGING_CONFIG
from uvicorn.supervisors import Multiprocess

from app.language.speech import inside
from app.settings import Settings

GRACE = 5  # seconds that requests in flight have to finish


def main() -> None:
    """Serve until Ctrl-C or SIGTERM.

    Exits with 0 when told to stop, 1 if it cannot listen, 2 if an option is not allowed.
    """
    settings = _settings()
    # Each serving process makes its application from the environment.
    for name, value in settings.model_dump(exclude_none=True).items():
        os.environ[f"BATCHSCAPE_{name.upper()}"] = str(value)
    with TemporaryDirectory(prefix="batchscape-") as directory:
        if settings.workers > 1:
            os.environ.setdefault("BATCHSCAPE_SHARED", directory)
        _serve(settings)


def _serve(settings: Settings) -> None:
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
        timeout_graceful_shutdown=GRACE,
    )
    if settings.workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])


def _logging(level: str) -> dict[str, Any]:
    """Uvicorn's own lines as they are, and ours, which are JSON, beside them on stderr."""
    logging: dict[str, Any] = deepcopy(LOGGING_CONFIG)
    logging["formatters"]["line"] = {"format": "%(message)s"}
    logging["handlers"]["line"] = {"class": "logging.StreamHandler", "formatter": "line"}
    logging["loggers"]["batchscape"] = {"handlers": ["line"], "level": level.upper()}
    return logging


def _settings() -> Settings:
    try:
        return CliApp.run(Settings)
    except ValidationError as error:
        reasons = [
            f"{e['loc'][0]} is {e['input']!r}: {inside(e['msg'].removeprefix('Value error, '))}"
            for e in error.errors()
        ]
        raise _failure(2, "; ".join(reasons)) from None


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections at once; they wait until the application is loaded."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        dual = family is socket.AF_INET6 and socket.has_dualstack_ipv6()
        listener = socket.create_server((host, port), family=family, dualstack_ipv6=dual)
    except (OSError, UnicodeError) as error:
        # The standard library adds "(while attempting to bind …)" to the reason.
        reason = str(getattr(error, "strerror", "not a host name")).partition(" (")[0]
        raise _failure(1, f"cannot listen on {host} port {port}: {reason}") from None
    # Connections inherit it; asyncio sets it only on sockets of its own making. Without it the last
    # packet of an answer waits for the client's delayed acknowledgement, 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _announce(listener: socket.socket, browse: bool) -> None:
    """Print the address once the application answers there."""
    host, port = listener.getsockname()[:2]
    # Every interface, as an address that this machine can reach.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        connection = HTTPConnection(host, port)
        connection.request("GET", "/healthz")
        ready = connection.getresponse().status == 200
        connection.close()
    except (OSError, HTTPException):  # stopped before it was ready
        return
    if ready:
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        print(f"Batchscape is ready at {url}", flush=True)
        if browse:
            webbrowser.open(url)


def _failure(status: int, reason: str) -> SystemExit:
    print(f"batchscape: {reason}", file=sys.stderr)
    return SystemExit(status)


if __name__ == "__main__":
    main()
