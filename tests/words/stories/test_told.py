"""Seeds that run side by side tell what each tells alone."""

import pytest

from .told import tell, told


@pytest.mark.parametrize("name", ["noise-and-adam", "rare-class", "workers-apart"])
def test_a_seed_tells_the_same_beside_others(name: str) -> None:
    for seed in (0, 7, 19):
        assert told(name, seed).sentence == tell(name, seed)
