"""Loggers of Keras, JAX and of trainers, run as served, against the exact noise scale."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.logged_runs import Truth, estimates, holds, lines, served, truth
from tests.export.reproducing import Get

# Keras with its PyTorch backend uses an older protocol of numpy's arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")


@pytest.fixture(scope="module")
def known() -> Truth:
    return truth()


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Any:
    if "KERAS_BACKEND" not in os.environ:
        monkeypatch.setenv("KERAS_BACKEND", "torch")
    if os.environ["KERAS_BACKEND"] == "torch":
        pytest.importorskip("torch", reason="Keras runs on PyTorch here, which is not installed")
    return pytest.importorskip("keras", reason="Keras is not installed")


def test_keras_fit_by_the_optimizers_own_accumulation(
    get: Get, tmp_path: Path, keras: Any, known: Truth
) -> None:
    """Before clipping; epochs end within an update, with a smaller batch."""
    layers = [keras.layers.Dense(len(w), "tanh") for w in known.layers[:-1]]
    model = keras.Sequential([keras.Input((2,)), *layers, keras.layers.Dense(1)])
    for layer, weights in zip(model.layers, known.layers, strict=True):
        layer.set_weights([weights[:, :-1].T, weights[:, -1]])
    optimizer = keras.optimizers.SGD(0.0, gradient_accumulation_steps=4, clipnorm=0.01)
    model.compile(optimizer, loss=lambda y, f: keras.ops.sum((y - f) ** 2, axis=-1) / 2)
    chosen = np.random.default_rng(2).integers(200, size=6 * 4 * 250 - 4)
    x, y = known.rows.x[chosen, :-1], known.rows.y[chosen]
    made = served(get, tmp_path, ("keras", "micro-batches", "own")).MicroBatches
    log = made(6, tmp_path / "run.jsonl", data=len(x), every=1)
    model.fit(x, y, batch_size=6, shuffle=False, verbose=0, callbacks=[log])
    holds(tmp_path / "run.jsonl", known.noise_scale)
    steps = lines(tmp_path / "run.jsonl")
    assert len(steps) == 250
    assert [step["examples"] for step in steps[-2:]] == [[6] * 4, [6, 6, 6, 2]]
    assert steps[-1]["weights"] == [1] * 4
    # Each batch's own loss, not Keras' mean since the epoch's beginning.
    own = [
        ((y[k : k + 6] - model.predict_on_batch(x[k : k + 6])) ** 2).mean() / 2 for k in (24, 30)
    ]
    again = [
        ((y[k : k + 6] - model.predict_on_batch(x[k : k + 6])) ** 2).mean() / 2 for k in (36, 42)
    ]
    np.testing.assert_allclose(steps[1]["loss"], np.mean(own + again), rtol=1e-4)


@pytest.mark.parametrize("parts", ["micro-batches", "examples", "ranks"])
def test_jax(get: Get, tmp_path: Path, known: Truth, parts: str) -> None:
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    module = served(get, tmp_path, ("jax", parts, "own"))
    weights = [(w[:, :-1].T, w[:, -1]) for w in known.layers]

    def loss(weights: Any, x: Any, y: Any) -> Any:
        for w, b in weights[:-1]:
            x = jax.numpy.tanh(x @ w + b)
        return ((x @ weights[-1][0] + weights[-1][1] - y) ** 2).sum(axis=-1).mean() / 2

    def step(x: Any, y: Any) -> Any:
        if parts == "ranks":
            own = jax.vmap(
                lambda x, y: module.mean_and_noise(jax.grad(loss)(weights, x, y), 6, "data"),
                axis_name="data",
            )(x, y)
            return jax.tree.map(lambda each: each[0], own)
        return module.mean_and_noise(jax.vmap(jax.grad(loss), (None, 0, 0))(weights, x, y))

    train_step = jax.jit(step)
    log = module.NoiseLog("sgd", tmp_path / "run.jsonl", every=1)
    rng = np.random.default_rng(3)
    for _ in range(300):
        chosen = rng.integers(200, size=(24,) if parts == "examples" else (4, 6))
        x, y = known.rows.x[chosen, :-1], known.rows.y[chosen]
        mean, noise = train_step(x, y)
        log.step(*([] if parts == "examples" else [[6] * 4]), noise)
    log.close()
    whole = jax.grad(loss)(weights, x.reshape(24, 2), y.reshape(24, 1))
    for one, other in zip(jax.tree.leaves(mean), jax.tree.leaves(whole), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    holds(tmp_path / "run.jsonl", known.noise_scale)


@pytest.fixture
def beside(get: Get, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """PyTorch, and its logger where a trainer's finds it."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    served(get, tmp_path, ("pytorch", "micro-batches", "own"))
    monkeypatch.syspath_prepend(str(tmp_path))
    return torch


