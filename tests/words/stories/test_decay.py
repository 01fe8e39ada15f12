"""The story of coupled decay: true over twenty seeds, by where decay and gradient balance."""

import numpy as np
import pytest

from app.science.arrays import FloatArray

from .told import SEEDS, tell, told

DECAY = 0.3


@pytest.fixture(scope="module")
def balances() -> dict[str, float]:
    """Lengths of the weights where decay balances the mean gradient, each over Adam's root."""
    x, y = told("coupled-decay", 0).runs[0][0].problem.columns
    design = np.stack([np.ones_like(x), x])
    n = len(x)
    hessian, slope = design @ design.T / n, design @ y / n

    def length(at: FloatArray) -> float:
        return float(np.hypot(*at))

    found = {"coupled": length(np.asarray(np.linalg.solve(hessian + DECAY * np.eye(2), slope)))}
    for size in (1, 8):
        theta = np.zeros(2)
        for _ in range(200):
            each = design * (theta @ design - y)
            square = each.mean(axis=1) ** 2 + each.var(axis=1) / size * (n - size) / (n - 1)
            balance = hessian + DECAY * np.diag(np.sqrt(square))
            theta = (theta + np.linalg.solve(balance, slope)) / 2
        found[f"decoupled {size}"] = length(theta)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_coupled_decay_comes_to_one_point(balances: dict[str, float], seed: int) -> None:
    one, eight, alone, larger = told("coupled-decay", seed).read(
        "With coupled decay Adam comes to weights of length # at B = 1; # at B = 8. It is divided "
        "by the same root as the gradient, so the two balance at one point. With decoupled decay, "
        "# at B = 1; # at B = 8. It is not divided, so it weighs more where gradients are larger, "
        "at small batches."
    )
    assert [one, eight] == pytest.approx([balances["coupled"]] * 2, rel=0.02)
    # Of few updates, Adam's root still has some of the long gradients of the way.
    assert alone == pytest.approx(balances["decoupled 1"], rel=0.02)
    assert larger == pytest.approx(balances["decoupled 8"], rel=0.05)
    assert alone < one < larger


def test_it_is_told_where_it_is_not_so() -> None:
    sgd = tell("coupled-decay", optimizer="sgd", replicas=2)
    assert sgd.startswith("To SGD both decays are the same")
    assert "root" not in tell("coupled-decay", optimizer="sgd", weight_decay=9, replicas=2)
    same = tell("coupled-decay", batch_size=[8], replicas=2)
    assert "at small batches" not in same
    assert "nothing to compare" in tell("coupled-decay", optimizer="sgd", learning_rate=9)
