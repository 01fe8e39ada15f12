"""The form is the state, the URL its text."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.science.problems.own_points import LINE

from .desk import OpenDesk

QUICK = "?epochs=1&batch_size=32&batch_size=full"

# A value other than the default of each control of one value; those that a choice shows follow it.
VALUES = {
    "surface": "ravine",
    "formula": "x*y",
    "domain": "-2,2,-1,3",
    "model": "w0*x",
    "points": LINE,
    "loss": "cauchy",
    "scale": "0.5",
    "held_out": "0.25",
    "optimizer": "adam",
    "learning_rate": "0.05",
    "beta1": "0.8",
    "beta2": "0.99",
    "eps": "0.001",
    "momentum": "0.5",
    "alpha": "0.9",
    "epochs": "3",
    "seed": "7",
    "replicas": "2",
    "start": "0.5,0.25",
    "batch_schedule": "double",
    "batch_factor": "3",
    "batch_epochs": "2",
    "batch_unit": "updates",
    "batch_updates": "30",
    "batch_stages": "3",
    "beta_scaling": "power",
    "decay_unit": "updates",
    "decay_updates": "40",
    "warmup": "9",
    "sampling": "sequential",
    "remainder": "drop",
    "lr_scaling": "sqrt",
    "reference_batch_size": "16",
    "lr_schedule": "step",
    "decay_epochs": "2",
    "decay_factor": "0.1",
    "examples": "500",
    "noise": "2",
    "data_seed": "3",
    "view": "3d",
    "axis": "updates",
    "rare_share": "0.1",
    "weight_decay": "0.1",
    "decay": "decoupled",
    "clip": "0.5",
    "accumulate": "3",
    "accumulation": "means",
    "clip_each": "micro-batch",
    "workers": "2",
    "sync_every": "4",
}
# The choices that show controls, and which.
SHOWN_BY = {
    "optimizer=adam&batch_schedule=double&batch_unit=stages&lr_schedule=step&decay_unit=updates"
    "&workers=2": [
        *("beta1", "beta2", "eps", "batch_stages", "decay_updates", "sync_every"),
    ],
    "optimizer=nesterov&surface=logistic&weight_decay=0.2&clip=2&accumulate=4": [
        *("momentum", "beta_scaling", "rare_share", "decay", "accumulation", "clip_each")
    ],
    # The unit of the schedule is chosen before what is counted in it.
    "surface=formula&formula=x*y&lr_schedule=cosine&batch_schedule=double": [
        *("domain", "formula", "decay_unit", "batch_unit", "batch_updates")
    ],
    f"surface=model&model=w0%2Bw1*x&loss=cauchy&points={LINE}"
    "&optimizer=rmsprop&lr_scaling=linear&lr_schedule=step&batch_schedule=double": [
        *("model", "points", "loss", "scale", "held_out"),
        *("alpha", "batch_factor", "batch_epochs"),
        *("reference_batch_size", "decay_epochs", "decay_factor"),
    ],
}
SHOWN_BY[""] = [name for name in VALUES if not any(name in shown for shown in SHOWN_BY.values())]
ELSEWHERE = {
    "surface",
    "formula",
    "model",
    "points",
    "loss",
    "start",
    "view",
    "axis",
}  # in tests of their own


@pytest.mark.parametrize("choices", SHOWN_BY)
def test_a_control_changes_the_address_and_the_picture(sit: OpenDesk, choices: str) -> None:
    desk = sit()
    desk.open(f"?{choices}&epochs=1&batch_size=32")
    names = [name for name in SHOWN_BY[choices] if name not in ELSEWHERE]
    desk.page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
    # What is asked for counts here, and that is soon asked if nothing is answered.
    desk.forgive("Failed to load resource")
    desk.page.route("**/api/**", lambda route: route.abort())
    for name in names:
        before = desk.query
        asked = re.compile(rf"/paths\?.*\b{name}={quote(VALUES[name])}\b")
        with desk.page.expect_request(asked):
            desk.enter(name, VALUES[name])
        assert desk.query == before | {name: [VALUES[name]]}
        assert desk.page.locator(f"[name={name}]").input_value() == VALUES[name]
    for name in reversed(names[1:]):
        before = desk.query
        desk.enter(name, desk.page.locator(f"[name={name}]").get_attribute("data-default") or "")
        del before[name]
        assert desk.query == before
    desk.page.unroute_all()
    first = desk.page.locator(f"[name={names[0]}]")
    with desk.redraw():
        desk.enter(names[0], first.get_attribute("data-default") or "")
    assert names[0] not in desk.query
    # A panel that is out of sight tells its last failure until it is drawn again, when it is seen.
    desk.wait(
        "() => [...document.querySelectorAll('#form .error, #problem')]"
        ".every(one => !one.checkVisibility())"
    )


def test_a_surface_brings_its_own_rate_start_budget_and_noise(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?learning_rate=0.02&start=1,1&updates=50&noise=2&replicas=2&batch_size=8")
    desk.change("surface", "ravine")
    assert desk.query == {"surface": ["ravine"], "replicas": ["2"], "batch_size": ["8"]}
    request = desk.paths()["request"]
    page = desk.page
    for name in ("learning_rate", "noise"):
        assert page.input_value(f"#{name}") == f"{request[name]:g}"
        assert page.locator(f"[data-default-of={name}]:not([hidden])").text_content() == "default"
    assert page.input_value("#budget") == str(request["epochs"])
    starts = page.locator("[data-part-of=start]")
    shown = starts.evaluate_all("all => all.map(({ value }) => Number(value))")
    assert shown == request["start"] == list(desk.start())


def test_a_moved_default_names_the_choices_that_it_follows(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    page = desk.page
    plain = page.input_value("#learning_rate")
    with desk.redraw():
        page.click("[data-story=workers-apart]")  # another surface, and no last, smaller batch
    note = page.locator("[data-note-for=learning_rate]").inner_text()
    rate = page.input_value("#learning_rate")
    assert note == f"Default for Himmelblau: {rate} (was {plain})"


def test_the_form_says_when_a_default_has_moved(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    page = desk.page
    mark, note = (
        page.locator(f"[data-{kind}=learning_rate]") for kind in ("default-of", "note-for")
    )
    plain = page.input_value("#learning_rate")
    expect(mark).to_be_visible()
    expect(note).to_be_hidden()
    desk.change("optimizer", "adam")
    adaptive = page.input_value("#learning_rate")
    assert float(adaptive) == desk.paths()["request"]["learning_rate"] != float(plain)
    assert note.inner_text() == f"Default for adam: {adaptive} (was {plain})"
    expect(mark).to_be_visible()
    desk.change("learning_rate", "0.02")
    expect(mark).to_be_hidden()
    expect(note).to_be_hidden()
    assert desk.query["learning_rate"] == ["0.02"]
    with desk.redraw():
        desk.type("#learning_rate", "")
    assert "learning_rate" not in desk.query
    assert page.input_value("#learning_rate") == adaptive
    desk.change("surface", "ravine")
    ravine = page.input_value("#learning_rate")
    assert note.inner_text() == f"Default for Ravine: {ravine} (was {adaptive})"

    # One coordinate of a default start may be edited.
    _, second = desk.paths()["request"]["start"]
    with desk.redraw():
        desk.type("[data-part-of=start]", "0.5")
    assert desk.query["start"] == [f"0.5,{second:g}"]
    for part in (0, 1):
        with desk.redraw():
            desk.page.locator("[data-part-of=start]").nth(part).fill("")
            desk.page.keyboard.press("Tab")
    assert list(desk.start()) != [0.5, second]


SWEEP = "examples=40&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8"


@pytest.mark.parametrize("path", ["noise?draws=30&batch_size=32&epochs=1", f"tradeoff?{SWEEP}"])
def test_every_default_is_shown_as_a_value(sit: OpenDesk, path: str) -> None:
    desk = sit()
    desk.open(path)
    blank = desk.page.locator("form input").evaluate_all(
        "all => all.filter(({ value, type }) => value === '' && type !== 'hidden').map(({ id }) => id)"
    )
    # There is a formula or model only where it is the surface; a sweep's rates differ by rule.
    assert blank == [
        "formula",
        "model",
        "own-file",
        *(["clip"] if path.startswith("noise") else ["learning_rate"]),
    ]
    if path.startswith("noise"):
        desk.page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
        desk.change("optimizer", "adam")
        facts = desk.page.request.get(f"{desk.base}/api/v1/surfaces/least-squares").json()
        assert float(desk.page.input_value("#learning_rate")) == facts["adaptive_learning_rate"]


def test_the_budget_is_counted_in_a_unit_and_another_draw_is_the_next_seed(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2")
    with desk.redraw():
        desk.page.select_option("[data-budget-unit]", "updates")
    assert desk.query == {}
    with desk.redraw():
        desk.type("#budget", "30")
    assert desk.query == {"updates": ["30"]}
    assert [path["updates"] for path in desk.paths()["paths"]] == [30] * 3
    expect(desk.page.locator("#words")).to_contain_text("30 updates")

    first = desk.traces("path")
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
    assert desk.query["seed"] == ["1"]
    again = desk.traces("path")
    assert first[1]["x"] != again[1]["x"]
    assert first[2]["x"] == again[2]["x"]  # the full batch leaves nothing to chance


def test_every_control_is_in_the_table_and_the_learning_rate_has_a_logarithmic_slider(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.open(QUICK)
    names = desk.page.locator("[data-scope]").evaluate_all("all => all.map(({ name }) => name)")
    assert set(names) - {"batch_size", "lang", "hide", "projector"} == set(VALUES)

    slider = desk.page.locator("[data-slider-of=learning_rate]")
    assert slider.input_value() == "600"  # 0.1 between 1e-4 and 10
    with desk.redraw():
        desk.slide("[data-slider-of=learning_rate]", 400)
    assert desk.query["learning_rate"] == ["0.01"]
    with desk.redraw():
        desk.type("#learning_rate", "1")
    assert desk.query["learning_rate"] == ["1"]
    assert slider.input_value() == "800"
    # While it is moved the picture follows; the address waits for the end.
    with desk.redraw():
        desk.slide("[data-slider-of=learning_rate]", 600, last=False)
    assert desk.query["learning_rate"] == ["1"]
    assert "learning_rate=0.1&" in desk.paths_url


def test_back_to_the_first_picture(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?surface=ravine&batch_size=8&replicas=2&updates=20&axis=updates&start=0,0")
    with desk.redraw():
        desk.page.click("[data-restart]")
    assert desk.page.url == f"{desk.base}/"
    assert [trace["name"] for trace in desk.traces("path")][::2] == ["B = 1", "B = 1,050 (full)"]


def test_what_has_no_effect_is_not_asked(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?optimizer=nesterov&epochs=1&batch_size=32&momentum=0.5")
    desk.change("optimizer", "adam")
    assert "momentum" not in desk.query
    expect(desk.page.locator("#problem")).to_be_hidden()
    desk.change("optimizer", "momentum")
    assert desk.query["momentum"] == ["0.5"]


def test_a_choice_that_is_not_on_the_page_decides_nothing_and_stops_nothing(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("noise?optimizer=momentum&epochs=1&batch_size=32&batch_size=full&examples=40")
    assert desk.page.locator("[name=batch_schedule]").count() == 0
    assert desk.page.locator("#beta_scaling").evaluate("one => !one.closest('[hidden]')")
    desk.page.evaluate(
        """() => document.getElementById("form").append(...["aboveZero", "shown"].map((kind) => {
            const field = document.createElement("p");
            if (kind === "shown") field.dataset.shownWith = '{"nowhere": ["x"]}';
            else field.setAttribute("data-above-0", "nowhere");
            return field;
        }))"""
    )
    desk.change("sampling", "with-replacement")
    assert desk.query["sampling"] == ["with-replacement"]
    expect(desk.page.locator("#form > [data-above-0]")).to_be_hidden()
