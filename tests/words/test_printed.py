"""Every sentence about the loss that is printed, recounted over all surfaces and twenty seeds."""

import re
from functools import cache

import numpy as np
import pytest

from app.figures.printed import printed_figure
from app.language.speech import speaking
from app.science.accumulation import Accumulation
from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.growth import Growth
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.printed import Printed, printed_losses
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.numbers import number
from app.words.printed import jagged, last_batch_counts, looks_worse, printed_caption
from tests.api.reading import as_read
from tests.comparing import compare

N, EPOCHS = 60, 3
SIZES = (1, 7, N)


@cache
def read(
    surface: str, seed: int, noise: float | None = None, sampling: str = "reshuffle"
) -> tuple[Printed, ...]:
    problem = build_problem(SURFACES[surface], N, noise)
    plans = [
        make_plan(
            examples=N, batch_size=size, budget=Budget(epochs=EPOCHS),
            learning_rate=problem.surface.learning_rate, sampling=sampling,
        )
        for size in SIZES
    ]  # fmt: skip
    runs = compare(problem, plans, sgd(), problem.surface.start, seed=seed).runs
    return tuple(printed_losses(run, seed) for run in runs)


def batches(each: Printed, seed: int, epoch: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Size, loss of the batch, and true loss, of each update of an epoch."""
    problem, size = each.run.problem, each.run.batch_size
    rng = np.random.default_rng([seed, 0])
    for _ in range(epoch + 1):
        order = np.arange(N) if size == N else rng.permutation(N)
    number_of = np.arange(N) // size  # the update that takes an example, from 0
    updates = number_of[-1] + 1
    at = each.run.paths.theta[:, epoch * updates : (epoch + 1) * updates, 0]
    columns = [column[order] for column in problem.columns]
    w0, w1 = at[:, number_of]
    losses = problem.surface.loss(w0, w1, columns)
    sizes = np.bincount(number_of).astype(float)
    return sizes, np.bincount(number_of, losses) / sizes, problem.loss(*at)


@pytest.mark.parametrize("surface", SURFACES)
def test_each_sentence_holds_where_it_is_said(surface: str) -> None:
    for seed in range(20):
        told = read(surface, seed)
        for each in (each for each in told if each.epochs):
            size = r"B = 60 \(full\)" if each.run.batch_size == N else f"B = {each.run.batch_size}"
            sizes, losses, true = batches(each, seed, 0)
            printed, way = np.average(losses, weights=sizes), np.average(true, weights=sizes)
            end = float(each.run.problem.loss(*each.run.paths.theta[:, len(sizes), 0]))
            # Why epoch 1 looks worse: by the way, by the draw, or not at all.
            parts = re.split(r"(By what batches|Epoch 1 looks no worse)", looks_worse([each]))
            assert (len(parts) == 1) == (printed > end and way - end >= (printed - end) / 2)
            assert ("no worse" in looks_worse([each])) == (printed <= end)
            if printed > end:
                draw = 0.0 if each.run.batch_size == N else printed - way
                told_by = re.search(
                    rf"{size} by ([\d.,]+): (\S+) as weights moved, (\S+) by its batches",
                    parts[-1],
                )
                if told_by is None:  # too small for digits
                    assert max(printed - end, abs(way - end)) < 1e-4
                    continue
                by, of, drawn_by = (
                    float(part.replace(",", "").replace("−", "-")) for part in told_by.groups()
                )
                places = len(told_by[1].partition(".")[2])
                assert [by, of, drawn_by] == pytest.approx(
                    [printed - end, way - end, draw], abs=0.51 * 10**-places
                )
                assert by == pytest.approx(of + drawn_by, abs=1.1 * 10**-places)
                shown = [part for part in told_by.groups() if part != "0"]
                assert {len(part.partition(".")[2]) for part in shown} == {places}
            # What makes the curve jagged.
            said = jagged([each])
            if each.run.batch_size < N:
                _, losses_then, true_then = batches(each, seed, len(each.epochs) - 1)
                drawn = float(np.std(losses_then - true_then))
                moved = float(np.std(true_then))
                assert drawn > 0
                assert ("no fault of training" in said) == (drawn >= 2 * moved)
                assert ("not only which examples" in said) == (drawn < 2 * moved)
                assert f"stray {number(drawn, 3)} from" in said
                assert f"that itself {number(moved, 3)} " in said
            # What the last batch counts.
            counts = last_batch_counts([each])
            assert bool(counts) == (sizes[-1] < sizes[0])
            if counts:
                assert f"{number(sizes[0] / sizes[-1], 3)} times at B = 7" in counts
                alone = float(np.mean(losses))
                digits = [n for n in range(3, 7) if number(alone, n) != number(printed, n)]
                assert (
                    f"prints {number(alone, digits[0])} in place of {number(printed, digits[0])}"
                    if digits
                    else f"prints {number(printed, 3)} either way"
                ) in counts


def test_what_micro_batches_print_is_said() -> None:
    problem = build_problem(SURFACES["least-squares"], 33)
    said = {}
    for kind in ("size", "means"):
        plan = make_plan(
            examples=33, batch_size=16, budget=Budget(epochs=1), learning_rate=0.1,
            accumulation=Accumulation(3, kind),
        )  # fmt: skip
        (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=0).runs
        told = printed_losses(run, 0)
        said[kind] = printed_caption([told], 0.0, 0.0)
        epoch = told.epochs[0]
        assert f"prints {number(epoch.unweighted, 3)} in place of" in said[kind]
    assert "each by its size." in said["size"]
    assert "all alike" not in said["size"]
    assert "an example of a smaller last batch counts more: 16 times at B = 16" in said["size"]
    assert "divides each by their number" in said["means"]
    # 16 = 6 + 6 + 4: a first example counts 1/18, the last one, alone in its batch, 1.
    assert "last example counts more than its first: 18 times at B = 16" in said["means"]
    assert "micro-batch" not in printed_caption(read("least-squares", 0), 0.0, 0.0)


@pytest.mark.parametrize("surface", SURFACES)
def test_without_noise_no_draw_is_blamed(surface: str) -> None:
    """At rest, too, where batches stray 0 from a loss that stays: nothing is jagged there."""
    for each in read(surface, 0, 0.0)[:2]:
        last = slice(-each.run.plan.epochs[-1].updates, None)
        strayed, moved = (float(np.std(x[last])) for x in (each.losses - each.loss, each.loss))
        least = 1e-12 * max(1.0, abs(float(each.loss[-1])))
        assert ("no fault" in jagged([each])) == (strayed > max(least, 2 * moved))
        assert bool(jagged([each])) == (strayed > max(least, 2 * moved) or moved > least)
        if SURFACES[surface].family == "landscape":
            assert "no fault" not in jagged([each])


@pytest.mark.parametrize("surface", ["bowl", "ravine", "beale", "rosenbrock"])
def test_without_noise_only_the_true_loss_moves(surface: str) -> None:
    for each in read(surface, 0, 0.0)[:2]:
        _, losses, true = batches(each, 0, EPOCHS - 1)
        assert losses == pytest.approx(true, rel=1e-9)
        moved = number(float(np.std(true)), 3)
        assert jagged([each]) == (
            "In the last epoch no batch strays from the true loss, which itself moves "
            f"by {moved} at B = {each.run.batch_size} (standard deviations)."
        )


@pytest.mark.parametrize("sampling", ["sequential", "sorted", "shuffle-once"])
def test_no_chance_is_blamed_where_none_decides(sampling: str) -> None:
    """Nor is it where one draw decides for all epochs: what is said holds of every order."""
    for surface in ("least-squares", "logistic"):
        told = read(surface, 0, None, sampling)
        for lang, chance in (("en", r"draw|chance|random"), ("ja", "偶然|抽出|くじ|無作為")):
            with speaking(lang):
                assert not re.search(chance, printed_caption(told, 0.9, 0.0))


@pytest.mark.parametrize(("rate", "epochs"), [(3.0, 2), (0.1, None)])
def test_a_run_that_diverges_is_told_from_one_that_is_short(
    rate: float, epochs: int | None
) -> None:
    problem = build_problem(SURFACES["least-squares"], 1050)
    plan = make_plan(
        examples=1050, batch_size=32, learning_rate=rate,
        budget=Budget(epochs=epochs) if epochs else Budget(updates=5),
    )  # fmt: skip
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=0).runs
    told = printed_caption([printed_losses(run, 0)], 0.0, 0.0)
    assert ("B = 32 diverges before an epoch ends" in told) == bool(epochs)
    assert ("B = 32 ends no epoch" in told) == (not epochs)


def test_a_run_that_diverges_after_its_first_epoch_is_told() -> None:
    problem = build_problem(SURFACES["least-squares"], 60)
    plan = make_plan(examples=60, batch_size=30, budget=Budget(epochs=40), learning_rate=2.6)
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=0).runs
    update = int(run.paths.diverged_at[0])
    assert update > 2
    told = printed_caption([printed_losses(run, 0)], 0.0, 0.0)
    assert told.claim.endswith(f" (diverged at update {update} of 80).")


def test_the_lag_is_in_updates_and_in_epochs() -> None:
    said = printed_caption(read("least-squares", 0), 0.9, 0.0)
    assert "0.9 of it the past: it lags 9 updates behind" in said
    assert "in epochs 0.15 at B = 1; 1 at B = 7; 9 at B = 60 (full)" in said
    assert "it lags 1 update behind" in printed_caption(read("least-squares", 0), 0.5, 0.0)
    assert "exponential mean" not in printed_caption(read("least-squares", 0), 0.0, 0.0)


def test_the_lag_of_a_batch_that_grows_is_told_of_its_ends() -> None:
    """300 examples in 38, 10, 3 and 1 updates an epoch, two epochs each."""
    problem = build_problem(SURFACES["bowl"], 300)
    plan = make_plan(
        examples=300, batch_size=8, learning_rate=0.1, budget=Budget(epochs=8),
        growth=Growth(factor=4, epochs=2),
    )  # fmt: skip
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=0).runs
    said = printed_caption([printed_losses(run, 0)], 0.95, 0.0)
    first, last = number(19 / 38, 3), number(19 / 1, 3)
    assert f"in epochs {first} at B = 8 in the first epoch and {last} in the last" in said


@pytest.mark.parametrize("surface", ["least-squares", "bowl", "styblinski-tang"])
def test_the_picture_has_what_is_said(surface: str) -> None:
    told = read(surface, 1)
    figure = as_read(printed_figure(told, 0.5, "light"))
    low, high = figure.layout.yaxis.range
    wide = figure.layout.yaxis.type == "log"
    for each in told:
        drawn = {
            t.meta["role"]: np.asarray(t.y, float)
            for t in figure.data
            if t.meta["batch_size"] == each.run.batch_size
        }
        assert drawn["printed"] == pytest.approx([e.weighted for e in each.epochs], rel=1e-6)
        assert drawn["printed unweighted"] == pytest.approx(
            [e.unweighted for e in each.epochs], rel=1e-6
        )
        assert len(drawn["batch loss"]) == len(drawn["exponential mean"]) == len(each.losses)
        assert np.isnan(drawn["running mean"]).sum() == EPOCHS
        for role in ("true loss", "printed", "exponential mean"):
            shown = np.log10(drawn[role]) if wide else drawn[role]
            assert np.all((shown >= low) & (shown <= high))
