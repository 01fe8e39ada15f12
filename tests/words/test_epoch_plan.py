"""Where an epoch ends in a batch of 1 is said, and nowhere else."""

from itertools import product

import pytest

from app.science.accumulation import Accumulation
from app.science.budget import Budget
from app.science.epoch_plan import REMAINDERS, EpochPlan
from app.science.floors.last_batch import compare_floors
from app.science.local_sgd import Workers
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.sampling import SAMPLINGS
from app.words.epoch_plan import last_of_one, plan_caption
from app.words.last_batch import last_batch_caption
from tests.api.reading import Get

AT_8 = "It comes at batch size 8."
FAILS = "PyTorch stops at it with an error, Keras goes on with 0."
IN_PARTS = f"A micro-batch of 1: in layers that use its statistics {FAILS}"
SAID = f"A last batch of 1: in layers that use the batch's statistics {FAILS}"


def test_it_is_said_of_every_epoch_that_ends_in_one_and_of_no_other() -> None:
    for examples, remainder, sampling in product(range(2, 24), REMAINDERS, SAMPLINGS):
        for size in range(1, examples + 1):
            plan = EpochPlan(examples, size, remainder)
            one = examples % size == 1 and remainder != "drop"
            assert last_of_one(plan) == (SAID if one else "")
            assert (SAID in plan_caption(plan, sampling, "")) == one


def test_of_runs_it_is_said_where_they_come_to_it() -> None:
    def said(size: int, updates: int, *others: int) -> str:
        plans = [
            make_plan(examples=41, batch_size=b, budget=Budget(updates=updates), learning_rate=1)
            for b in (size, *others)
        ]
        return last_of_one(*plans)

    assert [said(20, updates) for updates in (2, 3, 9)] == ["", SAID, SAID]
    assert said(1, 99) == said(41, 9) == said(16, 9) == said(1, 9, 16, 41) == ""
    assert said(1, 99, 20, 16, 8) == f"{SAID} It comes at batch size 20, 8."


def test_of_micro_batches_it_is_said_where_one_has_1_example() -> None:
    for size, pieces, updates in product((1, 2, 5, 6, 20, 41), (1, 2, 4, 40), (1, 2, 3, 9)):
        plan = make_plan(
            examples=41, batch_size=size, budget=Budget(updates=updates), learning_rate=1,
            accumulation=Accumulation(pieces),
        )  # fmt: skip
        m = -(-size // pieces)
        taken = [size] * (41 // size) + ([41 % size] if 41 % size else [])
        parts = [
            [len(range(first, min(first + m, batch))) for first in range(0, batch, m)]
            for batch in taken[:updates]
        ]
        one = pieces > 1 and any(len(each) > 1 and 1 in each for each in parts)
        assert (IN_PARTS in last_of_one(plan)) == one
    plans = [
        make_plan(
            examples=60, batch_size=b, budget=Budget(epochs=1), learning_rate=1,
            accumulation=Accumulation(4),
        )
        for b in (4, 4, 16, 32)
    ]  # fmt: skip
    assert last_of_one(*plans) == f"{IN_PARTS} It comes at batch size 4."
    for size in (4, 8):
        plan = make_plan(
            examples=40, batch_size=size, budget=Budget(epochs=1), learning_rate=1,
            workers=Workers(4),
        )  # fmt: skip
        assert last_of_one(plan) == (IN_PARTS if size == 4 else "")


def test_figures_that_cut_an_epoch_say_it(get: Get) -> None:
    for figure in ("printed-loss", "epoch-sum"):
        for examples, one in ((41, True), (40, False)):
            query = f"examples={examples}&batch_size=8&epochs=2"
            query = query.replace("&epochs=2", "") if figure == "epoch-sum" else query
            told = get(f"/api/v1/figures/{figure}?{query}").json()["layout"]["meta"]["caption"]
            assert (SAID in told) == one


def test_the_floors_figure_says_it() -> None:
    problem = build_problem(SURFACES["bowl"], 21)
    for size, one in ((10, True), (8, False), (7, False)):
        floors = compare_floors(problem, size, None, learning_rate=0.1, epochs=2, replicas=2)
        assert (SAID in last_batch_caption(floors, 21)) == one


@pytest.mark.parametrize(
    ("url", "one"),
    [
        ("epoch-plan?examples=1001&batch_size=100", SAID),
        ("epoch-plan?examples=1001&batch_size=100&remainder=drop", None),
        ("epoch-plan?examples=1000&batch_size=100", None),
        ("paths?examples=41&batch_size=8&epochs=1", SAID),
        ("paths?examples=41&batch_size=8&batch_size=9&epochs=1", f"{SAID} {AT_8}"),
        ("paths?examples=41&batch_size=8&updates=5", None),
        ("paths?examples=40&batch_size=8&accumulate=8&epochs=1", IN_PARTS),
        ("devices?per_device=4&devices=2&accumulation=2&examples=1601", SAID),
        ("devices?per_device=4&devices=2&accumulation=2&examples=1601&drop_last=true", None),
        ("devices?per_device=1&examples=10", None),
        ("devices?per_device=64&examples=3", None),
        ("devices?per_device=1&devices=4&examples=64", IN_PARTS),
        ("devices?per_device=8&devices=2&accumulation=2&examples=73", IN_PARTS),
        ("devices", None),
    ],
)  # fmt: skip
def test_the_api_says_it(get: Get, url: str, one: str | None) -> None:
    assert get(f"/api/v1/{url}").json()["last_batch_warning"] == one
