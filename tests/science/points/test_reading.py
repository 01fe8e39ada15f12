"""Tables that people really have: each is read, with what is to be said of it, or refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.points.points import most
from app.science.points.reading import read_points

# The text, the columns named, and of what is read the points and words of the notes.
READ: list[tuple[bytes, dict[str, str], dict[str, list[float]], list[str]]] = [
    (b"x,y\n1,2\n3,4", {}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"\xef\xbb\xbfx,y\r\n1,2\r\n3,4\r\n", {"x": "x"}, {"x": [1, 3], "y": [2, 4]}, []),
    ("x\ty\n1\t2\n3\t4\n".encode("utf-16"), {"x": "x"}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"h\xf6he;kg\n1;2\n3;4\n", {"x": "höhe"}, {"x": [1, 3], "y": [2, 4]}, ["Latin-1"]),
    (b"x,y\r1,2\r3,4\r", {}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"x;y\n1,5;2\n3,5;4\n", {}, {"x": [1.5, 3.5], "y": [2, 4]}, ["Commas in x are"]),
    (b'x,y\n"1,5",2\n"3,5",4\n', {}, {"x": [1.5, 3.5], "y": [2, 4]}, ["Commas in x are"]),
    (b"x;y\n1.234,5;2\n3;4\n5;6\n", {}, {"x": [3, 5], "y": [4, 6]}, ["with '1.234,5' in x"]),
    (b"1\t2\n3\t4\n", {"x": "col2"}, {"x": [2, 4], "y": [1, 3]}, ["called col1, col2"]),
    (b"1 2\n  3    4  \n", {}, {"x": [1, 3], "y": [2, 4]}, ["called col1"]),
    (b"x|y\n1|2\n3|4\n", {}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"sep=;\nx;y\n1;2\n3;4\n;1\n", {"x": "x"}, {"x": [1, 3], "y": [2, 4]}, ["line 5, with ''"]),
    (b"\n\nx,y\n\n1,2\n   \n3,4\n,,\n\n", {"x": "x"}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"x,y,\n1,2,\n3,4,\n", {}, {"x": [1, 3], "y": [2, 4]}, []),
    (b'"the; x","a ""y"""\n1,2\n3,4\n', {"y": 'a "y"'}, {"x": [1, 3], "y": [2, 4]}, []),
    (b'"x\nof two lines",y\n1,2\n,5\n3,4\n', {}, {"x": [1, 3], "y": [2, 4]}, ["line 4, with ''"]),
    (b"x,y\nNaN,1\n1,2\n-,3\n3,4\ninf,5\n1e999,6\n1_0,7\n1e200,8\n", {"x": "x"},
     {"x": [1, 3], "y": [2, 4]}, [": 6. The first is line 2, with 'NaN' in x"]),
    ("x,y\n１,1\n1,2\n−1,2\n3,4\n".encode(), {"x": "x"}, {"x": [1, 3], "y": [2, 4]}, [": 2."]),
    (b"x,y\n1,2\n2\n3,4\n", {}, {"x": [1, 3], "y": [2, 4]}, ["line 3, with '' in y"]),
    (b"day,name,x,y\n2024-01-01,a,1,2\n2024-01-02,b,3,4\n", {}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"x,,y\n1,,2\n3,,4\n", {}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"y,x\n2,1\n4,3\n", {"x": "x", "y": "y"}, {"x": [1, 3], "y": [2, 4]}, []),
    (b" x , y \n 1 , 2 \n 3 , 4 \n", {"x": "x"}, {"x": [1, 3], "y": [2, 4]}, []),
    (b"+1e0,2.\n3,.4e1\n", {}, {"x": [1, 3], "y": [2, 4]}, ["called col1"]),
    (b"a,b,pet\n1,2,dog\n3,4,cat\n", {"label": "pet"},
     {"x0": [1, 3], "x1": [2, 4], "label": [1, -1]}, ["The label cat is −1, dog is 1."]),
    (b"pet,a,b\ndog,1,2\ncat,3,4\n", {"x0": "a"},
     {"x0": [1, 3], "x1": [2, 4], "label": [1, -1]}, ["cat is −1"]),
    (b"a,label,b\n1,10,2\n3,9.0,4\n5,9,6\n7,nan,8\n9,,8\n", {},
     {"x0": [1, 3, 5], "x1": [2, 4, 6], "label": [1, -1, -1]}, [": 2.", "9 is −1, 10 is 1."]),
    (b"x0,x1,label\n1,2,-1\n3,4,1\n", {},
     {"x0": [1, 3], "x1": [2, 4], "label": [-1, 1]}, ["label -1 is −1, 1 is 1."]),
    (b"x,y,label\n1,2,-1\n3,4,1\n", {"x": "x"}, {"x": [1, 3], "y": [2, 4]}, []),
]  # fmt: skip
# The text, the columns named, the parameter at fault and words of why.
REFUSED: list[tuple[bytes, dict[str, str], str, str]] = [
    (b"", {}, "points", "at least two columns"),
    (b"\xef\xbb\xbf\r\n \r\n", {}, "points", "at least two columns"),
    (b"x\n1\n2\n", {}, "points", "at least two columns"),
    (b"x\n1,5\n2,5\n", {}, "points", "at least two columns"),
    (b"x,y\n", {}, "points", "at least two rows"),
    (b"x,y\n1,2\n", {}, "points", "at least two rows"),
    (b"x,y\n1,2\n,3\n", {}, "points", "line 3, column x"),
    (b"x,y\na,b\nc,d\n", {}, "points", "two columns of numbers"),
    (b"x,y\n1,b\n2,d\n", {}, "points", "two columns of numbers"),
    (b"x,y\n1,b\n2,d\n", {"y": "y"}, "points", "line 2, column y"),
    (b"x,y\n1,2\n1,3\n", {}, "x", "differ by more than rounding"),
    (b"x,y\n1,2\n3,2.0\n", {}, "y", "differ by more than rounding"),
    (b"x,y\n1,2\n3,4,5\n", {}, "points", "(line 3)"),
    (b"x,y\n1,5,2,5\n", {}, "points", "of 4 (line 2)"),
    (b'x,y\n1,2\n"3,4\n5,6\n', {}, "points", "in line 3 a quote is not closed"),
    (b'x,y\n"1"2,3\n3,4\n', {}, "points", "in line 2 a quote"),
    (b'x,y\n"' + b"1" * 200_000 + b'",2\n', {}, "points", "too long"),
    (b"PK\x03\x04\x14\0\x06\0\x08\0", {}, "points", "zero byte"),
    (b"\xff\xfe1", {}, "points", "at least two columns"),
    (b"," * 5000, {}, "points", "at least two columns"),
    (b"x" + b",x" * 5000, {}, "points", "at most 1,000 columns"),
    (b"x,y\n1,2\n3,4\n", {"x": "z"}, "x", "one of x, y"),
    (b"x,y\n1,2\n3,4\n", {"x": "z" * 10_000}, "x", "one of x, y"),
    (b"x,x,y\n1,2,3\n3,4,5\n", {"x": "x"}, "x", "one column alone has"),
    (b"x,y\n1,2\n3,4\n", {"x": "x", "label": "y"}, "x and label", "of a boundary"),
    (b"a,b,c\n1,2,u\n3,4,v\n5,6,w\n", {"label": "c"}, "label", "it has 3, u, v, w"),
    (b"a,b,c\n1,2,u\n3,4,u\n", {"label": "c"}, "label", "it has 1, u"),
    (b"a,b,c\n1,2,u\n3,4,v\n5,6,w\n", {"x0": "a"}, "points", "a column of two values"),
    (b"a,b,c\n1,2,u\n3,4,u\n,6,v\n", {"label": "c"}, "label", "each of at least one point"),
    (b"a,label,label\n1,2,u\n3,4,v\n", {}, "label", "one column alone has"),
]


