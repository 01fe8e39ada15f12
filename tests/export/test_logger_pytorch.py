"""PyTorch's loggers, run as served, against the network's exact noise scale."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.logged_runs import Truth, holds, lines, served, truth
from tests.export.reproducing import Get

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

MICRO = ("pytorch", "micro-batches", "own")
EXAMPLES = ("pytorch", "examples", "own")
NEAR = 1e-10


@pytest.fixture(autouse=True)
def _in_double_precision() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture(scope="module")
def known() -> Truth:
    return truth()


def network(known: Truth) -> Any:
    """The network at its first weights."""
    made = []
    for layer in known.layers:
        linear = torch.nn.Linear(layer.shape[1] - 1, layer.shape[0])
        linear.weight.data, linear.bias.data = (
            torch.tensor(each) for each in (layer[:, :-1], layer[:, -1])
        )
        made += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*made[:-1])


def mean_loss(model: Any, known: Truth, chosen: Any) -> Any:
    x, y = torch.tensor(known.rows.x[chosen, :-1]), torch.tensor(known.rows.y[chosen])
    return ((model(x) - y) ** 2).sum(dim=1).mean() / 2


def gradient(model: Any, loss: Any) -> Any:
    """In one row."""
    weights = [p for p in model.parameters() if p.requires_grad]
    return torch.cat([g.ravel() for g in torch.autograd.grad(loss, weights)])


def test_micro_batches_of_any_size(get: Get, tmp_path: Path, known: Truth) -> None:
    """Unequal parts, a loss scale, and clipping afterwards; half of the steps are not measured."""
    log_of = served(get, tmp_path, MICRO).MicroBatches
    model, plain = network(known), network(known)
    rng, sizes, scale, rate = np.random.default_rng(0), [3, 5, 8, 2], 1024.0, 0.05
    told = torch.optim.SGD(model.parameters(), rate)
    bare = torch.optim.SGD(plain.parameters(), rate)
    log = log_of(model, told, tmp_path / "run.jsonl", every=2)
    exact = []
    for k in range(6):
        parts = [rng.integers(200, size=size) for size in sizes]
        if k % 2 == 0:
            own = [gradient(plain, mean_loss(plain, known, part)) for part in parts]
            mean = sum(b * g / 18 for b, g in zip(sizes, own, strict=True))
            exact.append(([float(g @ g) for g in own], float(mean @ mean)))
        for each, optimizer in ((model, told), (plain, bare)):
            optimizer.zero_grad()
            for part, size in zip(parts, sizes, strict=True):
                loss = mean_loss(each, known, part)
                (loss * size / 18 * scale).backward()
                if each is model:
                    log.part(size, loss, size / 18)
            for p in each.parameters():
                p.grad /= scale
            torch.nn.utils.clip_grad_norm_(each.parameters(), 0.1)
            if each is model:
                log.step(scale)
            optimizer.step()
    log.close()
    steps = lines(tmp_path / "run.jsonl")
    assert [step["step"] for step in steps] == [0, 2, 4]
    for step, (squares, norm) in zip(steps, exact, strict=True):
        np.testing.assert_allclose(step["part_norms"], squares, rtol=NEAR)
        np.testing.assert_allclose(step["norm"], norm, rtol=NEAR)
        assert (step["examples"], step["lr"], "weights" in step) == (sizes, rate, False)
    # Logging leaves training as it is, to the last bit.
    for one, other in zip(model.parameters(), plain.parameters(), strict=True):
        assert torch.equal(one, other)


def test_three_ways_hold_the_exact_noise_scale(get: Get, tmp_path: Path, known: Truth) -> None:
    """Two of them here; ranks are processes of their own."""
    model, rng = network(known), np.random.default_rng(1)
    optimizer = torch.optim.SGD(model.parameters(), 0.0)
    log = served(get, tmp_path, MICRO).MicroBatches(model, optimizer, tmp_path / "a", every=1)
    for _ in range(400):
        for size in (3, 5, 8, 2):
            loss = mean_loss(model, known, rng.integers(200, size=size))
            (loss * size / 18).backward()
            log.part(size, loss, size / 18)
        log.step()
        optimizer.zero_grad()
    log.close()
    holds(tmp_path / "a", known.noise_scale)
    log = served(get, tmp_path, EXAMPLES).Examples(model, optimizer, tmp_path / "b", every=1)
    for _ in range(200):
        loss = mean_loss(model, known, rng.integers(200, size=18))
        loss.backward()
        log.step(18, loss)
        optimizer.zero_grad()
    log.close()
    holds(tmp_path / "b", known.noise_scale)


@pytest.mark.parametrize("mistake", ["twice", "other weights"])
@pytest.mark.parametrize("optimizer", ["SGD", "AdamW"])
def test_what_is_no_part_is_refused(
    get: Get, tmp_path: Path, known: Truth, mistake: str, optimizer: str
) -> None:
    """A gradient taken twice; parts of successive steps, whose weights differ."""
    model = network(known)
    made = getattr(torch.optim, optimizer)(model.parameters(), 0.1)
    log = served(get, tmp_path, MICRO).MicroBatches(model, made, tmp_path / "run.jsonl")
    for _ in range(2):
        loss = mean_loss(model, known, [0, 1])
        if mistake == "twice":
            gradient(model, mean_loss(model, known, [0, 1]))
        loss.backward()
        log.part(2, loss, 0.5)
        if mistake == "other weights":
            made.step()
    with pytest.raises(RuntimeError, match="taken twice, or at other weights"):
        log.step()
    log.close()


def of_words() -> tuple[Any, Any]:
    """Sequences of words, one of them padding."""
    model = torch.nn.Sequential(
        torch.nn.Embedding(7, 5, padding_idx=2), torch.nn.Linear(5, 4), torch.nn.Tanh(),
        torch.nn.Linear(4, 40, bias=False), torch.nn.Tanh(), torch.nn.Linear(40, 41),
    )  # fmt: skip
    return model, torch.randint(7, (6, 5))


def of_pictures() -> tuple[Any, Any]:
    """Convolutions of all kinds."""
    model = torch.nn.Sequential(
        torch.nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), torch.nn.ReLU(inplace=True),
        torch.nn.Conv2d(6, 6, (3, 2), padding="same", dilation=2, bias=False), torch.nn.Tanh(),
        torch.nn.Conv2d(6, 30, 2, padding=1, padding_mode="reflect"), torch.nn.Flatten(),
        torch.nn.Linear(30 * 36, 3),
    )  # fmt: skip
    return model, torch.randn(5, 4, 10, 9)


@pytest.mark.parametrize("made", [of_words, of_pictures])
def test_ghost_norms_are_those_of_single_examples(
    get: Get, tmp_path: Path, made: Callable[[], tuple[Any, Any]]
) -> None:
    model, x = made()
    log = served(get, tmp_path, EXAMPLES).Examples(
        model, torch.optim.Adam(model.parameters()), tmp_path / "run.jsonl", every=1
    )
    own = [gradient(model, (model(x[k : k + 1]) ** 2).mean()) for k in range(len(x))]
    log.seen.clear()
    loss = (model(x) ** 2).mean()
    (loss * 64).backward()
    log.step(len(x), loss, scale=64.0)
    log.close()
    (step,) = lines(tmp_path / "run.jsonl")
    exact = torch.stack(own)
    np.testing.assert_allclose(step["mean_part_norm"], (exact**2).sum(dim=1).mean(), rtol=NEAR)
    np.testing.assert_allclose(step["norm"], (exact.mean(dim=0) ** 2).sum(), rtol=NEAR)
    assert step["examples"] == [len(x)]


def test_what_has_no_ghost_norm(get: Get, tmp_path: Path) -> None:
    made = served(get, tmp_path, EXAMPLES).Examples
    linear = torch.nn.Linear(3, 3)
    model = torch.nn.Sequential(linear, torch.nn.LayerNorm(3), torch.nn.Dropout(), linear)
    log = made(model, torch.optim.SGD(model.parameters(), 0.1), tmp_path / "run.jsonl")
    loss = model(torch.ones(2, 3)).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="used twice"):
        log.step(2, loss)
    log.close()
    assert '"notes": ["dropout", "left-out-6-weights"]' in (tmp_path / "run.jsonl").read_text()


RANKS = """
import sys
import torch
import torch.distributed as dist
import torch.multiprocessing as processes


