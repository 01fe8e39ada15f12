"""Results that several processes share."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from app.web.shared import Shared


def never() -> Any:
    raise AssertionError


def test_one_computes_for_all(tmp_path: Path) -> None:
    ours, theirs = Shared(tmp_path), Shared(tmp_path)
    assert ours.get(("a", 1), lambda: [1, None]) == [1, None]
    assert theirs.get(("a", 1), never) == [1, None]
    assert ours.get(("none",), lambda: None) is None
    assert theirs.get(("none",), never) is None


def test_another_waits_for_what_is_under_way(tmp_path: Path) -> None:
    begun, go = Event(), Event()

    def compute() -> str:
        begun.set()
        assert go.wait(120)
        return "once"

    with ThreadPoolExecutor() as threads:
        first = threads.submit(Shared(tmp_path).get, "key", compute)
        assert begun.wait(120)
        second = threads.submit(Shared(tmp_path).get, "key", never)
        assert Shared(tmp_path).get("other key", lambda: "at once") == "at once"
        assert not second.done()
        go.set()
        assert (first.result(120), second.result(120)) == ("once", "once")


def test_a_failure_is_its_own_alone(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        Shared(tmp_path).get("key", never)
    assert Shared(tmp_path).get("key", lambda: 1) == 1


def test_a_process_that_is_killed_holds_up_nobody(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.web.shared import Shared\n"
        "Shared(Path(sys.argv[1])).get('key', lambda: (print(flush=True), time.sleep(600)))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()
    assert Shared(tmp_path).get("key", lambda: 1) == 1


def test_the_oldest_are_dropped_for_others(tmp_path: Path) -> None:
    shared = Shared(tmp_path, limit=2500)
    for key in ("a", "b"):
        shared.get(key, lambda: b"." * 1000)
    for age, file in enumerate(sorted(tmp_path.iterdir())):
        os.utime(file, (time.time() - 100 - age,) * 2)
    assert len(shared.get("a", never)) == 1000  # now the newest
    shared.get("c", lambda: b"." * 1000)
    assert len(shared.get("a", never)) == 1000
    assert shared.get("b", lambda: "anew") == "anew"
    assert len(list(tmp_path.iterdir())) <= 2 * 3
