"""Loggers as files: what they answer, how they read, and what they sum up."""

import ast
import json
import struct
import subprocess
import sys
from base64 import urlsafe_b64decode
from binascii import crc32
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.export.logger import FILES, FRAMEWORKS
from app.science.logged import packed, reading
from app.science.logged.windows import cut as windows_of
from tests.export.logged_runs import estimates, lines, served
from tests.export.reproducing import Get

MOST_LINES = 150
KEY = ("jax", "micro-batches", "own")


def read(get: Get, key: tuple[str, str, str]) -> str:
    framework, parts, loop = key
    reply = get(f"/api/v1/logger/{framework}?parts={parts}&loop={loop}")
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"].startswith("text/x-python")
    name = FILES[key].name
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    return reply.text


@pytest.mark.parametrize("key", FILES, ids="-".join)
def test_a_file_is_short_and_needs_its_framework_alone(get: Get, key: tuple[str, str, str]) -> None:
    text = read(get, key)
    assert len(text.splitlines()) <= MOST_LINES
    tree = ast.parse(text)
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    own = {"pytorch": "torch"}.get(key[0], key[0])
    beside = {"lightning": {"lightning"}, "transformers": {"transformers"}}.get(key[2], set())
    beside = beside and beside | {"batchscape_pytorch"}
    assert imported - sys.stdlib_module_names == {own} | beside