def gradients(model, x, y):
    model.zero_grad()
    ((model(x) - y) ** 2).mean().backward()
    return torch.cat([p.grad.ravel() for p in model.parameters()])


def run(rank, meeting):
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=2)
    torch.set_num_threads(1)
    for sharded in (False, True):
        train(rank, f"{meeting}-{sharded}.jsonl", sharded)
    dist.destroy_process_group()


def train(rank, path, sharded):
    torch.manual_seed(0)
    layers = [torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1)]
    model = torch.nn.Sequential(*layers)
    alone = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
    alone.load_state_dict(model.state_dict())
    if sharded:
        from batchscape_pytorch_fully_shard import Ranks
        from torch.distributed.fsdp import fully_shard

        for layer in (layers[0], layers[2], model):
            fully_shard(layer)
            layer.set_force_sum_reduction_for_comms(True)
    else:
        from batchscape_pytorch_ranks import Ranks

        model = torch.nn.parallel.DistributedDataParallel(model, bucket_cap_mb=1e-4)
    log = Ranks(model, torch.optim.SGD(model.parameters(), 0.1), path, every=1)
    for step in range(3):
        x = torch.randn(2, 6, 2, generator=torch.Generator().manual_seed(step))
        y = x[..., :1] ** 2
        model.zero_grad()
        loss = ((model(x[rank]) - y[rank]) ** 2).mean()
        loss.backward()
        log.step(6, loss)
        own = torch.stack([gradients(alone, *both) for both in zip(x, y)]).double()
        if rank == 0:
            print("exact", *(own**2).sum(1).tolist(), float((own.mean(0) ** 2).sum()))
    log.close()


if __name__ == "__main__":
    processes.start_processes(run, (sys.argv[1],), 2, start_method="fork")
"""


def test_ranks_that_are_averaged_or_sharded(get: Get, tmp_path: Path) -> None:
    """Two processes over gloo; of sharded parameters squares are summed."""
    for loop in ("own", "fully-shard"):
        served(get, tmp_path, ("pytorch", "ranks", loop))
    script = tmp_path / "train.py"
    script.write_text(RANKS)
    command = [sys.executable, "-W", "ignore", str(script), str(tmp_path / "met")]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert found.returncode == 0, found.stderr
    told = [line.split()[1:] for line in found.stdout.splitlines() if line.startswith("exact")]
    exact = np.array(told, float).reshape(2, 3, 3)
    assert found.stdout.count("/your-run?log=log2.pytorch.sgd.ranks") == 2
    for sharded, numbers in zip((False, True), exact, strict=True):
        for step, (*squares, norm) in zip(
            lines(tmp_path / f"met-{sharded}.jsonl"), numbers, strict=True
        ):
            np.testing.assert_allclose(step["part_norms"], squares, rtol=1e-5)
            np.testing.assert_allclose(step["norm"], norm, rtol=1e-5)
            assert step["examples"] == [6, 6]
