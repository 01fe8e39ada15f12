"""The typeset rule against what runs do: its formulas evaluated, its letters and its rates."""

import math
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from app.api.compute.runs import get_planned
from app.api.queries.run import RunQuery
from app.science.optimizers import OPTIMIZERS, scaled
from app.science.problems import SURFACES
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES
from app.web.cache import Cache
from app.words.mathml import mathml
from app.words.numbers import number
from app.words.rule import UpdateRule, update_rule
from tests.science.test_optimizers import CASES
from tests.science.textbook import TEXTBOOK
from tests.words.latex_meaning import value

CACHE = Cache(500)
RUN = {"examples": 40, "batch_size": [1, 16, 40], "epochs": 12}
OPTIONS: list[dict[str, Any]] = [
    {"lr_scaling": scaling, "lr_schedule": schedule}
    for scaling in LR_SCALINGS
    for schedule in LR_SCHEDULES
]
OPTIONS += [{"remainder": remainder} for remainder in ("drop", "weight")]
OPTIONS += [
    {"sampling": "with-replacement"},
    {"batch_size": [8]},
    {"batch_schedule": "double", "batch_factor": 3, "batch_epochs": 2, "lr_scaling": "linear"},
    {"epochs": None, "updates": 25, "lr_schedule": "cosine"},
    {"warmup": 7},
    {"warmup": 7, "lr_schedule": "step", "decay_unit": "updates", "decay_updates": 5},
    {"lr_schedule": "one-cycle", "decay_unit": "updates", "lr_scaling": "sqrt"},
]
COMMANDS = re.compile(
    r"\\(?:hat|left|right|leftarrow|frac|sqrt|sum|in|nabla|pi|cos|min|lfloor|rfloor|cdot)(?![a-z])"
)


def ruled(**parameters: Any) -> tuple[UpdateRule, Any]:
    planned = get_planned(CACHE, RunQuery.model_validate(RUN | parameters))
    return update_rule(planned.problem.surface, planned.plans, planned.parameters), planned


def sides(latex: str) -> tuple[str, str]:
    left, right = re.split(r" (?:=|\\leftarrow) ", latex, maxsplit=1)
    return left, right


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
def test_the_formulas_make_the_textbooks_steps(
    name: str, hyperparameters: dict[str, float]
) -> None:
    rule, _ = ruled(optimizer=name, learning_rate=0.07, **hyperparameters)
    made = TEXTBOOK[name](**hyperparameters)
    letters: dict[str, Any] = dict.fromkeys(OPTIMIZERS[name].moments, 0.0)
    for k, g in enumerate(np.random.default_rng(3).standard_normal((9, 4)), start=1):
        letters |= {"g": g, "k": k, r"\theta": 0.0}
        for kind, latex, _ in rule.lines:
            if kind in ("moment", "correction", "step"):
                left, right = sides(latex)
                letters[re.sub("[{}]", "", left)] = value(right, letters)
        np.testing.assert_allclose(letters[r"\theta"], made(g, 0.07), rtol=1e-9, err_msg=name)


@pytest.mark.parametrize("options", OPTIONS)
def test_the_rate_is_that_of_every_update(options: dict[str, Any]) -> None:
    rule, planned = ruled(**options)
    rate = next((sides(latex)[1] for kind, latex, _ in rule.lines if kind == "rate"), None)
    for plan, said in zip(planned.plans, rule.rates, strict=True):
        sizes = np.repeat([e.batch_size for e in plan.epochs], [e.updates for e in plan.epochs])
        letters = {"B": sizes[: plan.updates], "t": plan.epoch[:-1], "T": plan.epoch[-1]}
        letters |= {"u": np.arange(plan.updates), "U": plan.updates}
        expected = 0.1 if rate is None else value(rate, letters)
        np.testing.assert_allclose(plan.rates, expected, rtol=1e-9, atol=1e-12)
        assert said[:3] == (plan.batch_size, plan.rates[0], plan.rates[-1])
        first, last = (number(rate, 3) for rate in (said.first, said.last))
        assert f"ε {'< 0.0001' if said.first < 1e-4 else f'= {first}'} at" in said.text
        assert last in said.text
        assert ("every update" in said.text) == (np.ptp(plan.rates) == 0)


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "sgd"])
def test_a_beta_that_follows_the_batch_is_the_runs(optimizer: str) -> None:
    rule, planned = ruled(optimizer=optimizer, beta_scaling="power", reference_batch_size=8)
    (latex,) = [line.latex for line in rule.lines if line.kind == "beta"]
    letter, right = sides(latex)
    assert all(f"{letter} {{" not in line.latex for line in rule.lines[:-1])
    assert any(letter in line.latex for line in rule.lines[:-1])
    for plan in planned.plans:
        rule_of = OPTIMIZERS[optimizer](**planned.rules[0].hyperparameters)
        made = scaled(rule_of, plan).hyperparameters
        anew = value(right, {"B": plan.batch_size})
        assert any(math.isclose(anew, beta, rel_tol=1e-12) for beta in made.values())
    (said,) = [each.meaning for each in rule.letters if each.latex == letter]
    assert "at B = 16" in said


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_letter_is_explained_and_no_other(optimizer: str) -> None:
    for options in OPTIONS:
        rule, planned = ruled(optimizer=optimizer, **options)
        formulas = " ".join(latex for kind, latex, _ in rule.lines if kind != "loss")
        letters = re.findall(r"\\[a-z]+|l_i|[A-Za-z]", COMMANDS.sub("", formulas))
        explained = {letter.latex for letter in rule.letters if not letter.value}
        # The size of the others too where a last, smaller batch has its own.
        assert {*letters} - {"i"} | ({"B"} if "b" in letters else set()) == explained, options
        # Those with numbers are in the formulas by their numbers.
        numbered = [letter for letter in rule.letters if letter.value]
        assert all(letter.value in formulas for letter in numbered)
        fixed = not any(kind == "rate" for kind, _, _ in rule.lines)
        assert len(numbered) == len(OPTIMIZERS[optimizer].hyperparameters) + fixed
        assert (r"\frac{1}{b}" in formulas) == any(
            len(set(epoch.sizes.tolist())) > 1 and options.get("remainder") != "weight"
            for plan in planned.plans
            for epoch in plan.epochs
        )


