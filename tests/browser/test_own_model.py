"""A reader's model is fitted to a table that is pasted or dropped, and the link holds both."""

from urllib.parse import urlencode

from playwright.sync_api import FilePayload

from tests.science.problems.own_points import BOUNDARY

from .desk import OpenDesk

TABLE = "x;y\n0,5;1\n1,5;2,5\n2,5;4\n3,5;5,5\nlast;6\n"


def test_a_table_is_fitted_and_the_link_holds_it(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2")
    page = desk.page
    assert page.locator("#own-table").is_hidden()
    desk.change("surface", "model")  # a picture at once, of points that can be replaced
    assert page.locator("#examples").is_hidden()
    assert len(page.input_value("#own-table").splitlines()) == 61

    with desk.redraw():
        page.fill("#own-table", TABLE)
        page.locator("#own-table").blur()
    assert desk.query["points"][0].startswith("line1_4_0.5_3.5_1_5.5_")
    assert desk.paths()["request"]["examples"] == 4
    notes = page.locator("#own-notes").inner_text()
    assert "Used: 4 of 5 rows" in notes
    assert "'last' in x" in notes

    with desk.redraw():
        page.get_by_role("button", name="boundary").click()
    assert desk.query["points"][0].startswith("boundary1_60_")
    assert desk.paths()["request"]["loss"] == "logistic"

    with desk.redraw():
        page.get_by_role("button", name="Undo").click()
    assert page.input_value("#own-table") == TABLE

    desk.forgive("422")
    before = desk.query
    page.fill("#own-table", "x,y\n1,1\n1,2\n")
    page.locator("#own-table").blur()
    told = page.locator("#error-points")
    told.wait_for()
    assert "x is 1" in told.inner_text()
    assert desk.query == before


def test_a_file_is_dropped(sit: OpenDesk) -> None:
    desk = sit()
    asked = {"surface": "model", "model": "w0 + w1*x", "points": BOUNDARY, "epochs": "2"}
    desk.open(f"?{urlencode(asked | {'model': 'w0*x0 + w1*x1'})}")
    page = desk.page
    assert page.input_value("#own-table").startswith("x0,x1,label\n")
    with desk.redraw():
        page.locator("#own-file").set_input_files(
            FilePayload(name="a.csv", mimeType="text/csv", buffer=b"x0,x1,label\n1,2,a\n2,1,b")
        )
    assert desk.paths()["request"]["examples"] == 2
    assert page.input_value("#own-table") == "x0,x1,label\n1,2,a\n2,1,b"
