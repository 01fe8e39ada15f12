"""What the tests of several pages share."""

from collections.abc import Callable

import pytest

from tests.openapi import OPENAPI


@pytest.fixture
def known() -> Callable[[str], set[str]]:
    """The parameters that a figure's endpoint takes, by the figure's name."""
    paths = OPENAPI["paths"]

    def known(figure: str) -> set[str]:
        operation = paths[f"/api/v1/figures/{figure}"]["get"]
        return {parameter["name"] for parameter in operation["parameters"]}

    return known
