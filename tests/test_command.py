"""The command ``batchscape``, started as users start it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import __main__ as command
from app.__main__ import invite, listen, main
from app.science.problems import SURFACES
from app.settings import Settings
from app.version import VERSION
from app.web.interfaces import EVERYWHERE, hosts_of
from tests.conftest import PATIENCE, READY

SCRIPT = Path(sys.executable).with_name("batchscape")


def refused(*arguments: str, **env: str) -> tuple[int, str]:
    """Exit code and stderr of a command that must not start."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BATCHSCAPE_")}
    done = subprocess.run(
        [SCRIPT, *arguments],
        env=environment | env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.fixture
def refused_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """`refused` in this process: quicker, for the many ways to be refused."""

    def run(*arguments: str, **env: str) -> tuple[int, str]:
        for name in Settings.model_fields:
            monkeypatch.delenv(f"BATCHSCAPE_{name.upper()}", raising=False)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["batchscape", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert isinstance(stopped.value.code, int)
        out, err = capsys.readouterr()
        assert out == ""
        return stopped.value.code, err

    return run


def test_several_workers_serve_one_port_and_believe_the_proxy_they_are_told(
    serve: Callable[..., Any],
) -> None:
    """A link in an answer has the scheme of its own request, not of one before it."""
    trusted = {"BATCHSCAPE_FORWARDED_ALLOW_IPS": "10.0.0.0/8, 127.0.0.1"}
    served = serve("--port", "0", "--workers", "2", env=trusted)
    code, plain = f"{served.url}/api/v1/code/numpy?epochs=1", served.url.removeprefix("http://")
    for scheme in ("http", "https") * 3:  # a connection each
        reply = httpx.get(code, headers={"X-Forwarded-Proto": scheme}, timeout=PATIENCE)
        assert set(re.findall(rf"(\w+)://{plain}", reply.text)) == {scheme}
    assert served.stop(signal.SIGTERM) == (0, "", "")


def test_the_environment_is_obeyed_and_all_interfaces_announced_by_an_address_that_answers(
    serve: Callable[..., Any],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    env = {"BATCHSCAPE_HOST": "0.0.0.0", "BATCHSCAPE_PORT": str(port), "BATCHSCAPE_WORKERS": ""}  # noqa: S104
    env["BATCHSCAPE_FORWARDED_ALLOW_IPS"] = "10.0.0.1"
    served = serve(env=env, command=[SCRIPT])
    assert served.url == f"http://127.0.0.1:{port}"
    url = f"{served.url}/api/v1/code/numpy?epochs=1"
    said = httpx.get(url, headers={"X-Forwarded-Proto": "https"}, timeout=PATIENCE).text
    assert served.url in said
    assert "https://" not in said
    answer = httpx.get(f"{served.url}/addresses", timeout=PATIENCE).json()
    others = [f"http://{host}:{port}" for host in hosts_of(EVERYWHERE[0])]
    assert answer == {"loopback": True, "addresses": others}
    assert [served.process.stdout.readline().split()[-1] for _ in others] == others
    assert served.stop(signal.SIGTERM) == (0, "", "")


def test_an_option_goes_before_its_variable(
    refused_here: Callable[..., tuple[int, str]],
) -> None:
    code, error = refused_here("--port=-1", BATCHSCAPE_PORT="-2")
    assert code == 2
    assert error.startswith("batchscape: port is '-1'")


def test_it_serves_on_a_free_port_opens_its_page_in_the_browser_and_ctrl_c_stops_it_quietly(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    note = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{note}.part" && mv "{note}.part" "{note}"\n')
    browser.chmod(0o755)
    served = serve("--port", "0", "--open", env={"BROWSER": f"{browser} %s"})
    assert served.url.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        assert client.get("/healthz").json()["status"] == "ok"
        assert len(client.get("/api/v1/surfaces").json()["surfaces"]) == len(SURFACES)
    until = time.monotonic() + PATIENCE
    while not note.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    assert served.stop(signal.SIGINT) == (0, "", "")
    assert note.read_text().strip() == served.url


def test_an_answer_does_not_wait_for_the_client_to_acknowledge() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, error = refused("--port", port)
    assert code == 1
    assert error == f"batchscape: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 300])
def test_a_host_that_is_not_ours_is_one_line(
    refused_here: Callable[..., tuple[int, str]], host: str
) -> None:
    code, error = refused_here("--port", "0", "--host", host)
    assert code == 1
    assert error.startswith(f"batchscape: cannot listen on {host} port 0: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "env", "name"),
    [
        (["--port", "eighty"], {}, "port is 'eighty'"),
        (["--port", "65536"], {}, "port is '65536'"),
        (["--port=-1"], {}, "port is '-1'"),
        (["--workers", "0"], {}, "workers is '0'"),
        ([], {"BATCHSCAPE_WORKERS": "1.5"}, "workers is '1.5'"),
        ([], {"BATCHSCAPE_OPEN": "perhaps"}, "open is 'perhaps'"),
        (["--forwarded-allow-ips", "proxy"], {}, "forwarded_allow_ips is 'proxy'"),
        ([], {"BATCHSCAPE_FORWARDED_ALLOW_IPS": "::1,"}, "forwarded_allow_ips is '::1,'"),
        (["--forwarded-allow-ips", "10.0.0.1/8"], {}, "forwarded_allow_ips is '10.0.0.1/8'"),
    ],
)
def test_a_value_that_is_not_allowed_is_one_line(
    refused_here: Callable[..., tuple[int, str]],
    arguments: list[str],
    env: dict[str, str],
    name: str,
) -> None:
    code, error = refused_here(*arguments, **env)
    assert code == 2
    assert error.startswith(f"batchscape: {name}: input should be ")
    assert error.count("\n") == 1


def test_a_refused_command_shows_no_traceback() -> None:
    assert refused("--port", "eighty", BATCHSCAPE_WORKERS="0") == (
        2,
        "batchscape: port is 'eighty': input should be a valid integer, unable to parse string as "
        "an integer; workers is '0': input should be greater than or equal to 1\n",
    )


def test_an_unknown_option_is_named(refused_here: Callable[..., tuple[int, str]]) -> None:
    assert refused_here("--colour", "red") == (
        2,
        "batchscape: unrecognized arguments: --colour red\n",
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [("--prot=81", "--port"), ("--no-wram", "--warm"), ("--vresion", "--version")],
)
def test_a_mistyped_option_is_one_line_with_what_was_meant(
    refused_here: Callable[..., tuple[int, str]], given: str, meant: str
) -> None:
    code, error = refused_here(given)
    assert code == 2
    assert error == f"batchscape: unrecognized arguments: {given}; did you mean {meant}?\n"


def test_a_mistyped_variable_is_told(refused_here: Callable[..., tuple[int, str]]) -> None:
    code, error = refused_here("--port=x", BATCHSCAPE_WROKERS="2", BATCHSCAPE_ZZZ="")
    assert code == 2  # for the port: an unknown variable alone ends nothing
    assert error.splitlines()[:2] == [
        "batchscape: BATCHSCAPE_WROKERS is no setting; did you mean BATCHSCAPE_WORKERS?",
        "batchscape: BATCHSCAPE_ZZZ is no setting",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--version"], f"Batchscape {VERSION}"), (["--print-completion", "bash"], "--root-path")],
)
def test_what_is_printed_instead_of_serving(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["batchscape", *arguments])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("terminal", [True, False])
def test_others_are_invited_on_a_terminal_by_a_qr_code_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    url, *others = [f"http://{host}:8000" for host in ("127.0.0.1", "192.168.1.20", "172.17.0.1")]
    invite(url, [])
    assert capsys.readouterr().out == f"{READY}{url}\n"
    invite(url, others)
    out = capsys.readouterr().out
    assert [line.split()[-1] for line in out.splitlines()[:3]] == [url, *others]
    assert ("█" in out) is terminal


def test_help_tells_every_option_and_its_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["batchscape", "--help"])
    with pytest.raises(SystemExit, match="0"):
        main()
    words = " ".join(capsys.readouterr().out.split())
    for name, field in Settings.model_fields.items():
        assert f"--{name.replace('_', '-')}" in words
        default = "null" if field.default is None else field.default
        assert f"{field.description} (default: {default})" in words


@pytest.mark.parametrize(
    ("limits", "after"),
    [((1024, 4096), 4096), ((1024, 10**6), 65_536), ((10**5, 10**6), 10**5), ((1024, -1), 65_536)],
)
def test_as_many_connections_are_allowed_as_may_be(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], after: int
) -> None:
    resource = pytest.importorskip("resource")
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, given: asked.append(given))
    command._allow_connections()
    assert asked == [(after, limits[1])]
