"""What is packed comes back to the bit; no other text is taken."""

from base64 import urlsafe_b64encode
from binascii import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.logged.packed import pack, summed, unpack
from app.science.logged.windows import Sums, estimate
from tests.science.logged.made import drawn, log

LOGGED = summed(log(drawn(60), data=50_000, notes=["dropout-0.1"]))
PACKED = pack(LOGGED)


def made(sums: Sums, flags: str = "0", version: int = 2) -> str:
    """A text of any numbers, with its check sum."""
    head = f"log{version}.pytorch.sgd.micro-batches..{flags}."
    kinds = ["<f4", *["<f8" if version == 2 else "<f4"] * 5, *["<f4"] * 6]
    rows = zip(*sums[:12], strict=True)
    with np.errstate(over="ignore"):
        body = b"".join(
            np.array(number, kind).tobytes()
            for row in rows
            for number, kind in zip(row, kinds, strict=True)
        )
    check = crc32(head.encode() + body).to_bytes(4)[:3]
    return head + urlsafe_b64encode(body + check).decode().rstrip("=")


def test_sums_come_back_to_the_bit_and_the_rest_in_single_precision() -> None:
    found = unpack(PACKED)
    for name, column in LOGGED.sums._asdict().items():
        exact = column if name in ("s", "t", "ss", "tt", "st") else column.astype(np.float32)
        assert np.array_equal(getattr(found.sums, name), exact, equal_nan=True)
    assert (found.header.framework, found.header.optimizer) == ("pytorch", "sgd")
    assert found.header.data == 50_000
    assert [each.id for each in found.found] == ["dropout"]
    assert pack(found) == PACKED
    assert unpack(made(LOGGED.sums)).sums.ss.tolist() == LOGGED.sums.ss.tolist()


def test_a_text_of_the_first_version_is_read() -> None:
    old = unpack(made(LOGGED.sums, version=1))
    for name, column in LOGGED.sums._asdict().items():
        assert np.array_equal(getattr(old.sums, name), column.astype(np.float32), equal_nan=True)
    for one, other in zip(old.windows, unpack(made(LOGGED.sums)).windows, strict=True):
        assert one.noise_scale == pytest.approx(other.noise_scale, rel=1e-5)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-3)


def test_what_is_estimated_survives() -> None:
    pairs = zip(estimate(LOGGED.header, LOGGED.sums), estimate(*unpack(PACKED)[:2]), strict=True)
    for one, other in pairs:
        assert other.noise_scale == pytest.approx(one.noise_scale, rel=1e-5)
        assert other.low == pytest.approx(one.low, rel=1e-4)


def test_64_windows_take_some_6000_characters() -> None:
    text = pack(summed(log(drawn(1280, (1, 1)))))
    assert len(text) < 6000
    assert set(text) <= {*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"}
    assert len(unpack(text).sums.steps) == 64


def test_a_networks_own_has_the_exact_one_too() -> None:
    exact = LOGGED._replace(sums=LOGGED.sums._replace(exact=np.array([7.0, np.nan, 9.0])))
    text = pack(exact)
    assert text.startswith("netr1.") == ("with-replacement" in LOGGED.header.notes)
    assert [each.exact for each in estimate(*unpack(text)[:2])] == [7, None, 9]


@pytest.mark.parametrize("place", range(0, len(PACKED), 7))
def test_no_letter_can_be_changed(place: int) -> None:
    other = "A" if PACKED[place] != "A" else "B"
    for changed in (
        PACKED[:place] + other + PACKED[place + 1 :],
        PACKED[:place] + PACKED[place + 1 :],
        PACKED[:place] + other + PACKED[place:],
    ):
        with pytest.raises(ParameterError) as caught:
            unpack(changed)
        assert caught.value.parameter == "log"


@settings(max_examples=30, derandomize=True, database=None, deadline=None)
@given(st.text("log1net.-_Aa0", max_size=60) | st.text(max_size=20))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        unpack(text)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 0.0},
        {"steps": 20.5},
        {"steps": np.nan},
        {"s": np.inf},
        {"s": 1e9},
        {"tt": -1.0},
        {"tt": 0.0},
        {"st": 1e9},
        {"ss": 1e130, "s": 0.0},
        {"blocks": -1.0},
        {"loss": np.inf},
        {"batch_size": 0.0},
        {"first": -1.0},
        {"first": 1e6},
        {"last": 1e13},
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_numbers_that_no_log_has_are_refused(change: dict[str, float], version: int) -> None:
    columns = {
        name: np.where(np.arange(3) == 1, value, getattr(LOGGED.sums, name))
        for name, value in change.items()
    }
    unpack(made(LOGGED.sums, version=version))
    with pytest.raises(ParameterError, match="window 2 has not"):
        unpack(made(LOGGED.sums._replace(**columns), version=version))


def test_flags_windows_and_length_are_bounded() -> None:
    with pytest.raises(ParameterError, match="known flaws"):
        unpack(made(LOGGED.sums, "ffffff"))
    many = Sums(*(np.repeat(column[:1], 65) for column in LOGGED.sums))
    with pytest.raises(ParameterError, match="1 to 64 windows"):
        unpack(made(many))
    with pytest.raises(ParameterError):
        unpack(PACKED + "A" * 10_000)


def test_nothing_usable_is_refused_and_so_are_norms_too_small() -> None:
    with pytest.raises(ParameterError, match="at least two parts"):
        summed(log(drawn(5, (8,))))
    tiny = [line | {"norm": 1e-70, "part_norms": [1e-70, 2e-70, 1e-70]} for line in drawn(20)]
    with pytest.raises(ParameterError, match="from step 0 on"):
        pack(summed(log(tiny)))


@pytest.mark.parametrize("times", [1e-20, 1e12])
def test_norms_of_any_size_are_told(times: float) -> None:
    """The noise scale knows no unit."""
    lines = drawn(60)
    scaled = [
        line | {"norm": line["norm"] * times, "part_norms": [q * times for q in line["part_norms"]]}
        for line in lines
    ]
    found = unpack(pack(summed(log(scaled)))).windows
    for one, other in zip(found, summed(log(lines)).windows, strict=True):
        assert one.noise_scale == pytest.approx(other.noise_scale)
        assert (one.low, one.high) == pytest.approx((other.low, other.high))
