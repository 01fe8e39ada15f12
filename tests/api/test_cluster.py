"""The same tasks on a real Dask cluster, one of whose workers is killed meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

QUERY = (
    "/api/v1/tradeoff?surface=tanh-neuron&examples=200&replicas=32&epochs=50&target=0.01"
    "&batch_size=1&batch_size=2&batch_size=8&batch_size=32&batch_size=full"
)

# In a process of its own: distributed keeps threads, loops and warnings to itself.
CLUSTER = """
import os, sys
from distributed import Client, LocalCluster

def main():
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            print(cluster.scheduler_address, *client.run(os.getpid).values(), flush=True)
        sys.stdin.read()

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(not find_spec("distributed"), reason="distributed is not installed")
def test_a_sweep_on_a_cluster(
    serve: Callable[..., Any], get: Callable[..., httpx.Response], tmp_path: Path
) -> None:
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as cluster:
        assert cluster.stdout
        address, *pids = cluster.stdout.readline().split()
        assert len(pids) == 2
        served = serve("--port", "0", "--dask", address)
        with httpx.stream(
            "GET", served.url + QUERY, headers={"Accept": "text/event-stream"}, timeout=120
        ) as reply:
            text = reply.iter_text()
            said = next(text)
            os.kill(int(pids[0]), signal.SIGKILL)
            said += "".join(text)
        whole = httpx.get(served.url + QUERY, timeout=120)
        code, _, _ = served.stop(signal.SIGTERM)
        assert cluster.stdin
        cluster.stdin.close()
        assert cluster.wait(60) == 0
    assert code == 0
    assert "event: result" in said
    assert whole.content == get(QUERY).content
