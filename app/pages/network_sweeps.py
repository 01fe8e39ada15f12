"""The sweeps of a network's page: what is asked, and how long it takes at the first settings."""

from typing import Any
from urllib.parse import urlencode

from app.api.compute.network_sweeps import gap_sweep, steps_sweep
from app.api.queries.network import NetworkQuery
from app.api.queries.network_sweeps import NetworkGapQuery, NetworkStepsQuery
from app.api.queries.parameters import FULL
from app.science.networks.gap import GapSweep
from app.science.networks.steps import StepsSweep

# Runs so long that a small batch and the full one come apart: at fewer updates they do not yet.
SIZE, UPDATES, REPLICAS = 8, 8000, 32
LATE = {"updates": UPDATES, "replicas": REPLICAS, "batch_size": [SIZE, FULL]}


def late() -> dict[str, Any]:
    """What is asked of runs that go far beyond their best, at one learning rate."""
    rate = NetworkQuery.model_validate({}).own["learning_rate"]
    sweep = gap_sweep(NetworkGapQuery.model_validate(LATE | {"learning_rate": [rate]}))
    return {
        "query": urlencode(LATE, doseq=True),
        "size": SIZE,
        "updates": f"{UPDATES:,}",
        "replicas": REPLICAS,
        "seconds": _seconds(sweep),
    }


def seconds() -> dict[str, int]:
    """Of each sweep, by the name of its figure: of one core, about."""
    return {
        "network-gap": _seconds(gap_sweep(NetworkGapQuery.model_validate({}))),
        "network-steps": _seconds(steps_sweep(NetworkStepsQuery.model_validate({}))),
    }


def _seconds(sweep: GapSweep | StepsSweep) -> int:
    """As long as it may take, to one figure or two."""
    return int(float(f"{sweep.needed:.1g}"))