def exact_part(torch: Any, weight: Any, x: Any, y: Any) -> Any:
    w = torch.zeros_like(weight, requires_grad=True)
    loss = ((x @ w.T - y) ** 2).mean()
    return torch.autograd.grad(loss, w)[0].ravel()


@pytest.mark.filterwarnings("ignore")  # theirs
def test_lightning(get: Get, tmp_path: Path, beside: Any) -> None:
    lightning = pytest.importorskip("lightning.pytorch", reason="Lightning is not installed")
    torch = beside
    x, y = torch.randn(20, 3), torch.randn(20, 1)

    class Module(lightning.LightningModule):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(3, 1, bias=False)
            torch.nn.init.zeros_(self.linear.weight)

        def training_step(self, batch: Any, _: int) -> Any:
            return ((self.linear(batch[0]) - batch[1]) ** 2).mean()

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), 0.0)

    made = served(get, tmp_path, ("pytorch", "micro-batches", "lightning")).GradientNoise
    callback = made(tmp_path / "run.jsonl", data=20, every=1)
    quiet: dict[str, Any] = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
    }
    quiet |= {"enable_model_summary": False, "accelerator": "cpu"}
    trainer = lightning.Trainer(
        max_epochs=1,
        accumulate_grad_batches=2,
        gradient_clip_val=1e-3,
        callbacks=[callback],
        **quiet,
    )
    data = torch.utils.data.TensorDataset(x, y)
    model = Module()
    trainer.fit(model, torch.utils.data.DataLoader(data, batch_size=5))
    steps = lines(tmp_path / "run.jsonl")
    assert [step["examples"] for step in steps] == [[5, 5], [5, 5]]
    own = [exact_part(torch, model.linear.weight, x[k : k + 5], y[k : k + 5]) for k in (0, 5)]
    np.testing.assert_allclose(steps[0]["part_norms"], [float(g @ g) for g in own], rtol=1e-5)
    mean = (own[0] + own[1]) / 2
    np.testing.assert_allclose(steps[0]["norm"], float(mean @ mean), rtol=1e-5)
    np.testing.assert_allclose(steps[0]["loss"], float((y[:10] ** 2).mean()), rtol=1e-5)


@pytest.mark.filterwarnings("ignore")  # theirs
def test_transformers(get: Get, tmp_path: Path, beside: Any) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    pytest.importorskip("accelerate", reason="transformers' Trainer needs accelerate")
    torch = beside
    x, y = torch.randn(20, 3), torch.randn(20, 1)

    class Model(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(3, 1, bias=False)
            torch.nn.init.zeros_(self.linear.weight)

        def forward(self, x: Any, labels: Any) -> Any:
            return {"loss": ((self.linear(x) - labels) ** 2).mean()}

    made = served(get, tmp_path, ("pytorch", "micro-batches", "transformers")).GradientNoise
    callback = made(tmp_path / "run.jsonl", data=20, every=1)
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path / "out"), per_device_train_batch_size=5, learning_rate=0.0,
        gradient_accumulation_steps=2, num_train_epochs=1, max_grad_norm=1e-3, use_cpu=True,
        report_to=[], save_strategy="no", disable_tqdm=True, remove_unused_columns=False,
        logging_strategy="no", train_sampling_strategy="sequential",
    )  # fmt: skip
    rows = [{"x": a, "labels": b} for a, b in zip(x, y, strict=True)]
    model = Model()
    transformers.Trainer(model, arguments, train_dataset=rows, callbacks=[callback]).train()
    steps = lines(tmp_path / "run.jsonl")
    assert [step["examples"] for step in steps] == [[5, 5], [5, 5]]
    own = [exact_part(torch, model.linear.weight, x[k : k + 5], y[k : k + 5]) for k in (0, 5)]
    np.testing.assert_allclose(steps[0]["part_norms"], [float(g @ g) for g in own], rtol=1e-5)
    mean = (own[0] + own[1]) / 2
    np.testing.assert_allclose(steps[0]["norm"], float(mean @ mean), rtol=1e-5)
    assert np.isfinite(estimates(steps).trace).all()
