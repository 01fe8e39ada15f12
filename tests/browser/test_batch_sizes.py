"""The rows of batch sizes."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from .desk import UNANSWERED, Desk, OpenDesk

FIELDS = "[name=batch_size]"
SLIDERS = ".batch-size [type=range]"


def typed(desk: Desk) -> list[str]:
    values: list[str] = desk.page.locator(FIELDS).evaluate_all("all => all.map(f => f.value)")
    return values


def test_batch_sizes_are_slid_typed_and_one_to_six_and_defaults_are_those_with_examples(
    sit: OpenDesk,
) -> None:
    desk = sit(900, 500)
    desk.open("?updates=20&batch_size=100")
    desk.page.evaluate(UNANSWERED)
    # Keys and the slider go over powers of two, up to all examples.
    desk.page.locator(SLIDERS).focus()
    for key, size in (("ArrowRight", "128"), ("ArrowRight", "256"), ("ArrowLeft", "128")):
        desk.page.keyboard.press(key)
        assert typed(desk) == desk.query["batch_size"] == [size]
    assert desk.page.input_value(SLIDERS) == "7"
    desk.page.keyboard.press("End")
    assert typed(desk) == ["full"]
    for place, size in ((0, "1"), (7.2, "128"), (10, "1024"), (11, "full")):
        desk.slide(SLIDERS, place)
        assert typed(desk) == desk.query["batch_size"] == [size]
        asked = desk.page.evaluate("asked.findLast(url => /[/]v1[/]paths[?]/.test(url))")
        assert parse_qs(urlsplit(asked).query)["batch_size"] == [size]
    assert desk.page.request.get(desk.base + asked).json()["request"]["batch_size"] == [1050]
    desk.page.evaluate("answered()")

    desk.turn("?updates=20")
    with desk.redraw():
        desk.type(f".batch-size:nth-child(2) {FIELDS}", "100")
    assert desk.query["batch_size"] == ["1", "100", "full"]
    assert desk.traces("path")[1]["name"] == "B = 100"
    place = float(desk.page.locator(SLIDERS).nth(1).input_value())
    assert 6.64 < place < 6.65
    with desk.redraw():
        desk.type(f".batch-size:nth-child(2) {FIELDS}", "32")
    assert desk.query == {"updates": ["20"]}
    desk.page.locator("details").evaluate_all("all => all.forEach((each) => (each.open = true))")
    sizes = "() => [...document.querySelectorAll('.batch-sizes [type=text]')].map((f) => f.value)"
    for examples, fitting in (("10", ["1", "full"]), ("100", ["1", "32", "full"])):
        with desk.redraw():
            desk.type("#examples", examples)
        assert desk.page.evaluate(sizes) == fitting
        assert "batch_size" not in desk.query

    # There are one to six.
    desk.turn("?updates=20")
    adder = desk.page.locator("button[data-add]")
    for count in (4, 5, 6):
        expect(adder).to_be_visible()
        with desk.redraw():
            adder.click()
        assert typed(desk) == desk.query["batch_size"]
        assert len(desk.traces("path")) == len(set(typed(desk))) == count
        assert desk.page.locator("#cards .card").count() == count
    expect(adder).to_be_hidden()
    take_away = """button => [5, 4, 3, 2, 1].map(() => {
        document.querySelector(".batch-size:last-child button").click();
        return [document.querySelectorAll(".batch-size").length, button.checkVisibility()];
    })"""
    assert adder.evaluate(take_away) == [[count, True] for count in (5, 4, 3, 2, 1)]
    desk.wait("() => document.querySelectorAll('#cards .card').length === 1")
    assert len(desk.traces("path")) == 1
    expect(desk.page.locator(".batch-size button")).to_be_hidden()
    assert desk.query["batch_size"] == ["1"]
    # A row can be added beside a bad one.
    desk.forgive("422")
    desk.type(FIELDS, "many")
    desk.page.wait_for_selector("#error-batch_size:visible")
    desk.page.click("button[data-add]")
    assert all(size == "full" or size == "many" or float(size) >= 1 for size in typed(desk))
