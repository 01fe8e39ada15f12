"""What the engine is measured beside: a way of doing the same a file."""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from benchmarks.workloads import Call, Work

MODULES = ("numba_loop", "naive", "torch_loop", "sklearn_loop")


class Peer(NamedTuple):
    """Another way of doing a workload.

    Attributes:
        name: for people, and in the targets.
        prepare: from a workload to what does it, None where the peer does not apply. All that
            is done once and for all, such as compiling, is done here and not timed.
        limit: the size of work up to which it is timed; of more it does a part, and its time is
            scaled.
        floor: whether it is the practical floor, which ours is to come near, and not a rival.
    """

    name: str
    prepare: Callable[[Work], Call | None]
    limit: int | None = None
    floor: bool = False


def installed() -> tuple[tuple[Peer, ...], tuple[str, ...]]:
    """The peers that can run here, and the packages missing for the others."""
    peers: list[Peer] = []
    missing: list[str] = []
    for name in MODULES:
        try:
            peers += import_module(f"{__name__}.{name}").PEERS
        except ModuleNotFoundError as error:
            missing.append(str(error.name))
    return tuple(peers), tuple(missing)
