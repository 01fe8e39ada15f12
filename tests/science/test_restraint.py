"""Weight decay and clipping against a plain loop, in every rule, on two weights and on many."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.optimizers import OPTIMIZERS, default_learning_rate
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.restraint import FREE, Restraint
from app.science.trajectories import Trajectories
from app.science.two_weights import FEW
from tests.science.textbook import TEXTBOOK

N = 70
SETTINGS = {
    "coupled": Restraint(0.3),
    "decoupled": Restraint(0.3, "decoupled"),
    "clip": Restraint(clip=0.4),
    "all": Restraint(0.3, "decoupled", 0.4),
    "both": Restraint(0.3, "coupled", 0.4),
}
# Features, examples one by one and in arrays, tilts.
PROBLEMS = ("least-squares", "tanh-neuron", "himmelblau")


def planned(problem: Any, batch_size: int, restraint: Restraint, **changes: Any) -> Plan:
    given = {"learning_rate": 0.01, "remainder": "weight", "lr_schedule": "inverse", **changes}
    return make_plan(
        examples=problem.size,
        batch_size=batch_size,
        budget=Budget(epochs=2),
        restraint=restraint,
        **given,
    )


def plain_path(problem: Problem, plan: Plan, rule: Any, replica: int) -> tuple[FloatArray, int]:
    """The path, and how often its gradient was cut."""
    held, rng = plan.restraint, np.random.default_rng([0, replica])
    w, path, cut, u = np.array(problem.surface.start), [], 0, 0
    while u < plan.updates:
        order = np.arange(N) if plan.batch_size == N else rng.permutation(N)
        for first in range(0, N, plan.batch_size):
            batch, rate = order[first : first + plan.batch_size], plan.rates[u]
            columns = [column[batch] for column in problem.columns]
            g = np.array([np.mean(p) for p in problem.surface.loss.gradient(w[0], w[1], columns)])
            g *= len(batch) / plan.batch_size
            if held.clip and np.linalg.norm(g) > held.clip:
                g, cut = g * held.clip / np.linalg.norm(g), cut + 1
            if held.decay == "coupled":
                g = g + held.weight_decay * w
            else:
                w = w * (1 - rate * held.weight_decay)
            w, u = w + rule(g, rate), u + 1
            path.append(w)
    return np.array(path), cut


def ran(problem: Problem, plan: Plan, optimizer: str, replicas: int) -> Trajectories:
    start = problem.surface.start
    return run(problem, plan, OPTIMIZERS[optimizer](), start, generators(0, replicas))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_paths_are_the_plain_loops(setting: str, optimizer: str) -> None:
    restraint = SETTINGS[setting]
    for name in PROBLEMS:
        problem = build_problem(SURFACES[name], N)
        rate = default_learning_rate(problem.surface, optimizer) / 10
        for batch_size, last in ((1, 0), (8, 0), (32, FEW), (1, FEW), (N, 0)):
            plan = planned(problem, batch_size, restraint, learning_rate=rate)
            made = ran(problem, plan, optimizer, last + 1)
            path, cut = plain_path(problem, plan, TEXTBOOK[optimizer](), last)
            np.testing.assert_allclose(made.theta[:, 1:, last].T, path, rtol=1e-9, atol=1e-9)
            assert (0 if made.clipped is None else made.clipped[last]) == cut


def test_what_holds_nothing_back_changes_no_bit() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    plan = planned(problem, 8, FREE)
    far = replace(plan, restraint=Restraint(clip=1e12))
    free, held = (ran(problem, each, "adam", 3) for each in (plan, far))
    np.testing.assert_array_equal(free.theta, held.theta)
    assert free.clipped is None
    assert held.clipped is not None
    assert not held.clipped.any()


def test_a_gradient_of_zero_is_not_cut() -> None:
    assert Restraint(clip=1.0).held(np.ones(2), np.zeros(2)).tolist() == [0, 0]


def test_a_network_is_held_over_all_its_weights() -> None:
    spec, network = NetworkSpec(examples=N, hidden=(4,)), NetworkSpec(hidden=(4,)).network
    for restraint in SETTINGS.values():
        plan = planned(spec_size(spec), 16, restraint, learning_rate=0.1)
        trained = train(Training(spec=spec, plan=plan, optimizer="adam", replicas=range(2)))
        for r in range(2):
            rng, rows = np.random.default_rng([0, r]), spec.rows(spec.split(r).train)
            w, rule, u, cut = spec.weights(r), TEXTBOOK["adam"](), 0, 0
            while u < plan.updates:
                order = rng.permutation(N)
                for first in range(0, N, 16):
                    batch, rate = order[first : first + 16], plan.rates[u]
                    g = network.gradient(w[None], rows.x[None, batch], rows.y[None, batch])[0]
                    g = g * len(batch) / 16
                    if restraint.clip and (norm := np.linalg.norm(g)) > restraint.clip:
                        g, cut = g * restraint.clip / norm, cut + 1
                    g = g + restraint.coupled * w
                    w = w * (1 - rate * restraint.decoupled) + rule(g, rate)
                    u += 1
            np.testing.assert_allclose(trained.weights[-1, r], w, rtol=1e-9, atol=1e-9)
            assert (0 if trained.clipped is None else trained.clipped[r]) == cut


def spec_size(spec: NetworkSpec) -> Any:
    return type("Sized", (), {"size": spec.examples})


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("weight_decay", {"weight_decay": -1.0}),
        ("weight_decay", {"weight_decay": float("nan")}),
        ("decay", {"decay": "both"}),
        ("clip", {"clip": 0.0}),
        ("clip", {"clip": float("inf")}),
    ],
)
def test_what_is_refused(name: str, given: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=name):
        Restraint(**given)
