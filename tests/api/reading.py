"""Answers as a notebook reads them."""

import base64
import json
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

import httpx
import numpy as np
from numpy.typing import NDArray

from app.api.queries.logged import EXAMPLE
from app.api.queries.run import RunQuery
from app.figures import figure
from app.science.problems import SURFACES
from tests.science.logged.links import MISTAKEN
from tests.science.logged.made import text

SWEEP = {
    "surface": "bowl",
    "examples": 32,
    "replicas": 4,
    "epochs": 4,
    "target": 0.5,
    "batch_size": [4, 8],
}
NETWORK: dict[str, Any] = {
    "examples": 40,
    "hidden": "4",
    "replicas": 3,
    "learning_rate": [0.2, 0.4],
}
NETWORK_GAP = {**NETWORK, "batch_size": [8, "full"], "epochs": 10, "updates": 60}
NETWORK_STEPS = {**NETWORK, "batch_size": [2, 8, "full"], "target": 0.25, "updates": 200}
TRAINED = {**NETWORK, "learning_rate": 0.3, "updates": 60, "batch_size": [8, "full"]}
BRIEF = {"examples": 40, "epochs": 2}
# Small ones of the figures whose default answer takes long.
QUICK: dict[str, dict[str, Any]] = {
    **{
        f"network-{name}": TRAINED
        for name in ("plane", "moment", "boundary", "curves", "sharpness", "noise")
    },
    "network-gap": NETWORK_GAP,
    "network-steps": NETWORK_STEPS,
    **{f"tradeoff-{name}": SWEEP for name in ("updates", "examples", "pareto", "rates")},
    **dict.fromkeys(("loss", "turning", "noise-along", "instruments"), BRIEF),
    **{name: {**BRIEF, "replicas": 3} for name in ("orders", "local-sgd", "accumulation")},
    "printed-loss": {**BRIEF, "epochs": 5},
    "tradeoff-annealing": {**BRIEF, "batch_size": 4},
    "tradeoff-escape": {**BRIEF, "batch_size": [1, 8], "replicas": 10},
    "tradeoff-floor": {"batch_size": [4], "optimizer": ["sgd", "adam"]},
    "tradeoff-map": {"examples": 40, "epochs": 2, "replicas": 4},
    "tradeoff-range-test": {"examples": 40, "updates": 30, "replicas": 4},
    # Of 3 there are too many batches to make them all.
    "batch-statistics": {"examples": 200, "draws": 30, "batch_size": [1, 2, 8, "full"]},
    **{name: {"examples": 40, "draws": 30} for name in ("noise-law", "largest-rate")},
    "running-statistics": {"examples": 33, "batch_size": [2, 10, "full"]},
    "last-batch": {"examples": 101, "batch_size": 20},
    **{f"logged-{name}": {"log": EXAMPLE} for name in ("noise", "advice")},
}

Get: TypeAlias = Callable[..., httpx.Response]

# What is sent to the endpoints that take a body.
SENT = {
    "/api/v1/points": b"x,y,side\n1,2,a\n2,1,b\n3,4,a\n,5,b\n",
    "POST /api/v1/logged": text(MISTAKEN, notes=["dropout"]),
}


def reach(get: Get, url: str, **headers: str) -> httpx.Response:
    """The answer of any endpoint, one that takes a body or none."""
    address = url.removeprefix("POST ")
    posted = url[: -len(address)]
    content = SENT.get(posted + urlsplit(address).path)
    if content is None:
        return get(url, **headers)
    return get(address, "POST", content, **{"content_type": "text/csv", **headers})


def parse(text: str, kind: Callable[..., Any] = dict) -> Any:
    """JSON, in which nothing is NaN or infinite; its objects of a kind."""

    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} in JSON")

    return json.loads(text, parse_constant=no_constant, object_hook=kind)


class Figure(dict[str, Any]):
    """A part of a figure's JSON, read as Plotly's own objects are; what is not set is empty.

    Plotly's validate every property again, which takes a hundred times as long; that they take what
    is sent is seen with one of each (`tests/api/figures/test_contracts.py`).
    """

    def __getattr__(self, name: str) -> Any:
        return self.get(name, Figure())


def as_read(drawn: figure.Figure) -> Figure:
    """A figure that was not sent, its arrays as they are."""
    return Figure(data=_parts(drawn.data), layout=_parts(drawn.layout))


def _parts(part: Any) -> Any:
    if isinstance(part, dict):
        return Figure({name: _parts(value) for name, value in part.items()})
    return [_parts(value) for value in part] if isinstance(part, list) else part


def ask(get: Get, figure: str, **query: Any) -> Figure:
    reply = get(f"/api/v1/figures/{figure}?" + urlencode(query, doseq=True))
    assert reply.status_code == 200, reply.text
    read: Figure = parse(reply.text, Figure)
    return read


def quick(path: str, **more: Any) -> str:
    """The URL of a figure that is soon made."""
    return f"{path}?" + urlencode(QUICK.get(path.rpartition("/")[2], {}) | more, doseq=True)


def numbers(values: Any) -> NDArray[np.float64]:
    """The numbers of a trace, which Plotly packs as base64."""
    if not isinstance(values, dict):
        return np.asarray(values, float)
    packed = np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).astype(float)
    shape = [int(n) for n in str(values.get("shape", "-1")).split(",")]
    return packed.reshape(shape)


def traces(figure: Figure, role: str) -> list[Any]:
    """Those of one role, those of a run in its order."""
    found = [trace for trace in figure.data if (trace.meta or {}).get("role") == role]
    return sorted(found, key=lambda trace: trace.meta.get("run", 0))


def allowed(surface: str, sampling: str) -> str:
    """A sampling, or the default where the surface's examples have no label, or class, for it."""
    known = SURFACES.get(surface)
    has = {"sorted": known and known.label, "balanced": known and known.classes}
    return sampling if has.get(sampling, True) else "reshuffle"


# Weight decay and clipping, each alone and together.
HELD: list[dict[str, Any]] = [
    {"weight_decay": 0.3, "clip": 0.5},
    {"weight_decay": 0.3, "decay": "decoupled", "clip": 0.5, "remainder": "weight"},
    {"weight_decay": 0.3, "decay": "decoupled", "lr_schedule": "cosine"},
]


def effective(query: dict[str, Any]) -> dict[str, Any]:
    """A run's parameters without those that have no effect on it, which would be refused."""
    if "sampling" in query:
        surface = query.get("surface", RunQuery.model_fields["surface"].default)
        query = {**query, "sampling": allowed(surface, query["sampling"])}
        if query["sampling"] == "poisson":
            query.pop("remainder", None)
            query.pop("accumulate", None)
            if "examples_seen" in query:
                query["sampling"] = "reshuffle"
    return RunQuery.having_effect(query)
