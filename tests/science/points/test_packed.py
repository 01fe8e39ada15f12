"""Points as text: rounded once, and then the same for ever; any other text is refused."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.points.packed import pack, unpack
from app.science.points.points import LARGEST, STEPS, Points, most
from app.science.points.reading import read_points
from app.science.points.written import rounding, table_of

URL_BYTES = 8192
COORDINATES = st.floats(-LARGEST, LARGEST) | st.integers(-1000, 1000).map(float)
ROWS = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=40)


def many(kind: str, count: int) -> Points:
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, count)) * [[1e-3], [-1e20]] - 1 / 3
    if kind == "line":
        return Points({"x": first, "y": second})
    return Points({"x0": first, "x1": second, "label": np.where(rng.random(count) < 0.5, -1.0, 1)})


TEXT = pack(many("boundary", 20))


@settings(deadline=None, derandomize=True, database=None, max_examples=40)
@given(ROWS, st.data())
def test_what_is_unpacked_packs_to_the_same_text(
    rows: list[tuple[float, float]], data: st.DataObject
) -> None:
    x, y = np.array(rows).T
    labels = data.draw(st.none() | st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    columns = {"x": x, "y": y}
    if labels is not None:
        columns = {"x0": x, "x1": y, "label": np.where(labels, 1.0, -1.0)}
    try:
        points = Points(columns)
    except ParameterError:
        assume(False)
    text = pack(points)
    again = unpack(text)
    assert pack(again) == text
    assert pack(read_points(table_of(text).encode()).points) == text
    assert not list(rounding(again, text))
    assert re.fullmatch(r"[-._A-Za-z0-9]+", text)  # as it stands in any link
    assert (again.kind, again.count) == (points.kind, points.count)
    for name, values in points.columns.items():
        found = again.columns[name]
        if name == "label":
            assert found.tolist() == values.tolist()
            continue
        assert (found.min(), found.max()) == (values.min(), values.max())
        step = points.resolution[name]
        assert step * STEPS == pytest.approx(np.ptp(values))
        # Half a step, and the rounding of numbers that may be large beside it.
        slack = np.spacing(np.abs(values).max())
        assert np.abs(found - values).max() <= step / 2 * (1 + 1e-9) + slack


@settings(deadline=None, derandomize=True, database=None)
@given(st.integers(0, len(TEXT) - 1), st.characters(codec="ascii"), st.sampled_from("=+-"))
def test_a_changed_letter_is_seen(place: int, letter: str, how: str) -> None:
    before, after = TEXT[:place], TEXT[place:]
    changed = before + {"=": letter + after[1:], "+": letter + after, "-": after[1:]}[how]
    assume(changed != TEXT)
    with pytest.raises(ParameterError, match=r"^points is "):
        unpack(changed)


def test_as_many_fit_into_a_link_as_is_said() -> None:
    assert len(pack(many("line", 500))) == pytest.approx(2100, abs=50)
    for kind in ("line", "boundary"):
        assert most(kind) >= 1800
        assert len(pack(many(kind, most(kind)))) < URL_BYTES - 400
        with pytest.raises(ParameterError, match=f"at most {most(kind):,} points"):
            many(kind, most(kind) + 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a text that"),
        ("line", "a text that"),
        ("line2_3_0_3_-1_2_AAKq____AAVVW32b", "a text that"),
        ("curve1_3_0_3_-1_2_AAKq____AAVVW32b", "a text that"),
        ("line1_3_0_3_-1_2_AAKq____AAVVW32", "take 16 characters, and there are 15"),
        ("line1_3_0_3_-1_2_AAKq____AAVVW32bA", "take 16 characters, and there are 17"),
        ("line1_4_0_3_-1_2_AAKq____AAVVW32b", "4 points take 20 characters"),
        ("line1_03_0_3_-1_2_AAKq____AAVVW32b", "a text that"),
        ("line1_٣_0_3_-1_2_AAKq____AAVVW32b", "a text that"),
        ("line1_9999_0_3_-1_2_AAKq____AAVVW32b", "at most 1,900 points"),
        ("line1_3_0_4_-1_2_AAKq____AAVVW32b", "this one was changed"),
        ("line1_3_0_1e999_-1_2_AAKq____AAVVW32b", "this one was changed"),
        ("line1_3_0_1e308_-1e308_2_AAKq____AAVVW32b", "this one was changed"),
        ("line1_3_0_3.0_-1_2_AAKq____AAVVW32b", "this one was changed"),
        ("line1_3_3_0_-1_2_AAKq____AAVVW32b", "this one was changed"),
        ("line1_3_.._3_-1_2_AAKq____AAVVW32b", "this one was changed"),
        ("line1_3_nan_3_-1_2_AAKq____AAVVW32b", "a text that"),
        ("line1_3_0_3_-1_2_AAKq____AAVVW32b\n", "a text that"),
        ("line1_3_0_3_-1_2_AAKq____AAVVW3 b", "a text that"),
        ("line1_3_0_3_-1_2_" + "A" * 10**6, "a text that"),
        ("boundary1_3_0_3_-1_2_AAKq____AAVVW32b", "3 points take 18 characters"),
    ],
)  # fmt: skip
def test_other_texts_are_refused(text: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said) as refused:
        unpack(text)
    assert refused.value.parameter == "points"
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("columns", "parameter"),
    [
        ({"x": [1.0, 2.0]}, "points"),
        ({"x": [1.0, 2.0], "z": [1.0, 2.0]}, "points"),
        ({"x": [1.0, 2.0], "y": [1.0]}, "points"),
        ({"x": [], "y": []}, "x"),
        ({"x": [1.0], "y": [1.0]}, "x"),
        ({"x": [1.0, 2.0], "y": [3.0, 3.0]}, "y"),
        ({"x": [1.0, 1.0 + 1e-15], "y": [1.0, 2.0]}, "x"),
        ({"x": [0.0, 5e-324], "y": [1.0, 2.0]}, "x"),
        ({"x": [0.0, np.nan], "y": [1.0, 2.0]}, "x"),
        ({"x": [0.0, 1.0], "y": [-np.inf, 2.0]}, "y"),
        ({"x": [0.0, 1e101], "y": [1.0, 2.0]}, "x"),
        ({"x0": [0.0, 1.0], "x1": [1.0, 2.0], "label": [0.0, 1.0]}, "label"),
        ({"x0": [0.0, 1.0], "x1": [1.0, 2.0], "label": [1.0, 1.0]}, "label"),
    ],
)
def test_points_that_cannot_be_packed_are_none(
    columns: dict[str, list[float]], parameter: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        Points({name: np.array(values) for name, values in columns.items()})
    assert refused.value.parameter == parameter