def test_the_mean_gradient_is_divided_as_it_says() -> None:
    """A last, smaller batch by its own size, or where it is weighted by B."""
    for remainder, letter in (("keep", "b"), ("weight", "B"), ("drop", "B")):
        rule, planned = ruled(batch_size=[16], remainder=remainder)
        (gradient,) = [latex for kind, latex, _ in rule.lines if kind == "gradient"]
        assert rf"\frac{{1}}{{{letter}}}" in gradient
        (plan,) = planned.plans
        divided_by = plan.sizes / plan.weights
        np.testing.assert_allclose(divided_by, plan.sizes if letter == "b" else 16)
    rule, _ = ruled(batch_size=[16])
    assert "8 in an epoch's last one at B = 16" in next(
        meaning for latex, _, meaning in rule.letters if latex == "b"
    )


@pytest.mark.parametrize(
    ("options", "gradients", "letters"),
    [
        ({"accumulation": "size"}, [r"\sum_{i \in M} "], {"M"}),
        ({"accumulation": "means"}, [r"\frac{1}{K}\sum_{j=1}^{K} "], {"M_j", "K"}),
        (
            {"clip": 2, "clip_each": "micro-batch"},
            ["g_j = ", r"\frac{\vert M_j\vert}{\vert M\vert}\,g_j"],
            {"M", "M_j", "K", "g_j"},
        ),
        (
            {"accumulation": "means", "remainder": "weight", "clip": 2, "clip_each": "micro-batch"},
            ["g_j = ", r"\frac{b}{B}\,\sum_{j=1}^{K} \frac{1}{K}\,g_j"],
            {"M_j", "K", "g_j", "b"},
        ),
    ],
)
def test_micro_batches_are_in_the_formulas(
    options: dict[str, Any], gradients: list[str], letters: set[str]
) -> None:
    rule, _ = ruled(accumulate=3, batch_size=[16], **options)
    found = [line.latex for line in rule.lines if line.kind == "gradient"]
    assert len(found) == len(gradients)
    assert all(part in latex for part, latex in zip(gradients, found, strict=True))
    explained = {letter.latex for letter in rule.letters}
    assert letters == explained & {"M", "M_j", "K", "g_j", "b"} - (
        {"b"} if options == {"accumulation": "size"} else set()
    )
    assert (r"\lVert g_j\rVert" in explained) == ("clip" in options)
    assert "micro-batches" in rule.note
    for latex in found:
        assert "\\" not in "".join(ElementTree.fromstring(mathml(latex)).itertext())  # noqa: S314


@pytest.mark.parametrize("id_", SURFACES)
def test_a_surfaces_formula_is_its_function(id_: str) -> None:
    surface = SURFACES[id_]
    rng = np.random.default_rng(4)
    columns = surface.examples(rng, 6, surface.noise)
    example = [column[:, None] for column in columns]
    low, high = np.array(surface.domain).T
    w0, w1 = rng.uniform(low, high, (8, 2)).T
    names = ("x_{i0}", "x_{i1}", "y_i") if len(columns) == 3 else ("x_i", "y_i")
    letters: dict[str, Any] = {"w_0": w0, "w_1": w1, "x": w0, "y": w1}
    letters |= dict(zip(("a_i0", "a_i1"), example, strict=False))
    letters |= {re.sub("[{}]", "", k): v for k, v in zip(names, example, strict=True)}
    formula, *_ = surface.formula.split(r",\quad")
    _, right = formula.split(" = ", 1)
    np.testing.assert_allclose(
        value(right, letters), surface.loss(w0, w1, example), rtol=1e-9, atol=1e-12
    )


def test_a_functions_power_has_two_parts() -> None:
    (power,) = ElementTree.fromstring(mathml(r"\sin^{2}(x)")).iterfind(".//{*}msup")  # noqa: S314
    assert len(power) == 2


def test_formulas_are_typeset_whole() -> None:
    """MathML without what it could not make of the LaTeX."""
    rules = [
        ruled(optimizer=name, lr_schedule="cosine", lr_scaling="sqrt")[0] for name in OPTIMIZERS
    ]
    formulas = [surface.formula for surface in SURFACES.values()]
    formulas += [line.latex for rule in rules for line in rule.lines]
    for latex in formulas:
        made = ElementTree.fromstring(mathml(latex))  # noqa: S314
        assert made.get("alttext") == latex
        text = " ".join(made.itertext())
        assert "\\" not in text
        assert re.findall(r"\d+(?:\.\d+)?", text) == re.findall(r"\d+(?:\.\d+)?", latex)
