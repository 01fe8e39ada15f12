"""The form is the state, the URL its text."""

from urllib.parse import parse_qs

from playwright.sync_api import expect

from tests.science.problems.own_points import LINE

from .desk import GO, UNANSWERED, Desk, OpenDesk

FEW = (900, 500)  # where what is scrolled to brings no other figure into sight
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
ELSEWHERE = {"surface", "formula", "model", "points", "loss", "start", "view", "axis"}
# Sets each control that is seen as a hand does, and gives what the address says, what is asked for,
# and what the control holds then.
SET = """values => values.map(([name, value]) => {
    const control = document.querySelector(`[name=${name}]`);
    if (!control.checkVisibility() || control.disabled) throw new Error(`${name} cannot be set`);
    control.value = value ?? control.dataset.default;
    for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
    const paths = asked.findLast(url => url.includes("/paths?") && !url.includes("/figures/"));
    return [name, location.search, new URL(paths, location).search, control.value];
})"""


def asked_for(search: str) -> dict[str, list[str]]:
    return parse_qs(search.removeprefix("?"))


def test_a_control_changes_the_address_and_the_picture(sit: OpenDesk) -> None:
    desk = sit(*FEW)
    desk.open(QUICK)
    page = desk.page
    names = page.locator("[data-scope]").evaluate_all("all => all.map(({ name }) => name)")
    assert set(names) - {"batch_size", "lang", "hide", "projector"} == set(VALUES)
    page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
    page.evaluate(UNANSWERED)
    for choices, shown in SHOWN_BY.items():
        page.evaluate(GO, f"?{choices}&epochs=1&batch_size=32")
        query = desk.query
        names = [name for name in shown if name not in ELSEWHERE]
        changed = page.evaluate(SET, [[name, VALUES[name]] for name in names])
        for name, address, asked, value in changed:
            query[name] = [VALUES[name]]
            assert asked_for(address) == query
            assert asked_for(asked)[name] == [value] == [VALUES[name]]
        for name, address, asked, _ in page.evaluate(SET, [[name, None] for name in names[::-1]]):
            del query[name]
            assert asked_for(address) == query
            assert name not in asked_for(asked)
    page.evaluate("answered()")
    desk.change("seed", "7")
    assert desk.paths()["request"]["seed"] == 7


def test_defaults_follow_other_choices_and_say_so(sit: OpenDesk) -> None:
    desk = sit(*FEW)
    desk.open(QUICK)
    page = desk.page
    mark, note = (
        page.locator(f"[data-{kind}=learning_rate]") for kind in ("default-of", "note-for")
    )
    plain = page.input_value("#learning_rate")
    expect(mark).to_be_visible()
    expect(note).to_be_hidden()
    # Of the choices that moved, those that it follows: here another surface, and no last batch.
    with desk.redraw():
        page.click("[data-story=workers-apart]")
    rate = page.input_value("#learning_rate")
    assert note.inner_text() == f"Default for Himmelblau: {rate} (was {plain})"
    with desk.redraw():
        page.go_back()
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
            page.locator("[data-part-of=start]").nth(part).fill("")
            page.keyboard.press("Tab")
    assert list(desk.start()) != [0.5, second]

    # A surface brings its own rate, start, budget and noise.
    desk.turn("?learning_rate=0.02&start=1,1&updates=50&noise=2&batch_size=8")
    desk.change("surface", "ravine")
    assert desk.query == {"surface": ["ravine"], "batch_size": ["8"]}
    request = desk.paths()["request"]
    for name in ("learning_rate", "noise"):
        assert page.input_value(f"#{name}") == f"{request[name]:g}"
        assert page.locator(f"[data-default-of={name}]:not([hidden])").text_content() == "default"
    assert page.input_value("#budget") == str(request["epochs"])
    starts = page.locator("[data-part-of=start]")
    shown = starts.evaluate_all("all => all.map(({ value }) => Number(value))")
    assert shown == request["start"] == list(desk.start())


SWEEP = "examples=40&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8"
# There is a formula or model only where it is the surface.
BLANK = ["formula", "model", "own-file"]


def blank(desk: Desk) -> list[str]:
    found: list[str] = desk.page.locator("form input").evaluate_all(
        "all => all.filter(({ value, type }) => value === '' && type !== 'hidden').map(({ id }) => id)"
    )
    return found


def test_every_default_of_a_sweep_is_shown_as_a_value_but_rates_that_differ_by_rule(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.open(f"tradeoff?{SWEEP}")
    assert blank(desk) == [*BLANK, "learning_rate"]


def test_every_default_of_the_noise_is_shown_and_a_choice_that_is_not_there_decides_nothing(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.open("noise?draws=30&batch_size=32&epochs=1&examples=40")
    page = desk.page
    assert blank(desk) == [*BLANK, "clip"]
    page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
    desk.change("optimizer", "adam")
    facts = page.request.get(f"{desk.base}/api/v1/surfaces/least-squares").json()
    assert float(page.input_value("#learning_rate")) == facts["adaptive_learning_rate"]

    assert page.locator("[name=batch_schedule]").count() == 0
    desk.change("optimizer", "momentum")
    assert page.locator("#beta_scaling").evaluate("one => !one.closest('[hidden]')")
    page.evaluate(
        """() => document.getElementById("form").append(...["aboveZero", "shown"].map((kind) => {
            const field = document.createElement("p");
            if (kind === "shown") field.dataset.shownWith = '{"nowhere": ["x"]}';
            else field.setAttribute("data-above-0", "nowhere");
            return field;
        }))"""
    )
    desk.change("sampling", "with-replacement")
    assert desk.query["sampling"] == ["with-replacement"]
    expect(page.locator("#form > [data-above-0]")).to_be_hidden()


def test_the_budget_has_a_unit_the_rate_a_slider_and_another_draw_is_the_next_seed(
    sit: OpenDesk,
) -> None:
    desk = sit(*FEW)
    desk.open(QUICK)
    page = desk.page
    slider = page.locator("[data-slider-of=learning_rate]")
    assert slider.input_value() == "600"  # 0.1 between 1e-4 and 10
    with desk.redraw():
        page.select_option("[data-budget-unit]", "updates")
    assert desk.query == {"batch_size": ["32", "full"]}
    with desk.redraw():
        desk.type("#budget", "30")
    assert desk.query == {"batch_size": ["32", "full"], "updates": ["30"]}
    assert [path["updates"] for path in desk.paths()["paths"]] == [30] * 2
    expect(page.locator("#words")).to_contain_text("30 updates")

    first = desk.traces("path")
    with desk.redraw():
        page.click("[data-next-of=seed]")
    assert desk.query["seed"] == ["1"]
    again = desk.traces("path")
    assert first[0]["x"] != again[0]["x"]
    assert first[1]["x"] == again[1]["x"]  # the full batch leaves nothing to chance

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

    # What has no effect is not asked, and not forgotten.
    desk.turn("?optimizer=nesterov&epochs=1&batch_size=32&momentum=0.5")
    desk.change("optimizer", "adam")
    assert "momentum" not in desk.query
    expect(page.locator("#problem")).to_be_hidden()
    desk.change("optimizer", "momentum")
    assert desk.query["momentum"] == ["0.5"]
