"""A rule's formula in the names by which it is told."""

from typing import Any

import pytest

from app.science.formulas.graph import symbol
from app.science.formulas.told import exchanged, told
from app.science.formulas.write import expression
from app.science.optimizers import OPTIMIZERS
from tests.science.formulas.graphs import X, Y


def text(name: str) -> dict[str, str]:
    found = OPTIMIZERS[name].told
    parts = {**found.moments, **found.corrections, "-": found.subtracted}
    return {of: expression(part, "numpy", {}) for of, part in parts.items()}


def test_rules_as_papers_have_them() -> None:
    assert text("nesterov") == {"v": "momentum * v + g", "-": "rate * (g + momentum * v)"}
    assert text("adam") == {
        "m": "beta1 * m + (1 - beta1) * g",
        "s": "beta2 * s + (1 - beta2) * g * g",
        "m_hat": "m / (1 - beta1 ** t)",
        "s_hat": "s / (1 - beta2 ** t)",
        "-": "rate * m_hat / (np.sqrt(s_hat) + eps)",
    }


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_are_counted_where_a_formula_needs_it(name: str) -> None:
    found = OPTIMIZERS[name].told
    assert found.counted == (name == "adam")
    assert list(found.moments) == list(OPTIMIZERS[name].moments)


def test_what_begins_elsewhere_is_no_power() -> None:
    def rule(state: Any, g: Any, rate: Any, share: Any) -> Any:
        return -rate * g * (share * state), share * state

    assert told(rule, ("share",), (1.0,), ()).counted
    assert not told(rule, ("share",), (2.0,), ("m",)).counted
    with pytest.raises(ValueError, match="zip"):
        told(rule, ("share",), (2.0,), ())


def test_a_step_of_what_was_kept_before() -> None:
    with pytest.raises(ValueError, match="from then on"):
        told(lambda v, g, rate: (-rate * v, v + g), (), (0.0,), ("v",))


def test_parts_are_exchanged_whole() -> None:
    z = symbol("z")
    assert exchanged((X + Y) * X, {X + Y: z}) is z * X
    assert exchanged(X * Y, {}) is X * Y
