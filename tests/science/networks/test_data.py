"""The data sets: what every one of them must be, and where rows and labels come from."""

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.networks.data import DATA_SETS
from app.science.networks.data.data_set import TEST, VALIDATION
from app.science.networks.data.digits import installed
from app.science.networks.data.penguins import SPECIES, penguins

AVAILABLE = [name for name in DATA_SETS if name != "digits" or installed()]


@pytest.mark.parametrize("name", AVAILABLE)
def test_a_split_is_seeded_balanced_and_apart(name: str) -> None:
    data = DATA_SETS[name]
    split = data.split(np.random.default_rng([5, 0, 2]), 60)
    again = data.split(np.random.default_rng([5, 0, 2]), 60)
    classes = range(len(data.classes))
    for part, same in zip(split, again, strict=True):
        np.testing.assert_array_equal(part.x, same.x)
        np.testing.assert_array_equal(part.labels, same.labels)
        assert part.x.shape == (part.size, len(data.columns))
        assert np.isfinite(part.x).all()
        assert set(part.labels.tolist()) <= {*classes}
    assert split.train.size == 60
    if data.draw:
        assert (split.validation.size, split.test.size) == (VALIDATION, TEST)
        counts = np.bincount(split.train.labels)
        assert counts.max() - counts.min() <= 1
    else:
        assert sum(part.size for part in split) == data.rows
        assert abs(split.validation.size - split.test.size) <= 1
        if data.standardised:
            np.testing.assert_allclose(split.train.x.mean(axis=0), 0, atol=1e-9)
            np.testing.assert_allclose(split.train.x.std(axis=0), 1)


@pytest.mark.parametrize("name", ["moons", "spirals"])
def test_one_of_two_classes_can_be_rare(name: str) -> None:
    data = DATA_SETS[name]
    split = data.split(np.random.default_rng(1), 200, rare_share=0.05)
    assert [int(part.labels.sum()) for part in split] == [10, 25, 50]
    few = data.split(np.random.default_rng(1), 10, rare_share=0.01)
    assert int(few.train.labels.sum()) == 1


@pytest.mark.parametrize("name", ["blobs", "penguins"])
def test_of_three_classes_none_can_be_rare(name: str) -> None:
    with pytest.raises(ParameterError, match=r"^rare_share is 0\.1, which is not left out"):
        DATA_SETS[name].split(np.random.default_rng(1), 20, rare_share=0.1)


@pytest.mark.parametrize("name", AVAILABLE)
def test_wrong_labels_are_of_training_rows_alone(name: str) -> None:
    data = DATA_SETS[name]
    plain = data.split(np.random.default_rng(1), 50)
    wrong = data.split(np.random.default_rng(1), 50, label_noise=0.2)
    assert (plain.train.labels != wrong.train.labels).sum() == 10
    np.testing.assert_array_equal(plain.train.x, wrong.train.x)
    for one, other in zip(plain[1:], wrong[1:], strict=True):
        np.testing.assert_array_equal(one.labels, other.labels)


@pytest.mark.parametrize("name", AVAILABLE)
@pytest.mark.parametrize("examples", [1, 10**6])
def test_more_or_fewer_rows_than_there_are(name: str, examples: int) -> None:
    with pytest.raises(ParameterError, match="examples"):
        DATA_SETS[name].split(np.random.default_rng(), examples)


def test_noise_blurs_what_is_generated() -> None:
    """Without any, moons lie on their circles; with some, the distance has that deviation."""
    data = DATA_SETS["moons"]
    clean = data.split(np.random.default_rng(0), 2000, 0.0).train
    blurred = data.split(np.random.default_rng(0), 2000, 0.3).train
    centre = np.stack([clean.labels - 0.5, clean.labels / 2 - 0.25], axis=1)
    np.testing.assert_allclose(np.hypot(*(clean.x - centre).T), 1)
    moved = (blurred.x - clean.x).ravel()
    assert abs(moved.std() - 0.3) < 5 * 0.3 / np.sqrt(2 * moved.size)


def test_penguins_are_those_with_all_measurements() -> None:
    rows = penguins()
    assert rows.x.shape == (342, 4)
    assert np.bincount(rows.labels).tolist() == [151, 68, 123]
    assert SPECIES == ("Adelie", "Chinstrap", "Gentoo")


def test_digits_that_are_not_installed_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.science.networks.data.digits.installed", lambda: False)
    with pytest.raises(ParameterError, match="scikit-learn"):
        DATA_SETS["digits"].split(np.random.default_rng(), 50)