def test_files_are_in_good_style(get: Get, tmp_path: Path) -> None:
    for key, file in FILES.items():
        (tmp_path / file.name).write_text(read(get, key))
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length=100"]
    # zip() of equal lengths, and hooks that close over a name, are meant.
    rules = ["--select=E,F,I,W,B,C4,PIE,RET", "--ignore=B905", str(tmp_path)]
    found = subprocess.run([*command, *rules], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_each_framework_has_a_default_file(get: Get) -> None:
    for framework in FRAMEWORKS:
        assert "class Log" in get(f"/api/v1/logger/{framework}").text


@pytest.mark.parametrize(
    ("asked", "parameter", "allowed"),
    [
        ("keras?parts=ranks", "parts", "micro-batches"),
        ("jax?loop=lightning", "loop", "own"),
        ("pytorch?parts=ranks&loop=lightning", "loop", "own, fully-shard"),
        ("pytorch?parts=layers", "parts", "micro-batches, ranks, examples"),
        ("numpy", "framework", "pytorch, keras, jax"),
    ],
)
def test_a_file_that_there_is_not(get: Get, asked: str, parameter: str, allowed: str) -> None:
    reply = get(f"/api/v1/logger/{asked}")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["parameter"] == parameter
    assert allowed in error["message"]


def test_its_link_leads_to_where_it_is_from(get: Get) -> None:
    assert (
        "http://lab.example:8000/your-run?log="
        in get("/api/v1/logger/jax", host="lab.example:8000").text
    )
    assert "evil" not in get("/api/v1/logger/jax", host='"evil"').text


# What it sums up; JAX itself is not needed for that.


@pytest.fixture
def log(get: Get, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its class, and where it is to write."""
    monkeypatch.setitem(sys.modules, "jax", ModuleType("jax"))
    monkeypatch.setitem(sys.modules, "jax.numpy", ModuleType("jax.numpy"))
    module = served(get, tmp_path, KEY)

    def make(every: int | None = 1) -> Any:
        return module.Log(tmp_path / "run.jsonl", "torch.SGD", 5000, every, ())

    return make


def unpacked(link: str) -> tuple[list[str], NDArray[np.float64]]:
    """Head and windows of a link, whose check sum is right."""
    text = link.partition("?log=")[2]
    assert len(text) < 6500
    head, _, encoded = text.rpartition(".")
    content = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    body = content[:-3]
    assert content[-3:] == crc32(f"{head}.".encode() + body).to_bytes(4)[:3]
    numbers = [*struct.iter_unpack("<f5d6f", body)]
    return head.split("."), np.array(numbers)


def logged(log: Any, steps: int, path: Path) -> tuple[list[str], NDArray[np.float64]]:
    """A run of four unequal parts, its link against its lines."""
    rng = np.random.default_rng(steps)
    for k in range(steps):
        parts = rng.chisquare(20, 4)
        log.add(
            [3, 5, 8, 2], parts.tolist(), parts.mean() * rng.uniform(0.3, 0.5), 1 / (k + 1), 0.1
        )
        log.tick(bool)
    head, windows = unpacked(log.link())
    log.close()
    # The server's windows of the same lines, in single precision.
    cut = windows_of(reading.read_log(path.read_bytes()))
    np.testing.assert_allclose(windows, np.array(cut[:-1]).T, rtol=2e-6)
    return head, windows


@pytest.mark.parametrize(("steps", "count", "size"), [(5, 1, 5), (60, 3, 20), (4000, 64, 62)])
def test_a_link_holds_sums_over_windows(
    log: Any, tmp_path: Path, steps: int, count: int, size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    head, windows = logged(log(), steps, tmp_path / "run.jsonl")
    assert head == ["log2", "jax", "torchsgd", "micro-batches", "5000", "0"]
    assert len(windows) == count
    assert windows[0, 0] == size
    t, s = estimates(lines(tmp_path / "run.jsonl"))
    np.testing.assert_allclose(windows[:, 1:3].sum(axis=0), [s.sum(), t.sum()], rtol=1e-6)
    assert "/your-run?log=log2.jax" in capsys.readouterr().out


def test_what_it_keeps_is_bounded(log: Any) -> None:
    running, most = log(), 2**15
    for _ in range(2 * most):
        if running.measuring:
            running.add([4, 4], [1.0, 2.0], 0.5)
        running.tick(bool)
    assert running.every == 4
    assert len(running.rows) < most
    _head, windows = unpacked(running.link())
    assert windows[:, 0].sum() == len(running.rows)
    assert (windows[0, -2], windows[-1, -1]) == (0, 2 * most - 4)
    assert (np.diff(windows[:, -2]) > 0).all()
    running.close()


def test_the_server_reads_both(log: Any, tmp_path: Path) -> None:
    running = log()
    logged(running, 200, tmp_path / "run.jsonl")
    found = packed.unpack(running.link().partition("?log=")[2])
    assert found.sums.steps.sum() == 200
    whole = reading.read_log((tmp_path / "run.jsonl").read_bytes())
    assert len(whole.steps.step) == 200


def test_what_sums_cannot_show_is_told(log: Any, tmp_path: Path) -> None:
    running = log()
    nothing = float("nan")
    for sizes, squares, norm, weights in [
        ([4, 4], [1.0, nothing], 0.5, None),
        ([4, 4], [1.0, 2.0], float("inf"), None),
        ([8], [1.0], 1.0, None),
        ([4, 4], [1.0, 1.0], 1.0, None),
        ([4, 4], [1e10, 2e10], 1e9, None),
        ([4, 2], [1.0, 2.0], 0.5, [0.5, 0.5]),
        ([4, 4], [1.0, 2.0], 0.5, None),
    ]:
        running.add(sizes, squares, norm, nothing, None, weights)
        running.tick(bool)
    head, windows = unpacked(running.link())
    running.close()
    assert int(head[5], 16) == 1 | 2 | 16 | 256 | 512
    assert windows[0, 0] == 4
    text = (tmp_path / "run.jsonl").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text
    first, *_, unequal, last = lines(tmp_path / "run.jsonl")
    assert first["norm"] is first["loss"] is None
    assert first["part_norms"] == [None, None]
    assert unequal["weights"] == [0.5, 0.5]
    assert "weights" not in last


def test_a_loss_that_is_missing_leaves_the_others(log: Any, tmp_path: Path) -> None:
    """In the link as in the file; where none is known there is none."""
    running, nothing = log(), float("nan")
    for k in range(60):
        loss = [nothing if k % 7 == 0 else 1 / (k + 1), None, float("inf") if k == 45 else k][
            k // 20
        ]
        running.add([4, 4], [2.0 + k % 3, 3.0], 1.0 + k % 2, loss, 0.1 if k > 2 else None)
        running.tick(bool)
    _head, windows = unpacked(running.link())
    running.close()
    cut = windows_of(reading.read_log((tmp_path / "run.jsonl").read_bytes()))
    losses: list[Any] = [np.mean([1 / (k + 1) for k in range(20) if k % 7]), nothing]
    losses += [np.mean([k for k in range(40, 60) if k != 45])]
    for found in (cut.loss, windows[:, 7]):
        np.testing.assert_allclose(found, losses, rtol=1e-6)
    for found in (cut.lr, windows[:, 8]):
        np.testing.assert_allclose(found, [0.1] * 3, rtol=1e-6)


def test_at_most_a_twentieth_of_the_time_is_spent(
    log: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    running = log(every=None)
    now, spent, ahead, steps = 0.0, 0.0, 0.0, 3000
    monkeypatch.setitem(type(running).tick.__globals__, "perf_counter", lambda: now)

    def wait() -> None:
        """The device works off what Python has given it."""
        nonlocal now, ahead
        now, ahead = now + ahead, 0.0

    for _ in range(steps):
        ahead += 1.0
        if running.measuring:
            ahead += 0.47
            spent += 0.47
            running.add([4, 4], [1.0, 2.0], 0.5, 0.0, 0.1)
        running.tick(wait)
    running.close()
    assert running.every == 10
    assert spent < 0.05 * steps
    assert "one step in 10, in 4.7% of the time" in capsys.readouterr().out


def test_a_file_holds_no_more_than_the_page_takes(log: Any, tmp_path: Path) -> None:
    running = log()
    for _ in range(40):
        running.add([1] * 20_000, [1.0, 2.0] * 10_000, 0.5)
        running.tick(bool)
    assert unpacked(running.link())[1][:, 0].tolist() == [20, 20]
    running.close()
    path = tmp_path / "run.jsonl"
    assert path.stat().st_size < 5_100_000
    assert json.loads(path.read_text().splitlines()[-1])["step"] < 39
