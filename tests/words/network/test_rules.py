"""Where there are several update rules, sentences name them and rank no batch size across them."""

from dataclasses import replace

import numpy as np

from app.science.networks.result import NetworkRuns
from app.science.restraint import Restraint
from app.words.network.noise import noise_caption
from app.words.network.runs import curves_claim, network_summary
from app.words.network.sharpness import sharpness_caption
from tests.science.networks.planted import beside, planted, rated

SHARPNESS = np.array([1.5, 1.6, 1.7])


def runs(*rules: str, loss: str = "squared") -> NetworkRuns:
    return beside(planted(8, SHARPNESS), planted(200, SHARPNESS), optimizer=rules, loss=loss)


def test_each_run_is_named() -> None:
    said = network_summary(runs("sgd", "adam"))
    for label in ("SGD, B = 8:", "SGD, B = 200 (full):", "Adam, B = 8:", "Adam, B = 200 (full):"):
        assert label in said
    assert said.endswith("Learning rates: SGD 0.5, Adam 0.5.")
    assert "; 0.1 at Adam, B = 8" in curves_claim(runs("sgd", "adam"), equal=False)
    assert "Adam" not in network_summary(runs("adam"))


def test_that_runs_have_learned_unequally_is_not_put_down_to_batch_size() -> None:
    low, high = planted(8, SHARPNESS, loss=0.01), planted(8, SHARPNESS, loss=0.2)
    sizes = beside(low, optimizer=("sgd", "adam")).sizes
    both = replace(runs("sgd"), sizes=(sizes[0], replace(sizes[1], trained=high.trained)))
    assert "compare more than batch sizes and rules." in network_summary(both)


def test_lines_and_their_refusals_are_of_each_rule() -> None:
    said = sharpness_caption(runs("sgd", "momentum", "adam"))
    assert "No line for Adam: it divides" in said
    level = "Level, without marks, in the colour of the text and with their names: "
    assert f"{level}SGD 2/ε, Momentum 3.8/ε, above" in said
    sized = [rated(planted(b, SHARPNESS), lr_scaling="linear") for b in (8, 32)]
    moved = sharpness_caption(beside(*sized, optimizer=("sgd", "momentum")))
    assert level not in moved
    assert "Thin but not faint, without marks: SGD 2/ε" in moved
    assert "Even the full batch of SGD, Momentum is below its line" in said
    crossed = sharpness_caption(runs("sgd", "adam", loss="cross-entropy"))
    assert "so that runs compare at equal training loss only" in crossed


def test_where_gradients_are_clipped_no_line_is_told() -> None:
    size = planted(8, SHARPNESS)
    size = replace(size, plan=replace(size.plan, restraint=Restraint(clip=1.0)))
    for rules in (("sgd",), ("sgd", "momentum")):
        said = sharpness_caption(beside(size, optimizer=rules))
        assert "No line: steps of clipped gradients do not grow without bound." in said
        assert "/ε" not in said


def test_what_the_noise_scale_says_depends_on_the_rule() -> None:
    said = noise_caption(runs("sgd", "momentum", "adam"))
    assert "Under Adam the noise scale says nothing of which batch size pays." in said
    assert "which batch size pays under SGD, Momentum it is an order of magnitude" in said
    assert "Each of the 6 runs has its own points" in said
