"""Scripts run as a reader would run them, beside what the API says."""

import csv
import io
import json
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from app.export.templates import filename

Get: TypeAlias = Callable[..., httpx.Response]
Array: TypeAlias = NDArray[np.float64]

NEAR = 1e-9
PACKAGES = {"numpy": "numpy", "pytorch": "torch", "keras": "keras"}


def code(get: Get, library: str, of: str = "", **query: Any) -> str:
    """A script of two weights, or of a ``network``."""
    reply = get(f"/api/v1/{of and f'{of}/'}code/{library}?" + urlencode(query, doseq=True))
    assert reply.status_code == 200, reply.text
    return reply.text


def run(get: Get, library: str, directory: Path, of: str = "", **query: Any) -> dict[str, Any]:
    """What a script has in its variables after it has run on a downloaded file, if it needs one."""
    script, examples = directory / filename(library, of), directory / "examples.csv"
    text = code(get, library, of, **query)
    script.write_text(text, encoding="utf-8")
    for link in re.findall("^EXAMPLES = (.*)$", text, re.M):
        examples.write_text(get(json.loads(link)).text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(script), str(examples)])
        return runpy.run_path(str(script))


def exact_paths(get: Get, **query: Any) -> dict[tuple[int, int], Array]:
    """w0, w1 and loss after every update of each batch size and replica."""
    reply = get("/api/v1/paths?format=csv&" + urlencode(query, doseq=True))
    assert reply.status_code == 200, reply.text
    rows = np.array(list(csv.reader(io.StringIO(reply.text)))[1:], float)
    return {
        (int(size), int(replica)): rows[(rows[:, :2] == (size, replica)).all(axis=1)][:, 5:]
        for size, replica in np.unique(rows[:, :2], axis=0)
    }


def reproduces(get: Get, library: str, directory: Path, **query: Any) -> None:
    """A script's paths are the API's, every point of each."""
    found = run(get, library, directory, **query)
    paths = exact_paths(get, **query)
    assert set(found["paths"]) == set(paths)
    for key, path in paths.items():
        assert found["paths"][key].shape == path[:, :2].shape, key
        np.testing.assert_allclose(found["paths"][key], path[:, :2], rtol=NEAR, atol=NEAR)
    last = paths[found["batch_size"], found["replica"]]
    np.testing.assert_allclose(found["mean_loss"], last[-1, 2], rtol=NEAR, atol=NEAR)
