"""How the surfaces' adaptive learning rates were chosen: ``python -m benchmarks.rates [surface]``.

For rmsprop and adam at rates a factor 2 to 2.5 apart: how much of the start's height above the
lowest minimum is left late in the default budget, and how widely the path still jitters, at B = 1,
32 and N, below plain SGD's at its own default. One rate serves both rules. It is the one, between
those tried where need be, at which the full batch arrives under adam, whose first steps are the
shorter, and B = 1 jitters about as widely as SGD does there; where the lesson is an escape (sine
fit, robust line, six-hump camel, rastrigin, ackley, two wells), at which B = 1 leaves and the full
batch stays. `tests/science/problems/test_rates.py` holds them to it.
"""

import sys

import numpy as np

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
REPLICAS = 3
LATE = 0.9  # of the budget
POINTS = 60


def late(problem: Problem, optimizer: str, rate: float, batch_size: int) -> tuple[float, float]:
    """Median share of the start's height that is left, and the mean jitter; NaN if it diverged."""
    surface = problem.surface
    plan = make_plan(
        examples=problem.size,
        batch_size=batch_size,
        budget=Budget(epochs=surface.epochs),
        learning_rate=rate,
    )
    record = np.unique(np.linspace(LATE, 1, POINTS) * plan.updates).round().astype(np.int64)
    rngs = generators(0, REPLICAS)
    paths = run(problem, plan, OPTIMIZERS[optimizer](), surface.start, rngs, record)
    lowest = problem.minima[0].loss if problem.minima else 0.0
    left = (problem.loss(paths.w0, paths.w1) - lowest) / (problem.loss(*surface.start) - lowest)
    jitter = np.sqrt(paths.w0.var(axis=0) + paths.w1.var(axis=0))
    return float(np.median(left)), float(jitter.mean())


def main() -> None:
    """Print a table for each surface."""
    for name in sys.argv[1:] or SURFACES:
        problem = build_problem(SURFACES[name])
        surface = problem.surface
        sys.stdout.write(f"\n{name}, left (jitter) at B = 1, 32, N; {surface.epochs} epochs\n")
        adaptive = [name for name, rule in OPTIMIZERS.items() if rule.adaptive]
        tried = [("sgd", surface.learning_rate)]
        tried += [(rule, rate) for rule in sorted(adaptive) for rate in RATES]
        for rule, rate in tried:
            found = [late(problem, rule, rate, size) for size in (1, 32, problem.size)]
            cells = "  ".join(f"{left:9.4f} ({jitter:6.3f})" for left, jitter in found)
            sys.stdout.write(f"{rule:8} {rate:<6g} {cells}\n")


if __name__ == "__main__":
    main()