@pytest.mark.parametrize(("content", "chosen", "points", "words"), READ)
def test_it_is_read(
    content: bytes, chosen: dict[str, str], points: dict[str, list[float]], words: list[str]
) -> None:
    found = read_points(content, chosen)
    assert {name: each.tolist() for name, each in found.points.columns.items()} == points
    assert found.rows - found.left_out == found.points.count
    assert list(found.columns) == list(points)
    said = " ".join(found.notes)
    assert all(word in said for word in words), said
    assert bool(found.notes) == bool(words)


@pytest.mark.parametrize(("content", "chosen", "parameter", "said"), REFUSED)
def test_it_is_refused(content: bytes, chosen: dict[str, str], parameter: str, said: str) -> None:
    with pytest.raises(ParameterError) as refused:
        read_points(content, chosen)
    assert refused.value.parameter == parameter
    assert said in str(refused.value)
    assert len(str(refused.value)) < 300


@settings(deadline=None, derandomize=True, database=None)
@given(st.binary() | st.text('1,.;\t "\nxe-').map(str.encode))
def test_any_text_is_read_or_refused(content: bytes) -> None:
    try:
        found = read_points(content)
    except ParameterError:
        return
    assert all(np.isfinite(each).all() for each in found.points.columns.values())


def test_of_too_many_rows_as_many_as_fit_are_drawn_and_keep_their_order() -> None:
    count = 5000
    content = b"x,y\n" + b"".join(b"%d,%d\n" % (k, k % 7) for k in range(count)) + b"oops,1\n"
    for seed in (0, 3):
        found = read_points(content, seed=seed)
        drawn = np.random.default_rng(seed).choice(count, most("line"), replace=False)
        assert found.points.columns["x"].tolist() == sorted(drawn.tolist())
        assert (found.rows, found.left_out, found.points.count) == (count + 1, 1, most("line"))
        said = found.notes[-1]
        assert said.startswith("A link holds 1,900 of the 5,000 rows: ")
        assert f"default_rng({seed})" in said
