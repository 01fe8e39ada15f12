"""A function that is typed is drawn as typed, told what is wrong with it, and shared."""

from urllib.parse import urlencode

from playwright.sync_api import expect

from .desk import OpenDesk

ASKED = {
    "start": "-1.2,1",
    "learning_rate": "0.005",
    "noise": "4",
    "epochs": "2",
    "batch_size": "32",
}
FUNCTION = "(1 - x)*(1 - x) + 10*(y - x*x)*(y - x*x)"


def test_rosenbrocks_function_typed_has_rosenbrocks_picture(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(f"?{urlencode({'surface': 'rosenbrock', **ASKED})}")
    drawn, known = desk.traces("path"), desk.paths()["paths"]

    page = desk.page
    expect(page.locator("#formula")).to_be_hidden()
    desk.change("surface", "formula")  # a picture at once, of something that can be changed
    assert page.input_value("#formula") != ""
    assert page.input_value("#domain") != ""
    assert page.locator("#teaches").inner_text().startswith("A function that was typed.")

    given = {"surface": "formula", "formula": "x*y", "domain": "-2,2,-1,3", **ASKED}
    desk.open(f"?{urlencode(given)}")
    desk.change("formula", FUNCTION)
    assert desk.query["formula"] == [FUNCTION]
    assert desk.paths()["paths"] == known
    assert desk.traces("path") == drawn

    desk.forgive("422")
    before = desk.traces("path")
    desk.enter("formula", "2x + y")
    told = page.locator("#error-formula")
    told.wait_for()
    expect(told).to_contain_text("at column 2, a product is written with *: 2*x")
    assert desk.traces("path") == before
