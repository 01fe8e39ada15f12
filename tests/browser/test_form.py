"""The form is the state, the URL its text."""

import pytest

from .desk import OpenDesk

QUICK = "?epochs=1&batch_size=32&batch_size=full"

# A value other than the default of each control of one value; those that a choice shows follow it.
VALUES = {
    "surface": "ravine",
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
}
# The choices that show controls, and which.
SHOWN_BY = {
    "optimizer=adam": ["beta1", "beta2", "eps"],
    "optimizer=nesterov": ["momentum"],
    "optimizer=rmsprop&lr_scaling=linear&lr_schedule=step&batch_schedule=double": [
        "alpha",
        "batch_factor",
        "batch_epochs",
        "reference_batch_size",
        "decay_epochs",
        "decay_factor",
    ],
}
SHOWN_BY[""] = [name for name in VALUES if not any(name in shown for shown in SHOWN_BY.values())]
ELSEWHERE = {"surface", "start", "view", "axis"}  # in tests of their own


def test_every_control_is_in_the_table(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
    names = desk.page.locator("[data-scope]").evaluate_all("all => all.map(({ name }) => name)")
    assert set(names) - {"batch_size", "lang", "hide"} == set(VALUES)


@pytest.mark.parametrize("choices", SHOWN_BY)
def test_a_control_changes_the_address_and_the_picture(sit: OpenDesk, choices: str) -> None:
    desk = sit()
    desk.open(f"?{choices}&epochs=1&batch_size=32")
    names = [name for name in SHOWN_BY[choices] if name not in ELSEWHERE]
    desk.page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
    for name in names:
        before = desk.query
        desk.change(name, VALUES[name])
        assert desk.query == before | {name: [VALUES[name]]}
        assert f"{name}={VALUES[name]}" in desk.paths_url
        assert desk.page.locator(f"[name={name}]").input_value() == VALUES[name]
    for name in reversed(names):
        before = desk.query
        desk.enter(name, desk.page.locator(f"[name={name}]").get_attribute("data-default") or "")
        del before[name]
        assert desk.query == before


def test_a_surface_brings_its_own_rate_start_budget_and_noise(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?learning_rate=0.02&start=1,1&updates=50&noise=2&replicas=2&batch_size=8")
    desk.change("surface", "ravine")
    assert desk.query == {"surface": ["ravine"], "replicas": ["2"], "batch_size": ["8"]}
    request = desk.paths()["request"]
    page = desk.page
    assert page.get_attribute("#learning_rate", "placeholder") == f"{request['learning_rate']:g}"
    assert page.get_attribute("#noise", "placeholder") == f"{request['noise']:g}"
    starts = page.locator("[data-part-of=start]")
    shown = starts.evaluate_all("all => all.map(({ placeholder }) => Number(placeholder))")
    assert shown == request["start"] == list(desk.start())
    assert starts.evaluate_all("all => all.map(({ value }) => value)") == ["", ""]


def test_the_budget_is_counted_in_a_unit(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2")
    with desk.redraw():
        desk.page.select_option("[data-budget-unit]", "updates")
    assert desk.query == {}
    with desk.redraw():
        desk.type("#budget", "30")
    assert desk.query == {"updates": ["30"]}
    assert [path["updates"] for path in desk.paths()["paths"]] == [30] * 3
    assert "30 updates" in desk.page.inner_text("#words")


def test_the_learning_rate_has_a_logarithmic_slider(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(QUICK)
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


def test_another_draw_is_the_next_seed(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=1")
    first = desk.traces("path")
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
    assert desk.query["seed"] == ["1"]
    again = desk.traces("path")
    assert first[1]["x"] != again[1]["x"]
    assert first[2]["x"] == again[2]["x"]  # the full batch leaves nothing to chance


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
    assert desk.page.locator("#problem").is_hidden()
    desk.change("optimizer", "momentum")
    assert desk.query["momentum"] == ["0.5"]
