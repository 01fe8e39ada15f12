"""A batch over devices."""

import pytest

from app.science.errors import ParameterError
from app.science.logged.devices import Epoch, Transformer, epoch, global_batch, terms, timing
from app.science.memory import Network, batch_bytes, fixed_bytes


@pytest.mark.parametrize(
    ("examples", "size", "kept", "dropped"),
    [
        (100, 25, Epoch(4, 25, 0), Epoch(4, 25, 0)),
        (101, 25, Epoch(5, 1, 0), Epoch(4, 25, 1)),
        (10, 25, Epoch(1, 10, 0), Epoch(0, 0, 10)),
    ],
)
def test_an_epoch(examples: int, size: int, kept: Epoch, dropped: Epoch) -> None:
    assert epoch(examples, size, drop_last=False) == kept
    assert epoch(examples, size, drop_last=True) == dropped
    assert global_batch(8, 4, 3) == 96


def test_gpt_2s_weights_are_counted() -> None:
    small = Transformer(width=768, layers=12, heads=12, sequence=1024, vocabulary=50257)
    assert small.weights == 124_439_808  # with its biases and norms, as Radford et al. released it
    # Korthikanti's sbh(34 + 5as/h) bytes a layer, and the logits.
    layers = 12 * 1024 * 768 * (34 + 5 * 12 * 1024 / 768)
    assert terms(small, 2, "half").an_example == layers + 2 * 1024 * 50257


def test_a_dense_network_is_the_one_that_memory_has() -> None:
    network = Network(inputs=64, width=32, layers=2, outputs=10)
    found = terms(network, 2, "single")
    assert found.fixed == fixed_bytes(network, "adam", "single")
    assert found.an_example == batch_bytes(network, 1, "single")
    assert found.largest(found.fixed + 10.9 * found.an_example) == 10
    assert found.largest(found.fixed - 1) == 0


def test_two_timings_make_a_line_of_passes() -> None:
    found = timing(32, (32, 128), (0.5, 1.1))
    assert (found.fixed, found.a_pass) == pytest.approx((0.3, 0.2))
    assert found.seconds(33) == pytest.approx(0.7)
    assert timing(32, (128, 32), (1.1, 0.5)) == found


@pytest.mark.parametrize(
    ("sizes", "seconds", "parameter"),
    [
        ((1, 32), (1.0, 2.0), "timed_batch"),
        ((32, 64), (2.0, 1.0), "timed_seconds"),
        ((32, 64), (1.0, 2.5), "timed_seconds"),
    ],
)
def test_timings_that_make_none_are_refused(
    sizes: tuple[int, int], seconds: tuple[float, float], parameter: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        timing(32, sizes, seconds)
    assert caught.value.parameter == parameter


def test_a_transformer_has_heads_that_divide_it() -> None:
    for changed in ({"heads": 5}, {"layers": 0}):
        with pytest.raises(ParameterError):
            Transformer(
                **{"width": 8, "layers": 1, "heads": 2, "sequence": 4, "vocabulary": 9} | changed
            )
